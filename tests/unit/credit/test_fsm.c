/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "services/credit/deduction_fsm.h"
#include "tests/support/golden.h"

static const struct golden deduction_golden[] = {
    {"proposed", "notify", "notified"},
    {"proposed", "withdraw", "withdrawn"},
    {"notified", "object", "objected"},
    {"notified", "time_over", "effective"},
    {"notified", "withdraw", "withdrawn"},
    {"objected", "uphold", "effective"},
    {"objected", "withdraw", "withdrawn"},
    {"effective", "repair", "repaired"},
    {"effective", "archive", "archived"},
    {"effective", "set_aside", "withdrawn"},
    {"archived", "set_aside", "withdrawn"},
    {"effective", "reopen", "objected"},
    {"withdrawn", "reopen", "objected"},
    {"repaired", "unrepair", "effective"},
    {0},
};

Test(credit_fsm, a_deduction_steps_as_the_golden_table_says)
{
    golden_check(&deduction_fsm, "proposed", deduction_golden);
}
