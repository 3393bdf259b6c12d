/* SPDX-License-Identifier: Apache-2.0 */
/* Nothing stale becomes final: runs and lists whose inputs changed, and why. */
#include "acts.h"
#include "correcting.h"

TestSuite(outdated, .init = open_with_candidates, .fini = close_stage, .timeout = 120);

static const int64_t points[] = {97000, 96000, 95000, 94000, 93000, 92000, 91000};

/* A panel that has voted on all seven and is closed. */
static const char *voted(void)
{
    const char *panel = arena_strdup(s.arena, open_seats());

    inspect_all();
    cast_all(panel, points, 7);
    close_seats(panel);
    return panel;
}

static const char *run_of(const char *panel)
{
    return arena_strdup(s.arena, run(panel)->run_id);
}

/* What made the run outdated, as "kind subject;..."; "" and state current: nothing. */
static const char *causes_of(const char *run_id)
{
    Scoring__GetRunReply *g = get_run(run_id, NULL);
    const char *text = "";

    cr_assert_str_eq(g->state, g->n_outdated_by ? "outdated" : "current");
    for (size_t i = 0; i < g->n_outdated_by; i++)
        text = arena_printf(s.arena, "%s%s%s %s", text, i ? ";" : "", g->outdated_by[i]->kind,
                            g->outdated_by[i]->subject_id ? g->outdated_by[i]->subject_id : "all");
    return text;
}

static const Scoring__RunCause *cause_of(const char *run_id)
{
    Scoring__GetRunReply *g = get_run(run_id, NULL);

    cr_assert_eq(g->n_outdated_by, 1);
    return g->outdated_by[0];
}

static Hp__Reply *propose(const char *run_id)
{
    Scoring__ProposeList q = SCORING__PROPOSE_LIST__INIT;

    q.run_id = (char *)run_id;
    return sources_ask(&s, OFFICER, &q.base);
}

/* The list of the run is refused, and the refusal names what changed. */
static void cannot_be_proposed(const char *run_id, const char *subject, const char *kind,
                               const char *id)
{
    Hp__Reply *r = propose(run_id);

    cr_assert_str_eq(r->code, "run_outdated");
    cr_assert_eq(r->n_args, 3);
    cr_expect_str_eq(r->args[0], subject);
    cr_expect_str_eq(r->args[1], kind);
    cr_expect_str_eq(r->args[2], id);
}

static void can_be_proposed(const char *run_id)
{
    cr_assert_eq(propose(run_id)->status, HP__REPLY__STATUS__DONE);
}

static void taken_back(const char *subject, Intake__RecordChange__Kind kind)
{
    Intake__SubjectChangeTakenBack e = INTAKE__SUBJECT_CHANGE_TAKEN_BACK__INIT;
    Intake__RecordChange r = INTAKE__RECORD_CHANGE__INIT;

    r.subject_id = (char *)subject;
    r.kind = kind;
    r.on_day = (char *)"2023-08-30";
    e.change_id = arena_printf(s.arena, "change-%s-%d", subject, (int)kind);
    e.change = &r;
    e.name = (char *)subject;
    e.authority = arena_new_one(s.arena, Correction__Authority);
    correction__authority__init(e.authority);
    e.authority->reason = e.authority->document = (char *)"样例";
    sources_say(&s, "intake", SOURCES_CITY, &e.base);
    sources_settle(&s);
}

Test(outdated, a_replaced_sheet_makes_the_run_outdated_and_another_run_is_current)
{
    const char *panel = voted(), *first = run_of(panel), *second, *sheet;
    Scoring__ListRuns q = SCORING__LIST_RUNS__INIT;
    Scoring__ListRunsReply *l;

    cr_expect_str_eq(causes_of(first), "");
    import(arena_printf(s.arena, "%sE7,2023-08-22,18,18,25,24,\n", head), false);
    cr_expect_str_eq(causes_of(first), "inspection E7");
    sheet = arena_strdup(
        s.arena,
        sources_value(&s, "select inspection_id from current_inspection where subject_id = 'E7'"));
    cr_expect_str_eq(cause_of(first)->id, sheet);
    cr_expect(cause_of(first)->has_at);
    cannot_be_proposed(first, "E7", "inspection", sheet);
    second = run_of(panel);
    cr_expect_str_eq(causes_of(second), "");
    q.programme_id = PROGRAMME;
    l = sources_done(&s, OFFICER, &q.base, &scoring__list_runs_reply__descriptor);
    cr_assert_eq(l->n_runs, 2);
    for (size_t i = 0; i < 2; i++)
        cr_expect_str_eq(l->runs[i]->state,
                         str_equal(l->runs[i]->run_id, first) ? "outdated" : "current");
    can_be_proposed(second);
}

