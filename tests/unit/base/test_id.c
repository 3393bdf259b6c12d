/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/clock.h"
#include "common/base/id.h"

Test(uuid, new_ones_rise_and_carry_version_time_and_variant)
{
    int64_t before = wall_now_us() / 1000, ms = 0;
    struct uuid last, id;

    uuid_new(&last);
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | last.bytes[i];
    cr_assert_geq(ms, before);
    cr_assert_leq(ms, wall_now_us() / 1000);
    for (int i = 0; i < 20000; i++) {
        uuid_new(&id);
        cr_assert_lt(memcmp(&last, &id, sizeof(id)), 0);
        cr_assert_eq(id.bytes[6] >> 4, 7);
        cr_assert_eq(id.bytes[8] >> 6, 2);
        last = id;
    }
}

Test(uuid, derived_ones_depend_on_the_data_alone)
{
    struct uuid a, b, c;

    uuid_derive("one", 3, &a);
    uuid_derive("one", 3, &b);
    uuid_derive("two", 3, &c);
    cr_assert_eq(memcmp(&a, &b, sizeof(a)), 0);
    cr_assert_neq(memcmp(&a, &c, sizeof(a)), 0);
    cr_assert_eq(a.bytes[6] >> 4, 8);
    cr_assert_eq(a.bytes[8] >> 6, 2);
}

Test(uuid, text_form_reads_back)
{
    struct uuid id, again;
    char text[UUID_TEXT];

    uuid_new(&id);
    uuid_format(&id, text);
    cr_assert_eq(strlen(text), 36);
    cr_assert_eq(uuid_parse(text, &again), 0);
    cr_assert_eq(memcmp(&id, &again, sizeof(id)), 0);
    cr_assert_eq(uuid_parse("017F22E2-79B0-7CC3-98C4-DC0C0C07398F", &id), 0);
    cr_assert_str_eq(uuid_format(&id, text), "017f22e2-79b0-7cc3-98c4-dc0c0c07398f");
}

Test(uuid, other_text_is_refused)
{
    static const char *const bad[] = {
        "",
        "017f22e2",
        "017f22e279b07cc398c4dc0c0c07398f",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398f0",
        "017f22e2-79b0-7cc3-98c4-dc0c0c07398g",
        "017f22e2-79b0-7cc3-98c4dc-0c0c07398f",
        "{17f22e2-79b0-7cc3-98c4-dc0c0c07398f",
    };
    struct uuid id;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_eq(uuid_parse(bad[i], &id), UUID_E_BAD, "row %zu", i);
}

/* The example of GB 32100-2015 itself. */
Test(uscc, the_standards_example_is_valid)
{
    cr_assert_eq(uscc_check("91350100M000100Y43"), ID_VALID);
    cr_assert_eq(uscc_check_char("91350100M000100Y4"), '3');
}

