/* SPDX-License-Identifier: Apache-2.0 */
/* Who judges, sees: what experts, assessors and officers read of candidates, sheets and ballots, and what they are not told. */
#include "tests/integration/scoring/acts.h"

#define SHA_A "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaaa"
#define SHA_B "bbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbbb"
#define AUDITOR "auditor", SOURCES_DISTRICT, NULL
#define OTHER_FIRM "assessor", SOURCES_DISTRICT, "样例别家"

TestSuite(judges, .init = open_with_candidates, .fini = close_stage, .timeout = 120);

/* Accepted with a form, a file and a condition. */
static void accept_with_papers(const char *subject)
{
    Intake__ApplicationAccepted e = INTAKE__APPLICATION_ACCEPTED__INIT;
    Intake__FormField field = INTAKE__FORM_FIELD__INIT, *form[] = {&field};
    Intake__Evidence file = INTAKE__EVIDENCE__INIT, *files[] = {&file};
    Intake__ConditionCheck check = INTAKE__CONDITION_CHECK__INIT, *checks[] = {&check};

    field.name = (char *)"deeds";
    field.value = (char *)"样例：先进事迹";
    file.file_sha256 = (char *)SHA_A;
    file.file_name = (char *)"样例.pdf";
    file.media_type = (char *)"pdf";
    file.size = 1234;
    file.rubric_line = (char *)"place";
    file.attached_at = 1693526400000000;
    file.account = (char *)"applicant";
    check.id = check.title = (char *)"credit-3";
    check.fact = (char *)"1.5";
    check.limit = (char *)"< 3";
    check.met = true;
    e.application = application("enterprise", subject, NULL);
    e.application->form = form;
    e.application->n_form = 1;
    e.evidence = files;
    e.n_evidence = 1;
    e.conditions = checks;
    e.n_conditions = 1;
    sources_say(&s, "intake", SOURCES_DISTRICT, &e.base);
    sources_settle(&s);
}

static Scoring__GetCandidate candidate(const char *panel, const char *subject)
{
    Scoring__GetCandidate q = SCORING__GET_CANDIDATE__INIT;

    q.panel_id = (char *)panel;
    q.subject_id = (char *)subject;
    return q;
}

static Scoring__GetCandidateReply *candidate_as(const char *role, const char *region,
                                                const char *subject, const char *panel,
                                                const char *of)
{
    Scoring__GetCandidate q = candidate(panel, of);

    return sources_done(&s, role, region, subject, &q.base,
                        &scoring__get_candidate_reply__descriptor);
}

static Scoring__ListCandidatesReply *candidates_as(const char *role, const char *region,
                                                   const char *subject, const char *panel)
{
    Scoring__ListCandidates q = SCORING__LIST_CANDIDATES__INIT;

    q.panel_id = (char *)panel;
    return sources_done(&s, role, region, subject, &q.base,
                        &scoring__list_candidates_reply__descriptor);
}

static void cast(const char *expert_id, const char *panel, const char *subject, int64_t points,
                 const char *comment)
{
    Scoring__CastBallot q = ballot(panel, subject, points);

    q.comment = (char *)comment;
    sources_done(&s, EXPERT(expert_id), &q.base, NULL);
}

