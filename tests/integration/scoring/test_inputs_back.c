/* SPDX-License-Identifier: Apache-2.0 */
/* Ballots and sheets set aside, and the list that a list takes the place of. */
#include "acts.h"
#include "correcting.h"

TestSuite(inputs_back, .init = open_with_candidates, .fini = close_stage, .timeout = 120);

static const int64_t points[] = {97000, 96000, 95000, 94000, 93000, 92000, 91000};

static const char *closed_panel(void)
{
    const char *panel = arena_strdup(s.arena, open_seats());

    inspect_all();
    cast_all(panel, points, 7);
    return panel;
}

static Scoring__ProposeList propose_of(const char *run_id)
{
    Scoring__ProposeList q = SCORING__PROPOSE_LIST__INIT;

    q.run_id = (char *)run_id;
    return q;
}

Test(inputs_back, a_ballot_of_a_closed_panel_is_set_aside_by_both_departments)
{
    const char *panel = closed_panel();
    const char *target = arena_printf(s.arena, "%s/X3/E7", panel), *before;
    Scoring__ProposeList q;

    refused_correction("district", SOURCES_DISTRICT, KIND(BALLOT_SET_ASIDE), target,
                       "ballot_panel_open");
    close_seats(panel);
    before = run(panel)->run_id;
    shows(KIND(BALLOT_SET_ASIDE), target, "ballot counts>set_aside");
    corrected("district", SOURCES_DISTRICT, "organisation", KIND(BALLOT_SET_ASIDE), target);
    cr_expect_str_eq(
        sources_value(&s, "select count(*) from counted_ballot where subject_id = 'E7'"), "5");
    cr_expect_str_eq(sources_value(&s, "select count(*) from ballot where subject_id = 'E7'"), "6",
                     "it stays in the ledger");
    q = propose_of(before);
    refused(OFFICER, &q.base, "run_outdated", "run_id");
    q = propose_of(run(panel)->run_id);
    sources_done(&s, OFFICER, &q.base, NULL);
    refused_correction("district", SOURCES_DISTRICT, KIND(BALLOT_SET_ASIDE),
                       arena_printf(s.arena, "%s/X4/E7", panel), "list_proposed");
}

Test(inputs_back, a_list_that_publicity_took_back_makes_room_for_another)
{
    const char *panel = closed_panel(), *first;
    Publicity__ListWithdrawn e = PUBLICITY__LIST_WITHDRAWN__INIT;
    Scoring__ListProposed *said[3];
    Scoring__ProposeList q;

    close_seats(panel);
    q = propose_of(run(panel)->run_id);
    sources_done(&s, OFFICER, &q.base, NULL);
    first = arena_strdup(s.arena, sources_last_id(&s));
    refused(OFFICER, &q.base, "list_proposed", "run_id");
    e.list_id = (char *)first;
    e.programme_id = PROGRAMME;
    e.state = (char *)"withdrawn";
    sources_say(&s, "publicity", SOURCES_DISTRICT, &e.base);
    sources_settle(&s);
    corrected("organisation", SOURCES_DISTRICT, "district", KIND(SHEET_SET_ASIDE),
              sources_value(&s, "select inspection_id from inspection where subject_id = 'E1'"));
    refused(OFFICER, &q.base, "run_outdated", "run_id");
    q = propose_of(run(panel)->run_id);
    sources_done(&s, OFFICER, &q.base, NULL);
    cr_assert_eq(sources_said(&s, &scoring__list_proposed__descriptor, said, 3), 2);
    cr_expect_null(said[0]->replaces);
    cr_expect_str_eq(said[1]->replaces, first);
    for (size_t i = 0; i < said[1]->n_proposed; i++)
        cr_expect_str_neq(said[1]->proposed[i]->subject_id, "E1", "it has no sheet any more");
    refused(OFFICER, &q.base, "list_proposed", "run_id");
}

static void declare(const char *panel, const char *expert_id, const char *subject)
{
    Scoring__DeclareConflict d = SCORING__DECLARE_CONFLICT__INIT;

    d.panel_id = (char *)panel;
    d.subject_id = (char *)subject;
    d.note = (char *)"样例：亲属任职";
    sources_done(&s, EXPERT(expert_id), &d.base, NULL);
}

