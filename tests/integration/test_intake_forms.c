/* SPDX-License-Identifier: Apache-2.0 */
/* Forms as the annexes have them, through intake's own door: what stands in them, what is asked for when, who writes beneath. */
#include "tests/integration/intake_acts.h"
#include "tests/support/service_test.h"

TestSuite(intake_forms, .init = setup, .fini = teardown, .timeout = 120);

#define WITH(fields) ",\"form\":[{\"name\":\"party_work\",\"value\":\"样例\"}," fields "]"
#define WHOLE(fields) \
    ",\"form\":[{\"name\":\"party_work\",\"value\":\"样例\"},{\"name\":\"governance\",\"value\":" \
    "\"样例\"}," fields "]"

static const char *draft(const char *form)
{
    service_test_done(&s, STREET, "intake.DraftApplication",
                      draft_json("compound", SITE, "recommendation", form));
    return arena_strdup(s.arena, s.last_id);
}

static void edit_refused(const char *id, const char *form, const char *code, const char *field)
{
    service_test_refused(&s, STREET, "intake.EditApplication", about(id, form), code, field);
}

static const char *reads(const char *id)
{
    return service_test_done(&s, STREET, "intake.GetApplication", about(id, ""));
}

Test(intake_forms, a_programme_says_what_is_filled_in)
{
    const char *json =
        service_test_done(&s, NULL, "intake.GetProgramme", "{\"programme_id\":\"" PROGRAMME "\"}");

    cr_assert(has(json, "\"form_id\":\"annex-4\""), "%s", json);
    cr_assert(
        has(json, "\"category\":\"enterprise\",\"of\":\"application\",\"routes\":[\"self\"]"));
    cr_assert(has(json, "\"category\":\"compound\",\"of\":\"re_evaluation\""));
    cr_assert(
        has(json, "\"required_if\":{\"field\":\"petitions\",\"op\":\"=\",\"value\":[\"true\"]}"));
    cr_assert(has(json, "\"unit\":\"平方米\",\"min\":\"0\",\"max\":\"10000000\",\"decimals\":2"));
    cr_assert(has(
        json, "\"evidence\":{\"types\":[\"jpeg\",\"png\",\"pdf\",\"docx\",\"xlsx\"],\"max\":20}"));
    cr_assert(has(json, "\"by\":\"subdistrict\",\"title\":\"街镇推荐意见\""));
}

Test(intake_forms, what_is_filled_in_is_kept_in_one_form)
{
    const char *id =
        draft(WITH("{\"name\":\"floor_area\",\"value\":\"１２３４．５０\"},"
                   "{\"name\":\"petitions\",\"value\":\"否\"},"
                   "{\"name\":\"party_organisation\",\"value\":\"未组建\"},"
                   "{\"name\":\"honours\",\"rows\":[{\"cells\":[{\"name\":\"day\",\"value\":"
                   "\"2022-05-01\"},{\"name\":\"title\",\"value\":\"样例荣誉\"}]},"
                   "{\"cells\":[{\"name\":\"title\",\"value\":\"第二项\"}]}]}"));
    const char *json = reads(id);

    cr_assert(has(json, "{\"name\":\"floor_area\",\"value\":\"1234.5\","), "%s", json);
    cr_assert(has(json, "{\"name\":\"petitions\",\"value\":\"false\","));
    cr_assert(
        has(json,
            "{\"name\":\"honours\",\"values\":[],\"rows\":[{\"cells\":[{\"name\":\"day\",\"value\":"
            "\"2022-05-01\"},"
            "{\"name\":\"title\",\"value\":\"样例荣誉\"}]},{\"cells\":[{\"name\":"
            "\"title\",\"value\":"
            "\"第二项\"}]}]}"),
        "%s", json);
}

Test(intake_forms, choices_come_back_as_they_were_given)
{
    const char *json;

    service_test_done(
        &s, ENTERPRISE, "intake.DraftApplication",
        draft_json("enterprise", A, "self",
                   ",\"form\":[{\"name\":\"place\",\"values\":[\"有党旗\",\"有场所\"]}]"));
    json = service_test_done(&s, ENTERPRISE, "intake.GetApplication",
                             about(arena_strdup(s.arena, s.last_id), ""));
    cr_assert(has(json, "{\"name\":\"place\",\"values\":[\"有党旗\",\"有场所\"],"), "%s", json);
}

