/* SPDX-License-Identifier: Apache-2.0 */
/* Programmes and applications through intake's own door: who may do what, when, and what the
 * refusals say. */
#include "tests/integration/intake_acts.h"
#include "tests/support/service_test.h"

TestSuite(intake_application, .init = setup, .fini = teardown, .timeout = 120);

/* ---- programmes ---- */

Test(intake_application, a_faulty_programme_is_refused_at_its_line_and_changes_nothing)
{
    Hp__Reply *reply = service_test_ask(&s, OFFICER, TEST_DISTRICT, "intake.PublishProgramme",
                                        publication(changed("quota: 5", "quota: five")));

    cr_assert_str_eq(reply->code, "programme_lint");
    cr_assert_str_eq(reply->field, "document");
    cr_assert_str_eq(reply->args[0], "30");
    cr_assert_str_eq(reply->args[2], "groups[0].quota: must be a whole number, not \"five\"");
    cr_assert_str_eq(reply->args[3], "1");
    service_test_refused(&s, OFFICER, "intake.PublishProgramme",
                         publication(changed("310105", "310104")), "programme_elsewhere",
                         "document");
    cr_assert_str_eq(service_test_value(&s, "select count(*) from programme"), "1");
}

Test(intake_application,
     the_same_text_is_the_same_version_and_another_is_refused_once_a_stage_began)
{
    cr_assert(has(publish(document()), "\"version\":1"));
    service_test_refused(&s, OFFICER, "intake.PublishProgramme",
                         publication(changed("quota: 5", "quota: 6")), "programme_sealed",
                         "document");
    cr_assert_str_eq(
        service_test_value(&s,
                           "select count(*) from stream where type = 'intake.ProgrammePublished'"),
        "1");
}

Test(intake_application, before_the_first_stage_another_text_is_a_new_version)
{
    const char *text = changed("programme: changning-property-2023", "programme: another");
    const char *later = arena_printf(s.arena, "%s", text);
    char *from = strstr(later, "from: 2023-04-01"), *to = strstr(later, "to: 2023-05-31");

    memcpy(from, "from: 2023-06-06", 16); /* mobilise tomorrow, until the day after */
    memcpy(to, "to: 2023-06-07", 14);
    memcpy(strstr(later, "from: 2023-06-01"), "from: 2023-06-10", 16);
    cr_assert(has(publish(later), "\"version\":1"));
    memcpy(strstr(later, "from: 2023-06-10"), "from: 2023-06-11", 16);
    cr_assert(has(publish(later), "\"version\":2"));
    service_test_clock(&s, "2023-06-11T00:00:00+08:00");
    cr_assert_str_eq(
        service_test_value(
            &s, "select string_agg(stage || ' ' || state, ', ' order by begins_at) from stage "
                "where programme_id = 'another'"),
        "mobilise closed, recommend open, review waiting, award waiting");
    cr_assert_str_eq(
        service_test_value(
            &s,
            "select count(*) from stream where type = 'intake.StageOpened' and at >= '2023-06-06'"),
        "2");
}

Test(intake_application, stages_open_and_close_by_the_clock_and_everybody_reads_programmes)
{
    const char *list = service_test_done(&s, NULL, "intake.ListProgrammes", "{}");

    cr_assert(has(list, "\"stage\":\"recommend\""), "%s", list);
    cr_assert(has(
        service_test_done(&s, NULL, "intake.GetProgramme", "{\"programme_id\":\"" PROGRAMME "\"}"),
        "推荐遴选"));
    service_test_refused(&s, NULL, "intake.GetProgramme", "{\"programme_id\":\"none\"}",
                         "not_found", "programme_id");
    service_test_clock(&s, "2023-08-01T00:00:00+08:00");
    service_test_clock(&s, "2023-10-16T00:00:00+08:00");
    cr_assert_str_eq(
        service_test_value(
            &s, "select string_agg(stage || ' ' || state, ', ' order by begins_at) from stage"),
        "mobilise closed, recommend closed, review closed, award open");
    /* the first ended while nothing ran: its event is of the instant it was caught up with */
    cr_assert_str_eq(
        service_test_value(&s, "select string_agg(iso(at), ' ' order by seq) from stream where "
                               "type = 'intake.StageClosed'"),
        "2023-06-05T01:00:00.000000Z 2023-07-31T16:00:00.000000Z 2023-10-15T16:00:00.000000Z");
}

