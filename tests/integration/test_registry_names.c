/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Text that comes into the registry from outside, by command and by file: kept in one form, found however it is typed, told from names
 * that read the same, and resolved where it means a thing.
 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "tests/support/pg_test.h"
#include "tests/support/service_test.h"

#define OFFICER "district@310105"
#define A "91310105MA1010004N"
#define B "91310105MA1021475N"
#define C "91310105MA11103718"

static struct service_test s;

static const char *quoted(const char *text)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    pbjson_write_text(&out, text, strlen(text));
    return arena_strdup(s.arena, out.text);
}

static const char *import(const char *district, const char *kind, const char *csv, const char *more)
{
    return service_test_done_in(
        &s, district, OFFICER, "intake.ImportRegistry",
        arena_printf(s.arena, "{\"kind\":\"%s\",\"csv\":%s%s}", kind, quoted(csv), more));
}

static bool has(const char *text, const char *part)
{
    return strstr(text, part) != NULL;
}

static void setup(void)
{
    service_test_open(&s, "intake");
    service_test_clock(&s, "2023-03-20T09:00:00+08:00");
    cr_assert(has(import(TEST_DISTRICT, "regions", "code,name\n310105001,华阳路街道\n", ""),
                  "\"refused\":0"));
    cr_assert(has(import(TEST_CITY, "enterprises",
                         "enterprise_id,name\n" A ",样例浦江物业服务有限公司\n" B
                         ",样例（上海）安居物业\n" C ",样例新程物业\n",
                         ""),
                  "\"refused\":0"));
    cr_assert(
        has(import(TEST_DISTRICT, "sites",
                   "site_id,kind,name,subdistrict,aliases\n"
                   "310105001-0001,compound,样例锦绣浦江花苑,310105001,浦江花苑；Ｒｉｖｅｒ 一期\n"
                   "310105001-0002,compound,样例绿城新村,310105001,\n",
                   ""),
            "\"refused\":0"));
}

static void teardown(void)
{
    service_test_close(&s);
}

TestSuite(registry_names, .init = setup, .fini = teardown, .timeout = 120);

static const char *expert(const char *id, const char *column)
{
    return service_test_value(
        &s, arena_printf(s.arena, "select %s from expert where expert_id = '%s'", column, id));
}

static const char *as_expert(const char *id, const char *more)
{
    return arena_printf(s.arena, "{\"expert_id\":\"%s\",\"name\":\"样例专家%s\"%s}", id, id, more);
}

/* ---- what is kept ---- */

Test(registry_names, a_name_is_kept_without_the_blanks_around_it_and_in_one_normal_form)
{
    service_test_done_in(
        &s, TEST_CITY, OFFICER, "intake.RegisterEnterprise",
        "{\"enterprise_id\":\" 91310105ma1311114c\u3000\",\"name\":\"\u3000Cafe\u0301 物业 \"}");
    cr_assert_str_eq(
        service_test_value(
            &s, "select name from enterprise where enterprise_id = '91310105MA1311114C'"),
        "Caf\u00e9 物业");
}

Test(registry_names, what_cannot_be_seen_is_no_name_and_no_part_of_one)
{
    static const struct {
        const char *name, *code;
    } rows[] = {
        {"", "text_missing"},
        {" ", "text_missing"},
        {"\u3000", "text_missing"},
        {"\\t\\n", "text_missing"},
        {"\u00a0\u2003", "text_missing"},
        {"\u200b", "text_character"},
        {"样\u200b例", "text_character"},
        {"样例\u202e", "text_character"},
        {"\\u001b[31m", "text_character"},
        {"样\\n例", "text_character"},
        {"\u3164", "text_character"},
        {"\u0301", "text_missing"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        Hp__Reply *reply = service_test_ask(
            &s, OFFICER, TEST_CITY, "intake.RegisterEnterprise",
            arena_printf(s.arena, "{\"enterprise_id\":\"91310105MA1311114C\",\"name\":\"%s\"}",
                         rows[i].name));

        cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED, "row %zu", i);
        cr_assert_str_eq(reply->code, rows[i].code, "row %zu", i);
        cr_assert_str_eq(reply->field, "name", "row %zu", i);
    }
}

Test(registry_names, a_file_is_read_by_the_same_rule)
{
    const char *reply = import(TEST_CITY, "managers",
                               "manager_id,name,enterprise_id\n"
                               "M1,\u3000样例甲 ,91310105ma1010004n\n"
                               "M2,样例\u200b乙," A "\n"
                               "M3,\u3000," A "\n",
                               "");

    cr_assert(has(reply, "\"added\":1"), "%s", reply);
    cr_assert(
        has(reply,
            "\"line\":3,\"result\":\"refused\",\"column\":\"name\",\"code\":\"text_character\""),
        "%s", reply);
    cr_assert(
        has(reply,
            "\"line\":4,\"result\":\"refused\",\"column\":\"name\",\"code\":\"text_missing\""),
        "%s", reply);
    cr_assert_str_eq(service_test_value(&s, "select name || enterprise_id from manager"),
                     "样例甲" A);
}

