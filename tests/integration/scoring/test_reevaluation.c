/* SPDX-License-Identifier: Apache-2.0 */
/* The yearly re-evaluation of honours held, through the real service. */
#include "tests/integration/scoring/stage.h"
#include "tests/support/beside.h"
#include "tests/support/pg_test.h"

#define SITE "310105001-0001"
static const char *const holders[] = {"E1", "E2", "E3", "E4"};

static void assess(const char *enterprise_id, const char *grade)
{
    Scoring__RecordAssessment q = SCORING__RECORD_ASSESSMENT__INIT;

    q.year = 2023;
    q.enterprise_id = (char *)enterprise_id;
    q.grade = (char *)grade;
    q.document = (char *)"样例：综合测评通报";
    sources_done(&s, OFFICER, &q.base, NULL);
}

/* Holders E1..E4 and the compound SITE served by E5; all inspected and assessed as good. */
static void stage(void)
{
    beside_patient();
    open_stage();
    publish();
    for (size_t i = 0; i < 4; i++) {
        enterprise(holders[i]);
        honour("enterprise", holders[i], NULL);
    }
    enterprise("E5");
    site(SITE, false);
    honour("compound", SITE, "E5");
    sources_settle(&s);
    cr_assert_eq(
        import("subject_id,inspected_day,leadership.organisation,leadership.members,place,benefit\n"
               "E1,2023-08-20,20,20,20,20\nE2,2023-08-20,20,20,20,20\nE3,2023-08-20,20,20,20,20\n"
               "E4,2023-08-20,20,20,20,20\n",
               false)
            ->added,
        4);
    cr_assert_eq(import("subject_id,inspected_day,leadership,governance,service.contract,service."
                        "openness\n" SITE ",2023-08-20,30,30,20,15\n",
                        false)
                     ->added,
                 1);
    for (size_t i = 0; i < 4; i++)
        assess(holders[i], "good");
    assess("E5", "excellent");
}

TestSuite(reevaluation, .init = stage, .fini = close_stage, .timeout = 120);

static int open_cases(void)
{
    Scoring__OpenReEvaluation q = SCORING__OPEN_RE_EVALUATION__INIT;
    Scoring__OpenReEvaluationReply *r;

    q.programme_id = PROGRAMME;
    r = sources_done(&s, OFFICER, &q.base, &scoring__open_re_evaluation_reply__descriptor);
    return r->cases;
}

static Scoring__RunReEvaluationReply *run(void)
{
    Scoring__RunReEvaluation q = SCORING__RUN_RE_EVALUATION__INIT;

    q.programme_id = PROGRAMME;
    return sources_done(&s, OFFICER, &q.base, &scoring__run_re_evaluation_reply__descriptor);
}

static Scoring__ListCasesReply *cases_as(const char *role, const char *region, const char *subject)
{
    Scoring__ListCases q = SCORING__LIST_CASES__INIT;

    q.programme_id = PROGRAMME;
    return sources_done(&s, role, region, subject, &q.base, &scoring__list_cases_reply__descriptor);
}

static Scoring__ReEvaluationCase *case_of(const char *subject)
{
    Scoring__ListCasesReply *r = cases_as(OFFICER);

    for (size_t i = 0; i < r->n_cases; i++)
        if (strcmp(r->cases[i]->subject_id, subject) == 0)
            return r->cases[i];
    cr_assert_fail("no case of %s", subject);
    return NULL;
}

static Scoring__ConfirmVerdict confirm(const char *subject)
{
    Scoring__ConfirmVerdict q = SCORING__CONFIRM_VERDICT__INIT;

    q.case_id = case_of(subject)->case_id;
    return q;
}

