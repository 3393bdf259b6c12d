/* SPDX-License-Identifier: Apache-2.0 */
/* Files of registry rows as office programs write them: what is read, what is refused and how it is put right. */
#include <criterion/criterion.h>

#include <jansson.h>
#include <string.h>

#include "common/base/str.h"
#include "tests/support/pg_test.h"
#include "tests/support/service_test.h"

#define OFFICER "district@310105"
#define GOOD "91310105MA1010004N"
#define OTHER "91310105MA11103718"
#define WRONG_1 "91310105MA7QD00010" /* check digits that do not fit */
#define WRONG_2 "91310105MA7QD00021"

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

TestSuite(intake_import, .init = setup, .fini = teardown, .timeout = 120);

/* ImportRegistry of @csv with @more members; NULL confirm, expect: none. */
static const char *request(const char *kind, const char *csv, bool preview, const char *confirm,
                           const char *expect)
{
    json_t *o = json_pack("{s:s, s:s, s:b}", "kind", kind, "csv", csv, "preview", preview);
    const char *text;
    char *dump;

    if (confirm)
        json_object_set_new(o, "confirm", json_pack("[s]", confirm));
    if (expect)
        json_object_set_new(o, "expect_preview", json_string(expect));
    dump = json_dumps(o, JSON_COMPACT);
    text = arena_strdup(s.arena, dump);
    free(dump);
    json_decref(o);
    return text;
}

static json_t *answered(const char *reply)
{
    json_t *o = json_loads(reply, 0, NULL);

    cr_assert_not_null(o, "%s", reply);
    arena_on_end(s.arena, (void (*)(void *))json_decref, o);
    return o;
}

static json_t *city(const char *kind, const char *csv)
{
    return answered(service_test_done_in(&s, TEST_CITY, OFFICER, "intake.ImportRegistry",
                                         request(kind, csv, false, NULL, NULL)));
}

static long long count(const json_t *answer, const char *what)
{
    return json_integer_value(json_object_get(answer, what));
}

static const char *fault(const json_t *answer, size_t row, size_t n, const char *member)
{
    const json_t *f = json_array_get(
        json_object_get(json_array_get(json_object_get(answer, "rows"), row), "faults"), n);
    const char *text = json_string_value(json_object_get(f, member));

    return text ? text : "";
}

#define HEAD "enterprise_id,name,area_m2,party_organisation,sample"

Test(intake_import, what_excel_and_wps_write_is_the_same_row)
{
    static const char *const same[] = {
        HEAD "\r\n" GOOD ",样例甲,1000,TRUE,FALSE\r\n",
        HEAD "\r\n" GOOD ",样例甲,1000,是,否\r\n",
        HEAD "\r\n" GOOD ",样例甲,1000,1,0\r\n",
        HEAD "\r\n" GOOD ",样例甲,\"1,000\",true,\r\n",
        HEAD "\r\n" GOOD ", 样例甲 ,1000.0,true,false\r\n",
        HEAD "\r\n" GOOD ",样例甲,１０００,Ｙ,Ｎ\r\n,,,,\r\n,,,,\r\n",
        HEAD ",,\r\n" GOOD ",样例甲,1000,true,false,,\r\n",
        "sep=;\r\nenterprise_id; name;area_m2;party_organisation;sample\r\n" GOOD
        ";样例甲;1000;true;false\r\n",
        "\xEF\xBB\xBF" HEAD "\r\n" GOOD ",样例甲,1000,true,false\r\n\x1A",
    };
    json_t *first = city("enterprises", same[0]);

    cr_assert_eq(count(first, "added"), 1);
    cr_assert_str_eq(service_test_value(&s,
                                        "select concat_ws(',', name, area_m2, party_organisation, "
                                        "sample) from enterprise"),
                     "样例甲,1000,t,f");
    for (size_t i = 1; i < ARRAY_LEN(same); i++)
        cr_assert_eq(count(city("enterprises", same[i]), "unchanged"), 1, "%zu", i);
}