Test(outdated, a_sheet_set_aside_counts_the_one_before_and_its_correction_is_named)
{
    const char *panel = voted(), *run_id;

    import(arena_printf(s.arena, "%sE7,2023-08-22,18,18,25,24,\n", head), false);
    run_id = run_of(panel);
    corrected(
        "organisation", SOURCES_DISTRICT, "district", KIND(SHEET_SET_ASIDE),
        sources_value(&s, "select inspection_id from current_inspection where subject_id = 'E7'"));
    cr_expect_str_eq(causes_of(run_id), "correction E7");
    cannot_be_proposed(run_id, "E7", "correction",
                       sources_value(&s, "select correction_id from set_aside"));
    can_be_proposed(run_of(panel));
}

Test(outdated, a_ballot_set_aside_makes_the_run_outdated_by_the_correction)
{
    const char *panel = voted(), *run_id = run_of(panel);

    corrected("district", SOURCES_DISTRICT, "organisation", KIND(BALLOT_SET_ASIDE),
              arena_printf(s.arena, "%s/X3/E7", panel));
    cr_expect_str_eq(causes_of(run_id), "correction E7");
    cannot_be_proposed(run_id, "E7", "correction",
                       sources_value(&s, "select correction_id from set_aside"));
    can_be_proposed(run_of(panel));
}

Test(outdated, a_candidate_that_was_withdrawn_is_named_with_its_application)
{
    const char *panel = voted(), *run_id = run_of(panel);

    withdraw_application("enterprise", "E2");
    sources_settle(&s);
    cr_expect_str_eq(causes_of(run_id), "application E2");
    cannot_be_proposed(run_id, "E2", "application", "application-E2");
    can_be_proposed(run_of(panel));
}

Test(outdated, all_that_changed_is_named_at_once)
{
    const char *run_id = run_of(voted());
    Hp__Reply *r;

    withdraw_application("enterprise", "E2");
    sources_settle(&s);
    import(arena_printf(s.arena, "%sE3,2023-08-22,18,18,25,24,\n", head), false);
    cr_expect_str_eq(causes_of(run_id), "application E2;inspection E3");
    r = propose(run_id);
    cr_assert_str_eq(r->code, "run_outdated");
    cr_assert_eq(r->n_more, 1);
    cr_expect_str_eq(r->more[0]->args[0], "E3");
}

Test(outdated, a_change_taken_back_makes_the_run_current_that_did_not_know_of_it)
{
    const char *panel = voted(), *before = run_of(panel), *between;

    changed("E3", INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "2023-08-30");
    sources_settle(&s);
    cr_expect_str_eq(causes_of(before), "change E3");
    cr_expect_str_eq(cause_of(before)->id,
                     arena_printf(s.arena, "change-E3-%d", INTAKE__RECORD_CHANGE__KIND__DISSOLVED));
    between = run_of(panel);
    taken_back("E3", INTAKE__RECORD_CHANGE__KIND__DISSOLVED);
    cr_expect_str_eq(causes_of(before), "");
    cr_expect_str_eq(causes_of(between), "change E3");
    cr_expect_eq(propose(between)->status, HP__REPLY__STATUS__REFUSED);
    can_be_proposed(before);
}

Test(outdated, a_newer_version_of_the_programme_makes_the_run_outdated)
{
    const char *panel = voted(), *run_id = run_of(panel);

    publish_version(2);
    sources_settle(&s);
    cr_expect_str_eq(causes_of(run_id), "programme all");
    cannot_be_proposed(run_id, PROGRAMME, "programme", "changning-property-2023/2");
    can_be_proposed(run_of(panel));
}