Test(intake_forms, each_fault_is_refused_at_its_place)
{
    const char *id = draft("");

    edit_refused(id, WITH("{\"name\":\"households\",\"value\":\"12.5\"}"), "form_number_bad",
                 "form/1/value");
    edit_refused(id, WITH("{\"name\":\"households\",\"value\":\"0\"}"), "form_number_low",
                 "form/1/value");
    edit_refused(id, WITH("{\"name\":\"households\",\"value\":\"100001\"}"), "form_number_high",
                 "form/1/value");
    edit_refused(id, WITH("{\"name\":\"party_organisation\",\"value\":\"另组\"}"),
                 "form_choice_unknown", "form/1/value");
    edit_refused(id, WITH("{\"name\":\"petitions\",\"value\":\"maybe\"}"), "form_choice_unknown",
                 "form/1/value");
    edit_refused(id, WITH("{\"name\":\"contact\",\"value\":\"甲\\n乙\"}"), "form_line_breaks",
                 "form/1/value");
    edit_refused(id, WITH("{\"name\":\"petitions\",\"values\":[\"true\"]}"), "form_kind_wrong",
                 "form/1");
    edit_refused(id, WITH("{\"name\":\"honours\",\"value\":\"x\"}"), "form_kind_wrong", "form/1");
    edit_refused(id, WITH("{\"name\":\"materials\",\"value\":\"x\"}"), "form_kind_wrong", "form/1");
    edit_refused(id,
                 WITH("{\"name\":\"honours\",\"rows\":[{\"cells\":[{\"name\":\"day\",\"value\":"
                      "\"2022-02-30\"}]}]}"),
                 "date_bad", "form/1/rows/0/cells/0/value");
    edit_refused(
        id,
        WITH("{\"name\":\"honours\",\"rows\":[{\"cells\":[{\"name\":\"year\",\"value\":\"1\"}]}]}"),
        "value_unknown", "form/1/rows/0/cells/0/name");
    cr_assert_str_eq(service_test_value(&s, "select version from application"), "1",
                     "nothing was kept");
}

Test(intake_forms, all_faults_of_a_form_are_told_at_once)
{
    const char *id = draft("");
    Hp__Reply *reply = service_test_ask(
        &s, STREET, TEST_DISTRICT, "intake.EditApplication",
        about(
            id,
            WITH("{\"name\":\"households\",\"value\":\"x\"},{\"name\":\"colour\",\"value\":\"x\"},"
                 "{\"name\":\"honours\",\"rows\":[{\"cells\":[{\"name\":\"day\",\"value\":\"x\"}]}]"
                 "}")));

    cr_assert_str_eq(reply->field, "form/1/value");
    cr_assert_eq(reply->n_more, 2);
    cr_assert_str_eq(reply->more[0]->field, "form/2/name");
    cr_assert_str_eq(reply->more[1]->field, "form/3/rows/0/cells/0/value");
    reply = service_test_ask(&s, STREET, TEST_DISTRICT, "intake.SubmitApplication", about(id, ""));
    cr_assert_str_eq(reply->code, "form_incomplete");
    cr_assert_eq(reply->n_more, 1, "party_work and governance");
}

Test(intake_forms, a_draft_may_lack_what_a_submission_needs)
{
    const char *id = draft(WHOLE("{\"name\":\"petitions\",\"value\":\"是\"}"));

    service_test_refused(&s, STREET, "intake.SubmitApplication", about(id, ""), "form_incomplete",
                         "form");
    service_test_done(
        &s, STREET, "intake.EditApplication",
        about(id,
              WHOLE("{\"name\":\"petitions\",\"value\":\"是\"},{\"name\":\"honours\",\"rows\":[{"
                    "\"cells\":[{\"name\":\"day\",\"value\":\"2022-05-01\"}]}]},"
                    "{\"name\":\"petitions_note\",\"value\":\"样例：已化解\"}")));
    service_test_refused(&s, STREET, "intake.SubmitApplication", about(id, ""), "form_incomplete",
                         "form/3/rows/0/cells");
    service_test_done(&s, STREET, "intake.EditApplication",
                      about(id, WHOLE("{\"name\":\"petitions\",\"value\":\"是\"},"
                                      "{\"name\":\"petitions_note\",\"value\":\"样例：已化解\"}")));
    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
}

#define FILE_OF(digit, type, field) \
    ",\"file_sha256\":\"000000000000000000000000000000000000000000000000000000000000000" digit \
    "\",\"file_name\":\"样例\",\"media_type\":\"" type "\",\"size\":3,\"field\":\"" field "\""

Test(intake_forms, files_belong_to_the_field_that_asks_for_them)
{
    const char *id = draft("");

    service_test_done(&s, STREET, "intake.AttachEvidence",
                      about(id, FILE_OF("1", "pdf", "materials")));
    service_test_done(&s, STREET, "intake.AttachEvidence",
                      about(id, FILE_OF("1", "pdf", "materials")));
    service_test_refused(&s, STREET, "intake.AttachEvidence",
                         about(id, FILE_OF("2", "pdf", "party_work")), "value_unknown", "field");
    service_test_refused(&s, STREET, "intake.AttachEvidence",
                         about(id, FILE_OF("2", "pdf", "none")), "value_unknown", "field");
    cr_assert(has(reads(id), "\"field\":\"materials\""));
    cr_assert_str_eq(service_test_value(&s, "select count(*) from evidence"), "1");
}

