/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/document/csv.h"
#include "common/document/decode.h"

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

TestSuite(decode, .init = setup, .fini = teardown);

static const char *decoded(const void *data, size_t size)
{
    const char *text = NULL;
    size_t n = 0;

    cr_assert_eq(text_decode(a, data, size, &text, &n, &line, &column, &why), 0, "%d:%d %s", line,
                 column, why.text);
    return arena_strndup(a, text, n);
}

static void refused(const void *data, size_t size, int want_line, int want_column,
                    const char *because)
{
    const char *text = NULL;
    size_t n;

    cr_assert_eq(text_decode(a, data, size, &text, &n, &line, &column, &why), DECODE_E_BAD);
    cr_assert(line == want_line && column == want_column, "%d:%d %s", line, column, why.text);
    cr_assert(strstr(why.text, because), "%s", why.text);
}

Test(decode, every_encoding_of_excel_and_wps_gives_the_same_text)
{
    static const char utf16le[] = "\xFF\xFE\x0D\x54,\0\x40\xD8\x37\xDC\n\0"; /* 名,𠀷 */
    static const char utf16be[] = "\xFE\xFF\x54\x0D\0,\xD8\x40\xDC\x37\0\n";

    cr_assert_str_eq(decoded("名,样例\n", 11), "名,样例\n");
    cr_assert_str_eq(decoded("\xEF\xBB\xBF名\n", 7), "名\n");
    cr_assert_str_eq(decoded(utf16le, sizeof(utf16le) - 1), "名,𠀷\n");
    cr_assert_str_eq(decoded(utf16be, sizeof(utf16be) - 1), "名,𠀷\n");
    cr_assert_str_eq(decoded("a\0,\0b\0", 6), "a,b");
    cr_assert_str_eq(decoded("\0a\0,\0b", 6), "a,b");
    cr_assert_str_eq(decoded("\xD1\xF9\xC0\xFD,a\n", 7), "样例,a\n");
    cr_assert_str_eq(decoded("\x95\x32\x82\x36\n", 5), "𠀀\n", "the four bytes of GB18030");
    cr_assert_str_eq(decoded("", 0), "");
}

Test(decode, what_was_meant_as_utf8_and_is_broken_is_not_guessed_at)
{
    refused("a\n样例物业\xE4\xB8,b\n", 19, 2, 5, "no text");
    refused("\xEF\xBB\xBF\xD1\xF9", 5, 1, 1, "no text");
    refused("ab\xFF\n", 4, 1, 3, "no text");
    refused("\xFF\xFE\x0D\x54\x00\xDC", 6, 1, 2, "no text");
    refused("\xFF\xFE\x0D\x54x", 5, 1, 2, "no text");
}

Test(decode, a_nul_is_refused_wherever_it_stands)
{
    refused("name\n甲\0乙\n", 13, 2, 2, "zero byte");
    refused("\xD1\xF9\0\xC0\xFD", 5, 1, 2, "zero byte");
    refused("\xFF\xFE\x0D\x54\0\0\x0D\x54", 8, 1, 2, "zero byte");
    refused("a,b\n\0", 5, 2, 1, "zero byte");
}

/* What the case files of people's programs held: each is the same little table. */
Test(decode, a_table_is_read_whatever_its_program_made_of_it)
{
    static const char *const same[] = {
        "id,name\n1,甲\n",
        "id;name\r\n1;甲\r\n",
        "id\tname\n1\t甲\n",
        "sep=;\r\nid;name\r\n1;甲\r\n",
        "id, name ,,\r\n1,甲,,\r\n",
        "\xEF\xBB\xBF id,　name\xC2\xA0\n\n 1 ,　甲　\n,\n,,,\n　,　\n",
        "id,name\r\n1,甲\r\n\x1A",
        "\"id\",\"name\"\n\"1\",\"甲\"",
    };

    for (size_t i = 0; i < ARRAY_LEN(same); i++) {
        struct csv *csv = NULL;

        cr_assert_eq(csv_parse(a, same[i], strlen(same[i]), &csv, &line, &column, &why), 0,
                     "%zu: %d:%d %s", i, line, column, why.text);
        cr_assert(csv->n_columns == 2 && csv->n_rows == 1, "%zu", i);
        cr_assert_eq(csv->rows[0].n_cells, 2, "%zu", i);
        cr_assert(csv_column(csv, "id") == 0 && csv_column(csv, "name") == 1, "%zu", i);
        cr_assert_str_eq(csv_cell(&csv->rows[0], 0), "1");
        cr_assert_str_eq(csv_cell(&csv->rows[0], 1), "甲");
    }
}

Test(decode, nothing_is_dropped_that_holds_a_text)
{
    struct csv *csv = NULL;
    const char *surplus = "id,name,,\n1,甲,,x\n", *two = "id,name;area\n1,2;3\n";

    cr_assert_eq(csv_parse(a, surplus, strlen(surplus), &csv, &line, &column, &why), 0);
    cr_assert_eq(csv->n_columns, 2);
    cr_assert_eq(csv->rows[0].n_cells, 4, "kept, for its caller to refuse");
    cr_assert_eq(csv_parse(a, two, strlen(two), &csv, &line, &column, &why), CSV_E_SYNTAX);
    cr_assert(line == 1 && column == 8, "%d:%d %s", line, column, why.text);
}