/* ---- names that read the same ---- */

Test(registry_names, a_name_that_reads_the_same_is_taken_when_confirmed)
{
    const char *type = "intake.RegisterEnterprise";
    static const char *const alike[] = {"样例(上海)安居物业", "样例（上海） 安居物业",
                                        "样例（上海）安居物业"};
    Hp__Reply *reply;

    for (size_t i = 0; i < ARRAY_LEN(alike); i++) {
        reply = service_test_ask(
            &s, OFFICER, TEST_CITY, type,
            arena_printf(s.arena, "{\"enterprise_id\":\"91310105MA1311114C\",\"name\":\"%s\"}",
                         alike[i]));
        cr_assert_str_eq(reply->code, "name_alike");
        cr_assert_str_eq(reply->field, "name");
        cr_assert_str_eq(reply->args[1], B);
    }
    service_test_done_in(
        &s, TEST_CITY, OFFICER, type,
        "{\"enterprise_id\":\"91310105MA1311114C\",\"name\":\"样例(上海)安居物业\","
        "\"confirm\":[\"name_alike\"]}");
    /* the same again is no new name */
    cr_assert(has(import(TEST_CITY, "enterprises",
                         "enterprise_id,name\n91310105MA1311114C,样例(上海)安居物业\n", ""),
                  "\"unchanged\":1"));
}

Test(registry_names, two_of_one_file_that_read_the_same_are_told)
{
    const char *csv = "expert_id,name\n"
                      "E1,Ann 样例\n"
                      "E2,ＡＮＮ样例\n"
                      "E3,样例丙\n";
    const char *reply = import(TEST_CITY, "experts", csv, "");

    cr_assert(has(reply, "\"added\":2"), "%s", reply);
    cr_assert(
        has(reply, "\"line\":3,\"result\":\"refused\",\"column\":\"name\",\"code\":\"name_alike\""),
        "%s", reply);
    cr_assert(has(reply, "E1"), "%s", reply);
    cr_assert(has(import(TEST_CITY, "experts", csv, ",\"confirm\":[\"E2:name_alike\"]"),
                  "\"added\":1,\"changed\":0,\"unchanged\":2"));
}

/* ---- what means a thing ---- */

Test(registry_names, an_expert_s_employer_home_and_links_are_resolved_to_codes)
{
    const char *reply =
        import(TEST_CITY, "experts",
               "expert_id,name,employer,residence,enterprise_links,sample\n"
               "TEX-001,样例专家一," A " ,,,true\n"
               "TEX-002,样例专家二,91310105ma1010004n,,,true\n"
               "TEX-003,样例专家三,样例浦江物业服务有限公司,,,true\n"
               "TEX-004,样例专家四,,," A "；" B ",true\n"
               "TEX-005,样例专家五,,样例锦绣浦江花苑,,true\n"
               "TEX-006,样例专家六," A ",,,true\n"
               "TEX-007,样例专家七,,,\"" A ", " B "\",true\n"
               "TEX-008,样例专家八,样例(上海)安居物业,river一期,样例新程物业、" A ",true\n",
               "");

    cr_assert(has(reply, "\"added\":8"), "%s", reply);
    cr_assert_str_eq(expert("TEX-001", "employer"), A);
    cr_assert_str_eq(expert("TEX-002", "employer"), A);
    cr_assert_str_eq(expert("TEX-003", "employer"), A);
    cr_assert_str_eq(expert("TEX-004", "enterprise_links"), "{" A "," B "}");
    cr_assert_str_eq(expert("TEX-005", "residence"), "310105001-0001");
    cr_assert_str_eq(expert("TEX-006", "employer"), A);
    cr_assert_str_eq(expert("TEX-007", "enterprise_links"), "{" A "," B "}");
    cr_assert_str_eq(expert("TEX-008", "employer"), B);
    cr_assert_str_eq(expert("TEX-008", "residence"), "310105001-0001");
    cr_assert_str_eq(expert("TEX-008", "enterprise_links"), "{" C "," A "}");
}

Test(registry_names, a_command_s_expert_is_resolved_as_a_file_s)
{
    service_test_done_in(
        &s, TEST_CITY, OFFICER, "intake.RegisterExpert",
        as_expert("E1", ",\"employer\":\"样例新程物业 \",\"residence\":\"310105001－0002\","
                        "\"enterprise_links\":[\"" A "；样例（上海）安居物业\"]"));
    cr_assert_str_eq(expert("E1", "employer"), C);
    cr_assert_str_eq(expert("E1", "residence"), "310105001-0002");
    cr_assert_str_eq(expert("E1", "enterprise_links"), "{" A "," B "}");
}

