/* SPDX-License-Identifier: Apache-2.0 */
/* Seats of an open panel: added, replaced, by a day, with a declaration before and a hand-in after. */
#include "acts.h"

TestSuite(seats, .init = open_with_candidates, .fini = close_stage, .timeout = 120);

static const char *panel;

static void open_formal(void)
{
    Scoring__OpenPanel q = SCORING__OPEN_PANEL__INIT;

    q.programme_id = PROGRAMME;
    q.title = (char *)"样例评选团";
    q.n_experts = 6;
    q.experts = (char **)seats;
    q.due_day = (char *)"2023-09-20";
    q.statement = (char *)"样例：独立评分";
    q.has_submission = q.submission = true;
    sources_done(&s, OFFICER, &q.base, NULL);
    panel = arena_strdup(s.arena, sources_last_id(&s));
}

static Scoring__GetPanelReply *seen_by(const char *expert_id)
{
    Scoring__GetPanel q = SCORING__GET_PANEL__INIT;

    q.panel_id = (char *)panel;
    return expert_id
               ? sources_done(&s, EXPERT(expert_id), &q.base, &scoring__get_panel_reply__descriptor)
               : sources_done(&s, OFFICER, &q.base, &scoring__get_panel_reply__descriptor);
}

static void state_by(const char *expert_id)
{
    Scoring__MakeStatement q = SCORING__MAKE_STATEMENT__INIT;

    q.panel_id = (char *)panel;
    sources_done(&s, EXPERT(expert_id), &q.base, NULL);
}

static void vote(const char *expert_id, int from)
{
    for (int i = from; i <= 7; i++) {
        Scoring__CastBallot q = ballot(panel, arena_printf(s.arena, "E%d", i), 90000 + i);

        sources_done(&s, EXPERT(expert_id), &q.base, NULL);
    }
}

static Scoring__SubmitBallots submission(const char *sha256)
{
    Scoring__SubmitBallots q = SCORING__SUBMIT_BALLOTS__INIT;

    q.panel_id = (char *)panel;
    q.ballots_sha256 = (char *)sha256;
    return q;
}

Test(seats, an_expert_declares_votes_and_hands_in_what_he_looked_at)
{
    Scoring__CastBallot q;
    Scoring__SubmitBallots hand_in;
    const char *before;

    open_formal();
    q = ballot(panel, "E3", 90000);
    refused(EXPERT("X3"), &q.base, "statement_missing", "panel_id");
    state_by("X3");
    state_by("X3");
    vote("X3", 2);
    hand_in = submission("00");
    refused(EXPERT("X3"), &hand_in.base, "submission_incomplete", "panel_id");
    vote("X3", 1);
    before = seen_by("X3")->my_ballots_sha256;
    q = ballot(panel, "E3", 81000);
    sources_done(&s, EXPERT("X3"), &q.base, NULL);
    hand_in = submission(before);
    refused(EXPERT("X3"), &hand_in.base, "submission_other", "ballots_sha256");
    hand_in = submission(seen_by("X3")->my_ballots_sha256);
    sources_done(&s, EXPERT("X3"), &hand_in.base, NULL);
    refused(EXPERT("X3"), &q.base, "ballots_submitted", "panel_id");
    refused(EXPERT("X3"), &hand_in.base, "ballots_submitted", "panel_id");
    cr_expect(seen_by("X3")->experts[0]->has_submitted_at);
    cr_expect_eq(seen_by("X3")->n_experts, 1, "of the others he is told nothing");
    cr_expect_eq(seen_by(NULL)->n_experts, 6);
}

Test(seats, a_panel_is_not_closed_before_all_handed_in_unless_it_says_why)
{
    Scoring__ClosePanel close = SCORING__CLOSE_PANEL__INIT;
    static const char *const who[] = {"X1", "X2", "X3", "X4", "X5", "X6"};

    open_formal();
    for (int x = 0; x < 6; x++) {
        state_by(who[x]);
        for (int i = 1; i <= 7; i++) {
            Scoring__CastBallot q = ballot(panel, arena_printf(s.arena, "E%d", i), 90000);

            if (x + 1 != i || x > 1)
                sources_done(&s, EXPERT(who[x]), &q.base, NULL);
        }
    }
    close.panel_id = (char *)panel;
    refused(OFFICER, &close.base, "panel_unsubmitted", "reason");
    close.reason = (char *)"样例：专家出差";
    sources_done(&s, OFFICER, &close.base, NULL);
    cr_expect_str_eq(seen_by(NULL)->state, "closed");
}