#define OPINION \
    ",\"opinion\":[{\"name\":\"opinion\",\"value\":\"样例：同意推荐\"},{\"name\":\"discussed_" \
    "day\",\"value\":\"2023-06-05\"}]"

Test(intake_forms, the_recommending_body_writes_its_opinion_at_its_turn)
{
    const char *id, *json;

    service_test_done(&s, ENTERPRISE, "intake.DraftApplication",
                      draft_json("compound", SITE, "recommendation", ",\"form\":" FULL_FORM));
    id = arena_strdup(s.arena, s.last_id);
    service_test_done(&s, ENTERPRISE, "intake.SubmitApplication", about(id, ""));
    service_test_refused(&s, STREET, "intake.ReviewApplication",
                         about(id,
                               ",\"decision\":\"accept\",\"opinion\":[{\"name\":\"discussed_day\","
                               "\"value\":\"6月\"}]"),
                         "date_bad", "opinion/0/value");
    service_test_done(&s, STREET, "intake.ReviewApplication",
                      about(id, ",\"decision\":\"accept\"" OPINION));
    service_test_refused(&s, OFFICER, "intake.ReviewApplication",
                         about(id, ",\"decision\":\"accept\"" OPINION), "form_none", "opinion");
    service_test_done(&s, OFFICER, "intake.ReviewApplication",
                      about(id, ",\"decision\":\"accept\""));
    json = reads(id);
    cr_assert(has(json, "\"opinions\":[{\"by\":\"subdistrict\""), "%s", json);
    cr_assert(has(json, "{\"name\":\"opinion\",\"value\":\"样例：同意推荐\","));
}

Test(intake_forms, a_subdistrict_that_recommends_writes_its_opinion_with_the_submission)
{
    const char *id = draft(",\"form\":" FULL_FORM);

    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, OPINION));
    cr_assert(has(reads(id), "\"opinions\":[{\"by\":\"subdistrict\""));
}

Test(intake_forms, who_has_no_turn_of_its_own_writes_no_opinion)
{
    service_test_done(&s, ENTERPRISE, "intake.DraftApplication",
                      draft_json("compound", SITE, "recommendation", ",\"form\":" FULL_FORM));
    service_test_refused(&s, ENTERPRISE, "intake.SubmitApplication",
                         about(arena_strdup(s.arena, s.last_id), OPINION), "form_none", "opinion");
}

Test(intake_forms, an_application_is_printed_as_its_form)
{
    const char *id = draft(
        WHOLE("{\"name\":\"floor_area\",\"value\":\"1200\"},{\"name\":\"petitions\",\"value\":"
              "\"否\"},{\"name\":\"honours\",\"rows\":[{\"cells\":[{\"name\":\"title\",\"value\":"
              "\"样例荣誉\"}]}]}"));
    const char *json;

    service_test_done(&s, STREET, "intake.AttachEvidence",
                      about(id, FILE_OF("1", "pdf", "materials")));
    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, OPINION));
    service_test_refused(&s, OTHER_STREET, "intake.PrintApplication", about(id, ""), "forbidden",
                         NULL);
    json = service_test_done(&s, STREET, "intake.PrintApplication", about(id, ""));
    cr_assert(has(json, "\"form_id\":\"annex-5\",\"title\":\"长宁区“红色物业示范小区”申报表\""),
              "%s", json);
    cr_assert(has(json, "\"category\":\"红色物业示范小区\",\"route\":\"街镇推荐\""));
    cr_assert(has(json, "\"sections\":[{\"title\":\"基本情况\",\"lines\":[{\"name\":\"address\","
                        "\"title\":\"小区地址\","));
    cr_assert(has(json, "\"title\":\"建筑面积\",\"text\":\"1200 平方米\""));
    cr_assert(has(json, "\"text\":\"否\""));
    cr_assert(has(json, "\"columns\":[\"日期\",\"荣誉名称\",\"授予单位\"],\"rows\":[{\"cells\":["
                        "\"\",\"样例荣誉\",\"\"]}]"));
    cr_assert(has(json, "\"about\":\"证明材料\""));
    cr_assert(has(json, "\"statements\":[{\"by\":\"subdistrict\",\"title\":\"街镇推荐意见\""));
    cr_assert(has(json, "样例：同意推荐"));
}
