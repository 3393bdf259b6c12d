/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/clock.h"

static int32_t day(const char *text)
{
    int32_t got = DAY_NONE;

    cr_assert_eq(day_parse(text, &got), 0, "%s", text);
    return got;
}

static int64_t at(const char *text)
{
    int64_t got = INSTANT_NONE;

    cr_assert_eq(instant_parse(text, &got), 0, "%s", text);
    return got;
}

Test(clock, follows_the_machine_until_it_is_set)
{
    CLEANUP(clock_free) struct clock *c = clock_new();
    int64_t before = wall_now_us(), now = clock_now(c);

    cr_assert_not(clock_is_manual(c));
    cr_assert(before <= now && now <= wall_now_us());
    clock_set(c, 42);
    cr_assert(clock_is_manual(c));
    cr_assert_eq(clock_now(c), 42);
    cr_assert_eq(clock_now(c), 42);
    clock_set(c, INSTANT_NONE);
    cr_assert_not(clock_is_manual(c));
    cr_assert_geq(clock_now(c), before);
}

Test(day, text_reads_back_over_the_whole_calendar)
{
    int32_t first = day("1900-01-01"), last = day("9999-12-31");
    char buf[DAY_TEXT];

    for (int32_t d = first; d <= last; d += 17) {
        int year, month, mday;
        int32_t again;

        day_civil(d, &year, &month, &mday);
        cr_assert_eq(day_of(year, month, mday, &again), 0);
        cr_assert_eq(again, d);
        cr_assert_eq(day(day_format(d, buf)), d);
    }
    cr_assert_eq(day("1970-01-01"), 0);
    cr_assert_eq(day("2000-03-01") - day("2000-02-28"), 2);
    cr_assert_eq(day("1900-03-01") - day("1900-02-28"), 1);
}

Test(day, what_is_not_in_the_calendar_is_refused)
{
    static const char *const bad[] = {"",           "2023-6-1",   "2023-02-29",  "1900-02-29",
                                      "2023-13-01", "2023-00-10", "2023-01-00",  "2023-04-31",
                                      "1899-12-31", "2023/01/01", "2023-01-01 ", "2023-01-0x",
                                      "-023-01-01", "20230101"};
    int32_t got;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_eq(day_parse(bad[i], &got), CLOCK_E_BAD, "row %zu", i);
    cr_assert_eq(day_of(2024, 2, 30, &got), CLOCK_E_BAD);
    cr_assert_eq(day_of(10000, 1, 1, &got), CLOCK_E_BAD);
}

Test(day, knows_its_weekday)
{
    cr_assert_eq(day_weekday(day("1970-01-01")), 4);
    cr_assert_eq(day_weekday(day("2023-10-01")), 7);
    cr_assert_eq(day_weekday(day("2025-04-14")), 1);
    cr_assert_eq(day_weekday(day("1900-01-01")), 1);
}

Test(day, outside_the_calendar_has_no_text)
{
    char buf[DAY_TEXT];

    cr_assert_str_eq(day_format(DAY_NONE, buf), "");
    cr_assert_str_eq(day_format(INT32_MAX, buf), "");
}

Test(instant, the_civil_day_is_chinas)
{
    cr_assert_eq(instant_day(at("2023-09-30T15:59:59.999999Z")), day("2023-09-30"));
    cr_assert_eq(instant_day(at("2023-09-30T16:00:00Z")), day("2023-10-01"));
    cr_assert_eq(day_start(day("2023-10-01")), at("2023-10-01T00:00:00+08:00"));
    cr_assert_eq(day_end(day("2023-10-01")), at("2023-10-02T00:00:00+08:00"));
    cr_assert_eq(instant_day(day_start(-1)), -1);
    cr_assert_eq(instant_day(day_end(-1) - 1), -1);
}

Test(instant, extremes_do_not_overflow)
{
    char buf[INSTANT_TEXT];

    cr_assert_lt(instant_day(INT64_MIN), 0);
    cr_assert_gt(instant_day(INT64_MAX), 0);
    cr_assert_eq(day_start(DAY_NONE), INSTANT_NONE);
    cr_assert_eq(day_end(INT32_MAX), INT64_MAX);
    cr_assert_str_eq(instant_format(INSTANT_NONE, buf), "");
    cr_assert_str_eq(instant_format_utc(INT64_MAX, buf), "");
}

Test(instant, reads_offsets_and_fractions)
{
    cr_assert_eq(at("1970-01-01T00:00:00Z"), 0);
    cr_assert_eq(at("2023-10-01T08:00:00+08:00"), at("2023-10-01T00:00:00Z"));
    cr_assert_eq(at("2023-09-30T19:30:00-04:30"), at("2023-10-01T00:00:00Z"));
    cr_assert_eq(at("1970-01-01T00:00:00.5Z"), 500000);
    cr_assert_eq(at("1970-01-01T00:00:00.000001Z"), 1);
    cr_assert_eq(at("1969-12-31T23:59:59.999999Z"), -1);
}

Test(instant, other_text_is_refused)
{
    static const char *const bad[] = {
        "",
        "2023-10-01",
        "2023-10-01T08:00:00",
        "2023-10-01 08:00:00Z",
        "2023-10-01T24:00:00Z",
        "2023-10-01T08:60:00Z",
        "2023-10-01T08:00:60Z",
        "2023-10-01T08:00:00.Z",
        "2023-10-01T08:00:00+0800",
        "2023-10-01T08:00:00+24:00",
        "2023-10-01T08:00:00+08:60",
        "2023-10-01T08:00:00+08:00x",
        "2023-10-01T08:00:00ZZ",
        "2023-02-30T08:00:00Z",
        "2023-10-01T08:00:00.5",
        "2023-10-01T08:00:00,5Z",
        "1900-01-01T00:00:00+00:01", /* an offset leads out of the years there are */
        "9999-12-31T16:00:00Z",
    };
    int64_t got;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_eq(instant_parse(bad[i], &got), CLOCK_E_BAD, "row %zu", i);
}

/* RFC 3339 5.6: 1*DIGIT, and "T" and "Z" may be in lower case. */
Test(instant, has_as_many_digits_as_its_writer_likes)
{
    int64_t whole = at("2023-10-01T08:00:00Z");

    cr_assert_eq(at("2023-10-01T08:00:00.1Z"), whole + 100000);
    cr_assert_eq(at("2023-10-01T08:00:00.123456Z"), whole + 123456);
    cr_assert_eq(at("2023-10-01T08:00:00.1234567Z"), whole + 123456);
    cr_assert_eq(at("2023-10-01T16:00:00.123456789+08:00"), whole + 123456);
    cr_assert_eq(at("2023-10-01T08:00:00.9999999999999Z"), whole + 999999);
    cr_assert_eq(at("2023-10-01T08:00:00.0000000Z"), whole);
    cr_assert_eq(at("2023-10-01t08:00:00z"), whole);
}

Test(instant, is_written_for_people_and_for_hashing)
{
    char buf[INSTANT_TEXT];
    int64_t t = at("2023-10-01T00:00:00Z");

    cr_assert_str_eq(instant_format(t, buf), "2023-10-01T08:00:00+08:00");
    cr_assert_str_eq(instant_format(t + 250, buf), "2023-10-01T08:00:00.000250+08:00");
    cr_assert_str_eq(instant_format(t + 17 * HOUR_US, buf), "2023-10-02T01:00:00+08:00");
    cr_assert_str_eq(instant_format_utc(t, buf), "2023-10-01T00:00:00.000000Z");
    cr_assert_str_eq(instant_format_utc(-1, buf), "1969-12-31T23:59:59.999999Z");
}