Test(uscc, each_fault_has_its_name)
{
    static const struct {
        const char *code;
        enum id_fault fault;
    } rows[] = {
        {"91350100M000100Y44", ID_CHECK},
        {"19350100M000100Y43", ID_CHECK},
        {"91350100M000100Y4", ID_LENGTH},
        {"91350100M000100Y433", ID_LENGTH},
        {"", ID_LENGTH},
        {NULL, ID_LENGTH},
        {"91350100M000100I43", ID_CHARACTER},
        {"91350100m000100Y43", ID_CHARACTER},
        {"913501A0M000100Y43", ID_CHARACTER},
        {"91350100M00010 Y43", ID_CHARACTER},
        {"91010100M000100Y43", ID_REGION},
        {"91990100M000100Y43", ID_REGION},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        cr_assert_eq(uscc_check(rows[i].code), rows[i].fault, "row %zu", i);
    cr_assert_str_eq(id_fault_name(ID_VALID), "valid");
    cr_assert_str_eq(id_fault_name(ID_CHECK), "check");
    cr_assert_str_eq(id_fault_name(ID_REGION), "region");
}

Test(uscc, any_single_wrong_character_is_found)
{
    static const char alphabet[] = "0123456789ABCDEFGHJKLMNPQRTUWXY";
    char code[] = "91350100M000100Y43";

    for (int i = 0; i < 18; i++)
        for (const char *c = alphabet; *c; c++) {
            char kept = code[i];

            code[i] = *c;
            cr_assert_eq(uscc_check(code) == ID_VALID, *c == kept);
            code[i] = kept;
        }
}

Test(uscc, no_check_character_without_seventeen_good_ones)
{
    cr_assert_eq(uscc_check_char(""), 0);
    cr_assert_eq(uscc_check_char("91350100M000100"), 0);
    cr_assert_eq(uscc_check_char("91350100O000100Y4"), 0);
}

Test(uscc, central_registrars_are_a_region)
{
    char code[19] = "91100000MA0000000";

    code[17] = uscc_check_char(code);
    cr_assert_eq(uscc_check(code), ID_VALID);
}

/* The example of GB 11643-1999. */
Test(citizen_id, the_standards_example_is_valid)
{
    cr_assert_eq(citizen_id_check("11010519491231002X"), ID_VALID);
    cr_assert_eq(citizen_id_check("440524188001010014"), ID_VALID); /* born in 1880 */
}

Test(citizen_id, nobody_is_born_after_today)
{
    static const char *const later[] = {"110105209901010", "110105202612020"};
    int32_t today;

    cr_assert_eq(day_of(2026, 12, 1, &today), 0);
    for (size_t i = 0; i < ARRAY_LEN(later); i++) {
        char number[19];
        enum id_fault fault = ID_CHECK;

        for (int rest = 0; rest < 1000 && fault == ID_CHECK; rest++) {
            snprintf(number, sizeof(number), "%s%02d%c", later[i], rest / 10,
                     "0123456789X"[rest % 10]);
            fault = citizen_id_check(number);
        }
        cr_assert_eq(fault, ID_VALID, "%s", number);
        cr_assert_eq(citizen_id_check_on(number, today), ID_DATE, "%s", number);
    }
    cr_assert_eq(citizen_id_check_on("440524188001010014", today), ID_VALID);
    cr_assert_eq(citizen_id_check_on("11010519491231002X", today), ID_VALID);
}

Test(citizen_id, each_fault_has_its_name)
{
    static const struct {
        const char *number;
        enum id_fault fault;
    } rows[] = {
        {"110105194912310021", ID_CHECK},
        {"11010519491231002", ID_LENGTH},
        {NULL, ID_LENGTH},
        {"11010519491231002x", ID_CHARACTER},
        {"1101051949123100X2", ID_CHARACTER},
        {"110105194902290021", ID_DATE},
        {"110105194913310021", ID_DATE},
        {"110105179912310021", ID_DATE},
        {"110105188002300021", ID_DATE},
        {"010105194912310021", ID_REGION},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        cr_assert_eq(citizen_id_check(rows[i].number), rows[i].fault, "row %zu", i);
}

Test(region, levels_follow_from_the_code)
{
    cr_assert_eq(region_level("310000"), REGION_PROVINCE);
    cr_assert_eq(region_level("371000"), REGION_CITY);
    cr_assert_eq(region_level("310105"), REGION_DISTRICT);
    cr_assert_eq(region_level("310105001"), REGION_SUBDISTRICT);
    cr_assert_eq(region_level("310105102"), REGION_SUBDISTRICT);
    cr_assert_eq(region_level("310105001001"), REGION_COMMUNITY);
    cr_assert_eq(region_level("441900003"), REGION_SUBDISTRICT);
}

Test(region, what_cannot_be_a_code_is_bad)
{
    static const char *const bad[] = {
        "",          "31",        "3101050",      "31010500a",     "990105", "310005",
        "310105000", "310000001", "310105001000", "3101050010010", "０１"};

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_eq(region_level(bad[i]), REGION_BAD, "row %zu", i);
    cr_assert_eq(region_level(NULL), REGION_BAD);
}

Test(region, outer_covers_inner_at_every_level)
{
    static const struct {
        const char *outer, *inner;
        bool covers;
    } rows[] = {
        {"310000", "310105001", true},
        {"371000", "371002", true},
        {"371000", "371002001", true},
        {"310105", "310105001001", true},
        {"310105", "310105", true},
        {"310105001", "310105001001", true},
        {"310105", "310000", false},
        {"310105", "310104001", false},
        {"310105001", "310105002001", false},
        {"371000", "370302", false},
        {"310105001001", "310105001", false},
        {"310000", "320582", false},
        {"bad", "310105", false},
        {"310000", "bad", false},
        {"370000", "371000", true},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        cr_assert_eq(region_covers(rows[i].outer, rows[i].inner), rows[i].covers, "row %zu", i);
}
