/* SPDX-License-Identifier: Apache-2.0 */
/*
 * candidates - applications that intake accepted
 */
#pragma once
#include "common/service/service.h"

/* intake.ApplicationAccepted, ApplicationReturned, ApplicationWithdrawn */
handler_fn on_application_accepted, on_application_returned, on_application_withdrawn;
/* A condition of applying is met or unmet since; intake looks, what it found is kept with what changed it. */
handler_fn on_conditions_changed;
