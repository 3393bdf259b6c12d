/* SPDX-License-Identifier: Apache-2.0 */
/* queries - balances with the fraction spelled out, and lists of deductions */
#pragma once
#include "common/service/service.h"

handler_fn credit_get_balance, credit_list_deductions;
