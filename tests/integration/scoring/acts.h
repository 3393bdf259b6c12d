/* SPDX-License-Identifier: Apache-2.0 */
/* acts - candidates, a panel and its run, for tests of what leads to a list */
#pragma once
#include "tests/integration/scoring/stage.h"

static const char *const seats[] = {"X1", "X2", "X3", "X4", "X5", "X6"};
UNUSED static const char head[] =
    "subject_id,inspected_day,leadership.organisation,leadership.members,place,benefit,remark\n";

/* Seven enterprises E1..E7, six experts; X1 works for E1, X2 has a link to E2. */
UNUSED static void open_with_candidates(void)
{
    open_stage();
    publish();
    for (int i = 1; i <= 7; i++) {
        const char *id = arena_printf(s.arena, "E%d", i);

        enterprise(id);
        accept_application("enterprise", id, NULL);
    }
    expert("X1", "E1", NULL, NULL);
    expert("X2", NULL, NULL, "E2");
    for (int i = 3; i <= 6; i++)
        expert(seats[i - 1], NULL, NULL, NULL);
    sources_settle(&s);
}

UNUSED static const char *open_seats(void)
{
    Scoring__OpenPanel q = SCORING__OPEN_PANEL__INIT;

    q.programme_id = PROGRAMME;
    q.title = (char *)"样例评选团";
    q.n_experts = 6;
    q.experts = (char **)seats;
    sources_done(&s, OFFICER, &q.base, NULL);
    return sources_last_id(&s);
}

UNUSED static Scoring__CastBallot ballot(const char *panel, const char *subject,
                                         int64_t points_milli)
{
    Scoring__CastBallot q = SCORING__CAST_BALLOT__INIT;

    q.panel_id = (char *)panel;
    q.subject_id = (char *)subject;
    q.points_milli = points_milli;
    return q;
}

UNUSED static void cast_all(const char *panel, const int64_t *points, int n)
{
    for (int i = 1; i <= n; i++)
        for (int x = 1; x <= 6; x++) {
            Scoring__CastBallot q = ballot(panel, arena_printf(s.arena, "E%d", i), points[i - 1]);

            if (x != i || x > 2)
                sources_done(&s, EXPERT(seats[x - 1]), &q.base, NULL);
        }
}

UNUSED static void close_seats(const char *panel)
{
    Scoring__ClosePanel q = SCORING__CLOSE_PANEL__INIT;

    q.panel_id = (char *)panel;
    sources_done(&s, OFFICER, &q.base, NULL);
}

UNUSED static Scoring__RunScoringReply *run(const char *panel)
{
    Scoring__RunScoring q = SCORING__RUN_SCORING__INIT;

    q.programme_id = PROGRAMME;
    q.panel_id = (char *)panel;
    return sources_done(&s, OFFICER, &q.base, &scoring__run_scoring_reply__descriptor);
}

UNUSED static void inspect_all(void)
{
    struct str csv = STR_INIT;

    str_add(&csv, head);
    for (int i = 1; i <= 7; i++)
        str_printf(&csv, "E%d,2023-08-20,18,18,25,25,\n", i);
    cr_assert_eq(import(csv.text, false)->added, 7);
    str_release(&csv);
}

UNUSED static Scoring__GetPanelReply *panel_as(const char *role, const char *region,
                                               const char *subject, const char *panel)
{
    Scoring__GetPanel q = SCORING__GET_PANEL__INIT;

    q.panel_id = (char *)panel;
    return sources_done(&s, role, region, subject, &q.base, &scoring__get_panel_reply__descriptor);
}

UNUSED static Scoring__GetRunReply *get_run(const char *run_id, const char *subject)
{
    Scoring__GetRun q = SCORING__GET_RUN__INIT;

    q.run_id = (char *)run_id;
    q.subject_id = (char *)subject;
    return sources_done(&s, OFFICER, &q.base, &scoring__get_run_reply__descriptor);
}
