/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_form - written material (复评材料) and the form for it (复评表), filled in and printed
 *
 * Sources: property 五(一)1, 五(二)1, owners' committees 五(一) (提交书面复评材料); the annexes as the programme has them.
 */
#pragma once
#include "common/service/service.h"

/* scoring.SubmitMaterial, scoring.PrintCase */
handler_fn submit_material, print_case;
