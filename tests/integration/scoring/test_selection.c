/* SPDX-License-Identifier: Apache-2.0 */
/* From inspection sheets to the proposed list, through the real service. */
#include "tests/integration/scoring/acts.h"

TestSuite(selection, .init = open_with_candidates, .fini = close_stage, .timeout = 120);

Test(selection, a_preview_changes_nothing_and_bad_rows_are_named)
{
    const char *csv = arena_printf(
        s.arena,
        "%sE1,2023-08-20,18,18,25,25,好\nE2,2023-08-20,21,18,25,25,\nE9,2023-08-20,1,1,1,1,\n"
        "E3,2023-08-20,18,18,25,,\nE4,2023-08-20,18,1x,25,25,\nE1,2023-08-20,18,18,25,25,\n",
        head);
    Scoring__ImportInspectionsReply *r = import(csv, true);
    static const char *const codes[] = {NULL,
                                        "inspection_points",
                                        "inspection_subject",
                                        "inspection_line_missing",
                                        "inspection_points_bad",
                                        "inspection_subject_twice"};

    cr_assert_eq(r->added, 1);
    cr_assert_eq(r->refused, 5);
    for (size_t i = 0; i < 6; i++) {
        cr_assert_eq(r->rows[i]->line, (int)i + 2);
        cr_assert(str_equal(r->rows[i]->code, codes[i]), "line %zu: %s", i + 2, r->rows[i]->code);
    }
    cr_assert_str_eq(r->rows[1]->column, "leadership.organisation");
    cr_assert_str_eq(sources_value(&s, "select count(*) from inspection"), "0");
    cr_assert_eq(import(csv, false)->added, 1);
    cr_assert_str_eq(sources_value(&s, "select total_milli || ' ' || grade from inspection"),
                     "86000 good");
}

Test(selection, a_new_sheet_replaces_and_the_earlier_stays)
{
    cr_assert_eq(
        import(arena_printf(s.arena, "%sE1,2023-08-20,18,18,25,25,\n", head), false)->added, 1);
    cr_assert_eq(
        import(arena_printf(s.arena, "%sE1,2023-08-20,18,18,25,25,\n", head), false)->unchanged, 1);
    cr_assert_eq(
        import(arena_printf(s.arena, "%sE1,2023-08-21,20,20,25,25,\n", head), false)->replaced, 1);
    cr_assert_str_eq(
        sources_value(&s,
                      "select string_agg(total_milli::text, ' ' order by sheet) from inspection"),
        "86000 90000");
    cr_assert_str_eq(sources_value(&s, "select grade from current_inspection"), "excellent");
}

Test(selection, a_sheet_is_refused_with_field_and_reason)
{
    Scoring__RecordInspection q = SCORING__RECORD_INSPECTION__INIT;
    Scoring__InspectionLine line = SCORING__INSPECTION_LINE__INIT, *lines[] = {&line};

    q.programme_id = PROGRAMME;
    q.subject_id = (char *)"E1";
    q.inspected_day = (char *)"2023-08-20";
    q.lines = lines;
    q.n_lines = 1;
    line.rubric_line = (char *)"place";
    line.points_milli = 30001;
    refused(ASSESSOR, &q.base, "inspection_points", "lines/0/points_milli");
    line.points_milli = 30000;
    refused(ASSESSOR, &q.base, "inspection_line_missing", "lines");
    q.subject_id = (char *)"E8";
    refused(ASSESSOR, &q.base, "inspection_subject", "subject_id");
    q.programme_id = (char *)"elsewhere-2023";
    refused(ASSESSOR, &q.base, "not_found", "programme_id");
    refused(OFFICER, &q.base, "forbidden", NULL);
}

