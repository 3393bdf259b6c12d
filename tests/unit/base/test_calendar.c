/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/base/calendar.h"
#include "common/base/clock.h"

static struct calendar *cal;
static struct errtext why;

static void setup(void)
{
    cr_assert_eq(calendar_load(HP_SOURCE_DIR "/deploy/calendars/cn.yaml", &cal, &why), 0, "%s",
                 why.text);
}

static void teardown(void)
{
    calendar_free(cal);
}

TestSuite(calendar, .init = setup, .fini = teardown);

static int32_t day(const char *text)
{
    int32_t got;

    cr_assert_eq(day_parse(text, &got), 0);
    return got;
}

static void last_day_is(const char *start, int n, bool count_start, const char *want)
{
    char buf[DAY_TEXT];
    int32_t got;

    cr_assert_eq(calendar_last_day(cal, day(start), n, count_start, &got), 0);
    cr_assert_str_eq(day_format(got, buf), want);
}

/* domain-facts section 3: each sum checked against the notice day by day */
Test(calendar, years_have_their_working_days)
{
    static const int want[][2] = {{2023, 249}, {2024, 251}, {2025, 248}, {2026, 248}};

    for (size_t i = 0; i < ARRAY_LEN(want); i++) {
        int n = 0;

        cr_assert_eq(calendar_working_days_in(cal, want[i][0], &n), 0);
        cr_assert_eq(n, want[i][1], "%d: %d", want[i][0], n);
    }
}

Test(calendar, a_year_without_a_schedule_is_refused)
{
    int32_t got;
    bool working;
    int n;

    cr_assert_eq(calendar_last_day(cal, day("2022-10-31"), 5, false, &got), CALENDAR_E_NO_YEAR);
    cr_assert_eq(calendar_last_day(cal, day("2026-12-29"), 5, false, &got), CALENDAR_E_NO_YEAR);
    cr_assert_eq(calendar_is_working(cal, day("2022-12-30"), &working), CALENDAR_E_NO_YEAR);
    cr_assert_eq(calendar_working_days_in(cal, 2027, &n), CALENDAR_E_NO_YEAR);
    cr_assert_eq(calendar_working_days_in(cal, 123456, &n), CALENDAR_E_NO_YEAR);
    cr_assert_eq(calendar_last_day(cal, DAY_NONE, 5, true, &got), CALENDAR_E_NO_YEAR);
    cr_assert_eq(calendar_last_day(cal, INT32_MAX, 5, false, &got), CALENDAR_E_NO_YEAR);
}

/* the notice of 2025-04-14 in domain-facts section 3 */
Test(calendar, five_days_from_a_monday)
{
    last_day_is("2025-04-14", 5, false, "2025-04-21");
    last_day_is("2025-04-14", 5, true, "2025-04-18");
}

Test(calendar, counting_crosses_holidays_and_make_up_days)
{
    last_day_is("2023-09-27", 5, false, "2023-10-10"); /* 28, then Sat 7, Sun 8, 9, 10 */
    last_day_is("2023-09-29", 1, true,
                "2023-10-07"); /* a start that is not worked is not counted */
    last_day_is("2024-02-08", 1, false, "2024-02-09"); /* New Year's eve was worked in 2024 */
    last_day_is("2023-12-29", 1, false, "2024-01-02");
    last_day_is("2025-10-11", 1, true, "2025-10-11"); /* a Saturday that is worked */
}

Test(calendar, weekends_holidays_and_make_up_days_differ)
{
    static const struct {
        const char *day;
        bool working;
    } rows[] = {
        {"2023-01-02", false}, {"2023-01-03", true}, {"2023-01-28", true},  {"2023-02-04", false},
        {"2023-10-06", false}, {"2026-02-14", true}, {"2026-02-23", false}, {"2026-02-24", true},
        {"2024-09-14", true},  {"2024-12-31", true},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        bool working = !rows[i].working;

        cr_assert_eq(calendar_is_working(cal, day(rows[i].day), &working), 0);
        cr_assert_eq(working, rows[i].working, "%s", rows[i].day);
    }
}

Test(calendar, counts_of_days_out_of_range_are_refused)
{
    int32_t got;

    cr_assert_eq(calendar_last_day(cal, day("2023-01-03"), 0, false, &got), CALENDAR_E_RANGE);
    cr_assert_eq(calendar_last_day(cal, day("2023-01-03"), 401, false, &got), CALENDAR_E_RANGE);
    cr_assert_eq(calendar_last_day(cal, day("2023-01-03"), 400, false, &got), 0);
}

static struct calendar *read_text(const char *text)
{
    char path[] = "/tmp/hongping-calendar-XXXXXX";
    int fd = mkstemp(path);
    struct calendar *got = NULL;

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    cr_assert_eq(calendar_load(path, &got, &why), 0, "%s", why.text);
    unlink(path);
    return got;
}