Test(judges, an_expert_reads_the_papers_of_a_candidate_and_his_own_ballots)
{
    Scoring__GetCandidateReply *r;
    const char *panel;

    accept_with_papers("E3");
    inspect_all();
    panel = open_seats();
    cast("X1", panel, "E3", 70000, "样例：初看");
    cast("X1", panel, "E3", 75000, "样例：再看");
    cast("X2", panel, "E3", 90000, "样例：不可见");
    r = candidate_as(EXPERT("X1"), panel, "E3");
    cr_assert_eq(r->n_form, 1);
    cr_assert_str_eq(r->form[0]->value, "样例：先进事迹");
    cr_assert_eq(r->n_evidence, 1);
    cr_assert_str_eq(r->evidence[0]->file_sha256, SHA_A);
    cr_assert_str_eq(r->evidence[0]->file_name, "样例.pdf");
    cr_assert_str_eq(r->evidence[0]->rubric_line, "place");
    cr_assert_null(r->evidence[0]->account, "who attached it is nothing to an expert");
    cr_assert_eq(r->n_conditions, 1);
    cr_assert_str_eq(r->conditions[0]->fact, "1.5");
    cr_assert(r->conditions[0]->met);
    cr_assert_eq(r->inspection->total_milli, 86000);
    cr_assert_eq(r->n_inspection_lines, 4);
    cr_assert_str_neq(r->inspection_lines[3]->title, r->inspection_lines[3]->rubric_line);
    cr_assert_eq(r->inspection_lines[3]->max_milli, 30000);
    cr_assert_eq(r->n_ballots, 2, "his own alone");
    cr_assert_eq(r->ballots[0]->points_milli, 75000);
    cr_assert_str_eq(r->ballots[0]->comment, "样例：再看");
    cr_assert(r->ballots[0]->counts);
    cr_assert_not(r->ballots[1]->counts);
    cr_assert_eq(candidate_as(EXPERT("X3"), panel, "E3")->n_ballots, 0);
    cr_assert_eq(candidate_as(EXPERT("X3"), panel, "E4")->n_form, 0);
}

Test(judges, an_expert_is_told_nothing_of_the_others_while_the_panel_is_open)
{
    const char *panel = open_seats();
    Scoring__GetPanelReply *r;

    cast("X2", panel, "E3", 90000, NULL);
    r = panel_as(EXPERT("X1"), panel);
    cr_assert_eq(r->n_experts, 1);
    cr_assert_str_eq(r->experts[0]->expert_id, "X1");
    cr_assert_eq(r->n_recusals, 1);
    cr_assert_str_eq(r->recusals[0]->subject_id, "E1");
    cr_assert_eq(panel_as(EXPERT("X3"), panel)->n_recusals, 0);
    for (size_t i = 0; i < r->n_candidates; i++) {
        cr_assert_not(r->candidates[i]->has_ballots);
        cr_assert_not(r->candidates[i]->has_recused);
        cr_assert_not(r->candidates[i]->has_mean_milli);
    }
    cr_assert_not(candidate_as(EXPERT("X1"), panel, "E3")->candidate->has_ballots);
    cr_assert_not(candidates_as(EXPERT("X1"), panel)->candidates[0]->has_ballots);
}

Test(judges, officers_see_who_has_voted_on_how_many_and_the_ballots_after_the_closing)
{
    static const int64_t points[] = {80000, 80000, 80000, 80000, 80000, 80000, 80000};
    Scoring__DeclareConflict d = SCORING__DECLARE_CONFLICT__INIT;
    const char *panel = open_seats();
    Scoring__GetPanelReply *r;
    Scoring__GetCandidateReply *k;

    cast("X1", panel, "E3", 90000, "样例：好");
    r = panel_as(OFFICER, panel);
    cr_assert_eq(r->n_experts, 6);
    cr_assert_str_eq(r->experts[0]->name, "X1");
    cr_assert_eq(r->experts[0]->due_n, 6, "all but his employer");
    cr_assert_eq(r->experts[0]->cast_n, 1);
    cr_assert_eq(r->experts[2]->due_n, 7);
    cr_assert_eq(r->experts[2]->cast_n, 0);
    cr_assert_eq(r->n_recusals, 2);
    cr_assert_eq(r->candidates[2]->ballots, 1);
    cr_assert_eq(candidate_as(OFFICER, panel, "E3")->n_ballots, 0, "blind for officers, too");
    cast_all(panel, points, 7);
    d.panel_id = (char *)panel;
    d.subject_id = (char *)"E3";
    d.note = (char *)"样例：亲属任职";
    sources_done(&s, EXPERT("X6"), &d.base, NULL);
    close_seats(panel);
    k = candidate_as(AUDITOR, panel, "E3");
    cr_assert_eq(k->n_ballots, 7, "six experts, one of them twice");
    cr_assert_str_eq(k->ballots[0]->expert_id, "X6");
    cr_assert_not(k->ballots[0]->counts);
    cr_assert_str_eq(k->ballots[0]->set_aside, "declared");
    cr_assert(k->ballots[1]->counts);
    cr_assert_str_eq(k->ballots[6]->comment, "样例：好");
    cr_assert_eq(candidate_as(EXPERT("X2"), panel, "E3")->n_ballots, 1, "still his own alone");
    r = panel_as(OFFICER, panel);
    cr_assert_eq(r->n_recusals, 3);
    cr_assert_str_eq(r->recusals[2]->kind, "declared");
    cr_assert(r->recusals[2]->set_aside);
    cr_assert_not(r->recusals[0]->set_aside);
}

