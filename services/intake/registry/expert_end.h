/* SPDX-License-Identifier: Apache-2.0 */
/*
 * expert_end - an expert's registration ends and is restored (docs/corrections.md)
 *
 * It stands under the city's code. Registering the expert anew, by message or file, changes name and links and restores nothing.
 */
#pragma once
#include "common/domain/correction/correction.h"

/* Plans of the kinds expert_ended and expert_restored. Refused: district_not_city, not_found, state_forbids. */
int plan_expert_ended(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
int plan_expert_restored(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