/* ---- drafting ---- */

Test(intake_application, only_who_the_route_names_may_draft)
{
    const char *type = "intake.DraftApplication";

    service_test_refused(&s, OTHER_STREET, type, draft_json("compound", SITE, "recommendation", ""),
                         "forbidden", NULL);
    service_test_refused(&s, OTHER_ENTERPRISE, type,
                         draft_json("compound", SITE, "recommendation", ""), "forbidden", NULL);
    service_test_refused(&s, OTHER_ENTERPRISE, type, draft_json("enterprise", A, "self", ""),
                         "forbidden", NULL);
    service_test_refused(&s, STREET, type,
                         draft_json("enterprise", A, "self", ",\"subdistrict\":\"310105001\""),
                         "forbidden", NULL);
    service_test_done(&s, ENTERPRISE, type, draft_json("compound", SITE, "recommendation", ""));
    service_test_done(&s, ENTERPRISE, type, draft_json("enterprise", A, "self", ""));
    service_test_done(
        &s, OTHER_STREET, type,
        draft_json("enterprise", B, "recommendation", ",\"subdistrict\":\"310105002\""));
    cr_assert_str_eq(
        service_test_value(
            &s, "select string_agg(drafter_role, ' ' order by application_id) from application"),
        "enterprise enterprise subdistrict");
}

Test(intake_application, programme_category_route_and_subject_must_go_together)
{
    const char *type = "intake.DraftApplication";

    service_test_refused(&s, STREET, type,
                         "{\"programme_id\":\"x\",\"category\":\"compound\",\"subject_id\":\"" SITE
                         "\",\"route\":\"self\"}",
                         "not_found", "programme_id");
    service_test_refused(&s, STREET, type, draft_json("committee", SITE, "recommendation", ""),
                         "value_unknown", "category");
    service_test_refused(&s, STREET, type, draft_json("compound", SITE, "self", ""), "route_wrong",
                         "route");
    service_test_refused(&s, STREET, type,
                         draft_json("compound", "310105001-B001", "recommendation", ""),
                         "subject_kind_wrong", "subject_id");
    service_test_refused(&s, STREET, type,
                         draft_json("compound", "310105001-0099", "recommendation", ""),
                         "not_found", "subject_id");
    service_test_refused(
        &s, STREET, type,
        draft_json("compound", SITE, "recommendation", ",\"subdistrict\":\"310105002\""),
        "subject_elsewhere", "subdistrict");
    service_test_refused(&s, ENTERPRISE, type, draft_json("enterprise", A, "recommendation", ""),
                         "text_missing", "subdistrict");
    service_test_refused(
        &s, ENTERPRISE, type,
        draft_json("enterprise", A, "recommendation", ",\"subdistrict\":\"310105099\""),
        "reference_unknown", "subdistrict");
}

Test(intake_application, a_form_holds_what_the_category_asks_for)
{
    const char *type = "intake.DraftApplication";

    service_test_refused(&s, STREET, type,
                         draft_json("compound", SITE, "recommendation",
                                    ",\"form\":[{\"name\":\"colour\",\"value\":\"x\"}]"),
                         "value_unknown", "form/0/name");
    service_test_refused(&s, STREET, type,
                         draft_json("compound", SITE, "recommendation",
                                    ",\"form\":[{\"name\":\"governance\",\"value\":\"x\"},{"
                                    "\"name\":\"governance\",\"value\":\"x\"}]"),
                         "form_field_twice", "form/1/name");
    service_test_done(&s, STREET, type,
                      draft_json("compound", SITE, "recommendation",
                                 ",\"form\":[{\"name\":\"governance\",\"value\":\"x\"}]"));
    service_test_refused(
        &s, STREET, "intake.SubmitApplication",
        about(service_test_value(&s, "select application_id from application"), ""),
        "form_incomplete", "form");
    cr_assert_str_eq(service_test_value(&s, "select string_agg(state, ' ') from application"),
                     "draft", "the others left nothing");
}