Test(intake_import, days_are_read_as_table_programs_show_them)
{
    const char *regions = "code,name,from_day,to_day\n310105001,样例一,2021/1/1,\n310105002,样例二,"
                          "2021年1月1日,2030-12-31\n310105003,样例三,1/2/2021,\n";
    json_t *answer = answered(service_test_done(&s, OFFICER, "intake.ImportRegistry",
                                                request("regions", regions, false, NULL, NULL)));

    cr_assert_eq(count(answer, "added"), 2);
    cr_assert_str_eq(
        service_test_value(&s, "select string_agg(from_day::text, ',' order by code) from region"),
        "2021-01-01,2021-01-01");
    cr_assert_str_eq(fault(answer, 0, 0, "code"), "date_bad");
    cr_assert_str_eq(fault(answer, 0, 0, "column"), "from_day");
    cr_assert_str_eq(fault(answer, 0, 0, "value"), "1/2/2021");
}

Test(intake_import, every_cell_that_cannot_be_read_is_named_with_its_value)
{
    json_t *answer = city("enterprises", HEAD "\n9.13101E+17,样例甲,many,maybe,true\n");

    cr_assert_eq(count(answer, "refused"), 1);
    cr_assert_str_eq(fault(answer, 0, 0, "code"), "cell_shortened");
    cr_assert_str_eq(fault(answer, 0, 0, "value"), "9.13101E+17");
    cr_assert_str_eq(fault(answer, 0, 1, "code"), "type_integer");
    cr_assert_str_eq(fault(answer, 0, 2, "code"), "cell_yes_no");
    cr_assert_str_eq(fault(answer, 0, 2, "column"), "party_organisation");
}

Test(intake_import, a_refused_row_claims_nothing_and_its_correction_is_taken)
{
    json_t *answer = city("enterprises", "enterprise_id,name,area_m2\n" GOOD ",样例甲,many\n" GOOD
                                         ",样例甲,1000\n" GOOD ",样例乙,1000\n");

    cr_assert_eq(count(answer, "added"), 1);
    cr_assert_eq(count(answer, "refused"), 2);
    cr_assert_str_eq(fault(answer, 1, 0, "code"), "row_repeated");
    cr_assert_str_eq(fault(answer, 1, 0, "value"), GOOD);
    cr_assert_str_eq(service_test_value(&s, "select name from enterprise"), "样例甲");
    /* what others know is wrong claims nothing either */
    answer =
        city("managers", "manager_id,name,enterprise_id\nM1,样例," OTHER "\nM1,样例," GOOD "\n");
    cr_assert_eq(count(answer, "added"), 1);
    cr_assert_str_eq(fault(answer, 0, 0, "code"), "reference_unknown");
}

Test(intake_import, a_column_that_is_absent_leaves_the_field_an_empty_cell_clears_it)
{
    const char *kept = "select concat_ws(',', name, employer, residence, enterprise_links, sample) "
                       "from expert";
    json_t *answer;

    city("enterprises", "enterprise_id,name\n" GOOD ",样例甲\n" OTHER ",样例乙\n");
    (void)service_test_done(&s, OFFICER, "intake.ImportRegistry",
                            request("regions", "code,name\n310105001,样例一\n", false, NULL, NULL));
    (void)service_test_done(
        &s, OFFICER, "intake.ImportRegistry",
        request("sites",
                "site_id,kind,name,subdistrict\n310105001-0001,compound,样例小区,310105001\n",
                false, NULL, NULL));
    city("experts",
         "expert_id,name,employer,residence,enterprise_links,sample\nEXP-1,样例专家," GOOD
         ",样例小区," OTHER ";" GOOD ",true\n");
    cr_assert_eq(count(city("experts", "expert_id,name\nEXP-1,样例专家\n"), "unchanged"), 1);
    answer = city("experts", "expert_id,name\nEXP-1,样例专家一\n");
    cr_assert_eq(count(answer, "changed"), 1);
    cr_assert_str_eq(service_test_value(&s, kept),
                     "样例专家一," GOOD ",310105001-0001,{" OTHER "," GOOD "},t");
    city("experts", "expert_id,name,residence\nEXP-1,样例专家一,\n");
    cr_assert_str_eq(service_test_value(&s, kept), "样例专家一," GOOD ",{" OTHER "," GOOD "},t");
}