Test(judges, whoever_stands_aside_reads_nothing_of_the_candidate)
{
    const char *panel = open_seats();
    Scoring__GetCandidate q = candidate(panel, "E1");

    refused(EXPERT("X1"), &q.base, "candidate_recused", "subject_id");
    refused(EXPERT("X9"), &q.base, "panel_not_seated", "panel_id");
    refused("enterprise", SOURCES_DISTRICT, "E1", &q.base, "forbidden", NULL);
    refused("expert", "310106", "X3", &q.base, "forbidden", NULL);
    sources_done(&s, EXPERT("X3"), &q.base, NULL);
    q.subject_id = (char *)"E9";
    refused(EXPERT("X3"), &q.base, "panel_not_candidate", "subject_id");
    q.panel_id = (char *)"nowhere";
    refused(EXPERT("X3"), &q.base, "not_found", "panel_id");
}

Test(judges, each_expert_has_the_candidates_in_an_order_of_his_own)
{
    const char *panel = open_seats();
    Scoring__ListCandidatesReply *one = candidates_as(EXPERT("X3"), panel),
                                 *again = candidates_as(EXPERT("X3"), panel), *other;
    int n_same = 0, n_others = 0;

    cr_assert_eq(one->n_candidates, 7);
    for (int i = 0; i < 7; i++) {
        cr_assert_eq(one->candidates[i]->order_n, i + 1);
        cr_assert_str_eq(again->candidates[i]->subject_id, one->candidates[i]->subject_id);
    }
    for (int x = 4; x <= 6; x++) {
        other = candidates_as(EXPERT(seats[x - 1]), panel);
        n_others++;
        for (int i = 0, same = 1; i < 7; i++) {
            same &= str_equal(other->candidates[i]->subject_id, one->candidates[i]->subject_id);
            n_same += same && i == 6;
        }
    }
    cr_assert_lt(n_same, n_others, "an order of its own");
    other = candidates_as(OFFICER, panel);
    for (int i = 0; i < 7; i++)
        cr_assert_str_eq(other->candidates[i]->subject_id, arena_printf(s.arena, "E%d", i + 1));
}

/* ---- sheets ---- */

static const char *record(const char *role, const char *region, const char *firm,
                          const char *subject, const char *photo)
{
    static const char *const ids[] = {"leadership.organisation", "leadership.members", "place",
                                      "benefit"};
    static const int64_t points[] = {18000, 18000, 25000, 25000};
    Scoring__RecordInspection q = SCORING__RECORD_INSPECTION__INIT;
    Scoring__InspectionPhoto f = SCORING__INSPECTION_PHOTO__INIT, *photos[] = {&f};
    Scoring__InspectionLine lines[4], *list[4];

    for (int i = 0; i < 4; i++) {
        scoring__inspection_line__init(&lines[i]);
        lines[i].rubric_line = (char *)ids[i];
        lines[i].points_milli = points[i];
        list[i] = &lines[i];
    }
    f.file_sha256 = (char *)photo;
    f.file_name = (char *)"样例.jpg";
    lines[2].photos = photos;
    lines[2].n_photos = photo != NULL;
    q.programme_id = PROGRAMME;
    q.subject_id = (char *)subject;
    q.inspected_day = (char *)"2023-08-20";
    q.lines = list;
    q.n_lines = 4;
    sources_done(&s, role, region, firm, &q.base, NULL);
    return sources_last_id(&s);
}