Test(registry_names, what_has_no_single_meaning_is_refused_with_what_is_alike)
{
    const char *type = "intake.RegisterExpert";
    Hp__Reply *reply = service_test_ask(&s, OFFICER, TEST_CITY, type,
                                        as_expert("E1", ",\"employer\":\"样例浦江物业\""));

    cr_assert_str_eq(reply->code, "reference_unresolved");
    cr_assert_str_eq(reply->field, "employer");
    cr_assert(has(reply->args[2], A " 样例浦江物业服务有限公司"), "%s", reply->args[2]);
    /* a link is of a property enterprise, whatever is confirmed */
    reply = service_test_ask(
        &s, OFFICER, TEST_CITY, type,
        as_expert("E1",
                  ",\"enterprise_links\":[\"无此公司\"],\"confirm\":[\"reference_unresolved\"]"));
    cr_assert_str_eq(reply->code, "reference_unresolved");
    cr_assert_str_eq(reply->field, "enterprise_links");
    /* two of one name have no single meaning */
    service_test_done_in(&s, TEST_CITY, OFFICER, "intake.RegisterEnterprise",
                         "{\"enterprise_id\":\"91310105MA1311114C\",\"name\":\"样例新程物业\","
                         "\"confirm\":[\"name_alike\"]}");
    reply = service_test_ask(
        &s, OFFICER, TEST_CITY, type,
        as_expert("E1", ",\"employer\":\"样例新程物业\",\"confirm\":[\"reference_unresolved\"]"));
    cr_assert_str_eq(reply->code, "reference_unresolved");
    cr_assert(has(reply->args[2], C), "%s", reply->args[2]);
    cr_assert(has(reply->args[2], "91310105MA1311114C"), "%s", reply->args[2]);
    cr_assert_str_eq(service_test_value(&s, "select count(*) from expert"), "0");
}

Test(registry_names, an_employer_that_is_no_property_enterprise_is_taken_when_confirmed)
{
    service_test_done_in(
        &s, TEST_CITY, OFFICER, "intake.RegisterExpert",
        as_expert("E1", ",\"employer\":\"样例大学\",\"confirm\":[\"reference_unresolved\"]"));
    cr_assert_str_eq(expert("E1", "employer"), "样例大学");
}

/* ---- finding ---- */

static const char *found(const char *district, const char *kind, const char *search)
{
    return service_test_done_in(
        &s, district, OFFICER, "intake.ListSubjects",
        arena_printf(s.arena, "{\"kind\":\"%s\",\"search\":\"%s\"}", kind, search));
}

Test(registry_names, a_search_finds_whatever_the_width_case_blanks_and_normal_form)
{
    static const char *const forms[] = {"(上海)",
                                        "（上海）",
                                        "( 上海 )",
                                        "样例(上海)安居",
                                        "９１３１０１０５ｍａ１０２１",
                                        "91310105ma1021",
                                        " 安居\u3000",
                                        "安\u200b居"};
    static const char *const river[] = {"river", "Ｒiver一", "RIVER 一期", "浦江花苑",
                                        "310105001－0001"};

    for (size_t i = 0; i < ARRAY_LEN(forms); i++) {
        const char *reply = found(TEST_CITY, "enterprise", forms[i]);

        cr_assert(has(reply, B), "%s: %s", forms[i], reply);
        cr_assert(!has(reply, A), "%s: %s", forms[i], reply);
    }
    for (size_t i = 0; i < ARRAY_LEN(river); i++) {
        const char *reply = found(TEST_DISTRICT, "site", river[i]);

        cr_assert(has(reply, "310105001-0001"), "%s: %s", river[i], reply);
        cr_assert(!has(reply, "310105001-0002"), "%s: %s", river[i], reply);
    }
    cr_assert(has(found(TEST_DISTRICT, "region", "华阳路"), "310105001"));
    cr_assert(!has(found(TEST_CITY, "enterprise", "没有"), "enterprise_id"));
}

Test(registry_names, a_renamed_enterprise_is_found_by_both_names)
{
    service_test_done_in(&s, TEST_CITY, OFFICER, "intake.RecordChange",
                         "{\"subject_id\":\"91310105ma1010004n\",\"kind\":\"renamed\",\"on_day\":"
                         "\"2023-03-01\",\"new_name\":\"样例海风物业 \"}");
    cr_assert(has(found(TEST_CITY, "enterprise", "海 风"), A));
    cr_assert(has(found(TEST_CITY, "enterprise", "浦江"), A));
}
