/* SPDX-License-Identifier: Apache-2.0 */
#include "stage.h"

TestSuite(honours, .init = open_stage, .fini = close_stage, .timeout = 120);

static Publicity__RecordHonour honour(const char *kind, const char *subject, const char *plaque)
{
    Publicity__RecordHonour q = PUBLICITY__RECORD_HONOUR__INIT;

    q.category = q.subject_kind = (char *)kind;
    q.category_title = (char *)"红色物业示范";
    q.subject_id = (char *)subject;
    q.name = arena_printf(s.arena, "样例%s", subject);
    q.year = 2022;
    q.plaque = (char *)plaque;
    q.enterprise_id = strcmp(kind, "enterprise") == 0 ? NULL : (char *)"E1";
    q.subdistrict = (char *)"310105001";
    q.programme_id = (char *)PROGRAMME;
    return q;
}

static const char *record(const char *kind, const char *subject, const char *plaque)
{
    Publicity__RecordHonour q = honour(kind, subject, plaque);

    return done("district", &q.base);
}

static Publicity__Honour *verify(const char *plaque)
{
    Publicity__VerifyPlaque q = PUBLICITY__VERIFY_PLAQUE__INIT;
    Publicity__VerifyPlaqueReply *reply;

    q.plaque = (char *)plaque;
    reply = read_as(NULL, &q.base, &publicity__verify_plaque_reply__descriptor);
    return reply->honour;
}

Test(honours, earlier_honours_are_recorded_once_and_anybody_can_verify_the_plaque)
{
    Publicity__RecordHonour q;
    Publicity__VerifyPlaque unknown = PUBLICITY__VERIFY_PLAQUE__INIT;

    record("enterprise", "E1", "QY-1");
    cr_expect_str_eq(verify("QY-1")->state, "held");
    cr_expect_str_eq(verify("QY-1")->plaque_state, "issued");
    q = honour("enterprise", "E2", "QY-1");
    refused("district", &q.base, "plaque_taken", "plaque");
    q = honour("enterprise", "E2", "ｑy- 1");
    refused("district", &q.base, "plaque_taken", "plaque");
    q = honour("enterprise", "E1", "QY-2");
    refused("district", &q.base, "honour_exists", "subject_id");
    q = honour("tower", "E3", "QY-3");
    refused("district", &q.base, "value_not_allowed", "subject_kind");
    q = honour("enterprise", "E3", "QY-3");
    q.year = 2024;
    refused("district", &q.base, "number_out_of_range", "year");
    q.year = 2022;
    q.subdistrict = (char *)"310106001";
    refused("district", &q.base, "value_unknown", "subdistrict");
    cr_expect_str_eq(verify(" qy-1 ")->plaque, "QY-1");
    cr_expect_str_eq(verify("ｑＹ－１")->plaque, "QY-1");
    cr_expect_str_eq(verify("Q Y\u20141\u3000")->plaque, "QY-1");
    cr_expect_str_eq(verify("\u200bQY-1")->plaque, "QY-1");
    unknown.plaque = (char *)"QY-9";
    refused(NULL, &unknown.base, "not_found", "plaque");
}

Test(honours, a_dissolved_enterprise_s_honours_and_those_of_its_sites_lapse_at_once)
{
    record("enterprise", "E1", "QY-1");
    record("enterprise", "E2", "QY-2");
    record("compound", "s1", "XQ-1");
    change(CITY, INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "E1", NULL, NULL, NULL);
    cr_expect_str_eq(verify("QY-1")->state, "lapsed");
    cr_expect_str_eq(verify("QY-1")->reason, "dissolved");
    cr_expect_str_eq(verify("QY-1")->plaque_state, "recalled");
    cr_expect_str_eq(verify("QY-1")->ended_day, "2023-10-01");
    cr_expect_str_eq(verify("QY-1")->due_day, "2023-10-31");
    cr_expect_str_eq(verify("XQ-1")->state, "lapsed");
    cr_expect_str_eq(verify("QY-2")->state, "held");
    cr_expect_str_eq(value("select string_agg(district, ',') from stream where type = "
                           "'publicity.HonourLapsed'"),
                     DISTRICT "," DISTRICT, "the events stand in the honours' own district");
    sources_clock(&s, "2023-11-01T00:00:00+08:00");
    cr_expect(verify("QY-1")->overdue);
    cr_expect_not(verify("QY-2")->overdue);
}

