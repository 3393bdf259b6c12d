/* SPDX-License-Identifier: Apache-2.0 */
/* deduction_fsm - the life of a credit deduction; domain.md section 6 */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm deduction_fsm;
