/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "common/base/str.h"
#include "services/scoring/panel/panel_fsm.h"
#include "services/scoring/reevaluation/case_fsm.h"

static const char *const case_states[] = {"open", "judged", "confirmed", "ended"};
static const char *const case_events[] = {"judge", "wait", "confirm", "end"};
/* by state, then event; NULL: forbidden */
static const char *const case_golden[4][4] = {
    {"judged", "open", NULL, "ended"},
    {"judged", "open", "confirmed", "ended"},
    {NULL, NULL, NULL, NULL},
    {NULL, NULL, NULL, NULL},
};

Test(scoring_fsm, the_tables_are_sound)
{
    cr_assert_null(fsm_fault(&panel_fsm), "%s", fsm_fault(&panel_fsm));
    cr_assert_null(fsm_fault(&case_fsm), "%s", fsm_fault(&case_fsm));
}

Test(scoring_fsm, a_case_steps_as_the_golden_table_says)
{
    for (size_t s = 0; s < 4; s++)
        for (size_t e = 0; e < 4; e++) {
            const struct fsm_edge *edge = fsm_edge_for(&case_fsm, case_states[s], case_events[e]);

            cr_assert(str_equal(edge ? edge->to : NULL, case_golden[s][e]), "%s on %s",
                      case_states[s], case_events[e]);
        }
}

Test(scoring_fsm, a_panel_closes_once)
{
    cr_assert_str_eq(fsm_edge_for(&panel_fsm, "open", "close")->to, "closed");
    cr_assert_null(fsm_edge_for(&panel_fsm, "closed", "close"));
}
