/* SPDX-License-Identifier: Apache-2.0 */
/*
 * credit beside the real intake: the life of deductions, exact totals, thresholds, times.
 *
 * Enterprise A manages 1 200 000 m2: manager M1's project is a third of it, M2's one square metre
 * less, so that six points of M1 are two points of A, and six of M2 a little less than two.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "tests/support/beside.h"
#include "tests/support/pg_test.h"
#include "tests/support/service_test.h"

#define HOUSING "district@310105"
#define OFFICER "credit@310105"
#define A "91310105MA1010004N"
#define B "91310105MA11103718"
#define AS_A "enterprise@310105=" A
#define AS_B "enterprise@310105=" B

static struct service_test intake, credit;

static void import(const char *district, const char *kind, const char *csv)
{
    const char *json = arena_printf(intake.arena, "{\"kind\":\"%s\",\"csv\":\"%s\"}", kind, csv);
    const char *reply =
        service_test_done_in(&intake, district, HOUSING, "intake.ImportRegistry", json);

    cr_assert(strstr(reply, "\"refused\":0"), "%s", reply);
}

static void setup(void)
{
    beside_patient();
    service_test_open(&intake, "intake");
    service_test_join(&credit, "credit", &intake);
    service_test_clock(&intake, "2023-08-01T09:00:00+08:00");
    service_test_clock(&credit, "2023-08-01T09:00:00+08:00");
    import(TEST_DISTRICT, "regions", "code,name\\n310105001,华阳路街道\\n");
    import(TEST_CITY, "enterprises",
           "enterprise_id,name,area_m2\\n" A ",样例甲,1200000\\n" B ",样例乙,\\n");
    import(TEST_CITY, "managers",
           "manager_id,name,enterprise_id\\nM1,样例经理一," A "\\nM2,样例经理二," A
           "\\nM3,样例经理三," B "\\nM4,样例经理四," A "\\n");
    import(TEST_DISTRICT, "sites",
           "site_id,kind,name,subdistrict\\n310105001-0001,compound,样例一,310105001\\n"
           "310105001-0002,compound,样例二,310105001\\n310105001-0003,compound,样例三,310105001\\n"
           "310105001-0004,compound,样例四,310105001\\n");
    import(TEST_DISTRICT, "projects",
           "project_id,site_id,enterprise_id,manager_id,area_m2,from_day\\n"
           "310105001-0001-P1,310105001-0001," A ",M1,400000,2022-01-01\\n"
           "310105001-0002-P1,310105001-0002," A ",M2,399999,2022-01-01\\n"
           "310105001-0003-P1,310105001-0003," B ",M3,1000,2022-01-01\\n"
           "310105001-0004-P1,310105001-0004," A ",M4,1200001,2022-01-01\\n");
    service_test_settle(&credit, &intake);
    service_test_settle_in(&credit, &intake, TEST_CITY);
}

static void teardown(void)
{
    service_test_close(&credit);
    service_test_close(&intake);
}

TestSuite(credit, .init = setup, .fini = teardown, .timeout = 120);

/* ---- what officers do ---- */

static const char *recording(const char *kind, const char *subject, const char *behaviour,
                             const char *day, const char *more)
{
    return arena_printf(credit.arena,
                        "{\"subject_kind\":\"%s\",\"subject_id\":\"%s\",\"behaviour\":\"%s\","
                        "\"on_day\":\"%s\",\"document\":\"样例决定书\"%s}",
                        kind, subject, behaviour, day, more);
}

/* A deduction of A itself or of its manager at the project he runs; its id. */
static const char *record(const char *subject, const char *behaviour, const char *day)
{
    bool manager = subject[0] == 'M';
    const char *project =
        arena_printf(credit.arena, ",\"project_id\":\"310105001-000%c-P1\"", subject[1]);

    service_test_done(&credit, OFFICER, "credit.RecordDeduction",
                      recording(manager ? "manager" : "enterprise", subject, behaviour, day,
                                manager ? project : ""));
    return arena_strdup(credit.arena, credit.last_id);
}

static const char *about(const char *id, const char *more)
{
    return arena_printf(credit.arena, "{\"deduction_id\":\"%s\",%s}", id, more);
}

static void notify(const char *id)
{
    service_test_done(&credit, OFFICER, "credit.NotifyDeduction",
                      about(id, "\"receipt\":\"样例回执\""));
}

