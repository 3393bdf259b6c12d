/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recording - a deduction is proposed, or shown before it is: the behaviour by the rules in force on its day, whose conduct it can be, where it
 * arose, what it weighs
 *
 * Source: domain.md section 6, domain-facts.md section 1; the conversion by area: 信用信息评价试行标准 2012.
 */
#pragma once
#include "common/service/service.h"

handler_fn credit_record_deduction, credit_preview_deduction;