/* New Year 2019: Saturday 29 December 2018 worked, 30 December to 1 January off. */
Test(calendar, a_schedule_names_days_of_its_neighbours)
{
    CLEANUP(calendar_free)
    struct calendar *two =
        read_text("years:\n - {year: 2018, notice: a}\n - {year: 2019, notice: b, off: "
                  "[2018-12-30..2019-01-01], work: [2018-12-29]}\n");
    CLEANUP(calendar_free)
    struct calendar *after = read_text(
        "years:\n - {year: 2018, notice: a, off: [2019-01-02]}\n - {year: 2019, notice: b}\n");
    static const struct {
        const char *day;
        bool working;
    } rows[] = {{"2018-12-28", true},  {"2018-12-29", true},  {"2018-12-30", false},
                {"2018-12-31", false}, {"2019-01-01", false}, {"2019-01-02", true}};
    bool working;
    int32_t got;

    for (size_t i = 0; i < ARRAY_LEN(rows); i++) {
        cr_assert_eq(calendar_is_working(two, day(rows[i].day), &working), 0);
        cr_assert_eq(working, rows[i].working, "%s", rows[i].day);
    }
    cr_assert_eq(calendar_last_day(two, day("2018-12-28"), 2, false, &got), 0);
    cr_assert_eq(got, day("2019-01-02"));
    cr_assert_eq(calendar_is_working(after, day("2019-01-02"), &working), 0);
    cr_assert(!working);
}

Test(calendar, december_is_certain_when_the_next_schedule_is_here)
{
    CLEANUP(calendar_free)
    struct calendar *gap = read_text("years:\n - {year: 2016, notice: a}\n - {year: 2018, notice: "
                                     "b}\n - {year: 2019, notice: c}\n");

    cr_assert(calendar_is_certain(gap, day("2016-11-30")));
    cr_assert(!calendar_is_certain(gap, day("2016-12-01")));
    cr_assert(!calendar_is_certain(gap, day("2017-06-01")));
    cr_assert(calendar_is_certain(gap, day("2018-12-31")));
    cr_assert(calendar_is_certain(gap, day("2019-01-01")));
    cr_assert(!calendar_is_certain(gap, day("2019-12-31")));
    cr_assert(calendar_is_certain(cal, day("2025-12-31")));
    cr_assert(!calendar_is_certain(cal, day("2026-12-28")));
}

static void refused(const char *text, const char *where)
{
    char path[] = "/tmp/hongping-calendar-XXXXXX", want[128];
    int fd = mkstemp(path);
    struct calendar *got = NULL;

    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, text, strlen(text)), (ssize_t)strlen(text));
    close(fd);
    cr_expect_eq(calendar_load(path, &got, &why), -EINVAL, "accepted: %s", text);
    unlink(path);
    cr_assert_null(got);
    snprintf(want, sizeof(want), "%s:%s: ", path, where);
    cr_assert_eq(strncmp(why.text, want, strlen(want)), 0, "%s, not %s", why.text, where);
}

#define Y "years:\n - {year: 2023, notice: n, "

Test(calendar, unsound_schedules_are_refused_with_their_place)
{
    refused("years: [x: {]", "1:13");
    refused("days: []\n", "1:1");
    refused("years: []\n", "1:1");
    refused("years: [x]\n", "1:9");
    refused("years:\n - {year: 2023}\n", "2:4");
    refused("years:\n - {year: soon, notice: n}\n", "2:11");
    refused("years:\n - {year: 2023, notice: n}\n - {year: 2023, notice: n}\n", "3:11");
    refused(Y "off: 2023-01-01}\n", "2:33");
    refused(Y "off: [2023-02-30]}\n", "2:34");
    refused(Y "off: [2023-01-02..2023-01-01]}\n", "2:34");
    refused(Y "off: [2023-01-02..2023-05-01]}\n", "2:34");
    refused(Y "off: [2024-02-01]}\n", "2:34");
    refused(Y "off: [2022-11-30]}\n", "2:34");
    refused(Y "off: [2022-11-30..2022-12-02]}\n", "2:34");
    refused(Y "off: [2023-01-01, 2023-01-01]}\n", "2:46");
    refused(Y "off: [2023-01-07], work: [2023-01-07]}\n", "2:54");
    refused(Y "work: [2023-01-03]}\n", "2:35");
    refused(Y "rest: [2023-01-03]}\n", "2:34");
}

Test(calendar, a_missing_file_is_named)
{
    struct calendar *got = NULL;

    cr_assert_eq(calendar_load("/nowhere/cn.yaml", &got, &why), -ENOENT);
    cr_assert_not_null(strstr(why.text, "/nowhere/cn.yaml"));
    cr_assert_null(got);
}
