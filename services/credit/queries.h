/* SPDX-License-Identifier: Apache-2.0 */
/* queries - balances with the fraction spelled out, lists of deductions, the rules */
#pragma once
#include "common/service/service.h"

handler_fn credit_get_balance, credit_list_balances, credit_get_manager_balance,
    credit_get_deduction, credit_list_deductions, credit_get_deduction_rules;
