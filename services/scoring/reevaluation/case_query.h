/* SPDX-License-Identifier: Apache-2.0 */
/* case_query - reading cases, each actor his own */
#pragma once
#include "common/service/service.h"

/* scoring.ListCases */
handler_fn get_case, list_cases;
