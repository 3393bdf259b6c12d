/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "common/base/clock.h"
#include "common/document/cell.h"

static struct arena *a;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

TestSuite(cell, .init = setup, .fini = teardown);

Test(cell, blanks_of_every_kind_are_cut_outside_and_kept_inside)
{
    cr_assert_str_eq(cell_trim(a, " \t　甲 　乙\xC2\xA0\xE2\x80\x8B\r\n"), "甲 　乙");
    cr_assert_str_eq(cell_trim(a, "　 \xEF\xBB\xBF"), "");
    cr_assert_str_eq(cell_trim(a, "x"), "x");
    cr_assert_str_eq(cell_trim(a, ""), "");
}

Test(cell, yes_and_no_as_people_write_them)
{
    static const char *const yes[] = {"true", "TRUE", "是", "1", "Yes", "Ｙ", "ＴＲＵＥ", " 是　"};
    static const char *const no[] = {"false", "False", "否", "0", "no", "Ｎ", "０"};
    bool is;

    for (size_t i = 0; i < ARRAY_LEN(yes); i++)
        cr_assert(cell_yes_no(a, yes[i], &is) == 0 && is, "%s", yes[i]);
    for (size_t i = 0; i < ARRAY_LEN(no); i++)
        cr_assert(cell_yes_no(a, no[i], &is) == 0 && !is, "%s", no[i]);
    cr_assert_eq(cell_yes_no(a, "", &is), CELL_E_BAD);
    cr_assert_eq(cell_yes_no(a, "2", &is), CELL_E_BAD);
    cr_assert_eq(cell_yes_no(a, "是否", &is), CELL_E_BAD);
    cr_assert_eq(cell_yes_no(a, "truee", &is), CELL_E_BAD);
}

Test(cell, numbers_are_read_where_they_can_be_one_number_only)
{
    static const struct {
        const char *text, *number; /* NULL: none */
    } rows[] = {
        {"1000", "1000"},     {" 1000", "1000"},  {"1,000", "1000"},
        {"１０００", "1000"}, {"1，000", "1000"}, {"1000.0", "1000"},
        {"18.50", "18.5"},    {"-3", "-3"},       {"1,234,567.25", "1234567.25"},
        {"0", "0"},           {"007", "007"},     {"1,00", NULL},
        {"1000,000", NULL},   {"1,000,00", NULL}, {"", NULL},
        {"1.", NULL},         {".5", NULL},       {"1.2.3", NULL},
        {"12平", NULL},       {"4.5e4", NULL},    {"--1", NULL},
        {"1 000", NULL},      {",000", NULL},
    };
    int64_t n;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        const char *number = cell_number(a, rows[i].text);

        cr_assert_eq(number == NULL, rows[i].number == NULL, "%s", rows[i].text);
        if (number)
            cr_assert_str_eq(number, rows[i].number);
    }
    cr_assert(cell_whole(a, "1,000.00", &n) == 0 && n == 1000);
    cr_assert(cell_whole(a, "-9223372036854775808", &n) == 0 && n == INT64_MIN);
    cr_assert_eq(cell_whole(a, "9223372036854775808", &n), CELL_E_BAD);
    cr_assert_eq(cell_whole(a, "1.5", &n), CELL_E_BAD);
}

Test(cell, days_as_office_programs_write_them)
{
    static const char *const same[] = {
        "2024-10-27",          "2024/10/27",     "2024.10.27",      "20241027",
        "2024年10月27日",      "2024年10月27号", "２０２４/10/27",  "2024/10/27 0:00:00",
        "2024-10-27T00:00:00", " 2024-10-27　",  "2024/10/27 00:00"};
    static const char *const bad[] = {"10/27/2024", "27.10.2024", "2024-10",     "2024/2/30",
                                      "45592",      "24-10-27",   "2024-10/27",  "2024/10/27 8:30",
                                      "",           "2024年10月", "2024-010-27", "2024102"};
    char text[DAY_TEXT];
    int32_t day;

    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        cr_assert_eq(cell_day(a, same[i], &day), 0, "%s", same[i]);
        cr_assert_str_eq(day_format(day, text), "2024-10-27");
    }
    cr_assert_eq(cell_day(a, "2021/1/1", &day), 0);
    cr_assert_str_eq(day_format(day, text), "2021-01-01");
    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_eq(cell_day(a, bad[i], &day), CELL_E_BAD, "%s", bad[i]);
}

Test(cell, digits_that_a_table_program_shortened_are_known)
{
    cr_assert(cell_is_shortened("9.13101E+17") && cell_is_shortened("3E+08"));
    cr_assert(!cell_is_shortened("91310105MA7QA0E+1X") && !cell_is_shortened("E+17") &&
              !cell_is_shortened("9.1E17") && !cell_is_shortened("9.13101E+17 x"));
}
