/* SPDX-License-Identifier: Apache-2.0 */
/*
 * candidates - applications that intake accepted
 */
#pragma once
#include "common/service/service.h"

/* intake.ApplicationAccepted, ApplicationReturned, ApplicationWithdrawn */
handler_fn on_application_accepted, on_application_returned, on_application_withdrawn;