Test(honours, leaving_a_site_ends_that_site_s_honour_only)
{
    record("enterprise", "E1", "QY-1");
    record("compound", "s1", "XQ-1");
    record("compound", "s2", "XQ-2");
    change(DISTRICT, INTAKE__RECORD_CHANGE__KIND__LEFT_SITE, "E1", "s1", NULL, NULL);
    cr_expect_str_eq(verify("XQ-1")->state, "lapsed");
    cr_expect_str_eq(verify("XQ-2")->state, "held");
    cr_expect_str_eq(verify("QY-1")->state, "held");
}

Test(honours, a_new_name_or_a_merger_keeps_the_honour)
{
    record("enterprise", "E1", "QY-1");
    record("compound", "s1", "XQ-1");
    change(CITY, INTAKE__RECORD_CHANGE__KIND__RENAMED, "E1", NULL, NULL, "样例新名");
    cr_expect_str_eq(verify("QY-1")->name, "样例新名");
    cr_expect_str_eq(verify("XQ-1")->name, "样例s1");
    change(CITY, INTAKE__RECORD_CHANGE__KIND__MERGED, "E1", NULL, "E7", NULL);
    change(CITY, INTAKE__RECORD_CHANGE__KIND__DISSOLVED, "E1", NULL, NULL, NULL);
    cr_expect_str_eq(verify("QY-1")->state, "held");
    cr_expect_str_eq(verify("QY-1")->enterprise_id, "E7");
    cr_expect_str_eq(verify("XQ-1")->state, "held");
    change(CITY, INTAKE__RECORD_CHANGE__KIND__LEFT_DISTRICT, "E7", NULL, NULL, NULL);
    cr_expect_str_eq(verify("QY-1")->state, "lapsed");
    cr_expect_str_eq(verify("XQ-1")->state, "lapsed");
}

Test(honours, leaving_another_district_of_the_city_ends_nothing_here)
{
    Intake__SubjectChanged e = INTAKE__SUBJECT_CHANGED__INIT;
    Intake__RecordChange c = INTAKE__RECORD_CHANGE__INIT;

    record("enterprise", "E1", "QY-1");
    e.change = &c;
    c.subject_id = (char *)"E1";
    c.kind = INTAKE__RECORD_CHANGE__KIND__LEFT_DISTRICT;
    c.on_day = (char *)"2023-10-01";
    c.left_district = (char *)"310104";
    e.change_id = (char *)"left-310104";
    tell("intake", CITY, &e.base);
    cr_expect_str_eq(verify("QY-1")->state, "held");
    c.left_district = (char *)DISTRICT;
    e.change_id = (char *)"left-310105";
    tell("intake", CITY, &e.base);
    cr_expect_str_eq(verify("QY-1")->state, "lapsed");
}

static Publicity__RevokeHonour revocation(const char *id, const char *case_id)
{
    Publicity__RevokeHonour q = PUBLICITY__REVOKE_HONOUR__INIT;

    q.honour_id = (char *)id;
    q.reason = (char *)"样例：复评未通过";
    q.document = (char *)"样例〔2023〕2号";
    q.case_id = (char *)case_id;
    return q;
}

static Scoring__ReEvaluationCase verdict(const char *case_id, const char *honour_id)
{
    Scoring__ReEvaluationCase k = SCORING__RE_EVALUATION_CASE__INIT;

    k.case_id = (char *)case_id;
    k.honour_id = (char *)honour_id;
    k.programme_id = k.subject_id = k.name = k.category = (char *)"sample";
    k.state = (char *)"confirmed";
    return k;
}