Test(inputs_back, a_declared_conflict_is_withdrawn_while_the_panel_is_open)
{
    const char *panel = arena_strdup(s.arena, open_seats());
    const char *declared = arena_printf(s.arena, "%s/X3/E1", panel);
    const char *counted = "select count(*) from counted_ballot where subject_id = 'E1'";
    Scoring__CastBallot q = ballot(panel, "E1", 90000);

    refused_correction("district", SOURCES_DISTRICT, KIND(CONFLICT_WITHDRAWN), declared,
                       "not_found");
    refused_correction("district", SOURCES_DISTRICT, KIND(CONFLICT_WITHDRAWN),
                       arena_printf(s.arena, "%s/X1/E1", panel), "conflict_registered");
    sources_done(&s, EXPERT("X3"), &q.base, NULL);
    declare(panel, "X3", "E1");
    cr_expect_str_eq(sources_value(&s, counted), "0");
    shows(KIND(CONFLICT_WITHDRAWN), declared, "conflict declared>withdrawn");
    corrected("district", SOURCES_DISTRICT, "organisation", KIND(CONFLICT_WITHDRAWN), declared);
    cr_expect_str_eq(sources_value(&s, counted), "1",
                     "cast before, it counts as if never declared");
    sources_done(&s, EXPERT("X3"), &q.base, NULL);
    refused_correction("district", SOURCES_DISTRICT, KIND(CONFLICT_WITHDRAWN), declared,
                       "not_found");
    declare(panel, "X3", "E1");
    refused(EXPERT("X3"), &q.base, "ballot_recused", "subject_id");
    cr_expect_str_eq(sources_value(&s, "select count(*) from recusal where expert_id = 'X3'"), "2",
                     "both declarations are on the record");
    cr_expect_str_eq(sources_value(&s, counted), "0");
}

Test(inputs_back, what_the_registry_learned_since_recuses_where_the_declaration_is_withdrawn)
{
    const char *panel = arena_strdup(s.arena, open_seats());
    const char *kinds =
        "select string_agg(kind, ' ' order by kind) from recusal where expert_id = 'X3' and "
        "subject_id = 'E1'";
    const char *standing =
        "select string_agg(kind, ' ') from standing_recusal where expert_id = 'X3'";
    const char *counted = "select count(*) from counted_ballot where subject_id = 'E1'";
    const char *declared = arena_printf(s.arena, "%s/X3/E1", panel);
    Scoring__CastBallot q = ballot(panel, "E1", 90000);
    Scoring__ExpertRecused *said[8];
    Scoring__BallotCast *cast[8];
    size_t n;

    sources_done(&s, EXPERT("X3"), &q.base, NULL);
    declare(panel, "X3", "E1");
    expert("X3", "E1", NULL, NULL);
    sources_settle(&s);
    cr_expect_str_eq(sources_value(&s, standing), "declared", "the first reason stays");
    corrected("district", SOURCES_DISTRICT, "organisation", KIND(CONFLICT_WITHDRAWN), declared);
    cr_expect_str_eq(sources_value(&s, standing), "employer");
    cr_expect_str_eq(sources_value(&s, kinds), "declared employer", "both are on the record");
    cr_expect_str_eq(sources_value(&s, counted), "0");
    n = sources_said(&s, &scoring__expert_recused__descriptor, said, 8);
    cr_assert_eq(n, 2);
    cr_expect_str_eq(said[1]->recusal->kind, "employer");
    cr_expect(said[1]->recusal->set_aside);
    n = sources_said(&s, &scoring__ballot_cast__descriptor, cast, 8);
    cr_expect_eq(cast[n - 1]->ballots, 0);
    refused(EXPERT("X3"), &q.base, "ballot_recused", "subject_id");
    refused_correction("district", SOURCES_DISTRICT, KIND(CONFLICT_WITHDRAWN), declared,
                       "conflict_registered");
}

Test(inputs_back, a_declared_conflict_stands_once_the_panel_is_closed)
{
    const char *panel = closed_panel();

    declare(panel, "X3", "E2");
    close_seats(panel);
    refused_correction("district", SOURCES_DISTRICT, KIND(CONFLICT_WITHDRAWN),
                       arena_printf(s.arena, "%s/X3/E2", panel), "panel_closed");
}

static void stands(const char *id, const char *state)
{
    Intake__ExpertStanding e = INTAKE__EXPERT_STANDING__INIT;

    e.expert_id = (char *)id;
    e.state = (char *)state;
    e.document = (char *)"样例〔2023〕10号";
    sources_say(&s, "intake", SOURCES_CITY, &e.base);
}

Test(inputs_back, an_expert_whose_registration_ended_is_not_seated_until_it_is_restored)
{
    Scoring__OpenPanel q = SCORING__OPEN_PANEL__INIT;

    q.programme_id = PROGRAMME;
    q.title = (char *)"样例评选团";
    q.experts = (char **)seats;
    q.n_experts = ARRAY_LEN(seats);
    stands("X2", "ended");
    refused(OFFICER, &q.base, "panel_expert_unknown", "experts/1");
    stands("X2", "registered");
    sources_done(&s, OFFICER, &q.base, NULL);
}
