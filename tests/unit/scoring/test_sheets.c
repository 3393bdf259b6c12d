/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/inspection/sheets.h"
#include "tests/unit/scoring/fixture.h"

static struct arena *arena;
static struct programme *p;
static struct sheet_line lines[8];
static struct sheet sheet;
static struct sheet_fault fault;
static int64_t total;

static void begin(void)
{
    arena = arena_new();
    p = changning(arena);
    lines[0] = (struct sheet_line){"leadership", 30000, NULL};
    lines[1] = (struct sheet_line){"governance", 25500, NULL};
    lines[2] = (struct sheet_line){"service.contract", 0, NULL};
    lines[3] = (struct sheet_line){"service.openness", 15000, NULL};
    sheet = (struct sheet){.subject_id = "310105001-0001",
                           .inspected_day = "2023-08-20",
                           .lines = lines,
                           .n_lines = 4};
}

static void end(void)
{
    arena_free(arena);
}

TestSuite(sheets, .init = begin, .fini = end);

static bool check(bool columns)
{
    int32_t day;

    cr_assert_eq(day_parse("2023-08-20", &day), 0);
    return sheet_check(arena, p, "compound", &sheet, columns, day, &total, &fault);
}

static void refused(enum reason reason, const char *field)
{
    cr_assert_not(check(false));
    cr_assert_eq(fault.reason, reason, "%s", reason_row(fault.reason)->code);
    cr_assert_str_eq(fault.field, field);
}

Test(sheets, the_total_is_the_sum_of_the_lines)
{
    cr_assert(check(false));
    cr_assert_eq(total, 70500);
}

Test(sheets, a_line_that_is_no_leaf_is_refused)
{
    lines[2].rubric_line = "service";
    refused(reason_inspection_line_unknown, "lines/2/rubric_line");
}

Test(sheets, a_line_of_another_kind_of_subject_is_refused)
{
    lines[1].rubric_line = "place";
    refused(reason_inspection_line_unknown, "lines/1/rubric_line");
}

Test(sheets, a_line_twice_is_refused)
{
    lines[3].rubric_line = "governance";
    refused(reason_inspection_line_twice, "lines/3/rubric_line");
}

Test(sheets, a_missing_line_is_named)
{
    sheet.n_lines = 3;
    refused(reason_inspection_line_missing, "lines");
    cr_assert_str_eq(fault.args[0], "service.openness");
    cr_assert_not(check(true));
    cr_assert_str_eq(fault.field, "service.openness");
}

Test(sheets, a_thousandth_above_a_lines_points_is_refused)
{
    lines[3].points_milli = 15001;
    refused(reason_inspection_points, "lines/3/points_milli");
    cr_assert_str_eq(fault.args[1], "15");
    cr_assert_str_eq(fault.args[2], "15.001");
    lines[3].points_milli = -1;
    refused(reason_inspection_points, "lines/3/points_milli");
}

Test(sheets, tomorrow_and_impossible_days_are_refused)
{
    sheet.inspected_day = "2023-08-21";
    refused(reason_recorded_day_in_future, "inspected_day");
    sheet.inspected_day = "2023-02-30";
    refused(reason_date_bad, "inspected_day");
    sheet.inspected_day = NULL;
    refused(reason_date_bad, "inspected_day");
}