Test(selection, conflicts_of_the_registry_and_declared_ones_keep_experts_from_voting)
{
    const char *panel = open_seats();
    Scoring__CastBallot q = ballot(panel, "E1", 90000);
    Scoring__DeclareConflict d = SCORING__DECLARE_CONFLICT__INIT;

    cr_assert_str_eq(
        sources_value(
            &s, "select string_agg(expert_id || subject_id || kind, ' ' order by 1) from recusal"),
        "X1E1employer X2E2link");
    refused(EXPERT("X1"), &q.base, "ballot_recused", "subject_id");
    refused(EXPERT("X9"), &q.base, "panel_not_seated", "panel_id");
    q.points_milli = 100001;
    refused(EXPERT("X3"), &q.base, "ballot_points", "points_milli");
    q.points_milli = 100000;
    sources_done(&s, EXPERT("X3"), &q.base, NULL);
    d.panel_id = (char *)panel;
    d.subject_id = (char *)"E1";
    d.note = (char *)"样例：亲属任职";
    sources_done(&s, EXPERT("X3"), &d.base, NULL);
    refused(EXPERT("X3"), &q.base, "ballot_recused", "subject_id");
    cr_assert_str_eq(
        sources_value(
            &s, "select (select count(*) from ballot) || ' ' || count(*) from counted_ballot"),
        "1 0", "the row stays, it does not count");
}

Test(selection, ballots_are_blind_until_the_panel_closes)
{
    static const int64_t points[] = {80000, 80000, 80000, 80000, 80000, 80000, 80000};
    const char *panel = open_seats();
    Scoring__CastBallot q = ballot(panel, "E3", 91000);
    Scoring__PanelCandidate *c;

    sources_done(&s, EXPERT("X1"), &q.base, NULL);
    c = panel_as(OFFICER, panel)->candidates[2];
    cr_assert_eq(c->ballots, 1);
    cr_assert_not(c->has_mean_milli);
    cr_assert_not(c->has_my_points_milli);
    c = panel_as(EXPERT("X2"), panel)->candidates[2];
    cr_assert_not(c->has_my_points_milli);
    cr_assert_not(c->has_mean_milli);
    c = panel_as(EXPERT("X1"), panel)->candidates[2];
    cr_assert_eq(c->my_points_milli, 91000);
    cast_all(panel, points, 7);
    close_seats(panel);
    c = panel_as(OFFICER, panel)->candidates[2];
    cr_assert_eq(c->mean_milli, 80000, "the later ballot counts");
    withdraw_application("enterprise", "E3");
    sources_settle(&s);
    c = panel_as(OFFICER, panel)->candidates[2];
    cr_assert_str_eq(c->subject_id, "E4");
    cr_assert_eq(c->mean_milli, 80000, "whoever was withdrawn hides nobody's mean");
    refused(EXPERT("X1"), &q.base, "panel_closed", "panel_id");
}

Test(selection, a_panel_stays_open_until_every_candidate_has_its_ballots)
{
    static const int64_t points[] = {80000, 80000, 80000, 80000, 80000, 80000, 80000};
    const char *panel = open_seats();
    Scoring__ClosePanel q = SCORING__CLOSE_PANEL__INIT;

    cast_all(panel, points, 6);
    q.panel_id = (char *)panel;
    refused(OFFICER, &q.base, "panel_ballots_missing", "panel_id");
    withdraw_application("enterprise", "E7");
    sources_settle(&s);
    close_seats(panel);
    cr_assert_str_eq(sources_value(&s, "select state from panel"), "closed");
}

Test(selection, nobody_waits_for_ballots_on_who_is_dissolved)
{
    static const int64_t points[] = {80000, 80000, 80000, 80000, 80000, 80000, 80000};
    const char *panel = open_seats();

    cast_all(panel, points, 6);
    changed("E7", INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "2023-08-30");
    sources_settle(&s);
    close_seats(panel);
    cr_assert_str_eq(sources_value(&s, "select state from panel"), "closed");
}