static Scoring__ListInspectionsReply *inspections_as(const char *role, const char *region,
                                                     const char *firm, Scoring__ListInspections *q)
{
    q->programme_id = PROGRAMME;
    return sources_done(&s, role, region, firm, &q->base,
                        &scoring__list_inspections_reply__descriptor);
}

static Scoring__GetInspectionReply *inspection_as(const char *role, const char *region,
                                                  const char *firm, const char *id)
{
    Scoring__GetInspection q = SCORING__GET_INSPECTION__INIT;

    q.inspection_id = (char *)id;
    return sources_done(&s, role, region, firm, &q.base,
                        &scoring__get_inspection_reply__descriptor);
}

Test(judges, an_assessor_sees_whom_to_inspect_and_the_sheets_of_his_own)
{
    Scoring__ListInspections q = SCORING__LIST_INSPECTIONS__INIT;
    Scoring__GetInspection g = SCORING__GET_INSPECTION__INIT;
    const char *id = arena_strdup(s.arena, record(ASSESSOR, "E2", SHA_B));
    Scoring__ListInspectionsReply *r = inspections_as(ASSESSOR, &q);
    Scoring__GetInspectionReply *one;

    cr_assert_eq(r->n_inspections, 7);
    cr_assert_eq(r->missing, 6);
    cr_assert_eq(r->recorded, 1);
    cr_assert_str_eq(r->inspections[0]->state, "missing");
    cr_assert_str_eq(r->inspections[1]->state, "recorded");
    cr_assert_eq(r->inspections[1]->total_milli, 86000);
    cr_assert_str_eq(r->inspections[1]->grade, "good");
    r = inspections_as(OTHER_FIRM, &q);
    cr_assert_str_eq(r->inspections[1]->state, "recorded", "nobody goes there twice");
    cr_assert_not(r->inspections[1]->has_total_milli);
    cr_assert_null(r->inspections[1]->inspection_id);
    g.inspection_id = (char *)id;
    refused(OTHER_FIRM, &g.base, "forbidden", NULL);
    refused(EXPERT("X1"), &g.base, "forbidden", NULL);
    one = inspection_as(ASSESSOR, id);
    cr_assert_eq(one->n_lines, 4);
    cr_assert_str_eq(one->lines[3]->rubric_line, "place");
    cr_assert_eq(one->lines[3]->max_milli, 30000);
    cr_assert_eq(one->lines[3]->n_photos, 1);
    cr_assert_str_eq(one->lines[3]->photos[0]->file_sha256, SHA_B);
    cr_assert_eq(one->lines[0]->n_photos, 0);
    cr_assert(one->in_force);
    g.inspection_id = (char *)"nothing";
    refused(ASSESSOR, &g.base, "not_found", "inspection_id");
}

Test(judges, a_sheet_is_of_whoever_records_it)
{
    Scoring__RecordInspection q = SCORING__RECORD_INSPECTION__INIT;
    Scoring__ImportInspections im = SCORING__IMPORT_INSPECTIONS__INIT;
    Scoring__ImportInspectionsReply *reply;

    q.programme_id = im.programme_id = (char *)PROGRAMME;
    q.subject_id = (char *)"E2";
    q.inspected_day = (char *)"2023-08-20";
    q.assessor = (char *)"样例别家";
    refused(ASSESSOR, &q.base, "assessor_other", "assessor");
    im.csv = (char *)"subject_id,inspected_day,assessor,leadership.organisation,leadership.members,"
                     "place,benefit\nE2,2023-08-20,样例别家,18,18,25,25\n";
    reply = sources_done(&s, ASSESSOR, &im.base, &scoring__import_inspections_reply__descriptor);
    cr_assert_eq(reply->refused, 1);
    cr_assert_str_eq(reply->rows[0]->faults[0]->code, "assessor_other");
    cr_expect_str_eq(sources_value(&s, "select count(*) from inspection"), "0");
}

