/* SPDX-License-Identifier: Apache-2.0 */
/* A change of subject recorded by mistake goes off the record by two persons, and nobody is judged by it any more. */
#include "tests/integration/intake_acts.h"
#include "tests/support/service_test.h"

#define CITY "city@310000"

static struct service_test scoring, reporting;

static void open_all(void)
{
    setup();
    service_test_join(&scoring, "scoring", &s);
    service_test_join(&reporting, "reporting", &s);
}

static void close_all(void)
{
    service_test_close(&reporting);
    service_test_close(&scoring);
    teardown();
}

TestSuite(intake_change_back, .init = open_all, .fini = close_all, .timeout = 120);

/* Record @more of enterprise A; the change's id. */
static const char *record(const char *more)
{
    service_test_done_in(&s, TEST_CITY, OFFICER, "intake.RecordChange",
                         arena_printf(s.arena, "{\"subject_id\":\"" A "\",%s}", more));
    return arena_strdup(s.arena, s.last_id);
}

static const char *taking_back(const char *change)
{
    return arena_printf(s.arena,
                        "{\"kind\":\"change_taken_back\",\"target_id\":\"%s\",\"authority\":{"
                        "\"reason\":\"样例：登记错了企业\",\"document\":\"样例〔2023〕9号\"}}",
                        change);
}

/* Proposed by the district, confirmed by the city. */
static void take_back(const char *change)
{
    service_test_done_in(&s, TEST_CITY, OFFICER, "intake.Correct", taking_back(change));
    service_test_done_in(&s, TEST_CITY, CITY, "intake.ConfirmCorrection",
                         arena_printf(s.arena, "{\"correction_id\":\"%s\"}", s.last_id));
}

static const char *enterprise(void)
{
    return service_test_value(
        &s, "select name || ' ' || state || coalesce(' ' || into_id, '') from enterprise where "
            "enterprise_id = '" A "'");
}

static const char *refusal(const char *who, const char *type, const char *json)
{
    return service_test_ask(&s, who, TEST_CITY, type, json)->code;
}

Test(intake_change_back, a_dissolution_by_mistake_is_undone_by_two_persons)
{
    const char *change = record("\"kind\":\"dissolved\",\"on_day\":\"2023-06-01\""), *id, *reply;
    const char *confirm;

    cr_assert_str_eq(enterprise(), "样例甲 dissolved");
    reply = service_test_done_in(
        &s, TEST_CITY, OFFICER, "intake.PreviewCorrection",
        arena_printf(s.arena, "{\"kind\":\"change_taken_back\",\"target_id\":\"%s\"}", change));
    cr_assert(has(reply, "\"from\":\"dissolved\",\"to\":\"active\""), "%s", reply);
    service_test_done_in(&s, TEST_CITY, OFFICER, "intake.Correct", taking_back(change));
    confirm = arena_printf(s.arena, "{\"correction_id\":\"%s\"}", s.last_id);
    cr_assert_str_eq(enterprise(), "样例甲 dissolved", "one person is not enough");
    cr_assert_str_eq(refusal(OFFICER, "intake.ConfirmCorrection", confirm),
                     "correction_same_person");
    service_test_settle_in(&scoring, &s, TEST_CITY);
    cr_assert_str_eq(service_test_value(&scoring, "select count(*) from subject_change"), "1");
    service_test_done_in(&s, TEST_CITY, CITY, "intake.ConfirmCorrection", confirm);
    cr_assert_str_eq(enterprise(), "样例甲 active");
    cr_assert_str_eq(refusal(OFFICER, "intake.Correct", taking_back(change)), "change_taken_back");

    service_test_settle_in(&scoring, &s, TEST_CITY);
    cr_assert_str_eq(service_test_value(&scoring, "select count(*) from subject_change"), "0",
                     "nobody is judged by it");
    service_test_done(&s, ENTERPRISE, "intake.DraftApplication",
                      draft_json("enterprise", A, "self", ",\"form\":" ENTERPRISE_FORM));
    id = arena_strdup(s.arena, s.last_id);
    service_test_done(&s, ENTERPRISE, "intake.SubmitApplication", about(id, ""));

    cr_assert_str_eq(service_test_value(&s, "select kind || ' ' || on_day from change"),
                     "dissolved 2023-06-01", "what was recorded stays readable");
    reply = service_test_done_in(&s, TEST_CITY, CITY, "intake.ListCorrections",
                                 arena_printf(s.arena, "{\"target_id\":\"%s\"}", change));
    cr_assert(has(reply, "样例〔2023〕9号") && has(reply, "\"second_account\":\"" CITY "\""), "%s",
              reply);
}

