/* SPDX-License-Identifier: Apache-2.0 */
/* Every state of each machine against every event; "" where the machine forbids it. */
#include <criterion/criterion.h>

#include <string.h>

#include "services/intake/application/application_fsm.h"
#include "services/intake/programme/stage_fsm.h"
#include "services/intake/registry/subject_fsm.h"

struct golden {
    const char *from, *on, *to;
};

static void walk(const struct fsm *machine, const char *const *states, const char *const *events,
                 const struct golden *golden)
{
    cr_assert_null(fsm_fault(machine), "%s", fsm_fault(machine));
    for (; *states; states++)
        for (const char *const *on = events; *on; on++) {
            const struct fsm_edge *edge = fsm_edge_for(machine, *states, *on);
            const char *want = "";

            for (const struct golden *g = golden; g->from; g++)
                if (strcmp(g->from, *states) == 0 && strcmp(g->on, *on) == 0)
                    want = g->to;
            cr_assert_str_eq(edge ? edge->to : "", want, "%s: %s on %s", machine->name, *states,
                             *on);
        }
}

static size_t n_edges(const struct fsm *machine)
{
    size_t n = 0;

    while (machine->edges[n].from)
        n++;
    return n;
}

Test(intake_fsm, an_application_moves_only_as_the_table_says)
{
    static const char *const states[] = {"draft",    "submitted", "returned", "refused",
                                         "accepted", "withdrawn", NULL};
    static const char *const events[] = {"edit",   "attach", "submit", "withdraw", "forward",
                                         "accept", "return", "refuse", NULL};
    static const struct golden golden[] = {
        {"draft", "edit", "draft"},
        {"draft", "attach", "draft"},
        {"draft", "submit", "submitted"},
        {"draft", "withdraw", "withdrawn"},
        {"submitted", "forward", "submitted"},
        {"submitted", "accept", "accepted"},
        {"submitted", "return", "returned"},
        {"submitted", "refuse", "refused"},
        {"submitted", "withdraw", "withdrawn"},
        {"returned", "edit", "returned"},
        {"returned", "attach", "returned"},
        {"returned", "submit", "submitted"},
        {"returned", "withdraw", "withdrawn"},
        {0},
    };

    walk(&application_fsm, states, events, golden);
    cr_assert_eq(n_edges(&application_fsm), ARRAY_LEN(golden) - 1,
                 "an edge on an event that is not walked");
    cr_assert_str_eq(application_fsm.start, "draft");
}

Test(intake_fsm, a_subject_that_is_gone_does_not_change)
{
    static const char *const states[] = {"active", "dissolved", "merged", "left", NULL};
    static const char *const events[] = {"renamed",           "merged",    "branch_changed",
                                         "dissolved",         "left_site", "left_district",
                                         "left_one_district", NULL};
    static const struct golden golden[] = {
        {"active", "renamed", "active"},     {"active", "branch_changed", "active"},
        {"active", "left_site", "active"},   {"active", "left_one_district", "active"},
        {"active", "merged", "merged"},      {"active", "dissolved", "dissolved"},
        {"active", "left_district", "left"}, {0},
    };

    walk(&subject_fsm, states, events, golden);
    cr_assert_eq(n_edges(&subject_fsm), ARRAY_LEN(golden) - 1);
}

Test(intake_fsm, a_stage_opens_once_and_closes_once)
{
    static const char *const states[] = {"waiting", "open", "closed", NULL};
    static const char *const events[] = {"begin", "end", NULL};
    static const struct golden golden[] = {
        {"waiting", "begin", "open"}, {"open", "end", "closed"}, {0}};

    walk(&stage_fsm, states, events, golden);
    cr_assert_eq(n_edges(&stage_fsm), ARRAY_LEN(golden) - 1);
}