Test(judges, officers_read_every_sheet_and_its_earlier_versions_in_pages)
{
    Scoring__ListInspections q = SCORING__LIST_INSPECTIONS__INIT;
    const char *first = arena_strdup(s.arena, record(ASSESSOR, "E2", NULL));
    const char *second = arena_strdup(s.arena, record(OTHER_FIRM, "E2", NULL));
    Scoring__ListInspectionsReply *r;
    Scoring__GetInspectionReply *one = inspection_as(OFFICER, first);

    cr_assert_not(one->in_force);
    cr_assert_eq(one->n_versions, 2);
    cr_assert_str_eq(one->versions[0]->inspection_id, second);
    cr_assert_eq(one->versions[0]->sheet, 2);
    cr_assert_eq(inspection_as(ASSESSOR, first)->n_versions, 1, "his own alone");
    cr_assert(inspection_as(AUDITOR, second)->in_force);
    q.state = (char *)"missing";
    q.has_limit = true;
    q.limit = 4;
    r = inspections_as(OFFICER, &q);
    cr_assert_eq(r->n_inspections, 4);
    cr_assert_str_eq(r->next, "E5", "E1 E3 E4 E5");
    q.after = r->next;
    r = inspections_as(OFFICER, &q);
    cr_assert_eq(r->n_inspections, 2);
    cr_assert_null(r->next);
    q.after = NULL;
    q.state = (char *)"recorded";
    r = inspections_as(OFFICER, &q);
    cr_assert_eq(r->n_inspections, 1);
    cr_assert_str_eq(r->inspections[0]->assessor, "样例别家");
    q.state = (char *)"nonsense";
    refused(OFFICER, &q.base, "value_not_allowed", "state");
}

/* ---- files ---- */

static size_t users_of(const char *role, const char *region, const char *subject, const char *sha)
{
    Scoring__FindFileUse q = SCORING__FIND_FILE_USE__INIT;
    Scoring__FindFileUseReply *r;

    q.file_sha256 = (char *)sha;
    r = sources_done(&s, role, region, subject, &q.base, &scoring__find_file_use_reply__descriptor);
    return r->n_attached_by;
}

Test(judges, a_file_is_read_by_those_who_judge_what_it_is_attached_to)
{
    Scoring__FindFileUse q = SCORING__FIND_FILE_USE__INIT;

    accept_with_papers("E1");
    record(ASSESSOR, "E2", SHA_B);
    cr_assert_eq(users_of(EXPERT("X3"), SHA_A), 0, "he has no seat yet");
    open_seats();
    cr_assert_eq(users_of(EXPERT("X3"), SHA_A), 1);
    cr_assert_eq(users_of(EXPERT("X3"), SHA_B), 1, "the photos of a candidate's sheet, too");
    cr_assert_eq(users_of(EXPERT("X1"), SHA_A), 0, "he stands aside");
    cr_assert_eq(users_of(EXPERT("X2"), SHA_B), 0, "he stands aside");
    cr_assert_eq(users_of(EXPERT("X9"), SHA_A), 0);
    cr_assert_eq(users_of(ASSESSOR, SHA_B), 1);
    cr_assert_eq(users_of(ASSESSOR, SHA_A), 0);
    q.file_sha256 = (char *)SHA_A;
    refused("enterprise", SOURCES_DISTRICT, "E1", &q.base, "forbidden", NULL);
}