Test(reevaluation, one_is_kept_one_fails_by_points_one_ends_by_dissolution_one_is_exempt)
{
    Scoring__ReEvaluationFailed *failed[2];
    Scoring__ReEvaluationPassed *passed[4];
    Scoring__CaseEnded *ended[2];
    Scoring__ConfirmVerdict q;
    Scoring__ConditionFact *f;

    cr_assert_eq(open_cases(), 5);
    cr_assert_eq(open_cases(), 5, "again: the same cases");
    deduction("E2", NULL, "16/5");
    changed("E3", INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "2023-07-01");
    changed("E4", INTAKE__RECORD_CHANGE__KIND__RENAMED, "2023-07-01");
    sources_settle(&s);
    cr_assert_str_eq(case_of("E3")->state, "ended", "at once");
    cr_assert_eq(run()->failed, 1);
    cr_assert_str_eq(case_of("E1")->verdict, "kept");
    cr_assert_str_eq(case_of("E2")->verdict, "failed");
    cr_assert_str_eq(case_of("E4")->verdict, "exempt");
    cr_assert_str_eq(case_of(SITE)->verdict, "kept");
    f = case_of("E2")->conditions[2];
    cr_assert_str_eq(f->id, "enterprise-3");
    cr_assert_str_eq(f->fact, "3.2");
    cr_assert_str_eq(f->limit, ">= 3");
    cr_assert(f->met);
    cr_assert_str_eq(f->evidence[0], "deduction deduction-E2");
    q = confirm("E2");
    sources_done(&s, "organisation", SOURCES_DISTRICT, NULL, &q.base, NULL);
    q = confirm("E4");
    sources_done(&s, OFFICER, &q.base, NULL);
    refused(OFFICER, &q.base, "state_forbids", "case_id");
    q = confirm("E3");
    refused(OFFICER, &q.base, "state_forbids", "case_id");
    cr_assert_eq(sources_said(&s, &scoring__re_evaluation_failed__descriptor, failed, 2), 1);
    cr_assert_str_eq(failed[0]->case_->subject_id, "E2");
    cr_assert_eq(sources_said(&s, &scoring__re_evaluation_passed__descriptor, passed, 4), 1);
    cr_assert_eq(sources_said(&s, &scoring__case_ended__descriptor, ended, 2), 1);
}

Test(reevaluation, a_run_says_only_what_changed)
{
    Scoring__VerdictReached *said[16];

    open_cases();
    run();
    cr_assert_eq(sources_said(&s, &scoring__verdict_reached__descriptor, said, 16), 5);
    run();
    cr_assert_eq(sources_said(&s, &scoring__verdict_reached__descriptor, said, 16), 5);
    deduction("E2", NULL, "3/1");
    sources_settle(&s);
    run();
    cr_assert_eq(sources_said(&s, &scoring__verdict_reached__descriptor, said, 16), 6);
    cr_assert_str_eq(said[5]->case_->subject_id, "E2");
    cr_assert_str_eq(said[5]->case_->verdict, "failed");
}

Test(reevaluation, an_unrecorded_assessment_leaves_the_case_open_until_it_is_recorded)
{
    Scoring__ConfirmVerdict q;

    enterprise("E6");
    honour("enterprise", "E6", NULL);
    sources_settle(&s);
    cr_assert_eq(open_cases(), 6);
    import("subject_id,inspected_day,leadership.organisation,leadership.members,place,benefit\n"
           "E6,2023-08-20,20,20,20,20\n",
           false);
    cr_assert_eq(run()->unknown, 1);
    cr_assert_str_eq(case_of("E6")->state, "open");
    cr_assert_not_null(strstr(case_of("E6")->notes[0], "assessment.grade"));
    q = confirm("E6");
    refused(OFFICER, &q.base, "case_undecided", "case_id");
    assess("E6", "pass");
    cr_assert_eq(run()->failed, 1);
    cr_assert_str_eq(case_of("E6")->verdict, "failed");
    assess("E6", "good");
    cr_assert_eq(run()->failed, 0, "the latest of the year counts");
    cr_assert_str_eq(case_of("E6")->verdict, "kept");
}

Test(reevaluation, a_single_point_in_the_compound_fails_it_and_not_its_enterprise)
{
    open_cases();
    deduction("E5", SITE, "1/1");
    sources_settle(&s);
    run();
    cr_assert_str_eq(case_of(SITE)->verdict, "failed");
    cr_assert_str_eq(case_of(SITE)->conditions[4]->id, "compound-5");
    cr_assert(case_of(SITE)->conditions[4]->met);
    cr_assert_not(case_of(SITE)->conditions[3]->met, "one point is below three");
}

#define STREET "subdistrict", "310105001", NULL

/* The list of subdistrict 310105001, of the cases of @a and @b (NULL: one alone). */
static Scoring__ConfirmCaseList list_of(const char *a, const char *b)
{
    Scoring__ConfirmCaseList q = SCORING__CONFIRM_CASE_LIST__INIT;

    q.programme_id = PROGRAMME;
    q.subdistrict = (char *)"310105001";
    q.cases = arena_new_array(s.arena, char *, 2);
    q.cases[q.n_cases++] = case_of(a)->case_id;
    if (b)
        q.cases[q.n_cases++] = case_of(b)->case_id;
    q.document = (char *)"样例：复评名单";
    return q;
}