Test(honours, a_revocation_rests_on_a_confirmed_failed_case_or_on_the_bureau)
{
    const char *id = record("enterprise", "E1", "QY-1"),
               *other = record("enterprise", "E2", "QY-2");
    Scoring__ReEvaluationFailed failed = SCORING__RE_EVALUATION_FAILED__INIT;
    Scoring__ReEvaluationPassed passed = SCORING__RE_EVALUATION_PASSED__INIT;
    Scoring__ReEvaluationCase k = verdict("case-1", id), kept = verdict("case-2", other);
    Publicity__RevokeHonour q = revocation(id, "case-1");

    refused("organisation", &q.base, "case_not_failed", "case_id");
    failed.case_ = &k;
    tell("scoring", DISTRICT, &failed.base);
    passed.case_ = &kept;
    tell("scoring", DISTRICT, &passed.base);
    q = revocation(other, "case-1");
    refused("organisation", &q.base, "case_not_failed", "case_id");
    q = revocation(other, "case-2");
    refused("organisation", &q.base, "case_not_failed", "case_id");
    q = revocation(id, NULL);
    refused("organisation", &q.base, "forbidden", NULL);
    q = revocation(id, "case-1");
    revoked_by("organisation", "district", &q);
    cr_expect_str_eq(verify("QY-1")->state, "revoked");
    cr_expect_str_eq(verify("QY-1")->due_day, "2023-10-31");
    refused("organisation", &q.base, "state_forbids", "honour_id");
    q = revocation(other, NULL);
    q.document = (char *)"";
    refused("district", &q.base, "text_missing", "document");
    q = revocation(other, NULL);
    revoked_by("district", "organisation", &q);
    cr_expect_str_eq(verify("QY-2")->state, "revoked");
}

static Publicity__ReturnPlaque plaque_back(const char *id, Publicity__ReturnPlaque__Outcome outcome)
{
    Publicity__ReturnPlaque q = PUBLICITY__RETURN_PLAQUE__INIT;

    q.honour_id = (char *)id;
    q.outcome = outcome;
    q.receipt = (char *)"样例收条";
    return q;
}

Test(honours, a_recalled_plaque_is_overdue_after_its_day_and_may_come_back_then)
{
    const char *id = record("enterprise", "E1", "QY-1");
    Publicity__ReturnPlaque q = plaque_back(id, PUBLICITY__RETURN_PLAQUE__OUTCOME__REFUSED);
    Publicity__RevokeHonour r = revocation(id, NULL);

    refused("district", &q.base, "state_forbids", "honour_id");
    revoked_by("district", "organisation", &r);
    refused("enterprise", &q.base, "forbidden", NULL);
    sources_clock(&s, "2023-10-31T23:59:59+08:00");
    cr_expect_not(verify("QY-1")->overdue);
    sources_clock(&s, "2023-11-01T00:00:00+08:00");
    cr_expect(verify("QY-1")->overdue);
    done("district", &q.base);
    q = plaque_back(id, PUBLICITY__RETURN_PLAQUE__OUTCOME__RETURNED);
    done("district", &q.base);
    cr_expect_str_eq(verify("QY-1")->plaque_state, "returned");
    refused("district", &q.base, "state_forbids", "honour_id");
    cr_expect_str_eq(value("select count(*) from stream where type = 'publicity.PlaqueReturned'"),
                     "2");
}

Test(honours, a_subdistrict_takes_back_the_plaques_of_its_own)
{
    const char *id = record("compound", "s1", "XQ-1");
    Publicity__ReturnPlaque q = plaque_back(id, PUBLICITY__RETURN_PLAQUE__OUTCOME__RETURNED);
    Publicity__RevokeHonour r = revocation(id, NULL);
    Hp__Reply *reply;

    revoked_by("district", "organisation", &r);
    reply = sources_ask(&s, "subdistrict", "310105002", NULL, &q.base);
    cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED);
    cr_assert_str_eq(reply->code, "forbidden");
    sources_done(&s, "subdistrict", "310105001", NULL, &q.base, NULL);
    cr_expect_str_eq(verify("XQ-1")->plaque_state, "returned");
}

Test(honours, pages_of_honours_follow_each_other)
{
    Publicity__ListHonours q = PUBLICITY__LIST_HONOURS__INIT;
    Publicity__ListHonoursReply *page;

    for (int i = 0; i < 5; i++)
        record("compound", arena_printf(s.arena, "s%d", i), arena_printf(s.arena, "XQ-%d", i));
    q.has_limit = true;
    q.limit = 2;
    for (int seen = 0; seen < 5; seen += (int)page->n_honours) {
        page = read_as(NULL, &q.base, &publicity__list_honours_reply__descriptor);
        cr_assert_eq(page->n_honours, seen == 4 ? 1 : 2);
        q.after = page->next;
        cr_assert_eq(page->next == NULL, seen == 4);
    }
    q.after = NULL;
    q.has_year = true;
    q.year = 2021;
    page = read_as(NULL, &q.base, &publicity__list_honours_reply__descriptor);
    cr_assert_eq(page->n_honours, 0);
}