Test(selection, a_panel_is_not_opened_where_known_conflicts_leave_too_few_experts)
{
    Scoring__OpenPanel q = SCORING__OPEN_PANEL__INIT;

    q.programme_id = PROGRAMME;
    q.title = (char *)"样例评选团";
    q.n_experts = 5;
    q.experts = (char **)seats;
    refused(OFFICER, &q.base, "panel_experts_recused", "experts");
    cr_assert_str_eq(sources_value(&s, "select count(*) from panel"), "0");
    q.n_experts = 6;
    sources_done(&s, OFFICER, &q.base, NULL);
}

Test(selection, conflicts_declared_later_hold_up_nobody_else_and_another_panel_may_be_seated)
{
    static const int64_t points[] = {80000, 80000, 80000, 80000, 80000, 80000, 80000};
    const char *panel = open_seats();
    Scoring__DeclareConflict d = SCORING__DECLARE_CONFLICT__INIT;

    inspect_all();
    cast_all(panel, points, 7);
    d.panel_id = (char *)panel;
    d.subject_id = (char *)"E2";
    d.note = (char *)"样例：亲属任职";
    sources_done(&s, EXPERT("X3"), &d.base, NULL);
    close_seats(panel);
    run(panel);
    cr_assert_str_eq(
        sources_value(&s, "select out_of_rank from run_subject where subject_id = 'E2'"),
        "too_few_ballots", "four ballots where five are needed");
    cr_assert_str_neq(open_seats(), panel, "the bureau may seat another panel");
}

Test(selection, nobody_accepted_late_drops_out_of_the_list_unheard)
{
    static const int64_t points[] = {90000, 89000, 88000, 87000, 86000, 85000, 84000};
    const char *panel = open_seats();
    Scoring__ProposeList p = SCORING__PROPOSE_LIST__INIT;
    Scoring__ListProposed *said[2];

    inspect_all();
    cast_all(panel, points, 7);
    close_seats(panel);
    enterprise("E8");
    accept_application("enterprise", "E8", NULL);
    sources_settle(&s);
    p.run_id = run(panel)->run_id;
    refused(OFFICER, &p.base, "run_candidate_missing", "run_id");
    cr_assert_eq(sources_said(&s, &scoring__list_proposed__descriptor, said, 2), 0);
    withdraw_application("enterprise", "E8");
    sources_settle(&s);
    sources_done(&s, OFFICER, &p.base, NULL);
    cr_assert_eq(sources_said(&s, &scoring__list_proposed__descriptor, said, 2), 1);
    cr_assert_eq(said[0]->n_proposed + said[0]->n_reserve, 7);
}

Test(selection, the_same_inputs_give_the_same_hash_and_every_point_has_a_reason)
{
    static const int64_t points[] = {90000, 89000, 88000, 87000, 86000, 85000, 84000};
    const char *panel = open_seats();
    Scoring__RunScoringReply *one, *two;
    Scoring__GetRunReply *g;

    inspect_all();
    cast_all(panel, points, 7);
    close_seats(panel);
    one = run(panel);
    two = run(panel);
    cr_assert_str_neq(one->run_id, two->run_id);
    cr_assert_str_eq(one->result_sha256, two->result_sha256);
    cr_assert_eq(one->open_ties, 0);
    cr_assert_str_eq(sources_value(&s, "select bool_and(encode(sha256(convert_to(result, 'UTF8')), "
                                       "'hex') = result_sha256) from run"),
                     "t");
    g = get_run(one->run_id, "E1");
    cr_assert_str_eq(g->subjects[0]->subject_id, "E1");
    cr_assert_eq(g->subjects[0]->score_milli, 88400, "0.4 x 86 + 0.6 x 90");
    cr_assert_eq(g->n_explanations, 9);
    cr_assert_str_eq(g->explanations[8]->item, "total");
    cr_assert_eq(g->explanations[8]->points_milli, 88400);
    cr_assert_not_null(strstr(g->explanations[5]->source, "5 ballots, 1 recused"));
    import(arena_printf(s.arena, "%sE7,2023-08-22,18,18,25,24.999,\n", head), false);
    cr_assert_str_neq(run(panel)->result_sha256, one->result_sha256);
}