Test(intake_application, a_subject_stands_once_until_refused_or_withdrawn)
{
    const char *type = "intake.DraftApplication",
               *json = draft_json("compound", SITE, "recommendation", "");
    const char *id = drafted();
    Hp__Reply *reply = service_test_ask(&s, ENTERPRISE, TEST_DISTRICT, type, json);

    cr_assert_str_eq(reply->code, "application_twice");
    cr_assert_str_eq(reply->args[0], "样例小区");
    cr_assert_str_eq(reply->args[1], id);
    service_test_done(&s, STREET, "intake.WithdrawApplication", about(id, ",\"reason\":\"样例\""));
    service_test_done(&s, ENTERPRISE, type, json);
}

/* ---- submitting ---- */

Test(intake_application, one_applies_within_the_stage)
{
    const char *id = drafted(), *submit = "intake.SubmitApplication";
    Hp__Reply *reply;

    service_test_clock(&s, "2023-07-31T23:59:59+08:00");
    service_test_done(&s, STREET, submit, about(id, ""));
    service_test_done(&s, OFFICER, "intake.ReviewApplication",
                      about(id, ",\"decision\":\"return\",\"reason\":\"样例补正\""));
    service_test_clock(&s, "2023-08-01T00:00:00+08:00");
    reply = service_test_ask(&s, STREET, TEST_DISTRICT, submit, about(id, ""));
    cr_assert_str_eq(reply->code, "application_late");
    cr_assert_str_eq(reply->args[0], "2023-07-31");
    cr_assert_str_eq(state_of(id), "returned");
}

Test(intake_application, grace_is_counted_in_working_days)
{
    const char *text = changed("programme: changning-property-2023", "programme: graceful");
    const char *id;
    Hp__Reply *reply;

    memcpy(strstr(text, "grace_days: 0"), "grace_days: 4", 13);
    publish(text);
    service_test_done(
        &s, STREET, "intake.DraftApplication",
        "{\"programme_id\":\"graceful\",\"category\":\"compound\",\"subject_id\":\"" SITE
        "\",\"route\":\"recommendation\",\"form\":" FULL_FORM "}");
    id = arena_strdup(s.arena, s.last_id);
    /* Tuesday to Friday, 1 to 4 August */
    service_test_clock(&s, "2023-08-05T00:00:00+08:00");
    reply = service_test_ask(&s, STREET, TEST_DISTRICT, "intake.SubmitApplication", about(id, ""));
    cr_assert_str_eq(reply->code, "application_late");
    cr_assert_str_eq(reply->args[0], "2023-08-04");
}

Test(intake_application, the_stage_must_have_begun)
{
    const char *text = changed("programme: changning-property-2023", "programme: early");
    Hp__Reply *reply;

    memcpy(strstr(text, "from: 2023-06-01"), "from: 2023-06-06", 16);
    publish(text);
    service_test_done(&s, STREET, "intake.DraftApplication",
                      "{\"programme_id\":\"early\",\"category\":\"compound\",\"subject_id\":\"" SITE
                      "\",\"route\":\"recommendation\",\"form\":" FULL_FORM "}");
    reply = service_test_ask(&s, STREET, TEST_DISTRICT, "intake.SubmitApplication",
                             about(s.last_id, ""));
    cr_assert_str_eq(reply->code, "stage_not_open");
    cr_assert_str_eq(reply->args[0], "2023-06-06");
}

Test(intake_application, conditions_are_shown_with_the_fact_and_an_unmet_one_refuses)
{
    const char *reply, *id;
    Hp__Reply *refusal;

    reply = service_test_done(&s, STREET, "intake.SubmitApplication", about(drafted(), ""));
    cr_assert(has(reply, "\"fact\":\"active\",\"limit\":\"= active\",\"met\":true"), "%s", reply);
    cr_assert(has(reply, "\"fact\":\"true\",\"limit\":\"= true\",\"met\":true"), "%s", reply);
    service_test_done(
        &s, STREET, "intake.DraftApplication",
        draft_json("compound", "310105001-0002", "recommendation", ",\"form\":" FULL_FORM));
    id = arena_strdup(s.arena, s.last_id);
    refusal =
        service_test_ask(&s, STREET, TEST_DISTRICT, "intake.SubmitApplication", about(id, ""));
    cr_assert_str_eq(refusal->code, "condition_unmet");
    cr_assert_str_eq(refusal->field, "conditions/served");
    cr_assert_str_eq(refusal->args[0], "有物业服务企业在管");
    cr_assert_str_eq(refusal->args[1], "false");
    cr_assert_str_eq(refusal->args[2], "= true");
    cr_assert_str_eq(state_of(id), "draft");
}