static const char *recorded(const char *subject, const char *behaviour, const char *day)
{
    const char *id = record(subject, behaviour, day);

    notify(id);
    return id;
}

static void object(const char *id)
{
    service_test_done(&credit, AS_A, "credit.ObjectDeduction",
                      about(id, "\"grounds\":\"事实有误\""));
}

static void resolve(const char *id, const char *result)
{
    service_test_done(
        &credit, OFFICER, "credit.ResolveDeduction",
        about(id, arena_printf(credit.arena, "\"result\":\"%s\",\"reason\":\"经核查\"", result)));
}

static const char *state_of(const char *id)
{
    return service_test_value(
        &credit,
        arena_printf(credit.arena, "select state from deduction where deduction_id = '%s'", id));
}

/* The balance holds this text. */
static void expect_balance(const char *more, const char *part)
{
    const char *reply = service_test_done(
        &credit, OFFICER, "credit.GetBalance",
        arena_printf(credit.arena, "{\"enterprise_id\":\"" A "\",\"year\":2023%s}", more));

    cr_expect(strstr(reply, part), "%s is not in %s", part, reply);
}

static void expect_crossings(const char *list)
{
    cr_expect_str_eq(
        service_test_value(&credit,
                           "select coalesce(string_agg(substr(type, 8), ' ' order by seq), '') "
                           "from stream where type like 'credit.Threshold%'"),
        list);
}

/* ---- totals ---- */

Test(credit, the_total_is_the_exact_sum_of_own_and_converted_points)
{
    recorded(A, "Q03-01", "2023-07-01");
    recorded("M2", "Q06-01", "2023-07-02");
    /* 3 + 6 x 399999 / 1200000, reduced */
    expect_balance("", "\"total\":\"999999/200000\"");
    expect_balance("", "\"points\":\"5\"");
    expect_balance("", "\"own\":\"3\"");
    expect_balance("", "\"formula\":\"6 x 399999 / 1200000\",\"points\":\"2\",\"counts\":true");
}

/* ---- what is shown before and beside ---- */

static void expect_in(const char *reply, const char *part)
{
    cr_expect(strstr(reply, part), "%s is not in %s", part, reply);
}

Test(credit, a_preview_says_what_it_weighs_and_what_it_would_reach_and_changes_nothing)
{
    const char *reply, *id;

    recorded(A, "Q01-01", "2023-07-01");
    reply = service_test_done(&credit, OFFICER, "credit.PreviewDeduction",
                              recording("manager", "M1", "Q06-01", "2023-07-02",
                                        ",\"project_id\":\"310105001-0001-P1\""));
    expect_in(reply, "\"formula\":\"6 x 400000 / 1200000\"");
    expect_in(reply, "\"counted\":\"2\"");
    expect_in(reply, "\"before\":{\"enterprise_id\":\"" A "\",\"year\":2023,\"total\":\"1/1\"");
    expect_in(reply, "\"total\":\"3/1\"");
    expect_in(reply, "\"reached\":[\"points-3\"]");
    expect_in(reply, "\"object_until_day\":\"2023-08-15\"");
    cr_expect_null(strstr(reply, "same_deduction_id"));
    expect_balance("", "\"total\":\"1/1\"");
    cr_expect_str_eq(service_test_value(&credit, "select count(*) from deduction"), "1");

    /* it does what it showed; shown again, it is another act */
    id = recorded("M1", "Q06-01", "2023-07-02");
    expect_balance("", "\"total\":\"3/1\"");
    reply = service_test_done(&credit, OFFICER, "credit.PreviewDeduction",
                              recording("manager", "M1", "Q06-01", "2023-07-02",
                                        ",\"project_id\":\"310105001-0001-P1\""));
    expect_in(reply, arena_printf(credit.arena, "\"same_deduction_id\":\"%s\"", id));
    expect_in(reply, "\"reached\":[]");
}

Test(credit, a_preview_refuses_what_recording_refuses)
{
    service_test_refused(&credit, OFFICER, "credit.PreviewDeduction",
                         recording("enterprise", A, "Q99-01", "2023-07-02", ""),
                         "behaviour_unknown", "behaviour");
    service_test_refused(&credit, OFFICER, "credit.PreviewDeduction",
                         recording("manager", "M1", "Q06-01", "2023-07-02", ""), "project_missing",
                         "project_id");
    service_test_refused(&credit, OFFICER, "credit.PreviewDeduction",
                         recording("enterprise", A, "Q06-01", "2024-07-02", ""), "day_in_future",
                         "on_day");
}

