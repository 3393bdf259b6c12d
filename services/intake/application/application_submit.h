/* SPDX-License-Identifier: Apache-2.0 */
/* application_submit - handing in, in time and with every condition met; taking back */
#pragma once
#include "common/service/service.h"

handler_fn submit_application, withdraw_application;