Test(intake_application, who_left_the_district_stands_in_it_no_more_until_it_serves_there_anew)
{
    const char *submit = "intake.SubmitApplication", *site = drafted(), *id;
    Hp__Reply *reply;

    service_test_done(&s, ENTERPRISE, "intake.DraftApplication",
                      draft_json("enterprise", A, "self", ",\"form\":" ENTERPRISE_FORM));
    id = arena_strdup(s.arena, s.last_id);
    service_test_done_in(&s, TEST_CITY, OFFICER, "intake.RecordChange",
                         "{\"subject_id\":\"" A
                         "\",\"kind\":\"left_district\",\"on_day\":\"2023-05-01\"}");
    reply = service_test_ask(&s, ENTERPRISE, TEST_DISTRICT, submit, about(id, ""));
    cr_assert_str_eq(reply->field, "conditions/active");
    cr_assert_str_eq(reply->args[1], "left");
    reply = service_test_ask(&s, STREET, TEST_DISTRICT, submit, about(site, ""));
    cr_assert_str_eq(reply->field, "conditions/served");
    import(TEST_DISTRICT, "projects",
           "project_id,site_id,enterprise_id,manager_id,area_m2,from_day\n" SITE "-P2," SITE "," A
           ",M1,1000,2023-05-20\n");
    service_test_done(&s, ENTERPRISE, submit, about(id, ""));
    service_test_done(&s, STREET, submit, about(site, ""));
}

Test(intake_application, a_building_needs_an_enterprise_without_points_this_year)
{
    const char *form = ",\"form\":[{\"name\":\"party_work\",\"value\":\"x\"},{\"name\":"
                       "\"services\",\"value\":\"x\"}]";
    const char *id;
    Hp__Reply *reply;

    service_test_done(&s, STREET, "intake.DraftApplication",
                      draft_json("building", "310105001-B001", "recommendation", form));
    id = arena_strdup(s.arena, s.last_id);
    pg_test_run(&s.pg, "insert into credit_total values ('310105', '" A
                       "', 2022, '9/1'), ('310105', '" A "', 2023, '9/25')");
    reply = service_test_ask(&s, STREET, TEST_DISTRICT, "intake.SubmitApplication", about(id, ""));
    cr_assert_str_eq(reply->code, "condition_unmet");
    cr_assert_str_eq(reply->field, "conditions/no-bad-record");
    cr_assert_str_eq(reply->args[1], "0.36");
    pg_test_run(&s.pg, "delete from credit_total where year = 2023");
    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
}

/* ---- the chain ---- */

Test(intake_application, each_body_has_its_turn)
{
    const char *review = "intake.ReviewApplication", *accept = ",\"decision\":\"accept\"";
    const char *id;
    Hp__Reply *reply;

    service_test_done(&s, ENTERPRISE, "intake.DraftApplication",
                      draft_json("compound", SITE, "recommendation", ",\"form\":" FULL_FORM));
    id = arena_strdup(s.arena, s.last_id);
    service_test_refused(&s, STREET, review, about(id, accept), "state_forbids", NULL);
    service_test_done(&s, ENTERPRISE, "intake.SubmitApplication", about(id, ""));
    cr_assert_str_eq(state_of(id), "submitted subdistrict");
    service_test_refused(&s, OTHER_STREET, review, about(id, accept), "forbidden", NULL);
    reply = service_test_ask(&s, OFFICER, TEST_DISTRICT, review, about(id, accept));
    cr_assert_str_eq(reply->code, "not_your_turn");
    cr_assert_str_eq(reply->args[0], "subdistrict");
    service_test_done(&s, STREET, review, about(id, accept));
    cr_assert_str_eq(state_of(id), "submitted district");
    service_test_refused(&s, STREET, review, about(id, accept), "not_your_turn", NULL);
    service_test_done(&s, OFFICER, review, about(id, accept));
    cr_assert_str_eq(state_of(id), "accepted");
    cr_assert_str_eq(service_test_value(&s, "select string_agg(replace(type, 'intake.Application', "
                                            "''), ' ' order by seq) from stream "
                                            "where type like 'intake.Application%'"),
                     "Submitted Forwarded Accepted");
    service_test_refused(&s, ENTERPRISE, "intake.WithdrawApplication",
                         about(id, ",\"reason\":\"x\""), "state_forbids", NULL);
}