Test(credit, balances_are_listed_with_their_distance_to_the_next_threshold)
{
    const char *reply;

    recorded(A, "Q01-01", "2023-07-01");
    recorded("M2", "Q06-01", "2023-07-02"); /* 1 + 1.999995 */
    recorded(B, "Q03-01", "2023-07-03");
    reply = service_test_done(&credit, OFFICER, "credit.ListBalances", "{\"year\":2023}");
    expect_in(
        reply,
        "\"enterprise_id\":\"" A "\",\"enterprise_name\":\"样例甲\",\"total\":\"599999/200000\","
        "\"points\":\"3\",\"reached\":[],\"next_threshold\":\"points-3\",\"short\":\"0.001\"");
    expect_in(reply, "\"enterprise_id\":\"" B "\"");
    expect_in(reply, "\"reached\":[\"points-3\"]}");
    reply =
        service_test_done(&credit, OFFICER, "credit.ListBalances", "{\"year\":2023,\"min\":\"3\"}");
    cr_expect_null(strstr(reply, A), "what only rounds to 3 is not 3: %s", reply);
    expect_in(reply, B);
    reply =
        service_test_done(&credit, OFFICER, "credit.ListBalances", "{\"year\":2023,\"limit\":1}");
    expect_in(reply, "\"next\":\"" A "\"");
    reply = service_test_done(&credit, OFFICER, "credit.ListBalances",
                              "{\"year\":2023,\"limit\":1,\"after\":\"" A "\"}");
    expect_in(reply, B);
}

Test(credit, a_manager_s_points_are_his_own_and_his_enterprise_may_see_them)
{
    const char *reply, *id;

    recorded("M1", "Q06-01", "2023-07-02");
    id = recorded("M1", "Q01-01", "2023-07-03");
    record("M1", "Q03-01", "2023-07-04"); /* nobody was told: it does not count */
    object(id);
    reply = service_test_done(&credit, AS_A, "credit.GetManagerBalance",
                              "{\"manager_id\":\"M1\",\"year\":2023}");
    expect_in(reply, "\"points\":\"7\",\"undisputed\":\"6\"");
    expect_in(reply, "\"points\":\"3\",\"counts\":false,\"state\":\"proposed\"");
    service_test_refused(&credit, AS_B, "credit.GetManagerBalance",
                         "{\"manager_id\":\"M1\",\"year\":2023}", "forbidden", "manager_id");
    service_test_refused(&credit, AS_A, "credit.GetManagerBalance",
                         "{\"manager_id\":\"M9\",\"year\":2023}", "forbidden", "manager_id");
}

Test(credit, the_rules_are_those_of_the_day)
{
    const char *reply = service_test_done(&credit, HOUSING, "credit.GetDeductionRules",
                                          "{\"on_day\":\"2023-06-30\"}");

    expect_in(
        reply,
        "\"version\":{\"version\":\"2012\",\"from_day\":\"2012-07-24\",\"to_day\":\"2023-06-30\"}");
    expect_in(reply, "{\"code\":\"Q18-01\",\"title\":\"挪用专项维修资金\",\"points\":\"18\","
                     "\"subjects\":[\"enterprise\",\"manager\"]}");
    expect_in(reply, "{\"threshold\":\"points-3\",\"district\":\"310105\",\"points\":\"3\"}");
    expect_in(reply, "\"objection_working_days\":10,\"repair_days\":90");
    reply = service_test_done(&credit, HOUSING, "credit.GetDeductionRules", "{}");
    expect_in(reply, "\"version\":{\"version\":\"2023\",\"from_day\":\"2023-07-01\"}");
    reply = service_test_done(&credit, HOUSING, "credit.GetDeductionRules",
                              "{\"on_day\":\"2001-01-01\"}");
    cr_expect_null(strstr(reply, "\"version\":{"), "%s", reply);
    expect_in(reply, "\"behaviours\":[]");
}

Test(credit, an_enterprise_s_own_conduct_counts_where_it_arose)
{
    service_test_done(&credit, OFFICER, "credit.RecordDeduction",
                      recording("enterprise", A, "Q01-01", "2023-07-01",
                                ",\"project_id\":\"310105001-0002-P1\""));
    cr_expect_str_eq(service_test_value(&credit, "select site_id from deduction"), "310105001-0002",
                     "the project's site");
    service_test_done(
        &credit, OFFICER, "credit.RecordDeduction",
        recording("enterprise", A, "Q01-01", "2023-07-01", ",\"site_id\":\"310105001-0001\""));
}

