/* SPDX-License-Identifier: Apache-2.0 */
/* Facts of the re-evaluation recorded by mistake, and verdicts that stood on them. */
#include "correcting.h"

#define SITE "310105001-0001"
#define DISTRICT SOURCES_DISTRICT

static const char *assess(const char *enterprise_id, const char *grade)
{
    Scoring__RecordAssessment q = SCORING__RECORD_ASSESSMENT__INIT;

    q.year = 2023;
    q.enterprise_id = (char *)enterprise_id;
    q.grade = (char *)grade;
    q.document = (char *)"样例：综合测评通报";
    sources_done(&s, OFFICER, &q.base, NULL);
    return arena_strdup(s.arena, sources_last_id(&s));
}

static void inspect(const char *place)
{
    import(arena_printf(s.arena,
                        "subject_id,inspected_day,leadership.organisation,leadership.members,place,"
                        "benefit\nE1,2023-08-20,20,20,%s,20\n",
                        place),
           false);
}

/* E1 holds an honour; the compound SITE is served by E5. All good, the cases are open. */
static void stage(void)
{
    Scoring__OpenReEvaluation q = SCORING__OPEN_RE_EVALUATION__INIT;

    open_stage();
    publish();
    enterprise("E1");
    enterprise("E5");
    site(SITE, false);
    honour("enterprise", "E1", NULL);
    honour("compound", SITE, "E5");
    sources_settle(&s);
    inspect("20");
    import("subject_id,inspected_day,leadership,governance,service.contract,service.openness\n" SITE
           ",2023-08-20,30,30,20,15\n",
           false);
    assess("E1", "good");
    assess("E5", "excellent");
    q.programme_id = PROGRAMME;
    sources_done(&s, OFFICER, &q.base, NULL);
}

TestSuite(facts_back, .init = stage, .fini = close_stage, .timeout = 120);

static void run(void)
{
    Scoring__RunReEvaluation q = SCORING__RUN_RE_EVALUATION__INIT;

    q.programme_id = PROGRAMME;
    sources_done(&s, OFFICER, &q.base, NULL);
}

static Scoring__ReEvaluationCase *case_of(const char *subject)
{
    Scoring__ListCases q = SCORING__LIST_CASES__INIT;
    Scoring__ListCasesReply *r;

    q.programme_id = PROGRAMME;
    r = sources_done(&s, OFFICER, &q.base, &scoring__list_cases_reply__descriptor);
    for (size_t i = 0; i < r->n_cases; i++)
        if (strcmp(r->cases[i]->subject_id, subject) == 0)
            return r->cases[i];
    cr_assert_fail("no case of %s", subject);
    return NULL;
}

static const char *judged(const char *subject)
{
    run();
    return case_of(subject)->verdict;
}

static void confirm(const char *subject)
{
    Scoring__ConfirmVerdict q = SCORING__CONFIRM_VERDICT__INIT;

    q.case_id = case_of(subject)->case_id;
    sources_done(&s, OFFICER, &q.base, NULL);
}

Test(facts_back, an_incident_recorded_by_mistake_does_not_count_and_stays_on_the_record)
{
    Scoring__RecordIncident q = SCORING__RECORD_INCIDENT__INIT;
    const char *id;

    q.on_day = (char *)"2023-08-01";
    q.enterprise_id = (char *)"E5";
    q.site_id = (char *)SITE;
    q.kind = (char *)"fire";
    q.serious = true;
    q.description = (char *)"样例";
    sources_done(&s, "subdistrict", "310105001", NULL, &q.base, NULL);
    id = arena_strdup(s.arena, sources_last_id(&s));
    cr_assert_str_eq(judged(SITE), "failed");
    shows(KIND(INCIDENT_SET_ASIDE), id, "incident counts>set_aside;case judged>open");
    cr_expect_str_eq(case_of(SITE)->state, "judged", "a look changes nothing");
    refused_correction("subdistrict", "310105002", KIND(INCIDENT_SET_ASIDE), id, "site_not_yours");
    corrected("subdistrict", "310105001", "district", KIND(INCIDENT_SET_ASIDE), id);
    cr_expect_str_eq(case_of(SITE)->state, "open");
    cr_expect_str_eq(judged(SITE), "kept");
    refused_correction("district", DISTRICT, KIND(INCIDENT_SET_ASIDE), id, "fact_set_aside");
    refused_correction("district", DISTRICT, KIND(INCIDENT_SET_ASIDE), "none", "not_found");
    cr_expect_str_eq(sources_value(&s, "select count(*) from incident"), "1");
    sources_done(&s, OFFICER, &q.base, NULL); /* rightly now */
    cr_expect_str_eq(judged(SITE), "failed");
}

Test(facts_back, an_assessment_set_aside_makes_the_one_before_count_again)
{
    const char *wrong = assess("E1", "fail");

    cr_assert_str_eq(judged("E1"), "failed");
    by_two_officers(KIND(ASSESSMENT_SET_ASIDE), wrong);
    cr_expect_str_eq(judged("E1"), "kept");
}

Test(facts_back, a_cancelled_eligibility_is_restored_and_may_be_cancelled_again)
{
    Scoring__CancelEligibility q = SCORING__CANCEL_ELIGIBILITY__INIT;
    const char *id;

    q.programme_id = PROGRAMME;
    q.subject_id = (char *)SITE;
    q.reason = (char *)"样例";
    sources_done(&s, "subdistrict", "310105001", NULL, &q.base, NULL);
    id = arena_strdup(s.arena, sources_last_id(&s));
    cr_assert_str_eq(judged(SITE), "failed");
    corrected("subdistrict", "310105001", "district", KIND(ELIGIBILITY_RESTORED), id);
    cr_expect_str_eq(judged(SITE), "kept");
    sources_done(&s, "subdistrict", "310105001", NULL, &q.base, NULL);
    cr_expect_str_eq(judged(SITE), "failed");
}