Test(intake_application, whoever_submits_passes_his_own_step)
{
    const char *id = drafted();

    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
    cr_assert_str_eq(state_of(id), "submitted district");
    service_test_done(&s, ENTERPRISE, "intake.DraftApplication",
                      draft_json("enterprise", A, "self", ",\"form\":" ENTERPRISE_FORM));
    id = arena_strdup(s.arena, s.last_id);
    service_test_done(&s, ENTERPRISE, "intake.SubmitApplication", about(id, ""));
    cr_assert_str_eq(state_of(id), "submitted district");
}

Test(intake_application, a_return_and_a_refusal_need_their_reason_and_every_version_is_kept)
{
    const char *review = "intake.ReviewApplication", *id = drafted(), *whole;

    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
    service_test_refused(&s, OFFICER, review, about(id, ",\"decision\":\"return\""),
                         "reason_required", "reason");
    service_test_refused(&s, OFFICER, review, about(id, ",\"decision\":\"refuse\",\"reason\":\"\""),
                         "reason_required", "reason");
    service_test_refused(&s, STREET, "intake.EditApplication", about(id, ",\"form\":[]"),
                         "state_forbids", NULL);
    service_test_done(&s, OFFICER, review,
                      about(id, ",\"decision\":\"return\",\"reason\":\"请补充\""));
    service_test_refused(&s, OTHER_STREET, "intake.EditApplication", about(id, ",\"form\":[]"),
                         "forbidden", NULL);
    service_test_done(&s, STREET, "intake.EditApplication",
                      about(id, ",\"form\":[{\"name\":\"party_work\",\"value\":\"二\"},{\"name\":"
                                "\"governance\",\"value\":\"二\"}]"));
    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
    service_test_done(&s, OFFICER, review,
                      about(id, ",\"decision\":\"refuse\",\"reason\":\"不符\""));
    cr_assert_str_eq(state_of(id), "refused");
    cr_assert_str_eq(
        service_test_value(&s, "select string_agg(version || value, ' ' order by version) from "
                               "application_field where name = 'governance'"),
        "1样例治理 2二");
    whole = service_test_done(&s, OFFICER, "intake.GetApplication", about(id, ""));
    cr_assert(has(whole, "\"reason\":\"请补充\"") && has(whole, "\"reason\":\"不符\""), "%s",
              whole);
    cr_assert(has(whole, "\"version\":2"), "%s", whole);
}

Test(intake_application, evidence_belongs_to_drafts_and_returned_ones)
{
    const char *attach = "intake.AttachEvidence", *id = drafted();
#define FILE_JSON(hash, type, line) \
    about(id, ",\"file_sha256\":\"" hash "\",\"file_name\":\"样例.pdf\",\"media_type\":\"" type \
              "\",\"size\":10,\"rubric_line\":\"" line "\"")
#define HASH "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef"

    service_test_refused(&s, STREET, attach, FILE_JSON("0123", "pdf", ""), "sha256_bad",
                         "file_sha256");
    service_test_refused(&s, STREET, attach, FILE_JSON(HASH, "exe", ""), "media_type_unknown",
                         "media_type");
    service_test_refused(&s, STREET, attach, FILE_JSON(HASH, "pdf", "service"),
                         "rubric_line_unknown", "rubric_line");
    service_test_refused(&s, OTHER_STREET, attach, FILE_JSON(HASH, "pdf", ""), "forbidden", NULL);
    service_test_done(&s, STREET, attach, FILE_JSON(HASH, "pdf", "service.contract"));
    service_test_done(&s, STREET, attach, FILE_JSON(HASH, "pdf", "service.contract"));
    service_test_done(&s, STREET, attach, FILE_JSON(HASH, "pdf", ""));
    cr_assert_str_eq(service_test_value(&s, "select count(*) from evidence"), "2");
    cr_assert(has(service_test_done(&s, STREET, "intake.GetApplication", about(id, "")),
                  "\"rubric_line\":\"service.contract\""));
    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
    service_test_refused(&s, STREET, attach, FILE_JSON(HASH, "pdf", "governance"), "state_forbids",
                         NULL);
}