Test(credit, a_proposed_deduction_does_not_count_yet)
{
    record(A, "Q18-01", "2023-07-01");
    expect_balance("", "\"total\":\"0/1\"");
    expect_balance("", "\"counts\":false,\"state\":\"proposed\"");
    expect_crossings("");
}

Test(credit, the_threshold_is_reached_at_exactly_three_and_cleared_by_a_withdrawal)
{
    const char *id;

    recorded(A, "Q01-01", "2023-07-01");
    expect_crossings("");
    id = recorded("M1", "Q06-01", "2023-07-02");
    expect_balance("", "\"total\":\"3/1\"");
    expect_crossings("ThresholdReached");
    recorded(A, "Q01-01", "2023-07-03"); /* above it: said once */
    expect_crossings("ThresholdReached");
    resolve(id, "withdrawn");
    expect_balance("", "\"total\":\"2/1\"");
    expect_crossings("ThresholdReached ThresholdCleared");
}

Test(credit, a_total_that_only_rounds_to_three_does_not_reach_it)
{
    recorded(A, "Q01-01", "2023-07-01");
    recorded("M2", "Q06-01", "2023-07-02");
    expect_balance("", "\"total\":\"599999/200000\",\"points\":\"3\"");
    expect_crossings("");
}

Test(credit, a_behaviour_is_scored_by_the_rules_of_its_day_and_counts_in_its_year)
{
    recorded(A, "Q03-01", "2023-06-30");
    recorded(A, "Q03-01", "2023-07-01");
    recorded(A, "Q03-01", "2022-12-31");
    cr_expect_str_eq(
        service_test_value(
            &credit,
            "select string_agg(rule_version || ' ' || year, ', ' order by on_day) from deduction"),
        "2012 2022, 2012 2023, 2023 2023");
    expect_balance("", "\"total\":\"6/1\"");
    expect_balance(",\"as_of_day\":\"2023-06-30\"", "\"total\":\"3/1\"");
    expect_balance(",\"as_of_day\":\"2023-06-29\"", "\"total\":\"0/1\"");
}

Test(credit, a_balance_can_be_asked_as_it_was_known)
{
    const char *id = record(A, "Q03-01", "2023-07-01");

    service_test_clock(&credit, "2023-08-02T09:00:00+08:00");
    notify(id);
    service_test_clock(&credit, "2023-08-03T09:00:00+08:00");
    resolve(id, "withdrawn");
    service_test_clock(&credit, "2023-08-04T09:00:00+08:00");
    expect_balance(",\"known_at\":\"2023-07-31T23:00:00+08:00\"", "\"lines\":[]");
    expect_balance(",\"known_at\":\"2023-08-01T23:00:00+08:00\"", "\"state\":\"proposed\"");
    expect_balance(",\"known_at\":\"2023-08-02T23:00:00+08:00\"", "\"total\":\"3/1\"");
    expect_balance(",\"known_at\":\"2023-08-03T23:00:00+08:00\"", "\"state\":\"withdrawn\"");
    expect_balance("", "\"total\":\"0/1\"");
}

/* ---- objection, effect, repair ---- */

Test(credit, an_objection_is_taken_once_and_the_record_counts_meanwhile)
{
    const char *id = recorded(A, "Q03-01", "2023-07-01");
    const char *again = about(id, "\"grounds\":\"再次异议\"");

    object(id);
    expect_balance("", "\"total\":\"3/1\"");
    expect_balance("", "\"undisputed\":\"0\"");
    service_test_refused(&credit, AS_A, "credit.ObjectDeduction", again, "state_forbids",
                         "deduction_id");
    resolve(id, "upheld");
    cr_expect_str_eq(state_of(id), "effective");
    expect_balance("", "\"undisputed\":\"3\"");
    service_test_refused(&credit, AS_A, "credit.ObjectDeduction", again, "state_forbids",
                         "deduction_id");
    service_test_refused(&credit, AS_B, "credit.ObjectDeduction", again, "forbidden",
                         "deduction_id");
}