Test(intake_change_back, names_mergers_and_contracts_are_as_before)
{
    const char *renamed =
        record("\"kind\":\"renamed\",\"on_day\":\"2023-06-01\",\"new_name\":\"样例新名\"");
    const char *left =
        record("\"kind\":\"left_site\",\"on_day\":\"2023-06-02\",\"site_id\":\"" SITE "\"");
    const char *merged =
        record("\"kind\":\"merged\",\"on_day\":\"2023-06-03\",\"into_id\":\"" B "\"");
    const char *project =
        "select coalesce(left_day::text, 'serving') from project where project_id = '" SITE "-P1'";

    cr_assert_str_eq(refusal(OFFICER, "intake.Correct", taking_back(renamed)), "change_not_last");
    cr_assert_str_eq(enterprise(), "样例新名 merged " B);
    take_back(merged);
    cr_assert_str_eq(enterprise(), "样例新名 active");
    cr_assert_str_eq(service_test_value(&s, project), "2023-06-02");
    take_back(left);
    cr_assert_str_eq(service_test_value(&s, project), "serving");
    take_back(renamed);
    cr_assert_str_eq(enterprise(), "样例甲 active");
    service_test_settle_in(&reporting, &s, TEST_CITY);
    cr_assert_str_eq(
        service_test_value(&reporting, "select name from subject where subject_id = '" A "'"),
        "样例甲");
    service_test_settle_in(&scoring, &s, TEST_CITY);
    cr_assert_str_eq(service_test_value(&scoring, "select string_agg(name, ' ' order by name) from "
                                                  "enterprise where enterprise_id = '" A "'"),
                     "样例甲");
}

Test(intake_change_back, a_site_taken_over_since_is_left_to_people)
{
    const char *left =
        record("\"kind\":\"left_site\",\"on_day\":\"2023-06-02\",\"site_id\":\"" SITE "\"");
    const char *reply;

    import(TEST_CITY, "managers", "manager_id,name,enterprise_id\nM2,样例经理二," B "\n");
    import(TEST_DISTRICT, "projects",
           "project_id,site_id,enterprise_id,manager_id,area_m2,from_day\n" SITE "-P2," SITE "," B
           ",M2,1000,2023-06-03\n");
    reply = service_test_done_in(&s, TEST_CITY, OFFICER, "intake.Correct", taking_back(left));
    cr_assert(has(reply, "by hand: " SITE "-P2 serves the site since"), "%s", reply);
    service_test_done_in(&s, TEST_CITY, CITY, "intake.ConfirmCorrection",
                         arena_printf(s.arena, "{\"correction_id\":\"%s\"}", s.last_id));
    cr_assert_str_eq(
        service_test_value(&s, "select left_day from project where project_id = '" SITE "-P1'"),
        "2023-06-02");
}

/* ---- an expert's registration ---- */

static const char *about_expert(const char *kind, const char *id)
{
    return arena_printf(s.arena,
                        "{\"kind\":\"%s\",\"target_id\":\"%s\",\"authority\":{"
                        "\"reason\":\"样例：不再担任\",\"document\":\"样例〔2023〕10号\"}}",
                        kind, id);
}

static void expert_corrected(const char *kind)
{
    service_test_done_in(&s, TEST_CITY, OFFICER, "intake.Correct", about_expert(kind, "X1"));
    service_test_done_in(&s, TEST_CITY, CITY, "intake.ConfirmCorrection",
                         arena_printf(s.arena, "{\"correction_id\":\"%s\"}", s.last_id));
}

static const char *heard(void)
{
    service_test_settle_in(&scoring, &s, TEST_CITY);
    return service_test_value(&scoring, "select state from expert where expert_id = 'X1'");
}

Test(intake_change_back, an_experts_registration_ends_and_is_restored_by_two_persons)
{
    const char *again = "{\"expert_id\":\"X1\",\"name\":\"样例专家改\"}";

    service_test_done_in(&s, TEST_CITY, OFFICER, "intake.RegisterExpert",
                         "{\"expert_id\":\"X1\",\"name\":\"样例专家\"}");
    cr_expect_str_eq(refusal(OFFICER, "intake.Correct", about_expert("expert_restored", "X1")),
                     "state_forbids");
    cr_expect_str_eq(refusal(OFFICER, "intake.Correct", about_expert("expert_ended", "X9")),
                     "not_found");
    cr_expect_str_eq(service_test_ask(&s, OFFICER, TEST_DISTRICT, "intake.Correct",
                                      about_expert("expert_ended", "X1"))
                         ->code,
                     "district_not_city");
    expert_corrected("expert_ended");
    cr_expect_str_eq(heard(), "ended");
    service_test_done_in(&s, TEST_CITY, OFFICER, "intake.RegisterExpert", again);
    cr_expect_str_eq(heard(), "ended", "another name is no other standing");
    expert_corrected("expert_restored");
    cr_expect_str_eq(heard(), "registered");
    cr_expect_str_eq(
        service_test_value(&s, "select string_agg(content->>'state', ' ' order by seq) from "
                               "registry_history where kind = 'expert'"),
        "registered ended ended registered");
}
