/* SPDX-License-Identifier: Apache-2.0 */
/* What is judged while something of it is being committed. */
#include "tests/integration/scoring/acts.h"
#include "tests/support/beside.h"
#include "tests/support/pg_test.h"

static void stage(void)
{
    beside_patient();
    open_with_candidates();
}

TestSuite(beside, .init = stage, .fini = close_stage, .timeout = 120);

/* The first is at its commit when the second begins; both are done. Their ids. */
static void both_done(const char *type, Hp__Envelope *first, Hp__Envelope *second,
                      const char *ret_ids[2])
{
    const Hp__Envelope *envs[] = {first, second};
    Hp__Reply *replies[2];

    beside_hold(&s.pg, "log", arena_printf(s.arena, "new.type = '%s'", type));
    beside_meet(&s.pg, "scoring", s.dir, first, s.dir, second, s.arena, replies);
    for (int i = 0; i < 2; i++) {
        struct uuid id;

        cr_assert_eq(replies[i]->status, HP__REPLY__STATUS__DONE, "%d: %s", i,
                     replies[i]->code ? replies[i]->code : "");
        memcpy(id.bytes, envs[i]->message_id.data, sizeof(id.bytes));
        ret_ids[i] = uuid_format(&id, arena_alloc(s.arena, UUID_TEXT));
    }
}

/* A sheet of E1 of 90 points. */
static Hp__Envelope *sheet(void)
{
    static const char *const names[] = {"leadership.organisation", "leadership.members", "place",
                                        "benefit"};
    static const int64_t points[] = {20000, 20000, 25000, 25000};
    Scoring__RecordInspection q = SCORING__RECORD_INSPECTION__INIT;
    Scoring__InspectionLine rows[4], *lines[4];

    for (int i = 0; i < 4; i++) {
        rows[i] = (Scoring__InspectionLine)SCORING__INSPECTION_LINE__INIT;
        rows[i].rubric_line = (char *)names[i];
        rows[i].points_milli = points[i];
        lines[i] = &rows[i];
    }
    q.programme_id = PROGRAMME;
    q.subject_id = (char *)"E1";
    q.inspected_day = (char *)"2023-08-21";
    q.reason = (char *)"样例：复测"; /* its panel is open */
    q.lines = lines;
    q.n_lines = 4;
    return sources_envelope(&s, ASSESSOR, &q.base);
}

Test(beside, a_run_takes_the_sheet_that_is_recorded_beside_it)
{
    static const int64_t points[] = {90000, 89000, 88000, 87000, 86000, 85000, 84000};
    Scoring__RunScoring q = SCORING__RUN_SCORING__INIT;
    const char *panel = open_seats(), *ids[2];

    inspect_all();
    cast_all(panel, points, 7);
    close_seats(panel);
    q.programme_id = PROGRAMME;
    q.panel_id = (char *)panel;
    both_done("scoring.RecordInspection", sheet(), sources_envelope(&s, OFFICER, &q.base), ids);
    cr_assert_str_eq(
        sources_value(
            &s, arena_printf(s.arena, "select position('%s' in result) > 0 from run", ids[0])),
        "t");
}

Test(beside, a_file_does_not_count_as_unchanged_what_is_changed_beside_it)
{
    Scoring__ImportInspections q = SCORING__IMPORT_INSPECTIONS__INIT;
    const char *csv = arena_printf(s.arena, "%sE1,2023-08-20,18,18,25,25,\n", head), *ids[2];

    cr_assert_eq(import(csv, false)->added, 1);
    q.programme_id = PROGRAMME;
    q.csv = (char *)csv;
    both_done("scoring.RecordInspection", sheet(), sources_envelope(&s, ASSESSOR, &q.base), ids);
    cr_assert_str_eq(sources_value(&s, "select total_milli from current_inspection"), "86000");
}

static Hp__Envelope *decision(const char *run_id, const char *best, const char *next)
{
    Scoring__DecideTie q = SCORING__DECIDE_TIE__INIT;
    char *order[] = {(char *)best, (char *)next};

    q.run_id = (char *)run_id;
    q.group = (char *)"enterprises";
    q.document = (char *)"样例：联席会议纪要";
    q.n_order = 2;
    q.order = order;
    return sources_envelope(&s, OFFICER, &q.base);
}

/* Of nine, five are proposed and three in reserve. */
Test(beside, of_two_ties_decided_beside_each_other_the_latter_tells_both)
{
    static const int64_t points[] = {90000, 89000, 88000, 87000, 80000, 80000, 70000, 60000, 60000};
    Scoring__SubjectScored *said[4];
    const char *panel, *run_id, *ids[2];
    size_t n;

    for (int i = 8; i <= 9; i++) {
        const char *id = arena_printf(s.arena, "E%d", i);

        enterprise(id);
        accept_application("enterprise", id, NULL);
    }
    sources_settle(&s);
    inspect_all();
    import(
        arena_printf(s.arena, "%sE8,2023-08-20,18,18,25,25,\nE9,2023-08-20,18,18,25,25,\n", head),
        false);
    panel = open_seats();
    cast_all(panel, points, 9);
    close_seats(panel);
    run_id = run(panel)->run_id;
    both_done("scoring.DecideTie", decision(run_id, "E6", "E5"), decision(run_id, "E9", "E8"), ids);
    n = sources_said(&s, &scoring__subject_scored__descriptor, said, 4);
    cr_assert_eq(n, 3);
    for (size_t i = 0; i < said[n - 1]->n_subjects; i++) {
        const Scoring__ScoredSubject *one = said[n - 1]->subjects[i];

        if (str_equal(one->subject_id, "E6"))
            cr_assert_eq(one->rank, 5);
        if (str_equal(one->subject_id, "E5"))
            cr_assert_eq(one->rank, 6);
        if (str_equal(one->subject_id, "E9"))
            cr_assert_eq(one->rank, 8);
    }
}