Test(credit, nobody_cuts_the_time_to_object_short)
{
    const char *id = recorded(A, "Q03-01", "2023-07-01");

    service_test_refused(&credit, OFFICER, "credit.ResolveDeduction",
                         about(id, "\"result\":\"upheld\",\"reason\":\"经核查\""), "state_forbids",
                         "deduction_id");
    object(id);
    cr_expect_str_eq(state_of(id), "objected");
}

Test(credit, it_takes_effect_when_the_tenth_working_day_is_over)
{
    const char *id = recorded(A, "Q03-01", "2023-07-01");

    service_test_clock(&credit, "2023-08-15T23:59:59+08:00");
    cr_expect_str_eq(state_of(id), "notified");
    service_test_clock(&credit, "2023-08-16T00:00:00+08:00");
    cr_expect_str_eq(state_of(id), "effective");
    service_test_refused(&credit, AS_A, "credit.ObjectDeduction", about(id, "\"grounds\":\"迟\""),
                         "state_forbids", "deduction_id");
}

Test(credit, holidays_and_made_up_weekends_are_counted_as_decreed)
{
    const char *id;

    /* 28 September; 7 and 8 October, a worked weekend; 9 to 13, 16 and 17 October */
    service_test_clock(&credit, "2023-09-27T09:00:00+08:00");
    id = recorded(A, "Q03-01", "2023-07-01");
    service_test_clock(&credit, "2023-10-17T23:59:59+08:00");
    cr_expect_str_eq(state_of(id), "notified");
    service_test_clock(&credit, "2023-10-18T00:00:00+08:00");
    cr_expect_str_eq(state_of(id), "effective");
}

Test(credit, an_open_objection_stops_the_time)
{
    const char *id = recorded(A, "Q03-01", "2023-07-01");

    object(id);
    service_test_clock(&credit, "2023-12-01T00:00:00+08:00");
    cr_expect_str_eq(state_of(id), "objected");
}

Test(credit, an_effective_record_is_archived_at_new_year_and_stays_in_its_year)
{
    const char *id = recorded(A, "Q03-01", "2023-07-01");

    service_test_clock(&credit, "2023-12-31T23:59:59+08:00");
    cr_expect_str_eq(state_of(id), "effective");
    service_test_clock(&credit, "2024-01-01T00:00:00+08:00");
    cr_expect_str_eq(state_of(id), "archived");
    expect_balance("", "\"total\":\"3/1\"");
    cr_expect_str_eq(
        service_test_value(&credit,
                           "select string_agg(step, ' ' order by seq) from deduction_ledger"),
        "record notify time_over archive");
    service_test_refused(&credit, OFFICER, "credit.RepairDeduction",
                         about(id, "\"document\":\"样例\""), "state_forbids", "deduction_id");
}

Test(credit, repair_needs_the_waiting_time_and_no_repeat)
{
    const char *id = recorded(A, "Q03-01", "2023-07-01"), *other;
    const char *repair = "credit.RepairDeduction", *document = "\"document\":\"整改报告\"";

    service_test_refused(&credit, OFFICER, repair, about(id, document), "state_forbids",
                         "deduction_id");
    service_test_clock(&credit, "2023-08-16T09:00:00+08:00");
    service_test_clock(&credit, "2023-11-13T09:00:00+08:00");
    service_test_refused(&credit, OFFICER, repair, about(id, document), "repair_early",
                         "deduction_id");
    service_test_clock(&credit, "2023-11-14T09:00:00+08:00");
    other = recorded(A, "Q03-01", "2023-09-01");
    service_test_refused(&credit, OFFICER, repair, about(id, document), "repair_repeated",
                         "deduction_id");
    resolve(other, "withdrawn");
    expect_crossings("ThresholdReached");
    service_test_done(&credit, OFFICER, repair, about(id, document));
    cr_expect_str_eq(state_of(id), "repaired");
    expect_balance("", "\"total\":\"0/1\"");
    expect_crossings("ThresholdReached ThresholdCleared");
}