Test(facts_back, a_sheet_set_aside_puts_the_one_before_in_force)
{
    inspect("0");
    cr_assert_str_eq(judged("E1"), "failed");
    corrected(
        "organisation", DISTRICT, "district", KIND(SHEET_SET_ASIDE),
        sources_value(
            &s, "select inspection_id from inspection where subject_id = 'E1' and sheet = 2"));
    cr_expect_str_eq(judged("E1"), "kept");
    inspect("0");
    cr_expect_str_eq(judged("E1"), "failed", "a third sheet counts");
}

Test(facts_back, material_of_another_case_is_set_aside_by_one_person)
{
    Scoring__SubmitMaterial q = SCORING__SUBMIT_MATERIAL__INIT;
    Scoring__Correct put;
    Scoring__CorrectReply *reply;

    q.case_id = case_of("E1")->case_id;
    q.file_name = (char *)"样例.pdf";
    q.file_sha256 = (char *)"0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef";
    sources_done(&s, "enterprise", DISTRICT, "E1", &q.base, NULL);
    put = correct(KIND(MATERIAL_SET_ASIDE),
                  arena_printf(s.arena, "%s/%s", q.case_id, sources_last_id(&s)));
    cr_assert(case_of("E1")->material);
    reply = sources_done(&s, OFFICER, &put.base, &scoring__correct_reply__descriptor);
    cr_expect_str_eq(reply->correction->state, "made");
    cr_expect_not(case_of("E1")->material);
}

Test(facts_back, a_confirmed_verdict_is_set_aside_and_judged_by_what_stands_now)
{
    Scoring__VerdictSetAside *said[2];
    const char *id, *wrong = assess("E1", "fail");

    cr_assert_str_eq(judged("E1"), "failed");
    id = case_of("E1")->case_id;
    refused_correction("district", DISTRICT, KIND(VERDICT_SET_ASIDE), id, "state_forbids");
    confirm("E1");
    shows(KIND(ASSESSMENT_SET_ASIDE), wrong, "assessment counts>set_aside");
    by_two_officers(KIND(ASSESSMENT_SET_ASIDE), wrong);
    cr_expect_str_eq(case_of("E1")->state, "confirmed", "a confirmed verdict is another decision");
    shows(KIND(VERDICT_SET_ASIDE), id, "case confirmed>open");
    corrected("district", DISTRICT, "organisation", KIND(VERDICT_SET_ASIDE), id);
    cr_expect_null(case_of("E1")->verdict);
    cr_assert_eq(sources_said(&s, &scoring__verdict_set_aside__descriptor, said, 2), 1);
    cr_expect_str_eq(judged("E1"), "kept");
    confirm("E1");
    cr_expect_str_eq(
        sources_value(&s, "select string_agg(type, ' ' order by seq) from stream where type "
                          "like 'scoring.ReEvaluation%'"),
        "scoring.ReEvaluationFailed scoring.ReEvaluationPassed", "both stay on the record");
}

Test(facts_back, a_restored_honour_opens_the_case_that_had_ended_with_it)
{
    Publicity__HonourRevoked revoked = PUBLICITY__HONOUR_REVOKED__INIT;
    Publicity__HonourRestored restored = PUBLICITY__HONOUR_RESTORED__INIT;
    Publicity__Honour h = PUBLICITY__HONOUR__INIT;

    h.honour_id = h.plaque = (char *)"honour-E1";
    h.programme_id = (char *)"changning-property-2022";
    h.category = (char *)"enterprise";
    h.title = (char *)"红色物业示范";
    h.subject_id = h.name = (char *)"E1";
    h.year = 2022;
    h.state = (char *)"revoked";
    h.plaque_state = (char *)"recalled";
    h.granted_day = (char *)"2022-12-01";
    revoked.honour = restored.honour = &h;
    sources_say(&s, "publicity", DISTRICT, &revoked.base);
    sources_settle(&s);
    cr_assert_str_eq(case_of("E1")->state, "ended");
    h.state = (char *)"held";
    h.plaque_state = (char *)"issued";
    sources_say(&s, "publicity", DISTRICT, &restored.base);
    sources_settle(&s);
    cr_expect_str_eq(case_of("E1")->state, "open");
    cr_expect_str_eq(judged("E1"), "kept");
}

/* Grades as "enterprise grade counts;...", the newest first, in pages of @limit. */
static const char *grades(int limit)
{
    Scoring__ListAssessments q = SCORING__LIST_ASSESSMENTS__INIT;
    const char *text = "";

    q.has_year = q.has_limit = true;
    q.year = 2023;
    q.limit = limit;
    do {
        Scoring__ListAssessmentsReply *r =
            sources_done(&s, OFFICER, &q.base, &scoring__list_assessments_reply__descriptor);

        for (size_t i = 0; i < r->n_assessments; i++)
            text = arena_printf(s.arena, "%s%s %s %s;", text, r->assessments[i]->enterprise_id,
                                r->assessments[i]->grade,
                                r->assessments[i]->set_aside ? "aside" : "counts");
        q.after = r->next;
    } while (q.after);
    return text;
}

Test(facts_back, facts_are_listed_with_what_was_set_aside)
{
    const char *id = assess("E1", "fail");

    by_two_officers(KIND(ASSESSMENT_SET_ASIDE), id);
    cr_expect_str_eq(grades(50), "E1 fail aside;E5 excellent counts;E1 good counts;");
    cr_expect_str_eq(grades(1), grades(50));
}
