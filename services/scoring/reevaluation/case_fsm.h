/* SPDX-License-Identifier: Apache-2.0 */
/* case_fsm - the life of a re-evaluation case (复评); docs/states.md prints its diagram from the
 * rows */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm case_fsm;