Test(credit, what_was_repaired_does_not_count_again_when_its_year_is_archived)
{
    const char *id = recorded(A, "Q03-01", "2023-07-01"), *other;

    service_test_clock(&credit, "2023-08-16T09:00:00+08:00");
    service_test_clock(&credit, "2023-11-14T09:00:00+08:00");
    service_test_done(&credit, OFFICER, "credit.RepairDeduction",
                      about(id, "\"document\":\"整改报告\""));
    other = recorded(A, "Q01-01", "2023-10-01");
    service_test_clock(&credit, "2024-01-01T00:00:00+08:00");
    service_test_clock(&credit, "2024-06-01T00:00:00+08:00");
    cr_expect_str_eq(state_of(id), "repaired");
    cr_expect_str_eq(state_of(other), "archived");
    expect_balance("", "\"total\":\"1/1\"");
    expect_balance(",\"as_of_day\":\"2023-12-31\"", "\"total\":\"1/1\"");
    expect_crossings("ThresholdReached ThresholdCleared");
}

/* ---- one decision counts once ---- */

Test(credit, the_same_decision_recorded_again_is_refused_unless_it_is_another_act)
{
    const char *type = "credit.RecordDeduction";
    static const char *const alike[] = {"样例决定书", " 样例决定书\u3000", "样例　决定书"};

    recorded(A, "Q01-01", "2023-07-01");
    for (size_t i = 0; i < ARRAY_LEN(alike); i++)
        service_test_refused(
            &credit, OFFICER, type,
            arena_printf(
                credit.arena,
                "{\"subject_kind\":\"enterprise\",\"subject_id\":\"" A
                "\",\"behaviour\":\"Ｑ01-01\",\"on_day\":\"2023-07-01\",\"document\":\"%s\"}",
                alike[i]),
            "another_act", "document");
    expect_balance("", "\"total\":\"1/1\"");
    /* another day, behaviour, subject or document is another act */
    recorded(A, "Q01-01", "2023-07-02");
    recorded(A, "Q03-01", "2023-07-01");
    service_test_done(
        &credit, OFFICER, type,
        "{\"subject_kind\":\"enterprise\",\"subject_id\":\"" A
        "\",\"behaviour\":\"Q01-01\",\"on_day\":\"2023-07-01\",\"document\":\"另一决定书\"}");
    /* and so is what the officer says is one */
    service_test_done(
        &credit, OFFICER, type,
        recording("enterprise", A, "Q01-01", "2023-07-01", ",\"confirm\":[\"another_act\"]"));
    notify(credit.last_id);
    expect_balance("", "\"total\":\"6/1\"");
}

Test(credit, a_decision_that_was_withdrawn_can_be_recorded_anew)
{
    const char *first = recorded(A, "Q01-01", "2023-07-01");

    resolve(first, "withdrawn");
    recorded(A, "Q01-01", "2023-07-01");
    expect_balance("", "\"total\":\"1/1\"");
}