Test(reevaluation, a_compound_goes_to_the_district_on_its_subdistricts_confirmed_list)
{
    Scoring__CaseForwarded *said[4];
    Scoring__ConfirmCaseList list;
    Scoring__ConfirmVerdict q;

    open_cases();
    list = list_of(SITE, NULL);
    refused(STREET, &list.base, "case_undecided", "cases/0");
    run();
    q = confirm(SITE);
    refused(OFFICER, &q.base, "first_review_pending", "case_id");
    refused("subdistrict", "310105002", NULL, &list.base, "forbidden", "subdistrict");
    list = list_of(SITE, "E1");
    refused(STREET, &list.base, "first_review_none", "cases/1");
    cr_assert_str_eq(case_of(SITE)->state, "judged", "all or nothing");
    list = list_of(SITE, NULL);
    sources_done(&s, STREET, &list.base, NULL);
    cr_assert_str_eq(case_of(SITE)->state, "forwarded");
    cr_assert_eq(sources_said(&s, &scoring__case_forwarded__descriptor, said, 4), 1);
    cr_assert_str_eq(said[0]->case_->subject_id, SITE);
    refused(STREET, &list.base, "state_forbids", "cases/0");
    run();
    cr_assert_str_eq(case_of(SITE)->state, "forwarded", "nothing changed");
    sources_done(&s, OFFICER, &q.base, NULL);
    cr_assert_str_eq(case_of(SITE)->state, "confirmed");
    q = confirm("E1");
    sources_done(&s, OFFICER, &q.base, NULL);
}

Test(reevaluation, what_comes_out_otherwise_goes_back_to_the_subdistrict)
{
    Scoring__ConfirmCaseList list;
    Scoring__ConfirmVerdict q;

    open_cases();
    run();
    list = list_of(SITE, NULL);
    sources_done(&s, STREET, &list.base, NULL);
    deduction("E5", SITE, "1/1");
    sources_settle(&s);
    run();
    cr_assert_str_eq(case_of(SITE)->state, "judged");
    cr_assert_str_eq(case_of(SITE)->verdict, "failed");
    q = confirm(SITE);
    refused(OFFICER, &q.base, "first_review_pending", "case_id");
    sources_done(&s, STREET, &list.base, NULL);
    sources_done(&s, OFFICER, &q.base, NULL);
}

Test(reevaluation, a_list_leaves_out_only_whom_the_subdistrict_cancelled)
{
    Scoring__CancelEligibility cancel = SCORING__CANCEL_ELIGIBILITY__INIT;
    Scoring__ConfirmCaseList list;
    Scoring__ConfirmVerdict q;

    site("310105001-0002", false);
    honour("compound", "310105001-0002", "E5");
    sources_settle(&s);
    open_cases();
    cr_assert_eq(import("subject_id,inspected_day,leadership,governance,service.contract,service."
                        "openness\n310105001-0002,2023-08-20,30,30,20,15\n",
                        false)
                     ->added,
                 1);
    run();
    list = list_of(SITE, NULL);
    refused(STREET, &list.base, "case_left_out", "cases");
    cancel.programme_id = PROGRAMME;
    cancel.subject_id = (char *)"310105001-0002";
    cancel.reason = (char *)"样例";
    sources_done(&s, STREET, &cancel.base, NULL);
    run();
    sources_done(&s, STREET, &list.base, NULL);
    q = confirm("310105001-0002");
    sources_done(&s, OFFICER, &q.base, NULL);
    cr_assert_str_eq(case_of("310105001-0002")->verdict, "failed");
    cr_assert_str_eq(case_of("310105001-0002")->state, "confirmed");
}

Test(reevaluation, the_recommending_subdistrict_alone_cancels_eligibility)
{
    Scoring__CancelEligibility q = SCORING__CANCEL_ELIGIBILITY__INIT;

    open_cases();
    q.programme_id = PROGRAMME;
    q.subject_id = (char *)SITE;
    q.reason = (char *)"样例";
    refused("subdistrict", "310105002", NULL, &q.base, "site_not_yours", "subject_id");
    sources_done(&s, "subdistrict", "310105001", NULL, &q.base, NULL);
    refused("subdistrict", "310105001", NULL, &q.base, "eligibility_cancelled", "subject_id");
    run();
    cr_assert_str_eq(case_of(SITE)->verdict, "failed");
    cr_assert(case_of(SITE)->conditions[2]->met);
}

