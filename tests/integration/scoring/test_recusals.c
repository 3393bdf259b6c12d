/* SPDX-License-Identifier: Apache-2.0 */
/* Recusals follow the registry until the panel is closed; a ballot cast before is set aside with the reason. */
#include "tests/integration/scoring/acts.h"

TestSuite(recusals, .init = open_with_candidates, .fini = close_stage, .timeout = 120);

static void merged(const char *subject, const char *into, const char *on_day)
{
    Intake__SubjectChanged e = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange r = INTAKE__RECORD_CHANGE__INIT;

    r.subject_id = (char *)subject;
    r.kind = INTAKE__RECORD_CHANGE__KIND__MERGED;
    r.on_day = (char *)on_day;
    r.into_id = (char *)into;
    e.change_id = arena_printf(s.arena, "merger-%s", subject);
    e.change = &r;
    sources_say(&s, "intake", SOURCES_CITY, &e.base);
    sources_settle(&s);
}

static void serves(const char *enterprise_id, const char *site_id)
{
    Intake__ProjectRegistered e = INTAKE__PROJECT_REGISTERED__INIT;
    Intake__RegisterProject r = INTAKE__REGISTER_PROJECT__INIT;

    r.project_id = arena_printf(s.arena, "%s-P1", site_id);
    r.site_id = (char *)site_id;
    r.enterprise_id = (char *)enterprise_id;
    r.manager_id = (char *)"样例经理";
    r.area_m2 = 1;
    r.from_day = (char *)"2023-08-01";
    e.project = &r;
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
    sources_settle(&s);
}

static void vote(const char *expert_id, const char *panel, const char *subject)
{
    Scoring__CastBallot q = ballot(panel, subject, 80000);

    sources_done(&s, EXPERT(expert_id), &q.base, NULL);
}

/* "X3E3employer" and so on, of those found since the opening. */
static const char *found(const char *expert_id)
{
    return sources_value(
        &s, arena_printf(
                s.arena,
                "select coalesce(string_agg(expert_id || subject_id || kind, ' ' order by 1), '') "
                "from recusal where expert_id = '%s'",
                expert_id));
}

Test(recusals, a_conflict_learnt_while_the_panel_is_open_sets_the_ballot_aside)
{
    const char *panel = open_seats();
    Scoring__CastBallot q = ballot(panel, "E3", 90000);
    Scoring__BallotCast *cast[8];
    Scoring__ExpertRecused *said[8];
    size_t n;

    vote("X3", panel, "E3");
    vote("X4", panel, "E3");
    expert("X3", "E3", NULL, NULL);
    sources_settle(&s);
    cr_assert_str_eq(found("X3"), "X3E3employer");
    cr_assert_str_eq(sources_value(&s,
                                   "select (select count(*) from ballot) || ' ' || count(*) from "
                                   "counted_ballot"),
                     "2 1", "on record, and not counted");
    cr_assert_eq(sources_said(&s, &scoring__expert_recused__descriptor, said, 8), 1);
    cr_assert_str_eq(said[0]->recusal->expert_id, "X3");
    cr_assert_str_eq(said[0]->recusal->kind, "employer");
    cr_assert(said[0]->recusal->set_aside);
    n = sources_said(&s, &scoring__ballot_cast__descriptor, cast, 8);
    cr_assert_eq(n, 3);
    cr_assert_eq(cast[2]->ballots, 1);
    refused(EXPERT("X3"), &q.base, "ballot_recused", "subject_id");
    cr_assert(panel_as(OFFICER, panel)->recusals[2]->set_aside);
    expert("X3", "E3", NULL, NULL);
    sources_settle(&s);
    cr_assert_eq(sources_said(&s, &scoring__expert_recused__descriptor, said, 8), 1,
                 "told again, it is no news");
    expert("X5", NULL, NULL, "E6");
    sources_settle(&s);
    cr_assert_str_eq(found("X5"), "X5E6link");
    cr_assert_eq(sources_said(&s, &scoring__expert_recused__descriptor, said, 8), 2);
    cr_assert_not(said[1]->recusal->set_aside, "he had not voted");
}

Test(recusals, an_employer_that_merges_with_a_candidate_is_the_candidate)
{
    const char *panel;

    enterprise("E8");
    enterprise("E9");
    expert("X4", "E9", NULL, NULL);
    expert("X5", NULL, NULL, "E8");
    sources_settle(&s);
    panel = open_seats();
    cr_assert_str_eq(found("X4"), "");
    vote("X4", panel, "E4");
    merged("E9", "E4", "2023-08-31");
    cr_assert_str_eq(found("X4"), "X4E4employer", "merged into the candidate");
    cr_assert_str_eq(found("X5"), "");
    merged("E5", "E8", "2023-08-31");
    cr_assert_str_eq(found("X5"), "X5E5link", "the candidate goes on in whom he has a link to");
    cr_assert_str_eq(sources_value(&s, "select count(*) from counted_ballot"), "0");
}

Test(recusals, mergers_before_the_opening_are_followed_through_several_steps)
{
    enterprise("E8");
    enterprise("E9");
    expert("X4", "E9", NULL, NULL);
    merged("E9", "E8", "2022-01-01");
    merged("E8", "E4", "2023-01-01");
    open_seats();
    cr_assert_str_eq(found("X4"), "X4E4employer");
}

Test(recusals, whoever_comes_to_serve_a_candidate_brings_his_employees_conflicts)
{
    site("C1", false);
    accept_application("compound", "C1", "E7");
    enterprise("E9");
    expert("X6", "E9", NULL, NULL);
    sources_settle(&s);
    open_seats();
    cr_assert_str_eq(found("X6"), "");
    serves("E9", "C1");
    cr_assert_str_eq(found("X6"), "X6C1employer");
    expert("X6", "E9", "C1", NULL);
    sources_settle(&s);
    cr_assert_str_eq(found("X6"), "X6C1employer", "the first reason stays");
}

Test(recusals, what_is_dated_later_is_found_at_the_closing)
{
    static const int64_t points[] = {80000, 80000, 80000, 80000, 80000, 80000, 80000};
    const char *panel;

    enterprise("E9");
    expert("X4", "E9", NULL, NULL);
    sources_settle(&s);
    panel = open_seats();
    cast_all(panel, points, 7);
    merged("E9", "E4", "2023-09-10");
    cr_assert_str_eq(found("X4"), "", "not yet");
    sources_clock(&s, "2023-09-11T08:00:00+08:00");
    close_seats(panel);
    cr_assert_str_eq(found("X4"), "X4E4employer");
    cr_assert_str_eq(
        sources_value(&s, "select count(*) from counted_ballot where subject_id = 'E4'"), "5");
}

Test(recusals, a_closed_panel_is_judged_no_more)
{
    static const int64_t points[] = {80000, 80000, 80000, 80000, 80000, 80000, 80000};
    const char *panel = open_seats();

    cast_all(panel, points, 7);
    close_seats(panel);
    expert("X3", "E3", NULL, NULL);
    sources_settle(&s);
    cr_assert_str_eq(found("X3"), "");
}