/* The repair begins while the commit of the repeat's notice is under way. */
Test(credit, a_repeat_that_is_notified_beside_the_repair_forbids_it)
{
    const char *id = recorded(A, "Q03-01", "2023-07-01"), *again;
    Hp__Reply *replies[2];

    service_test_clock(&credit, "2023-08-16T09:00:00+08:00");
    service_test_clock(&credit, "2023-11-14T09:00:00+08:00");
    again = record(A, "Q03-01", "2023-09-01");
    beside_hold(&credit.pg, "log", "new.type = 'credit.NotifyDeduction'");
    beside_meet(&credit.pg, "credit", credit.dir,
                service_test_envelope(&credit, OFFICER, TEST_DISTRICT, "credit.NotifyDeduction",
                                      about(again, "\"receipt\":\"样例回执\"")),
                credit.dir,
                service_test_envelope(&credit, OFFICER, TEST_DISTRICT, "credit.RepairDeduction",
                                      about(id, "\"document\":\"整改报告\"")),
                credit.arena, replies);
    cr_assert_eq(replies[0]->status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(replies[1]->status, HP__REPLY__STATUS__REFUSED);
    cr_assert_str_eq(replies[1]->code, "repair_repeated");
    cr_expect_str_eq(state_of(id), "effective");
}

Test(credit, a_manager_answers_for_his_time_after_another_took_the_project_over)
{
    import(TEST_DISTRICT, "projects",
           "project_id,site_id,enterprise_id,manager_id,area_m2,from_day\\n"
           "310105001-0001-P1,310105001-0001," A ",M2,400000,2022-01-01\\n");
    service_test_settle(&credit, &intake);
    recorded("M1", "Q06-01", "2023-07-02");
    expect_balance("", "\"total\":\"2/1\"");
    service_test_refused(
        &credit, OFFICER, "credit.RecordDeduction",
        recording("manager", "M3", "Q06-01", "2023-07-02", ",\"project_id\":\"310105001-0001-P1\""),
        "project_not_theirs", "project_id");
}

/* ---- what is refused ---- */

Test(credit, what_cannot_be_recorded_is_refused_by_field)
{
    static const struct {
        const char *kind, *subject, *behaviour, *day, *more, *code, *field;
    } rows[] = {
        {"enterprise", A, "Q03-01", "2012-07-23", "", "rule_none", "on_day"},
        {"enterprise", A, "Q03-01", "2023-08-02", "", "day_in_future", "on_day"},
        {"enterprise", A, "Q03-01", "2023-02-29", "", "date_bad", "on_day"},
        {"enterprise", A, "Q99-99", "2023-07-01", "", "behaviour_unknown", "behaviour"},
        {"enterprise", A, "Q03-01", "2023-07-01", ",\"points\":\"2.999\"", "points_fixed",
         "points_milli"},
        {"enterprise", "91310105MA1021475N", "Q03-01", "2023-07-01", "", "not_found", "subject_id"},
        {"enterprise", A, "Q03-01", "2023-07-01", ",\"site_id\":\"310105001-0003\"",
         "place_not_served", "site_id"},
        {"enterprise", A, "Q03-01", "2023-07-01", ",\"project_id\":\"310105001-0003-P1\"",
         "place_not_served", "project_id"},
        {"manager", "M1", "Q03-01", "2023-07-01", "", "project_missing", "project_id"},
        {"manager", "M1", "Q03-01", "2023-07-01", ",\"project_id\":\"310105001-0009-P1\"",
         "not_found", "project_id"},
        {"manager", "M1", "Q03-01", "2023-07-01", ",\"project_id\":\"310105001-0002-P1\"",
         "project_not_theirs", "project_id"},
        {"manager", "M3", "Q03-01", "2023-07-01", ",\"project_id\":\"310105001-0003-P1\"",
         "area_unknown", "subject_id"},
        {"manager", "M4", "Q03-01", "2023-07-01", ",\"project_id\":\"310105001-0004-P1\"",
         "area_too_small", "subject_id"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        service_test_refused(
            &credit, OFFICER, "credit.RecordDeduction",
            recording(rows[i].kind, rows[i].subject, rows[i].behaviour, rows[i].day, rows[i].more),
            rows[i].code, rows[i].field);
    service_test_refused(&credit, OFFICER, "credit.RecordDeduction",
                         "{\"subject_kind\":\"enterprise\",\"subject_id\":\"" A
                         "\",\"behaviour\":\"Q03-01\",\"on_day\":\"2023-07-01\",\"document\":\"\"}",
                         "text_missing", "document");
    cr_expect_str_eq(service_test_value(&credit, "select count(*) from deduction"), "0");
    cr_expect_str_eq(service_test_value(&credit, "select count(*) from deduction_ledger"), "0");
}

Test(credit, only_credit_officers_of_the_district_record_and_only_the_own_balance_is_shown)
{
    const char *json = recording("enterprise", A, "Q03-01", "2023-07-01", "");
    const char *balance = "{\"enterprise_id\":\"" A "\",\"year\":2023}";

    service_test_refused(&credit, HOUSING, "credit.RecordDeduction", json, "forbidden", NULL);
    service_test_refused(&credit, "credit@310104", "credit.RecordDeduction", json, "forbidden",
                         NULL);
    service_test_refused(&credit, NULL, "credit.RecordDeduction", json, "forbidden", NULL);
    service_test_done(&credit, AS_A, "credit.GetBalance", balance);
    service_test_refused(&credit, AS_B, "credit.GetBalance", balance, "forbidden", "enterprise_id");
    service_test_refused(&credit, OFFICER, "credit.NotifyDeduction",
                         about("nothing", "\"receipt\":\"x\""), "not_found", "deduction_id");
}

Test(credit, an_enterprise_sees_its_own_deductions_only)
{
    const char *list = "credit.ListDeductions";
    const char *id = record(A, "Q03-01", "2023-07-01");
    const char *next = record(A, "Q01-01", "2023-07-02");
    const char *page = service_test_done(&credit, OFFICER, list, "{\"limit\":1}");

    cr_expect(strstr(page, "\"next\":"), "%s", page);
    page = service_test_done(&credit, AS_A, list, "{}");
    cr_expect(strstr(page, id) && strstr(page, next), "%s", page);
    page = service_test_done(&credit, AS_B, list, "{}");
    cr_expect(strstr(page, "\"deductions\":[]"), "%s", page);
}

/* ---- corrections ---- */

/* Proposed by one officer, confirmed by another. */
static void correct(const char *kind, const char *id)
{
    const char *confirm;

    service_test_done(
        &credit, OFFICER, "credit.Correct",
        arena_printf(credit.arena,
                     "{\"kind\":\"%s\",\"target_id\":\"%s\",\"authority\":{"
                     "\"reason\":\"样例：核查有误\",\"document\":\"样例〔2023〕3号\"}}",
                     kind, id));
    confirm = arena_printf(credit.arena, "{\"correction_id\":\"%s\"}", credit.last_id);
    service_test_refused(&credit, OFFICER, "credit.ConfirmCorrection", confirm,
                         "correction_same_person", NULL);
    service_test_done(&credit, OFFICER " " AS_B, "credit.ConfirmCorrection", confirm);
}

Test(credit, what_an_objection_came_to_is_opened_again_and_resolved_otherwise)
{
    const char *id = recorded(A, "Q03-01", "2023-05-01");

    object(id);
    resolve(id, "withdrawn");
    expect_balance("", "\"total\":\"0/1\"");
    correct("resolution_reopened", id);
    cr_assert_str_eq(state_of(id), "objected");
    expect_balance("", "\"total\":\"3/1\"");
    resolve(id, "upheld");
    cr_assert_str_eq(state_of(id), "effective");
    cr_assert_str_eq(
        service_test_value(&credit,
                           "select string_agg(step, ' ' order by seq) from deduction_ledger"),
        "record notify object withdraw reopen uphold", "all of it is readable");
}

Test(credit, what_was_withdrawn_and_recorded_anew_is_not_opened_again)
{
    const char *id = recorded(A, "Q03-01", "2023-05-01"), *ask;

    object(id);
    resolve(id, "withdrawn");
    recorded(A, "Q03-01", "2023-05-01");
    ask = arena_printf(credit.arena,
                       "{\"kind\":\"resolution_reopened\",\"target_id\":\"%s\","
                       "\"authority\":{\"reason\":\"样例\",\"document\":\"样例\"}}",
                       id);
    service_test_refused(&credit, OFFICER, "credit.Correct", ask, "recorded_anew", "target_id");
    service_test_refused(
        &credit, OFFICER, "credit.PreviewCorrection",
        arena_printf(credit.arena, "{\"kind\":\"resolution_reopened\",\"target_id\":\"%s\"}", id),
        "recorded_anew", "target_id");
    expect_balance("", "\"total\":\"3/1\"");
}

Test(credit, a_deduction_in_effect_is_withdrawn_by_a_later_decision)
{
    const char *id = recorded(A, "Q03-01", "2023-05-01");

    service_test_clock(&credit, "2023-09-01T09:00:00+08:00");
    cr_assert_str_eq(state_of(id), "effective");
    service_test_refused(&credit, OFFICER, "credit.Correct",
                         arena_printf(credit.arena,
                                      "{\"kind\":\"resolution_reopened\",\"target_id\":\"%s\","
                                      "\"authority\":{\"reason\":\"x\",\"document\":\"x\"}}",
                                      id),
                         "resolution_none", "target_id");
    correct("deduction_withdrawn", id);
    cr_assert_str_eq(state_of(id), "withdrawn");
    expect_balance("", "\"total\":\"0/1\"");
}

Test(credit, a_repair_recorded_by_mistake_is_taken_back)
{
    const char *id = recorded(A, "Q03-01", "2023-01-05"), *since;

    service_test_clock(&credit, "2023-08-20T09:00:00+08:00");
    since = service_test_value(&credit, "select effective_day from deduction");
    service_test_clock(&credit, "2023-12-01T09:00:00+08:00");
    service_test_done(&credit, OFFICER, "credit.RepairDeduction",
                      about(id, "\"document\":\"样例\""));
    expect_balance("", "\"total\":\"0/1\"");
    correct("repair_taken_back", id);
    cr_assert_str_eq(state_of(id), "effective");
    cr_assert_str_eq(service_test_value(&credit, "select effective_day from deduction"), since);
    expect_balance("", "\"total\":\"3/1\"");
    service_test_clock(&credit, "2024-01-01T00:00:00+08:00");
    cr_assert_str_eq(state_of(id), "archived");
}
