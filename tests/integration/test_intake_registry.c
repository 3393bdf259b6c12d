/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "tests/support/pg_test.h"
#include "tests/support/service_test.h"

#define OFFICER "district@310105"
#define ENTERPRISE_A "91310105MA1010004N"

static struct service_test s;

static void setup(void)
{
    service_test_open(&s, "intake");
    service_test_clock(&s, "2023-03-20T09:00:00+08:00");
}

static void teardown(void)
{
    service_test_close(&s);
}

TestSuite(intake_registry, .init = setup, .fini = teardown, .timeout = 120);

static const char *import_json(const char *kind, const char *csv, bool preview)
{
    struct str text = STR_INIT;
    const char *json;

    str_printf(&text, "{\"kind\":\"%s\",\"preview\":%s,\"csv\":", kind, preview ? "true" : "false");
    pbjson_write_text(&text, csv, strlen(csv));
    str_add(&text, "}");
    json = arena_strdup(s.arena, text.text);
    str_release(&text);
    return json;
}

static const char *import(const char *district, const char *kind, const char *csv)
{
    return service_test_done_in(&s, district, OFFICER, "intake.ImportRegistry",
                                import_json(kind, csv, false));
}

static const char *sample(const char *name)
{
    char path[512], buf[4096];
    struct str text = STR_INIT;
    const char *copy;
    size_t n;
    FILE *f;

    snprintf(path, sizeof(path), "%s/deploy/samples/changning/%s.csv", HP_SOURCE_DIR, name);
    f = fopen(path, "r");
    cr_assert_not_null(f, "%s", path);
    while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
        str_add_bytes(&text, buf, n);
    fclose(f);
    copy = arena_strdup(s.arena, text.text);
    str_release(&text);
    return copy;
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

Test(intake_registry, the_sample_registry_goes_in_whole_and_a_second_time_changes_nothing)
{
    static const struct {
        const char *district, *kind;
    } files[] = {{TEST_DISTRICT, "regions"},   {TEST_CITY, "enterprises"},  {TEST_CITY, "managers"},
                 {TEST_DISTRICT, "sites"},     {TEST_DISTRICT, "projects"}, {TEST_CITY, "experts"},
                 {TEST_DISTRICT, "committees"}};
    const char *head;

    for (size_t i = 0; i < ARRAY_LEN(files); i++) {
        const char *reply = import(files[i].district, files[i].kind, sample(files[i].kind));

        cr_assert(has(reply, "\"refused\":0"), "%s: %s", files[i].kind, reply);
        cr_assert(has(reply, "\"changed\":0"), "%s: %s", files[i].kind, reply);
    }
    cr_assert_str_eq(service_test_value(&s, "select count(*) from site where kind = 'compound'"),
                     "320");
    cr_assert_str_eq(service_test_value(&s, "select count(*) from enterprise"), "40");
    cr_assert_str_eq(
        service_test_value(&s, "select count(*) from stream where type = 'intake.SiteRegistered'"),
        "350");
    head = service_test_value(&s, "select sum(stream_seq) from head");
    for (size_t i = 0; i < ARRAY_LEN(files); i++)
        cr_assert(has(import(files[i].district, files[i].kind, sample(files[i].kind)),
                      "{\"added\":0,\"changed\":0"));
    cr_assert_str_eq(service_test_value(&s, "select sum(stream_seq) from head"), head);
}

Test(intake_registry, refused_rows_are_named_and_do_not_stop_good_ones)
{
    const char *csv =
        "enterprise_id,name,area_m2\n" ENTERPRISE_A ",样例甲,1000\n"
        "91310105MA1010004M,样例乙,1000\n"
        "9131,样例丙,1000\n" ENTERPRISE_A ",样例丁,1000\n"
        "91310105MA11103718,,5\n91310105MA11103718,样例戊,many\n91310105MA11103718,样例己\n";
    const char *preview = service_test_done_in(&s, TEST_CITY, OFFICER, "intake.ImportRegistry",
                                               import_json("enterprises", csv, true));
    const char *reply;

    cr_assert_str_eq(service_test_value(&s, "select count(*) from enterprise"), "0");
    cr_assert(has(preview, "\"line\":2,\"result\":\"added\""), "%s", preview);
    reply = import(TEST_CITY, "enterprises", csv);
    cr_assert(has(reply, "{\"added\":1,\"changed\":0,\"unchanged\":0,\"refused\":6"), "%s", reply);
    cr_assert(has(reply, "\"line\":3,\"result\":\"refused\",\"column\":\"enterprise_id\",\"code\":"
                         "\"uscc_check_digit\""));
    cr_assert(has(
        reply,
        "\"line\":4,\"result\":\"refused\",\"column\":\"enterprise_id\",\"code\":\"uscc_bad\""));
    cr_assert(has(reply, "\"line\":5,\"result\":\"refused\",\"column\":\"enterprise_id\",\"code\":"
                         "\"row_repeated\""));
    cr_assert(has(reply, "\"line\":6,\"result\":\"refused\",\"column\":\"name\""), "%s", reply);
    cr_assert(
        has(reply,
            "\"line\":7,\"result\":\"refused\",\"column\":\"area_m2\",\"code\":\"type_integer\""),
        "%s", reply);
    cr_assert(
        has(reply, "\"line\":8,\"result\":\"refused\",\"code\":\"csv_cells\",\"reason\":\"3, 2\""),
        "%s", reply);
    cr_assert_str_eq(service_test_value(&s, "select name from enterprise"), "样例甲");
}

Test(intake_registry, a_file_that_is_no_table_changes_nothing)
{
    const char *type = "intake.ImportRegistry";

    service_test_refused(&s, OFFICER, type,
                         import_json("regions", "code,name\n310105001,\"x\n", false), "csv_syntax",
                         "csv");
    service_test_refused(&s, OFFICER, type,
                         import_json("regions", "code,name,colour\n310105001,x,red\n", false),
                         "csv_column_unknown", "csv");
    service_test_refused(&s, OFFICER, type, import_json("regions", "code\n310105001\n", false),
                         "csv_column_missing", "csv");
    service_test_refused(&s, OFFICER, type,
                         import_json("enterprises", "enterprise_id,name\n", false),
                         "district_not_city", NULL);
    cr_assert_str_eq(service_test_value(&s, "select count(*) from region"), "0");
}

Test(intake_registry, a_failed_check_digit_is_taken_when_confirmed)
{
    Hp__Reply *reply =
        service_test_ask(&s, OFFICER, TEST_CITY, "intake.RegisterEnterprise",
                         "{\"enterprise_id\":\"91310105MA1010004M\",\"name\":\"样例\"}");

    cr_assert_str_eq(reply->code, "uscc_check_digit");
    cr_assert_str_eq(reply->field, "enterprise_id");
    service_test_done_in(&s, TEST_CITY, OFFICER, "intake.RegisterEnterprise",
                         "{\"enterprise_id\":\"91310105MA1010004M\",\"name\":\"样例\",\"confirm\":["
                         "\"uscc_check_digit\"]}");
    reply = service_test_ask(&s, OFFICER, TEST_CITY, "intake.RegisterEnterprise",
                             "{\"enterprise_id\":\"91310105MA101000IM\",\"name\":\"样例\","
                             "\"confirm\":[\"uscc_check_digit\"]}");
    cr_assert_str_eq(reply->code, "uscc_bad");
}

Test(intake_registry, a_site_needs_a_subdistrict_in_force_and_a_project_its_subjects)
{
    const char *site = "{\"site_id\":\"310105003-0001\",\"kind\":\"compound\",\"name\":\"样例\","
                       "\"subdistrict\":\"310105003\"}";

    service_test_refused(&s, OFFICER, "intake.RegisterSite", site, "reference_unknown",
                         "subdistrict");
    import(TEST_DISTRICT, "regions",
           "code,name,to_day\n310105003,样例街道,2020-12-31\n310105001,华阳路街道,\n");
    service_test_refused(&s, OFFICER, "intake.RegisterSite", site, "reference_unknown",
                         "subdistrict");
    service_test_refused(&s, OFFICER, "intake.RegisterSite",
                         "{\"site_id\":\"310105002-0001\",\"kind\":\"compound\",\"name\":\"样例\","
                         "\"subdistrict\":\"310105001\"}",
                         "site_elsewhere", "site_id");
    service_test_refused(&s, OFFICER, "intake.RegisterSite",
                         "{\"site_id\":\"310104001-0001\",\"kind\":\"compound\",\"name\":\"样例\","
                         "\"subdistrict\":\"310104001\"}",
                         "region_not_here", "subdistrict");
    service_test_done(&s, OFFICER, "intake.RegisterSite",
                      "{\"site_id\":\"310105001-B001\",\"kind\":\"building\",\"name\":\"样例大厦\","
                      "\"subdistrict\":\"310105001\"}");
    service_test_refused(&s, OFFICER, "intake.RegisterProject",
                         "{\"project_id\":\"310105001-B001-P1\",\"site_id\":\"310105001-B001\","
                         "\"enterprise_id\":\"" ENTERPRISE_A
                         "\",\"manager_id\":\"M1\",\"area_m2\":5,\"from_day\":\"2023-01-01\"}",
                         "reference_unknown", "enterprise_id");
    service_test_refused(&s, "district@310104", "intake.RegisterSite", site, "forbidden", NULL);
}

Test(intake_registry, history_keeps_every_state_of_a_row)
{
    const char *who = OFFICER, *type = "intake.RegisterEnterprise";

    service_test_done_in(&s, TEST_CITY, who, type,
                         "{\"enterprise_id\":\"" ENTERPRISE_A "\",\"name\":\"样例一\"}");
    service_test_done_in(&s, TEST_CITY, who, type,
                         "{\"enterprise_id\":\"" ENTERPRISE_A "\",\"name\":\"样例二\"}");
    service_test_done_in(&s, TEST_CITY, who, type,
                         "{\"enterprise_id\":\"" ENTERPRISE_A "\",\"name\":\"样例二\"}");
    service_test_done_in(
        &s, TEST_CITY, who, "intake.RecordChange",
        "{\"subject_id\":\"" ENTERPRISE_A
        "\",\"kind\":\"renamed\",\"on_day\":\"2023-03-01\",\"new_name\":\"样例三\"}");
    cr_assert_str_eq(
        service_test_value(
            &s, "select string_agg(content->>'name', ',' order by seq) from registry_history"),
        "样例一,样例二,样例三");
    cr_assert_str_eq(
        service_test_events(&s, TEST_CITY, 0),
        "intake.EnterpriseRegistered\nintake.EnterpriseRegistered\nintake.SubjectChanged\n");
}

static void register_served_site(void)
{
    import(TEST_DISTRICT, "regions", "code,name\n310105001,华阳路街道\n");
    import(TEST_CITY, "enterprises",
           "enterprise_id,name\n" ENTERPRISE_A ",样例甲\n91310105MA11103718,样例乙\n");
    import(TEST_CITY, "managers", "manager_id,name,enterprise_id\nM1,样例经理," ENTERPRISE_A "\n");
    import(TEST_DISTRICT, "sites",
           "site_id,kind,name,subdistrict\n310105001-0001,compound,样例小区,310105001\n");
    import(TEST_DISTRICT, "projects",
           "project_id,site_id,enterprise_id,manager_id,area_m2,from_day\n"
           "310105001-0001-P1,310105001-0001," ENTERPRISE_A ",M1,1000,2022-01-01\n");
}

Test(intake_registry, what_befell_a_subject_shows_in_the_registry)
{
    const char *list = "intake.ListSubjects", *change = "intake.RecordChange";
    const char *left =
        "{\"subject_id\":\"" ENTERPRISE_A
        "\",\"kind\":\"left_site\",\"on_day\":\"2023-03-01\",\"site_id\":\"310105001-0001\"}";
    const char *dissolved =
        "{\"subject_id\":\"" ENTERPRISE_A "\",\"kind\":\"dissolved\",\"on_day\":\"2023-03-01\"}";
    Hp__Reply *reply;

    register_served_site();
    cr_assert(has(service_test_done(&s, OFFICER, list, "{\"kind\":\"site\"}"),
                  "\"enterprise_id\":\"" ENTERPRISE_A "\",\"manager_id\":\"M1\",\"area_m2\":1000"));
    service_test_done_in(&s, TEST_CITY, OFFICER, change, left);
    cr_assert_not(has(service_test_done(&s, OFFICER, list, "{\"kind\":\"site\"}"), ENTERPRISE_A));
    reply = service_test_ask(&s, OFFICER, TEST_CITY, change, left);
    cr_assert_str_eq(reply->code, "site_not_served");
    service_test_done_in(&s, TEST_CITY, OFFICER, change, dissolved);
    cr_assert(
        has(service_test_done(&s, OFFICER, list, "{\"kind\":\"enterprise\",\"search\":\"甲\"}"),
            "\"state\":\"dissolved\""));
    reply = service_test_ask(&s, OFFICER, TEST_CITY, change, dissolved);
    cr_assert_str_eq(reply->code, "state_forbids");
    reply = service_test_ask(&s, OFFICER, TEST_CITY, change,
                             "{\"subject_id\":\"91310105MA11103718\",\"kind\":\"renamed\",\"on_"
                             "day\":\"2023-03-21\",\"new_name\":\"x\"}");
    cr_assert_str_eq(reply->code, "day_in_future");
    reply = service_test_ask(&s, OFFICER, TEST_CITY, change,
                             "{\"subject_id\":\"91310105MA11103718\",\"kind\":\"merged\",\"on_"
                             "day\":\"2023-03-01\",\"into_id\":\"x\"}");
    cr_assert_str_eq(reply->code, "reference_unknown");
}

Test(intake_registry, what_an_enterprise_left_is_said_by_the_district_it_left)
{
    const char *change = "intake.RecordChange", *other = "district@310104";
    const char *left =
        "{\"subject_id\":\"" ENTERPRISE_A
        "\",\"kind\":\"left_site\",\"on_day\":\"2023-03-01\",\"site_id\":\"310105001-0001\"}";
    const char *gone =
        "{\"subject_id\":\"" ENTERPRISE_A
        "\",\"kind\":\"left_district\",\"on_day\":\"2023-03-01\",\"left_district\":\"310105\"}";
    Hp__Reply *reply;

    register_served_site();
    reply = service_test_ask(&s, other, TEST_CITY, change, left);
    cr_assert_str_eq(reply->code, "forbidden");
    cr_assert_str_eq(reply->field, "site_id");
    reply = service_test_ask(&s, other, TEST_CITY, change, gone);
    cr_assert_str_eq(reply->code, "forbidden");
    cr_assert_str_eq(reply->field, "left_district");
    service_test_done_in(&s, TEST_CITY, other, change,
                         "{\"subject_id\":\"" ENTERPRISE_A
                         "\",\"kind\":\"left_district\",\"on_day\":\"2023-03-01\"}");
    cr_assert_str_eq(service_test_value(&s, "select left_district from change"), "310104");
    cr_assert_str_eq(
        service_test_value(&s,
                           "select state from enterprise where enterprise_id = '" ENTERPRISE_A "'"),
        "active", "it goes on in the other districts");
    service_test_done_in(&s, TEST_CITY, OFFICER, change, left);
    service_test_done_in(&s, TEST_CITY, "city@310000", change,
                         "{\"subject_id\":\"" ENTERPRISE_A
                         "\",\"kind\":\"left_district\",\"on_day\":\"2023-03-01\"}");
    cr_assert_str_eq(
        service_test_value(&s,
                           "select state from enterprise where enterprise_id = '" ENTERPRISE_A "'"),
        "left");
}

Test(intake_registry, lists_come_in_pages_and_experts_only_for_officers)
{
    const char *page;

    register_served_site();
    page = service_test_done(&s, OFFICER, "intake.ListSubjects",
                             "{\"kind\":\"enterprise\",\"limit\":1}");
    cr_assert(has(page, "\"next\":\"" ENTERPRISE_A "\""), "%s", page);
    page =
        service_test_done(&s, OFFICER, "intake.ListSubjects",
                          "{\"kind\":\"enterprise\",\"limit\":2,\"after\":\"" ENTERPRISE_A "\"}");
    cr_assert(has(page, "样例乙") && !has(page, "next"), "%s", page);
    service_test_refused(&s, OFFICER, "intake.ListSubjects", "{\"kind\":\"site\",\"limit\":501}",
                         "number_out_of_range", "limit");
    service_test_refused(&s, "enterprise@310105=" ENTERPRISE_A, "intake.ListSubjects",
                         "{\"kind\":\"expert\"}", "forbidden", NULL);
    service_test_refused(&s, "admin@310104 enterprise@310105=" ENTERPRISE_A, "intake.ListSubjects",
                         "{\"kind\":\"expert\"}", "forbidden", NULL);
}

static const char *committee(int term, const char *filed_day)
{
    return arena_printf(s.arena,
                        "{\"committee_id\":\"310105001-0001-Y%d\",\"name\":\"样例小区业委会\","
                        "\"site_id\":\"310105001-0001\",\"members\":7,\"party_members\":4,"
                        "\"from_day\":\"%d-03-01\",\"to_day\":\"%d-02-28\"%s%s%s}",
                        term, 2013 + term * 3, 2016 + term * 3,
                        filed_day ? ",\"filed_day\":\"" : "", filed_day ? filed_day : "",
                        filed_day ? "\"" : "");
}

/* Every committee as "term state". */
static const char *terms(void)
{
    return service_test_value(
        &s, "select string_agg(term || ' ' || state, ', ' order by term) from committee");
}

/* The changes said, as "who kind day by whom". */
static const char *term_changes(void)
{
    return service_test_value(&s, "select string_agg(right(subject_id, 2) || ' ' || kind || ' ' || "
                                  "on_day || ' ' || right(into_id, 2), ', ' order by subject_id) "
                                  "from change");
}

Test(intake_registry, a_committee_is_of_a_compound_and_once_filed_stays_so)
{
    const char *reg = "intake.RegisterCommittee";
    const char *list;

    service_test_refused(&s, OFFICER, reg, committee(3, NULL), "reference_unknown", "site_id");
    register_served_site();
    service_test_done(&s, OFFICER, reg, committee(3, NULL));
    cr_assert_str_eq(terms(), "3 elected");
    service_test_done(&s, OFFICER, reg, committee(3, "2022-03-05"));
    cr_assert_str_eq(terms(), "3 active");
    service_test_refused(&s, OFFICER, reg, committee(3, NULL), "term_filed", "filed_day");
    service_test_refused(&s, OFFICER, reg, committee(4, "2023-03-21"), "day_in_future",
                         "filed_day");
    list = service_test_done(&s, OFFICER, "intake.ListSubjects", "{\"kind\":\"committee\"}");
    cr_assert(has(list, "\"subdistrict\":\"310105001\""), "%s", list);
    cr_assert(has(list, "\"site_id\":\"310105001-0001\",\"members\":7,\"party_members\":4,"
                        "\"from_day\":\"2022-03-01\",\"to_day\":\"2025-02-28\",\"filed_day\":"
                        "\"2022-03-05\""),
              "%s", list);
    cr_assert_str_eq(service_test_value(&s, "select count(*) from change"), "0");
}

Test(intake_registry, a_filed_term_succeeds_the_one_before_at_that_instant)
{
    const char *file = "intake.FileTerm";
    const char *filing = "{\"committee_id\":\"310105001-0001-Y4\",\"filed_day\":\"2023-03-18\","
                         "\"document\":\"样例备案证明\"}";
    const char *events;

    register_served_site();
    service_test_done(&s, OFFICER, "intake.RegisterCommittee", committee(3, "2022-03-05"));
    service_test_done(&s, OFFICER, "intake.RegisterCommittee", committee(4, NULL));
    cr_assert_str_eq(terms(), "3 active, 4 elected");
    service_test_refused(&s, "subdistrict@310105002", file, filing, "forbidden", NULL);
    service_test_refused(&s, OFFICER, file,
                         "{\"committee_id\":\"310105001-0001-Y5\",\"filed_day\":\"2023-03-18\"}",
                         "not_found", "committee_id");
    service_test_refused(&s, OFFICER, file,
                         "{\"committee_id\":\"310105001-0001-Y4\",\"filed_day\":\"2023-03-21\"}",
                         "day_in_future", "filed_day");
    service_test_done(&s, "subdistrict@310105001", file, filing);
    cr_assert_str_eq(terms(), "3 succeeded, 4 active");
    cr_assert_str_eq(term_changes(), "Y3 term_filed 2023-03-18 Y4");
    cr_assert_str_eq(service_test_value(&s, "select document from change"), "样例备案证明");
    events = service_test_events(&s, TEST_DISTRICT, 0);
    cr_assert(has(events, "intake.CommitteeRegistered\nintake.SubjectChanged\n"), "%s", events);
    service_test_refused(&s, OFFICER, file, filing, "term_filed", "committee_id");
    cr_assert_str_eq(service_test_value(&s,
                                        "select string_agg(content->>'state', ' ' order by seq) "
                                        "from registry_history where subject_id like '%-Y3'"),
                     "elected active succeeded");
}

Test(intake_registry, a_file_of_committees_settles_who_is_in_office)
{
    const char *csv =
        "committee_id,name,site_id,members,party_members,from_day,to_day,filed_day,sample\n"
        "310105001-0001-Y4,样例业委会,310105001-0001,5,3,2021-03-01,2024-02-29,2021-03-08,true\n"
        "310105001-0001-Y3,样例业委会,310105001-0001,5,3,2018-03-01,2021-02-28,2018-03-08,true\n"
        "310105001-0001-Y5,样例业委会,310105001-0001,5,3,2024-03-01,2027-02-28,,true\n"
        "310105001-0009-Y1,样例业委会,310105001-0009,5,3,2024-03-01,2027-02-28,,true\n";
    const char *reply;

    register_served_site();
    reply = import(TEST_DISTRICT, "committees", csv);
    cr_assert(has(reply, "{\"added\":3,\"changed\":0,\"unchanged\":0,\"refused\":1"), "%s", reply);
    cr_assert_str_eq(terms(), "3 succeeded, 4 active, 5 elected");
    cr_assert_str_eq(term_changes(), "Y3 term_filed 2021-03-08 Y4");
    reply = import(TEST_DISTRICT, "committees", csv);
    cr_assert(has(reply, "{\"added\":0,\"changed\":0,\"unchanged\":3,\"refused\":1"), "%s", reply);
    cr_assert_str_eq(term_changes(), "Y3 term_filed 2021-03-08 Y4", "said once");
}

Test(intake_registry, a_committee_is_renamed_or_dissolved_and_nothing_else_befalls_it)
{
    const char *change = "intake.RecordChange";
    const char *what =
        "{\"subject_id\":\"310105001-0001-Y3\",\"kind\":\"%s\",\"on_day\":\"2023-03-01\"%s}";

    register_served_site();
    service_test_done(&s, OFFICER, "intake.RegisterCommittee", committee(3, "2022-03-05"));
    service_test_refused(&s, OFFICER, change, arena_printf(s.arena, what, "term_filed", ""),
                         "value_unknown", "kind");
    service_test_refused(&s, OFFICER, change, arena_printf(s.arena, what, "left_district", ""),
                         "change_of_committee", "kind");
    service_test_done(&s, OFFICER, change,
                      arena_printf(s.arena, what, "renamed", ",\"new_name\":\"样例新名业委会\""));
    cr_assert_str_eq(service_test_value(&s, "select name || ' ' || state from committee"),
                     "样例新名业委会 active");
    service_test_done(&s, OFFICER, change, arena_printf(s.arena, what, "dissolved", ""));
    cr_assert_str_eq(terms(), "3 dissolved");
    service_test_refused(&s, OFFICER, change, arena_printf(s.arena, what, "dissolved", ""),
                         "state_forbids", "kind");
}

Test(intake_registry, thirteen_thousand_rows_go_in_as_one_file)
{
    struct str csv = STR_INIT;
    const char *reply;

    import(TEST_DISTRICT, "regions", "code,name\n310105001,样例一\n310105002,样例二\n");
    str_add(&csv, "site_id,kind,name,subdistrict,households,sample\n");
    for (int i = 0; i < 13000; i++)
        str_printf(&csv, "31010500%d-%04d,compound,样例小区%d,31010500%d,%d,true\n", 1 + i / 9000,
                   i % 9000 + 1, i, 1 + i / 9000, i % 3000);
    reply = import(TEST_DISTRICT, "sites", csv.text);
    str_release(&csv);
    cr_assert(has(reply, "{\"added\":13000,\"changed\":0,\"unchanged\":0,\"refused\":0"), "%.300s",
              reply);
    cr_assert_str_eq(
        service_test_value(&s, "select count(*) from stream where type = 'intake.SiteRegistered'"),
        "13000");
}