Test(selection, a_straddling_tie_waits_for_the_joint_decision_and_the_list_is_proposed_once)
{
    static const int64_t points[] = {90000, 89000, 88000, 87000, 80000, 80000, 70000};
    const char *panel = open_seats(), *run_id;
    Scoring__ProposeList p = SCORING__PROPOSE_LIST__INIT;
    Scoring__DecideTie t = SCORING__DECIDE_TIE__INIT;
    Scoring__ListProposed *said[2];
    char *wrong[] = {(char *)"E5", (char *)"E7"}, *order[] = {(char *)"E6", (char *)"E5"};
    Scoring__RunScoringReply *r;

    inspect_all();
    cast_all(panel, points, 7);
    close_seats(panel);
    r = run(panel);
    run_id = r->run_id;
    cr_assert_eq(r->open_ties, 1);
    cr_assert_str_eq(get_run(run_id, NULL)->open_ties[0], "enterprises: E5, E6");
    p.run_id = t.run_id = (char *)run_id;
    refused(OFFICER, &p.base, "tie_open", "run_id");
    t.group = (char *)"enterprises";
    t.document = (char *)"样例：联席会议纪要";
    t.n_order = 2;
    t.order = wrong;
    refused(OFFICER, &t.base, "tie_not_found", "order/1");
    t.order = order;
    sources_done(&s, OFFICER, &t.base, NULL);
    refused(OFFICER, &t.base, "tie_not_found", "order");
    sources_done(&s, OFFICER, &p.base, NULL);
    refused(OFFICER, &p.base, "list_proposed", "run_id");
    cr_assert_eq(sources_said(&s, &scoring__list_proposed__descriptor, said, 2), 1);
    cr_assert_eq(said[0]->n_proposed, 5);
    cr_assert_str_eq(said[0]->proposed[4]->subject_id, "E6");
    cr_assert_eq(said[0]->proposed[4]->rank, 5);
    cr_assert_eq(said[0]->n_reserve, 2);
    cr_assert_str_eq(said[0]->reserve[0]->subject_id, "E5");
    cr_assert_str_eq(said[0]->reserve[1]->subject_id, "E7");
}

Test(selection, whoever_dissolved_or_was_not_inspected_does_not_rank)
{
    static const int64_t points[] = {90000, 89000, 88000, 87000, 86000, 85000, 84000};
    const char *panel = open_seats(), *run_id;
    Scoring__ProposeList p = SCORING__PROPOSE_LIST__INIT;
    Scoring__GetRunReply *g;

    import(arena_printf(s.arena,
                        "%sE1,2023-08-20,18,18,25,25,\nE2,2023-08-20,18,18,25,25,\nE3,2023-08-20,"
                        "18,18,22,21.999,\n",
                        head),
           false);
    cast_all(panel, points, 7);
    close_seats(panel);
    changed("E1", INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "2023-08-25");
    sources_settle(&s);
    run_id = run(panel)->run_id;
    g = get_run(run_id, NULL);
    cr_assert_str_eq(g->subjects[0]->subject_id, "E2");
    cr_assert_eq(g->subjects[0]->rank, 1);
    cr_assert_str_eq(g->subjects[1]->out_of_rank, "dissolved");
    cr_assert_str_eq(g->subjects[2]->out_of_rank, "below_grade");
    cr_assert_str_eq(g->subjects[3]->out_of_rank, "no_inspection");
    withdraw_application("enterprise", "E2");
    sources_settle(&s);
    p.run_id = (char *)run_id;
    refused(OFFICER, &p.base, "run_outdated", "run_id");
}

static void merged(const char *subject, const char *into, const char *on_day)
{
    Intake__SubjectChanged e = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange r = INTAKE__RECORD_CHANGE__INIT;

    r.subject_id = (char *)subject;
    r.into_id = (char *)into;
    r.kind = INTAKE__RECORD_CHANGE__KIND__MERGED;
    r.on_day = (char *)on_day;
    e.change_id = arena_printf(s.arena, "merger-%s", subject);
    e.change = &r;
    sources_say(&s, "intake", SOURCES_CITY, &e.base);
}

