/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit_facts - deductions and the exact yearly totals, as credit last said them
 */
#pragma once
#include "common/service/service.h"

/* credit.DeductionRecorded, credit.DeductionChanged: the deduction and its enterprise's total. */
handler_fn on_deduction_recorded, on_deduction_changed;