Test(reevaluation, who_recommended_the_honour_cancels_it_and_not_who_the_site_lies_in)
{
    Scoring__CancelEligibility q = SCORING__CANCEL_ELIGIBILITY__INIT;
    Publicity__HonourGranted e = PUBLICITY__HONOUR_GRANTED__INIT;
    Publicity__Honour h = PUBLICITY__HONOUR__INIT;

    open_cases();
    site("310105001-0009", false);
    h.honour_id = h.plaque = (char *)"honour-moved";
    h.programme_id = (char *)"changning-property-2022";
    h.category = (char *)"compound";
    h.title = (char *)"红色物业示范小区";
    h.subject_id = h.name = (char *)"310105001-0009";
    h.year = 2022;
    h.state = (char *)"held";
    h.plaque_state = (char *)"issued";
    h.subdistrict = (char *)"310105002";
    e.honour = &h;
    sources_say(&s, "publicity", SOURCES_DISTRICT, &e.base);
    sources_settle(&s);
    q.programme_id = PROGRAMME;
    q.subject_id = h.subject_id;
    q.reason = (char *)"样例";
    refused("subdistrict", "310105001", NULL, &q.base, "site_not_yours", "subject_id");
    cr_assert_eq(open_cases(), 6);
    run();
    cr_assert_not(case_of(q.subject_id)->conditions[2]->met);
    sources_done(&s, "subdistrict", "310105002", NULL, &q.base, NULL);
    run();
    cr_assert_str_eq(case_of(q.subject_id)->verdict, "failed");
    cr_assert(case_of(q.subject_id)->conditions[2]->met);
}

Test(reevaluation, a_serious_incident_fails_and_a_slight_one_does_not)
{
    Scoring__RecordIncident q = SCORING__RECORD_INCIDENT__INIT;

    open_cases();
    q.on_day = (char *)"2023-08-01";
    q.enterprise_id = (char *)"E5";
    q.kind = (char *)"fire";
    q.description = (char *)"样例";
    sources_done(&s, OFFICER, &q.base, NULL);
    run();
    cr_assert_str_eq(case_of(SITE)->verdict, "kept");
    q.serious = true;
    refused("subdistrict", "310105001", NULL, &q.base, "incident_needs_site", "site_id");
    q.site_id = (char *)SITE;
    sources_done(&s, "subdistrict", "310105001", NULL, &q.base, NULL);
    run();
    cr_assert_str_eq(case_of(SITE)->verdict, "failed");
    q.on_day = (char *)"2023-09-02";
    refused(OFFICER, &q.base, "recorded_day_in_future", "on_day");
}

Test(reevaluation, everybody_reads_and_feeds_his_own_cases)
{
    Scoring__SubmitMaterial q = SCORING__SUBMIT_MATERIAL__INIT;
    Scoring__ListCasesReply *r;

    open_cases();
    cr_assert_eq(cases_as(OFFICER)->n_cases, 5);
    r = cases_as("enterprise", SOURCES_DISTRICT, "E5");
    cr_assert_eq(r->n_cases, 1);
    cr_assert_str_eq(r->cases[0]->subject_id, SITE);
    cr_assert_eq(cases_as("subdistrict", "310105002", NULL)->n_cases, 0);
    q.case_id = r->cases[0]->case_id;
    q.file_name = (char *)"复评材料.pdf";
    q.file_sha256 = (char *)"xyz";
    refused("enterprise", SOURCES_DISTRICT, "E1", &q.base, "case_not_yours", "case_id");
    refused("enterprise", SOURCES_DISTRICT, "E5", &q.base, "material_digest", "file_sha256");
    q.file_sha256 = (char *)"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    sources_done(&s, "enterprise", SOURCES_DISTRICT, "E5", &q.base, NULL);
    cr_assert(case_of(SITE)->material);
}

static Intake__FormField *filled(const char *name, const char *value)
{
    static Intake__FormField fields[4];
    static size_t n;
    Intake__FormField *f = &fields[n++ % 4];

    intake__form_field__init(f);
    f->name = (char *)name;
    f->value = (char *)value;
    return f;
}