Test(outdated, a_tie_is_decided_on_the_newest_inputs_alone)
{
    static const int64_t tied[] = {90000, 89000, 88000, 87000, 80000, 80000, 70000};
    const char *panel = arena_strdup(s.arena, open_seats());
    Scoring__DecideTie t = SCORING__DECIDE_TIE__INIT;
    char *order[] = {(char *)"E6", (char *)"E5"};

    inspect_all();
    cast_all(panel, tied, 7);
    close_seats(panel);
    t.run_id = (char *)run_of(panel);
    t.group = (char *)"enterprises";
    t.document = (char *)"样例：联席会议纪要";
    t.n_order = 2;
    t.order = order;
    import(arena_printf(s.arena, "%sE5,2023-08-22,18,18,25,24,\n", head), false);
    refused(OFFICER, &t.base, "run_outdated", "run_id");
}

static void condition(const char *subject, bool met, const char *deduction_id)
{
    Intake__ConditionsChanged e = INTAKE__CONDITIONS_CHANGED__INIT;
    Intake__ConditionCheck k = INTAKE__CONDITION_CHECK__INIT, *conditions[] = {&k};
    Intake__Cause by = INTAKE__CAUSE__INIT;

    e.application = application("enterprise", subject, NULL);
    k.id = (char *)"no-bad-record";
    k.title = k.limit = (char *)"样例";
    k.fact = (char *)(met ? "0" : "1");
    k.met = met;
    e.conditions = conditions;
    e.n_conditions = 1;
    by.kind = (char *)"deduction";
    by.id = (char *)deduction_id;
    by.at = 1;
    e.by = &by;
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
    sources_settle(&s);
}

Test(outdated, a_condition_that_is_unmet_now_puts_the_candidate_out_until_it_is_met_again)
{
    const char *panel = voted(), *before = run_of(panel), *between;
    Scoring__GetRunReply *g;

    condition("E2", false, "deduction-1");
    cr_expect_str_eq(causes_of(before), "deduction E2");
    cannot_be_proposed(before, "E2", "deduction", "deduction-1");
    between = run_of(panel);
    g = get_run(between, NULL);
    for (size_t i = 0; i < g->n_subjects; i++)
        if (str_equal(g->subjects[i]->subject_id, "E2"))
            cr_expect_str_eq(g->subjects[i]->out_of_rank, "condition_unmet");
    condition("E2", true, "deduction-2");
    cr_expect_str_eq(causes_of(before), "");
    cr_expect_str_eq(causes_of(between), "deduction E2");
    cannot_be_proposed(between, "E2", "deduction", "deduction-2");
}

/* ---- a list that stands ---- */

Test(outdated, a_list_is_overtaken_by_a_condition_that_is_unmet_now)
{
    Scoring__ListOvertaken *said[8];

    can_be_proposed(run_of(voted()));
    condition("E2", false, "deduction-1");
    cr_assert_eq(sources_said(&s, &scoring__list_overtaken__descriptor, said, 8), 1);
    cr_expect_str_eq(said[0]->causes[0]->kind, "deduction");
    cr_expect_str_eq(said[0]->causes[0]->id, "deduction-1");
    cr_expect_str_eq(said[0]->causes[0]->subject_id, "E2");
}

static size_t overtaken(Scoring__ListOvertaken **said)
{
    return sources_said(&s, &scoring__list_overtaken__descriptor, said, 8);
}

Test(outdated, a_list_that_stands_is_overtaken_by_a_new_sheet_and_says_so_once)
{
    Scoring__ListOvertaken *said[8];

    can_be_proposed(run_of(voted()));
    cr_expect_eq(overtaken(said), 0);
    import(arena_printf(s.arena, "%sE7,2023-08-22,18,18,25,24,\n", head), false);
    import(arena_printf(s.arena, "%sE7,2023-08-22,18,18,25,24,\n", head), false);
    cr_assert_eq(overtaken(said), 1, "an unchanged row overtakes nothing");
    cr_assert_eq(said[0]->n_causes, 1);
    cr_expect_str_eq(said[0]->causes[0]->kind, "inspection");
    cr_expect_str_eq(said[0]->causes[0]->subject_id, "E7");
}

Test(outdated, a_list_follows_who_is_dissolved_by_its_own_rules)
{
    Scoring__ListOvertaken *said[8];

    can_be_proposed(run_of(voted()));
    changed("E3", INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "2023-08-30");
    sources_settle(&s);
    cr_expect_eq(overtaken(said), 0, "publicity removes the entry and the reserve moves up");
}

