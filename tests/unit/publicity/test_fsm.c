/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "services/publicity/honour/honour_fsm.h"
#include "services/publicity/list/list_fsm.h"
#include "services/publicity/notice/notice_fsm.h"
#include "services/publicity/objection/objection_fsm.h"

/* Every step that exists, in full: whatever is not here must be forbidden. */
struct step {
    const char *from, *on, *to;
};

static const struct step notice_golden[] = {
    {"draft", "sign", "draft"},
    {"draft", "sign_last", "signed"},
    {"draft", "replace", "replaced"},
    {"signed", "schedule", "scheduled"},
    {"signed", "replace", "replaced"},
    {"scheduled", "schedule", "scheduled"},
    {"scheduled", "publish", "published"},
    {"scheduled", "replace", "replaced"},
    {"published", "close", "closed"},
    {"published", "replace", "replaced"},
    {"closed", "replace", "replaced"},
    {0},
};
static const struct step objection_golden[] = {
    {"received", "investigate", "investigating"},
    {"investigating", "resolve", "resolved"},
    {0},
};
static const struct step list_golden[] = {
    {"proposed", "publish", "on_notice"},
    {"on_notice", "publish", "on_notice"},
    {"on_notice", "finalise", "final"},
    {0},
};
static const struct step entry_golden[] = {
    {"reserve", "promote", "listed"},
    {"listed", "object", "held"},
    {"held", "object", "held"},
    {"held", "free", "listed"},
    {"held", "remove", "removed"},
    {"removed", "free", "removed"},
    {"removed", "remove", "removed"},
    {"reserve", "end", "removed"},
    {"listed", "end", "removed"},
    {"held", "end", "removed"},
    {0},
};
static const struct step honour_golden[] = {
    {"held", "revoke", "revoked"},
    {"held", "lapse", "lapsed"},
    {0},
};
static const struct step plaque_golden[] = {
    {"issued", "recall", "recalled"},
    {"recalled", "return", "returned"},
    {"recalled", "lose", "lost"},
    {"recalled", "refuse", "refused"},
    {"refused", "return", "returned"},
    {"lost", "return", "returned"},
    {0},
};

static const char *golden_to(const struct step *golden, const char *from, const char *on)
{
    for (const struct step *s = golden; s->from; s++)
        if (strcmp(s->from, from) == 0 && strcmp(s->on, on) == 0)
            return s->to;
    return NULL;
}

static void check_pair(const struct fsm *m, const struct step *golden, const char *from,
                       const char *on)
{
    const struct fsm_edge *edge = fsm_edge_for(m, from, on);
    const char *to = golden_to(golden, from, on);

    if (!to)
        cr_assert_null(edge, "%s: %s on %s must be forbidden", m->name, from, on);
    else
        cr_assert(edge && strcmp(edge->to, to) == 0, "%s: %s on %s must lead to %s", m->name, from,
                  on, to);
}

/* All states (as from or to) against all events of the rows and of the golden table. */
static void walk(const struct fsm *m, const struct step *golden)
{
    size_t n_golden = 0, n_rows = 0;

    cr_assert_null(fsm_fault(m), "%s", m->name);
    for (const struct fsm_edge *e = m->edges; e->from; e++, n_rows++)
        for (const struct fsm_edge *f = m->edges; f->from; f++) {
            check_pair(m, golden, e->from, f->on);
            check_pair(m, golden, e->to, f->on);
        }
    for (const struct step *s = golden; s->from; s++, n_golden++)
        check_pair(m, golden, s->from, s->on);
    cr_assert_eq(n_rows, n_golden, "%s", m->name);
}

Test(machines, a_notice_steps_as_the_golden_table_says)
{
    walk(&notice_fsm, notice_golden);
}

Test(machines, an_objection_steps_as_the_golden_table_says)
{
    walk(&objection_fsm, objection_golden);
}

Test(machines, a_list_and_its_entries_step_as_the_golden_tables_say)
{
    walk(&list_fsm, list_golden);
    walk(&entry_fsm, entry_golden);
}

Test(machines, an_honour_and_its_plaque_step_as_the_golden_tables_say)
{
    walk(&honour_fsm, honour_golden);
    walk(&plaque_fsm, plaque_golden);
}

Test(machines, a_published_notice_can_only_close_or_be_replaced)
{
    static const char *const forbidden[] = {"sign", "sign_last", "schedule", "publish"};

    for (size_t i = 0; i < ARRAY_LEN(forbidden); i++)
        cr_assert_null(fsm_edge_for(&notice_fsm, "published", forbidden[i]));
}