Test(reevaluation, the_form_of_the_annex_is_filled_in_and_printed)
{
    Scoring__SubmitMaterial q = SCORING__SUBMIT_MATERIAL__INIT;
    Scoring__PrintCase print = SCORING__PRINT_CASE__INIT;
    Scoring__PrintCaseReply *r;
    Intake__FormField *form[2];

    open_cases();
    q.case_id = print.case_id = cases_as("enterprise", SOURCES_DISTRICT, "E1")->cases[0]->case_id;
    refused("enterprise", SOURCES_DISTRICT, "E1", &q.base, "text_missing", "file_name");
    q.form = form;
    q.n_form = 1;
    form[0] = filled("incidents", "maybe");
    refused("enterprise", SOURCES_DISTRICT, "E1", &q.base, "form_choice_unknown", "form/0/value");
    form[0] = filled("incidents", "是");
    refused("enterprise", SOURCES_DISTRICT, "E1", &q.base, "form_incomplete", "form");
    q.n_form = 2;
    form[1] = filled("incidents_note", "样例：已处置");
    sources_done(&s, "enterprise", SOURCES_DISTRICT, "E1", &q.base, NULL);
    cr_assert(case_of("E1")->material);
    refused("enterprise", SOURCES_DISTRICT, "E2", &print.base, "case_not_yours", "case_id");
    r = sources_done(&s, OFFICER, &print.base, &scoring__print_case_reply__descriptor);
    cr_assert_str_eq(r->document->form_id, "annex-7");
    cr_assert_str_eq(r->document->subject_id, "E1");
    cr_assert_eq(r->document->n_sections, 3);
    cr_assert_str_eq(r->document->sections[1]->lines[0]->text, "是");
    cr_assert_str_eq(r->document->sections[1]->lines[1]->text, "样例：已处置");
    cr_assert_str_eq(r->case_->case_id, q.case_id);
}

Test(reevaluation, a_revoked_honour_ends_its_case)
{
    Publicity__HonourRevoked e = PUBLICITY__HONOUR_REVOKED__INIT;
    Publicity__Honour h = PUBLICITY__HONOUR__INIT;

    open_cases();
    h.honour_id = (char *)"honour-E1";
    h.programme_id = (char *)"changning-property-2022";
    h.category = (char *)"enterprise";
    h.title = h.plaque = (char *)"样例";
    h.subject_id = h.name = (char *)"E1";
    h.year = 2022;
    h.state = (char *)"revoked";
    h.plaque_state = (char *)"recalled";
    h.reason = (char *)"样例";
    e.honour = &h;
    sources_say(&s, "publicity", SOURCES_DISTRICT, &e.base);
    sources_settle(&s);
    cr_assert_str_eq(case_of("E1")->state, "ended");
    cr_assert_eq(run()->cases, 4);
}

Test(reevaluation, who_lapsed_before_the_cases_were_opened_still_has_one_that_ended)
{
    Publicity__HonourLapsed e = PUBLICITY__HONOUR_LAPSED__INIT;
    Publicity__Honour h = PUBLICITY__HONOUR__INIT;

    changed("E1", INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "2023-07-01");
    h.honour_id = (char *)"honour-E1";
    h.programme_id = (char *)"changning-property-2022";
    h.category = (char *)"enterprise";
    h.title = h.plaque = (char *)"样例";
    h.subject_id = h.name = (char *)"E1";
    h.year = 2022;
    h.state = (char *)"lapsed";
    h.plaque_state = (char *)"recalled";
    h.granted_day = (char *)"2022-12-01";
    h.ended_day = (char *)"2023-07-01";
    h.reason = (char *)"dissolved";
    e.honour = &h;
    sources_say(&s, "publicity", SOURCES_DISTRICT, &e.base);
    sources_settle(&s);
    cr_assert_eq(open_cases(), 5);
    cr_assert_str_eq(case_of("E1")->state, "ended");
    cr_assert_str_eq(case_of("E1")->verdict, "ended");
    cr_assert_not_null(strstr(case_of("E1")->notes[0], "dissolved on 2023-07-01"));
    cr_assert_eq(run()->cases, 4);
}

/* ---- beside a commit ---- */

/* @first is at its commit when @second begins. */
static void meet(const char *type, Hp__Envelope *first, Hp__Envelope *second,
                 Hp__Reply *ret_replies[2])
{
    beside_hold(&s.pg, "log", arena_printf(s.arena, "new.type = '%s'", type));
    beside_meet(&s.pg, "scoring", s.dir, first, s.dir, second, s.arena, ret_replies);
    cr_assert_eq(ret_replies[0]->status, HP__REPLY__STATUS__DONE);
}

