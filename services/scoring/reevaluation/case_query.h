/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_query - written material (复评材料) and reading cases, each actor his own
 */
#pragma once
#include "common/service/service.h"

/* scoring.SubmitMaterial, scoring.ListCases */
handler_fn submit_material, list_cases;