/* What of the application's files one reads now, each with its caption. */
static void expect_files(const char *id, const char *want)
{
    const char *whole = service_test_done(&s, STREET, "intake.GetApplication", about(id, ""));
    bool any = has(whole, "\"file_sha256\":\"" HASH "\"");

    if (!want)
        cr_assert_not(any, "%s", whole);
    else
        cr_assert(any && has(whole, want), "%s is not in %s", want, whole);
}

Test(intake_application, evidence_is_captioned_and_taken_off_until_it_is_handed_in)
{
    static const char *const both[] = {"intake.DetachEvidence", "intake.CaptionEvidence"};
    const char *id = drafted();
    const char *there =
        about(id, ",\"file_sha256\":\"" HASH
                  "\",\"rubric_line\":\"service.contract\",\"caption\":\"样例说明\"");
    const char *off =
        about(id, ",\"file_sha256\":\"" HASH "\",\"rubric_line\":\"service.contract\"");
    const char *file = FILE_JSON(HASH, "pdf", "service.contract");

    service_test_refused(&s, STREET, both[0], off, "not_found", "file_sha256");
    service_test_refused(&s, STREET, both[1], there, "not_found", "file_sha256");
    service_test_done(&s, STREET, "intake.AttachEvidence", file);
    service_test_refused(&s, OTHER_STREET, both[0], off, "forbidden", NULL);
    service_test_refused(&s, OTHER_STREET, both[1], there, "forbidden", NULL);
    service_test_done(&s, STREET, both[1], there);
    expect_files(id, "\"caption\":\"样例说明\"");
    service_test_done(&s, STREET, both[0], off);
    expect_files(id, NULL);
    cr_assert_str_eq(
        service_test_value(&s, "select count(*) from evidence where detached_at is not null"), "1",
        "it was there: the record says so");
    service_test_refused(&s, STREET, both[0], off, "not_found", "file_sha256");
    service_test_done(&s, STREET, "intake.AttachEvidence", file);
    expect_files(id, "\"rubric_line\":\"service.contract\"");
    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
    service_test_refused(&s, STREET, both[0], off, "state_forbids", NULL);
    service_test_refused(&s, STREET, both[1], there, "state_forbids", NULL);
    service_test_done(&s, OFFICER, "intake.ReviewApplication",
                      about(id, ",\"decision\":\"return\",\"reason\":\"样例\""));
    service_test_done(&s, STREET, both[0], off);
    expect_files(id, NULL);
}

/* ---- reading ---- */

Test(intake_application, one_reads_what_is_ones_own)
{
    const char *get = "intake.GetApplication", *list = "intake.ListApplications";
    const char *all = "{\"programme_id\":\"" PROGRAMME "\"}", *id = drafted();

    service_test_done(&s, OTHER_ENTERPRISE, "intake.DraftApplication",
                      draft_json("enterprise", B, "self", ""));
    service_test_refused(&s, OTHER_STREET, get, about(id, ""), "forbidden", NULL);
    service_test_refused(&s, OTHER_ENTERPRISE, get, about(id, ""), "forbidden", NULL);
    service_test_refused(&s, OFFICER, get, "{\"application_id\":\"no-uuid\"}", "not_found",
                         "application_id");
    service_test_done(&s, STREET, get, about(id, ""));
    service_test_done(&s, "auditor@310105", get, about(id, ""));
    cr_assert(has(service_test_done(&s, ENTERPRISE, list, all), id),
              "the enterprise serves the site");
    cr_assert_not(has(service_test_done(&s, OTHER_ENTERPRISE, list, all), id));
    cr_assert(has(service_test_done(&s, OTHER_ENTERPRISE, list, all), B));
    cr_assert_str_eq(service_test_done(&s, OTHER_STREET, list, all), "{\"applications\":[]}");
    cr_assert(has(
        service_test_done(&s, OFFICER, list, "{\"programme_id\":\"" PROGRAMME "\",\"limit\":1}"),
        "\"next\":"));
    cr_assert_str_eq(service_test_done(&s, OFFICER, list,
                                       "{\"programme_id\":\"" PROGRAMME
                                       "\",\"state\":\"accepted\"}"),
                     "{\"applications\":[]}");
}

/* ---- credit's totals ---- */