#define TWO_WRONG "enterprise_id,name\n" WRONG_1 ",样例甲\n" WRONG_2 ",样例乙\n"

Test(intake_import, a_warning_is_confirmed_for_the_row_that_is_named)
{
    const char *type = "intake.ImportRegistry";
    Hp__Reply *reply =
        service_test_ask(&s, OFFICER, TEST_CITY, type,
                         request("enterprises", TWO_WRONG, false, "uscc_check_digit", NULL));
    json_t *answer;

    cr_assert_str_eq(reply->code, "confirm_no_row");
    answer = answered(service_test_done_in(
        &s, TEST_CITY, OFFICER, type,
        request("enterprises", TWO_WRONG, false, WRONG_2 ":uscc_check_digit", NULL)));
    cr_assert_eq(count(answer, "added"), 1);
    cr_assert_eq(count(answer, "refused"), 1);
    cr_assert_str_eq(service_test_value(&s, "select enterprise_id from enterprise"), WRONG_2);
    answer = answered(
        service_test_done_in(&s, TEST_CITY, OFFICER, type,
                             request("enterprises", TWO_WRONG, false, "2:uscc_check_digit", NULL)));
    cr_assert_eq(count(answer, "added"), 1);
}

Test(intake_import, what_a_preview_showed_is_done_as_a_whole_or_not_at_all)
{
    const char *type = "intake.ImportRegistry";
    json_t *preview = answered(service_test_done_in(
        &s, TEST_CITY, OFFICER, type, request("enterprises", TWO_WRONG, true, NULL, NULL)));
    const char *shown = json_string_value(json_object_get(preview, "preview_sha256"));
    Hp__Reply *reply;
    json_t *answer;

    reply = service_test_ask(
        &s, OFFICER, TEST_CITY, type,
        request("enterprises", TWO_WRONG "9131,x\n", false, "uscc_check_digit", shown));
    cr_assert_str_eq(reply->code, "preview_outdated");
    answer = answered(
        service_test_done_in(&s, TEST_CITY, OFFICER, type,
                             request("enterprises", TWO_WRONG, false, "uscc_check_digit", shown)));
    cr_assert_eq(count(answer, "added"), 2);
    /* somebody changed a row since it was shown */
    preview = answered(service_test_done_in(
        &s, TEST_CITY, OFFICER, type,
        request("enterprises", "enterprise_id,name\n" GOOD ",样例丁\n", true, NULL, NULL)));
    shown = json_string_value(json_object_get(preview, "preview_sha256"));
    city("enterprises", "enterprise_id,name\n" GOOD ",样例丙\n");
    reply = service_test_ask(
        &s, OFFICER, TEST_CITY, type,
        request("enterprises", "enterprise_id,name\n" GOOD ",样例丁\n", false, NULL, shown));
    cr_assert_str_eq(reply->code, "preview_outdated");
    cr_assert_str_eq(
        service_test_value(&s, "select name from enterprise where enterprise_id = '" GOOD "'"),
        "样例丙");
}

Test(intake_import, a_change_is_shown_before_and_after)
{
    json_t *row, *change, *answer;

    city("enterprises", HEAD "\n" GOOD ",样例丁,1000,true,false\n");
    answer = city("enterprises", "enterprise_id,name,area_m2\n" GOOD ",样例丁,2000\n");
    row = json_array_get(json_object_get(answer, "rows"), 0);
    change = json_array_get(json_object_get(row, "changes"), 0);
    cr_assert_str_eq(json_string_value(json_object_get(row, "name")), "样例丁");
    cr_assert_eq(json_array_size(json_object_get(row, "changes")), 1);
    cr_assert_str_eq(json_string_value(json_object_get(change, "column")), "area_m2");
    cr_assert_str_eq(json_string_value(json_object_get(change, "before")), "1000");
    cr_assert_str_eq(json_string_value(json_object_get(change, "after")), "2000");
}