Test(selection, whoever_merged_and_is_struck_off_ranks_until_the_other_is_dissolved)
{
    static const int64_t points[] = {90000, 89000, 88000, 87000, 86000, 85000, 84000};
    const char *panel = open_seats(), *run_id;
    Scoring__ProposeList p = SCORING__PROPOSE_LIST__INIT;
    Scoring__GetRunReply *g;

    import(
        arena_printf(s.arena, "%sE1,2023-08-20,18,18,25,25,\nE2,2023-08-20,18,18,25,25,\n", head),
        false);
    cast_all(panel, points, 7);
    close_seats(panel);
    merged("E1", "E9", "2023-08-24");
    changed("E1", INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "2023-08-25");
    sources_settle(&s);
    run_id = run(panel)->run_id;
    g = get_run(run_id, NULL);
    cr_assert_str_eq(g->subjects[0]->subject_id, "E1");
    cr_assert_eq(g->subjects[0]->rank, 1);
    cr_assert_null(g->subjects[0]->out_of_rank);
    changed("E9", INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "2023-08-26");
    sources_settle(&s);
    p.run_id = (char *)run_id;
    refused(OFFICER, &p.base, "run_outdated", "run_id");
    g = get_run(run(panel)->run_id, NULL);
    for (size_t i = 0; i < g->n_subjects; i++)
        if (strcmp(g->subjects[i]->subject_id, "E1") == 0)
            cr_assert_str_eq(g->subjects[i]->out_of_rank, "dissolved");
}

Test(selection, one_changed_ballot_shows_in_the_chain)
{
    const char *panel = open_seats();
    Scoring__CastBallot q = ballot(panel, "E3", 91000);
    Hp__Verify v = HP__VERIFY__INIT;
    Hp__Reply *reply = NULL;
    Hp__VerifyReply *faults;

    sources_done(&s, EXPERT("X1"), &q.base, NULL);
    sources_done(&s, EXPERT("X2"), &q.base, NULL);
    pg_test_run(&s.pg, "update ballot set points_milli = 91001 where seq = 2");
    cr_assert_eq(bus_ask(s.link, s.arena, "scoring",
                         bus_envelope(s.arena, "bus.Verify", SOURCES_DISTRICT, &v.base, 20000),
                         &reply),
                 0);
    faults = hp__verify_reply__unpack((ProtobufCAllocator *)arena_pb(s.arena), reply->payload.len,
                                      reply->payload.data);
    cr_assert_eq(faults->n_faults, 1);
    cr_assert_str_eq(faults->faults[0]->ledger, "ballot");
    cr_assert_eq(faults->faults[0]->seq, 2);
}

Test(selection, a_template_has_the_columns_that_the_import_takes_and_an_example_that_is_no_row)
{
    Scoring__GetInspectionTemplate q = SCORING__GET_INSPECTION_TEMPLATE__INIT;
    const Document__Table *t;
    const char *csv = "", *example = "";
    Scoring__ImportInspectionsReply *r;

    q.programme_id = (char *)PROGRAMME;
    t = sources_done(&s, ASSESSOR, &q.base, &document__table__descriptor);
    cr_assert(t->example);
    cr_assert_str_eq(t->columns[0]->name, "subject_id");
    cr_assert_str_eq(t->columns[t->n_columns - 1]->name, "remark");
    cr_assert_gt(t->n_columns, 5);
    cr_assert(strstr(t->columns[3]->title, ", 0.."), "%s", t->columns[3]->title);
    for (size_t i = 0; i < t->n_columns; i++) {
        csv = arena_printf(s.arena, "%s%s%s", csv, i ? "," : "", t->columns[i]->name);
        example = arena_printf(s.arena, "%s%s", example, i ? "," : "# 310105001-0001");
    }
    r = import(arena_printf(s.arena, "%s\n%s\n", csv, example), false);
    cr_assert_eq(r->added + r->refused, 0);
}