Test(outdated, a_list_is_overtaken_when_what_had_put_somebody_out_is_taken_back)
{
    Scoring__ListOvertaken *said[8];
    const char *panel = voted();

    changed("E3", INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "2023-08-30");
    sources_settle(&s);
    can_be_proposed(run_of(panel));
    taken_back("E3", INTAKE__RECORD_CHANGE__KIND__DISSOLVED);
    cr_assert_eq(overtaken(said), 1);
    cr_expect_str_eq(said[0]->causes[0]->kind, "change");
    cr_expect_str_eq(said[0]->causes[0]->subject_id, "E3");
    changed("E3", INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "2023-08-31");
    sources_settle(&s);
    cr_assert_eq(overtaken(said), 2);
    cr_expect_eq(said[1]->n_causes, 0, "it is out again, as the list has it");
}

Test(outdated, nothing_overtakes_a_list_that_is_final)
{
    Publicity__ListFinalised e = PUBLICITY__LIST_FINALISED__INIT;
    Scoring__ListOvertaken *said[8];

    can_be_proposed(run_of(voted()));
    e.list_id = (char *)sources_last_id(&s);
    e.programme_id = PROGRAMME;
    e.document = (char *)"样例";
    sources_say(&s, "publicity", SOURCES_DISTRICT, &e.base);
    publish_version(2);
    sources_settle(&s);
    cr_expect_eq(overtaken(said), 0);
}

/* ---- sheets after the panel was opened ---- */

static Scoring__RecordInspection sheet_of_e1(void)
{
    static const char *const lines[] = {"leadership.organisation", "leadership.members", "place",
                                        "benefit"};
    Scoring__RecordInspection q = SCORING__RECORD_INSPECTION__INIT;

    q.programme_id = PROGRAMME;
    q.subject_id = (char *)"E1";
    q.inspected_day = (char *)"2023-08-20";
    q.lines = arena_new_array(s.arena, Scoring__InspectionLine *, 4);
    for (q.n_lines = 0; q.n_lines < 4; q.n_lines++) {
        Scoring__InspectionLine *line = arena_new_one(s.arena, Scoring__InspectionLine);

        scoring__inspection_line__init(line);
        line->rubric_line = (char *)lines[q.n_lines];
        line->points_milli = 18000;
        q.lines[q.n_lines] = line;
    }
    return q;
}

Test(outdated, a_sheet_once_the_panel_is_open_says_why_and_the_explanation_shows_it)
{
    Scoring__RecordInspection q = sheet_of_e1();
    Scoring__ImportInspections f = SCORING__IMPORT_INSPECTIONS__INIT;
    Scoring__ImportInspectionsReply *rows;
    Scoring__GetRunReply *g;
    const char *panel;

    q.reason = (char *)"没有意义的理由";
    sources_done(&s, ASSESSOR, &q.base, NULL);
    cr_expect_str_eq(sources_value(&s, "select count(reason) from inspection"), "0",
                     "before the panel none is needed, and none kept");
    q.reason = NULL;
    panel = arena_strdup(s.arena, open_seats());
    refused(ASSESSOR, &q.base, "inspection_reason_missing", "reason");
    f.programme_id = PROGRAMME;
    f.csv = arena_printf(s.arena, "%sE2,2023-08-20,18,18,25,25,\n", head);
    rows = sources_done(&s, ASSESSOR, &f.base, &scoring__import_inspections_reply__descriptor);
    cr_assert_eq(rows->refused, 1);
    cr_expect_str_eq(rows->rows[0]->code, "inspection_reason_missing");
    q.reason = (char *)"样例：初测漏项，补测";
    sources_done(&s, ASSESSOR, &q.base, NULL);
    cast_all(panel, points, 7);
    close_seats(panel);
    g = get_run(run_of(panel), "E1");
    for (size_t i = 0; i < g->n_explanations; i++)
        if (str_equal(g->explanations[i]->item, "inspection"))
            cr_expect_not_null(strstr(g->explanations[i]->source, "初测漏项，补测"));
    cr_expect_str_eq(sources_value(&s, "select reason from current_inspection"),
                     "样例：初测漏项，补测");
}