static Hp__Envelope *running(void)
{
    Scoring__RunReEvaluation q = SCORING__RUN_RE_EVALUATION__INIT;

    q.programme_id = PROGRAMME;
    return sources_envelope(&s, OFFICER, &q.base);
}

Test(reevaluation, what_is_confirmed_beside_a_run_is_its_verdict)
{
    Scoring__ReEvaluationFailed *failed[1];
    Scoring__ReEvaluationPassed *passed[1];
    Scoring__ConfirmVerdict q;
    Hp__Reply *replies[2];

    open_cases();
    run();
    deduction("E2", NULL, "16/5");
    sources_settle(&s);
    q = confirm("E2");
    meet("scoring.RunReEvaluation", running(), sources_envelope(&s, OFFICER, &q.base), replies);
    cr_assert_eq(replies[1]->status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(sources_said(&s, &scoring__re_evaluation_passed__descriptor, passed, 1), 0);
    cr_assert_eq(sources_said(&s, &scoring__re_evaluation_failed__descriptor, failed, 1), 1);
    cr_assert_str_eq(failed[0]->case_->verdict, "failed");
}

Test(reevaluation, a_run_knows_the_fact_that_is_recorded_beside_it)
{
    Scoring__RecordAssessment q = SCORING__RECORD_ASSESSMENT__INIT;
    Hp__Reply *replies[2];

    open_cases();
    run();
    q.year = 2023;
    q.enterprise_id = (char *)"E1";
    q.grade = (char *)"fail";
    q.document = (char *)"样例：综合测评通报";
    meet("scoring.RecordAssessment", sources_envelope(&s, OFFICER, &q.base), running(), replies);
    cr_assert_eq(replies[1]->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(case_of("E1")->verdict, "failed");
}

Test(reevaluation, eligibility_cancelled_twice_at_the_same_moment_is_cancelled_once)
{
    Scoring__CancelEligibility q = SCORING__CANCEL_ELIGIBILITY__INIT;
    Hp__Reply *replies[2];

    q.programme_id = PROGRAMME;
    q.subject_id = (char *)SITE;
    q.reason = (char *)"样例";
    meet("scoring.CancelEligibility",
         sources_envelope(&s, "subdistrict", "310105001", NULL, &q.base),
         sources_envelope(&s, "subdistrict", "310105001", NULL, &q.base), replies);
    cr_assert_eq(replies[1]->status, HP__REPLY__STATUS__REFUSED);
    cr_assert_str_eq(replies[1]->code, "eligibility_cancelled");
    cr_assert_str_eq(sources_value(&s, "select count(*) from cancellation"), "1");
}

/* Another instance opens the cases; this one hears of the end of an honour meanwhile. */
Test(reevaluation, an_honour_that_ends_while_its_case_is_opened_ends_the_case)
{
    Scoring__OpenReEvaluation q = SCORING__OPEN_RE_EVALUATION__INIT;
    Publicity__HonourRevoked e = PUBLICITY__HONOUR_REVOKED__INIT;
    Publicity__Honour h = PUBLICITY__HONOUR__INIT;
    struct beside_ask opening;
    struct sources second;

    sources_second(&s, &second);
    q.programme_id = PROGRAMME;
    beside_hold(&s.pg, "log", "new.type = 'scoring.OpenReEvaluation'");
    beside_post(&opening, second.dir, "scoring", sources_envelope(&s, OFFICER, &q.base));
    beside_await(&s.pg, 1);
    h.honour_id = h.plaque = (char *)"honour-E1";
    h.programme_id = (char *)"changning-property-2022";
    h.category = (char *)"enterprise";
    h.title = (char *)"红色物业示范";
    h.subject_id = h.name = (char *)"E1";
    h.year = 2022;
    h.state = (char *)"revoked";
    h.plaque_state = (char *)"recalled";
    h.reason = (char *)"样例";
    e.honour = &h;
    sources_say(&s, "publicity", SOURCES_DISTRICT, &e.base);
    beside_await_true(&s.pg, "select (select count(*) from pg_locks where not granted) >= 2 or "
                             "exists (select from honour where state = 'revoked')");
    beside_let_go();
    cr_assert_eq(beside_hear(&opening, s.arena)->status, HP__REPLY__STATUS__DONE);
    sources_settle(&s);
    cr_assert_str_eq(case_of("E1")->state, "ended");
    cr_assert_str_eq(case_of("E2")->state, "open");
    sources_close(&second);
}