Test(seats, a_seat_given_up_counts_no_more_and_the_new_one_stands_aside_by_the_registry)
{
    Scoring__AddExpert q = SCORING__ADD_EXPERT__INIT;
    Scoring__AddExpertReply *reply;
    Scoring__CastBallot late;

    open_formal();
    state_by("X3");
    vote("X3", 1);
    expert("X7", "E4", NULL, NULL);
    sources_settle(&s);
    q.panel_id = (char *)panel;
    q.expert_id = (char *)"X7";
    q.replaces = (char *)"X9";
    q.reason = (char *)"样例：因病";
    refused(OFFICER, &q.base, "panel_seat_missing", "replaces");
    q.replaces = (char *)"X3";
    reply = sources_done(&s, OFFICER, &q.base, &scoring__add_expert_reply__descriptor);
    cr_assert_eq(reply->n_recusals, 1);
    cr_expect_str_eq(reply->recusals[0]->subject_id, "E4");
    late = ballot(panel, "E2", 90000);
    refused(EXPERT("X3"), &late.base, "panel_not_seated", "panel_id");
    cr_expect_str_eq(sources_value(&s, "select count(*) from counted_ballot"), "0");
    cr_expect_str_eq(sources_value(&s, "select count(*) from ballot"), "7");
    q.replaces = NULL;
    refused(OFFICER, &q.base, "panel_seat_taken", "expert_id");
    q.expert_id = (char *)"X3";
    sources_done(&s, OFFICER, &q.base, NULL);
    cr_expect_str_eq(sources_value(&s, "select count(*) from counted_ballot"), "7",
                     "the seat is given back");
}

Test(seats, the_day_to_vote_by_holds_until_a_later_one_is_given)
{
    Scoring__ExtendPanel q = SCORING__EXTEND_PANEL__INIT;
    Scoring__ListMyPanels mine = SCORING__LIST_MY_PANELS__INIT;
    Scoring__ListMyPanelsReply *list;
    Scoring__CastBallot b;

    open_formal();
    state_by("X3");
    b = ballot(panel, "E3", 90000);
    sources_clock(&s, "2023-09-20T23:59:59+08:00");
    sources_done(&s, EXPERT("X3"), &b.base, NULL);
    sources_clock(&s, "2023-09-21T00:00:00+08:00");
    refused(EXPERT("X3"), &b.base, "panel_due_over", "panel_id");
    q.panel_id = (char *)panel;
    q.reason = (char *)"样例：材料补充";
    q.due_day = (char *)"2023-09-20";
    refused(OFFICER, &q.base, "panel_due_past", "due_day");
    q.due_day = (char *)"2023-09-25";
    sources_done(&s, OFFICER, &q.base, NULL);
    sources_done(&s, EXPERT("X3"), &b.base, NULL);
    q.due_day = (char *)"2023-09-24";
    refused(OFFICER, &q.base, "panel_due_earlier", "due_day");
    list = sources_done(&s, EXPERT("X3"), &mine.base, &scoring__list_my_panels_reply__descriptor);
    cr_assert_eq(list->n_panels, 1);
    cr_expect_str_eq(list->panels[0]->due_day, "2023-09-25");
    cr_expect_eq(list->panels[0]->n_experts, 1);
}

/* ---- several panels ---- */

static Hp__Reply *opened_for(const char *category)
{
    Scoring__OpenPanel q = SCORING__OPEN_PANEL__INIT;
    char *categories[] = {(char *)category};

    q.programme_id = PROGRAMME;
    q.title = (char *)"样例评选团";
    q.n_experts = 6;
    q.experts = (char **)seats;
    q.categories = categories;
    q.n_categories = 1;
    return sources_ask(&s, OFFICER, &q.base);
}

static const char *panel_for(const char *category)
{
    cr_assert_eq(opened_for(category)->status, HP__REPLY__STATUS__DONE);
    return arena_strdup(s.arena, sources_last_id(&s));
}

Test(seats, panels_of_different_categories_judge_beside_each_other_and_one_run_rests_on_all)
{
    static const int64_t points[] = {97000, 96000, 95000, 94000, 93000, 92000, 91000};
    Scoring__RunScoring q = SCORING__RUN_SCORING__INIT;
    const char *enterprises, *compounds;
    char *more[1];

    site("310105001-0001", false);
    accept_application("compound", "310105001-0001", "310105001");
    sources_settle(&s);
    cr_assert_str_eq(opened_for("school")->code, "value_unknown");
    enterprises = panel_for("enterprise");
    cr_assert_str_eq(opened_for("enterprise")->code, "panel_open_already");
    compounds = panel_for("compound");
    panel = compounds;
    cr_assert_eq(seen_by(NULL)->n_categories, 1);
    cr_expect_str_eq(seen_by(NULL)->categories[0], "compound");
    inspect_all();
    cast_all(enterprises, points, 7);
    for (int x = 1; x <= 6; x++) {
        Scoring__CastBallot b = ballot(compounds, "310105001-0001", 88000);

        sources_done(&s, EXPERT(seats[x - 1]), &b.base, NULL);
    }
    close_seats(enterprises);
    q.programme_id = PROGRAMME;
    q.panel_id = (char *)enterprises;
    more[0] = (char *)compounds;
    q.more_panels = more;
    q.n_more_panels = 1;
    refused(OFFICER, &q.base, "run_panel_open", "more_panels/0");
    close_seats(compounds);
    more[0] = (char *)enterprises;
    refused(OFFICER, &q.base, "run_panel_twice", "more_panels/0");
    more[0] = (char *)compounds;
    sources_done(&s, OFFICER, &q.base, NULL);
    cr_expect_str_eq(sources_value(&s, "select count(*) from run_subject"), "8");
    cr_expect_str_eq(get_run(sources_last_id(&s), NULL)->state, "current");
    more[0] = (char *)panel_for("enterprise");
    cast_all(more[0], points, 7);
    close_seats(more[0]);
    refused(OFFICER, &q.base, "run_candidate_twice", "more_panels");
}
