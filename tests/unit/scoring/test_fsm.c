/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "services/scoring/panel/panel_fsm.h"
#include "services/scoring/reevaluation/case_fsm.h"
#include "tests/support/golden.h"

static const struct golden case_golden[] = {
    {"open", "judge", "judged"},
    {"open", "wait", "open"},
    {"open", "end", "ended"},
    {"judged", "judge", "judged"},
    {"judged", "wait", "open"},
    {"judged", "end", "ended"},
    {"judged", "confirm", "confirmed"},
    {"judged", "forward", "forwarded"},
    {"forwarded", "judge", "judged"},
    {"forwarded", "wait", "open"},
    {"forwarded", "end", "ended"},
    {"forwarded", "confirm", "confirmed"},
    {"confirmed", "set_aside", "open"},
    {"ended", "restore", "open"},
    {0},
};
static const struct golden panel_golden[] = {{"open", "close", "closed"}, {0}};

Test(scoring_fsm, a_case_steps_as_the_golden_table_says)
{
    golden_check(&case_fsm, "open", case_golden);
}

Test(scoring_fsm, a_panel_closes_once)
{
    golden_check(&panel_fsm, "open", panel_golden);
}
