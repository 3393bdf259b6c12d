/* SPDX-License-Identifier: Apache-2.0 */
/* Conditions are looked at again: at the acceptance, and whenever a fact of theirs changes. */
#include "tests/integration/intake_acts.h"

TestSuite(intake_looks, .init = setup, .fini = teardown, .timeout = 120);

static const char *submitted(void)
{
    const char *id = drafted();

    service_test_done(&s, STREET, "intake.SubmitApplication", about(id, ""));
    return id;
}

static void accept_it(const char *id)
{
    service_test_done(&s, OFFICER, "intake.ReviewApplication",
                      about(id, ",\"decision\":\"accept\""));
}

/* Recorded by an officer; its id. */
static const char *befell(const char *subject, const char *kind, const char *more)
{
    service_test_done_in(
        &s, TEST_CITY, "city@310000", "intake.RecordChange",
        arena_printf(s.arena, "{\"subject_id\":\"%s\",\"kind\":\"%s\",\"on_day\":\"2023-06-05\"%s}",
                     subject, kind, more));
    return arena_strdup(s.arena, s.last_id);
}

static const char *said(void)
{
    return service_test_value(
        &s, "select count(*) from stream where type = 'intake.ConditionsChanged'");
}

Test(intake_looks,
     what_changed_since_it_was_handed_in_is_shown_and_an_unmet_condition_is_not_accepted)
{
    const char *id = submitted(), *change, *reply;

    change = befell(A, "left_site", ",\"site_id\":\"" SITE "\"");
    reply = service_test_done(&s, OFFICER, "intake.GetApplication", about(id, ""));
    cr_assert(has(reply, "\"fact\":\"false\",\"limit\":\"= true\",\"met\":false"), "%s", reply);
    cr_assert(has(reply, "\"before\":\"true\""), "%s", reply);
    cr_assert(
        has(reply, arena_printf(s.arena, "\"by\":{\"kind\":\"change\",\"id\":\"%s\"", change)),
        "%s", reply);
    service_test_refused(&s, OFFICER, "intake.ReviewApplication",
                         about(id, ",\"decision\":\"accept\""), "condition_unmet",
                         "conditions/served");
    service_test_done(&s, OFFICER, "intake.ReviewApplication",
                      about(id, ",\"decision\":\"return\",\"reason\":\"样例：现无企业在管\""));
    cr_assert_str_eq(state_of(id), "returned");
}

Test(intake_looks, what_did_not_change_is_shown_without_a_before)
{
    const char *id = submitted(), *reply;

    accept_it(id);
    reply = service_test_done(&s, OFFICER, "intake.GetApplication", about(id, ""));
    cr_assert_not(has(reply, "\"before\""), "%s", reply);
    cr_assert_str_eq(said(), "0");
}

Test(intake_looks, a_fact_that_changes_after_the_acceptance_is_said_once_with_what_changed_it)
{
    const char *id = submitted();

    accept_it(id);
    befell(A, "renamed", ",\"new_name\":\"样例甲改\"");
    cr_assert_str_eq(said(), "0", "a new name is no fact of a condition");
    befell(A, "left_site", ",\"site_id\":\"" SITE "\"");
    cr_assert_str_eq(said(), "1");
    import(TEST_DISTRICT, "projects",
           "project_id,site_id,enterprise_id,manager_id,area_m2,from_day\n310105001-0002-P1,"
           "310105001-0002," A ",M1,1000,2023-01-01\n");
    cr_assert_str_eq(said(), "1", "it concerns another site");
}

Test(intake_looks, a_new_contract_mends_what_a_lost_one_had_broken)
{
    const char *id = submitted(), *reply;

    befell(A, "left_site", ",\"site_id\":\"" SITE "\"");
    service_test_done(&s, OFFICER, "intake.RegisterProject",
                      "{\"project_id\":\"" SITE "-P2\",\"site_id\":\"" SITE
                      "\",\"enterprise_id\":\"" A "\",\"manager_id\":\"M1\",\"area_m2\":1000,"
                      "\"from_day\":\"2023-06-05\"}");
    cr_assert_str_eq(said(), "2");
    reply = service_test_done(&s, OFFICER, "intake.GetApplication", about(id, ""));
    cr_assert_not(has(reply, "\"met\":false"), "%s", reply);
    accept_it(id);
}

Test(intake_looks, an_accepted_enterprise_that_merged_goes_on_where_the_programme_exempts_mergers)
{
    const char *id;

    service_test_done(&s, ENTERPRISE, "intake.DraftApplication",
                      draft_json("enterprise", A, "self", ",\"form\":" ENTERPRISE_FORM));
    id = arena_strdup(s.arena, s.last_id);
    service_test_done(&s, ENTERPRISE, "intake.SubmitApplication", about(id, ""));
    accept_it(id);
    befell(A, "merged", ",\"into_id\":\"" B "\"");
    cr_assert_str_eq(said(), "0");
}

/* Publicity says so, in this test as a row that it would become. */
static void holds(const char *category, const char *subject, int year, const char *held)
{
    pg_test_run(&s.pg, arena_printf(s.arena,
                                    "insert into honour values ('310105', 'H', '%s', '%s', %d, %s) "
                                    "on conflict (district, honour_id) do update set held = %s",
                                    category, subject, year, held, held));
}

Test(intake_looks, a_holder_applies_anew_only_once_the_honour_is_lost)
{
    const char *id = drafted(), *submit = about(id, "");

    holds("compound", SITE, 2022, "true");
    service_test_refused(&s, STREET, "intake.SubmitApplication", submit, "condition_unmet",
                         "conditions/not-held");
    holds("compound", SITE, 2022, "false");
    service_test_done(&s, STREET, "intake.SubmitApplication", submit);
    holds("compound", SITE, 2022, "true");
    service_test_refused(&s, OFFICER, "intake.ReviewApplication",
                         about(id, ",\"decision\":\"accept\""), "condition_unmet",
                         "conditions/not-held");
}

Test(intake_looks, an_honour_of_another_category_or_of_this_programme_s_year_is_in_nobody_s_way)
{
    const char *id = submitted();

    holds("enterprise", SITE, 2022, "true");
    accept_it(id);
    pg_test_run(&s.pg, "delete from honour");
    holds("compound", SITE, 2023, "true");
    cr_assert_not(has(service_test_done(&s, OFFICER, "intake.GetApplication", about(id, "")),
                      "\"met\":false"));
}

Test(intake_looks, a_subdistrict_recommends_those_of_its_own_ground_where_the_programme_says_so)
{
    const char *type = "intake.DraftApplication";

    service_test_close(&s);
    service_test_open(&s, "intake");
    service_test_clock(&s, "2023-03-28T09:00:00+08:00");
    registry();
    publish(changed("nominators: [subdistrict, enterprise], chain: [subdistrict, district],",
                    "nominators: [subdistrict, enterprise], chain: [subdistrict, district], "
                    "own_ground: true,"));
    service_test_clock(&s, "2023-06-05T09:00:00+08:00");
    service_test_refused(
        &s, OTHER_STREET, type,
        draft_json("enterprise", A, "recommendation", ",\"subdistrict\":\"310105002\""),
        "subject_not_hosted", "subdistrict");
    service_test_done(
        &s, STREET, type,
        draft_json("enterprise", A, "recommendation", ",\"subdistrict\":\"310105001\""));
}
