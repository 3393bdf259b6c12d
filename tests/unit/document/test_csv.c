/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/document/csv.h"

static struct arena *a;
static struct errtext why;
static int line, column;

static void setup(void)
{
    a = arena_new();
}

static void teardown(void)
{
    arena_free(a);
}

TestSuite(csv, .init = setup, .fini = teardown);

static struct csv *parsed(const char *text)
{
    struct csv *csv = NULL;

    cr_assert_eq(csv_parse(a, text, strlen(text), &csv, &line, &column, &why), 0, "%s", why.text);
    return csv;
}

static void refused(const char *text, int want_line, int want_column)
{
    struct csv *csv = NULL;

    cr_assert_eq(csv_parse(a, text, strlen(text), &csv, &line, &column, &why), CSV_E_SYNTAX,
                 "accepted: %s", text);
    cr_assert_null(csv);
    cr_assert(line == want_line && column == want_column, "%s: %d:%d %s", text, line, column,
              why.text);
    cr_assert_neq(why.text[0], 0);
}

Test(csv, rows_and_columns_are_found_by_name)
{
    struct csv *csv = parsed("site_id,name\r\n310105001-0001,样例小区\r\n310105001-0002,\r\n");

    cr_assert_eq(csv->n_columns, 2);
    cr_assert_eq(csv->n_rows, 2);
    cr_assert_eq(csv_column(csv, "name"), 1);
    cr_assert_eq(csv_column(csv, "Name"), -1);
    cr_assert_str_eq(csv_cell(&csv->rows[0], 1), "样例小区");
    cr_assert_null(csv_cell(&csv->rows[1], 1));
    cr_assert_null(csv_cell(&csv->rows[1], -1));
    cr_assert_eq(csv->rows[1].line, 3);
}

Test(csv, a_byte_order_mark_and_plain_line_feeds_are_tolerated)
{
    struct csv *csv = parsed("\xEF\xBB\xBF"
                             "a,b\n1,2");

    cr_assert_str_eq(csv->header[0], "a");
    cr_assert_eq(csv->n_rows, 1);
    cr_assert_str_eq(csv->rows[0].cells[1], "2");
}

Test(csv, quotes_hold_commas_quotes_and_lines)
{
    struct csv *csv = parsed("a,b\n\"x, \"\"y\"\"\",\"1\r\n2\"\n\"\",z\n");

    cr_assert_str_eq(csv->rows[0].cells[0], "x, \"y\"");
    cr_assert_str_eq(csv->rows[0].cells[1], "1\r\n2");
    cr_assert_str_eq(csv->rows[1].cells[0], "");
    cr_assert_eq(csv->rows[0].line, 2);
    cr_assert_eq(csv->rows[1].line, 4);
}

Test(csv, blank_lines_are_skipped_and_ragged_rows_kept)
{
    struct csv *csv = parsed("a,b\n\n1\n1,2,3\n\r\n");

    cr_assert_eq(csv->n_rows, 2);
    cr_assert_eq(csv->rows[0].n_cells, 1);
    cr_assert_eq(csv->rows[0].line, 3);
    cr_assert_null(csv_cell(&csv->rows[0], 1));
    cr_assert_eq(csv->rows[1].n_cells, 3);
}

Test(csv, a_header_alone_has_no_rows)
{
    cr_assert_eq(parsed("a,b\n")->n_rows, 0);
}

Test(csv, what_is_wrong_has_a_place)
{
    refused("", 1, 1);
    refused("\n\n", 3, 1);
    refused("a,b\n样例\"x,2\n", 2, 3);
    refused("a,b\n\"x\"y,2\n", 2, 4);
    refused("a,b\n1,\"x\n2\n", 2, 3);
    refused("a,b\r1,2\n", 1, 4);
    refused("a,b\n1,2\r", 2, 4);
    refused("a,b\n样\xFF,2\n", 2, 2);
    refused("a,a\n", 1, 1);
    refused("a,,b\n", 1, 1);
}

Test(csv, many_rows_are_read)
{
    struct csv *csv;
    size_t room = 300000;
    char *text = arena_alloc(a, room);
    size_t n = (size_t)snprintf(text, room, "n,name\n");

    for (int i = 0; i < 13000; i++)
        n += (size_t)snprintf(text + n, room - n, "%d,\"n%d\"\n", i, i);
    cr_assert_eq(csv_parse(a, text, n, &csv, &line, &column, &why), 0);
    cr_assert_eq(csv->n_rows, 13000);
    cr_assert_str_eq(csv->rows[12999].cells[1], "n12999");
    cr_assert_eq(csv->rows[12999].line, 13001);
}