Test(intake_application, points_recorded_by_credit_decide_at_once)
{
    const char *form = ",\"form\":[{\"name\":\"party_work\",\"value\":\"x\"},{\"name\":"
                       "\"services\",\"value\":\"x\"}]";
    struct service_test credit;
    Hp__Reply *reply;
    const char *id;

    service_test_join(&credit, "credit", &s);
    service_test_clock(&credit, "2023-06-05T09:00:00+08:00");
    service_test_settle(&credit, &s);
    service_test_done(&credit, "credit@310105", "credit.RecordDeduction",
                      "{\"subject_kind\":\"enterprise\",\"subject_id\":\"" A
                      "\",\"behaviour\":\"Q01-01\",\"on_day\":\"2023-05-06\","
                      "\"document\":\"样例\"}");
    service_test_done(
        &credit, "credit@310105", "credit.NotifyDeduction",
        arena_printf(s.arena, "{\"deduction_id\":\"%s\",\"receipt\":\"样例\"}", credit.last_id));
    service_test_settle(&s, &credit);
    service_test_done(&s, STREET, "intake.DraftApplication",
                      draft_json("building", "310105001-B001", "recommendation", form));
    id = arena_strdup(s.arena, s.last_id);
    reply = service_test_ask(&s, STREET, TEST_DISTRICT, "intake.SubmitApplication", about(id, ""));
    service_test_close(&credit);
    cr_assert_str_eq(reply->code, "condition_unmet");
    cr_assert_str_eq(reply->args[1], "1");
}

/* ---- at the same moment ---- */

enum { N_AT_ONCE = 6 };

struct client {
    const char *who, *type, *json, *refusal;
    struct service_test own; /* a link and an arena of its own */
    pthread_t thread;
    bool done, refused;
};

static void *run_client(void *arg)
{
    struct client *c = arg;
    Hp__Reply *reply;

    c->own = s;
    c->own.arena = arena_new();
    if (bus_link_new(&c->own.conf, &c->own.link, NULL) != 0)
        return NULL;
    reply = service_test_ask(&c->own, c->who, TEST_DISTRICT, c->type, c->json);
    c->done = reply->status == HP__REPLY__STATUS__DONE;
    c->refused = reply->status == HP__REPLY__STATUS__REFUSED && str_equal(reply->code, c->refusal);
    bus_link_free(c->own.link);
    arena_free(c->own.arena);
    return NULL;
}

/* Send the same request from several clients at once; how many were done. The others must be
 * refused so. */
static int at_once(const char *who, const char *type, const char *json, const char *refusal)
{
    struct client clients[N_AT_ONCE];
    int n_done = 0;

    for (int i = 0; i < N_AT_ONCE; i++) {
        clients[i] = (struct client){.who = who, .type = type, .json = json, .refusal = refusal};
        cr_assert_eq(pthread_create(&clients[i].thread, NULL, run_client, &clients[i]), 0);
    }
    for (int i = 0; i < N_AT_ONCE; i++) {
        pthread_join(clients[i].thread, NULL);
        cr_assert(clients[i].done || clients[i].refused);
        n_done += clients[i].done;
    }
    return n_done;
}

Test(intake_application, of_drafts_at_the_same_moment_one_stands)
{
    const char *json = draft_json("compound", SITE, "recommendation", ",\"form\":" FULL_FORM);

    cr_assert_eq(at_once(STREET, "intake.DraftApplication", json, "application_twice"), 1);
    cr_assert_str_eq(service_test_value(&s, "select count(*) from application"), "1");
}

Test(intake_application, of_reviews_at_the_same_moment_one_counts)
{
    const char *id;

    service_test_done(&s, ENTERPRISE, "intake.DraftApplication",
                      draft_json("compound", SITE, "recommendation", ",\"form\":" FULL_FORM));
    id = arena_strdup(s.arena, s.last_id);
    service_test_done(&s, ENTERPRISE, "intake.SubmitApplication", about(id, ""));
    cr_assert_eq(at_once(STREET, "intake.ReviewApplication", about(id, ",\"decision\":\"accept\""),
                         "not_your_turn"),
                 1);
    cr_assert_str_eq(state_of(id), "submitted district");
    cr_assert_eq(at_once(OFFICER, "intake.ReviewApplication", about(id, ",\"decision\":\"accept\""),
                         "state_forbids"),
                 1);
    cr_assert_str_eq(
        service_test_value(&s,
                           "select count(*) from stream where type = 'intake.ApplicationAccepted'"),
        "1");
}
