/* SPDX-License-Identifier: Apache-2.0 */
/* deduction_fsm - the life of a credit deduction; domain.md section 6 */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm deduction_fsm;

/*
 * What a state means for the balance, the one rule: a deduction counts from the moment its subject was told, also while the objection
 * to it is open and once its year is archived; it counts no more from the moment it is withdrawn or repaired, unless that very step is
 * taken back by a correction (docs/corrections.md), and then it counts as if it had not been. Of the states that may count a city's
 * rules name those that do (counting_states; rules_count).
 */
bool deduction_may_count(const char *state);
