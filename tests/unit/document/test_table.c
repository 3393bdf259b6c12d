/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <errno.h>
#include <string.h>
#include <zip.h>

#include "common/document/csv.h"
#include "common/document/table.h"
#include "common/document/xlsx.h"

static struct arena *a;
static struct str out;

static void setup(void)
{
    a = arena_new();
    out = STR_INIT;
}

static void teardown(void)
{
    str_release(&out);
    arena_free(a);
}

TestSuite(table, .init = setup, .fini = teardown, .timeout = 60);

static const char *const words[] = {"compound", "building", NULL};
static const struct table_column columns[] = {
    {"code", TABLE_TEXT, true, NULL, {"The code.", "编码。"}},
    {"kind", TABLE_TEXT, true, words, {"What it is.", "种类。"}},
    {"area", TABLE_NUMBER, false, NULL, {0}},
    {"from_day", TABLE_DAY, false, NULL, {0}},
};
enum { COLUMNS = ARRAY_LEN(columns) };

/* What office programs make something else of, or what parts cells. */
static const char *const nasty[] = {
    "=1+1",
    "'=1+1",
    "''=1+1",
    "+86 21 6211",
    "-",
    "-1",
    "--1",
    "@sum",
    "＝1",
    "'@",
    "'",
    "it's",
    "'-5",
    "0012",
    "913101050000000018",
    "1.50",
    "1E5",
    "a,b",
    "a;b",
    "a\"b\"",
    "\"",
    "两\n行",
    "a\tb",
    "sep=;",
    "１２３",
    "2024-02-29",
    "1900-02-28",
    "1899-12-31",
    "2024-2-3",
    "45592",
    "TRUE",
    "_x0041_",
    "__x0041_x0041_",
    "_x41_",
    "<b>&amp;",
    "𠮷㛃",
    "0",
    "-0",
    "999999999999999",
    "1234567890123456",
};

static unsigned next(unsigned *seed)
{
    return *seed = *seed * 1103515245u + 12345u;
}

/* A table of such cells; in the first column always one, so that no row is blank. */
static struct table made(size_t n_rows, unsigned seed)
{
    const char **cells = arena_new_array(a, const char *, n_rows *COLUMNS + 1);

    for (size_t i = 0; i < n_rows * COLUMNS; i++) {
        unsigned pick = next(&seed) >> 8;

        cells[i] = i % COLUMNS && pick % 5 == 0 ? NULL : nasty[pick % ARRAY_LEN(nasty)];
    }
    return (struct table){columns, COLUMNS, cells, n_rows};
}

static void same(const struct table *t, const char *text, size_t size, const char *how)
{
    struct errtext why = {0};
    struct csv *csv = NULL;
    int line, column;

    cr_assert_eq(csv_parse(a, text, size, &csv, &line, &column, &why), 0, "%s: %d:%d: %s", how,
                 line, column, why.text);
    cr_assert(csv->n_rows == t->n_rows && csv->n_columns == t->n_columns, "%s", how);
    for (size_t i = 0; i < t->n_rows; i++)
        cr_assert_eq(csv->rows[i].n_cells, COLUMNS, "%s: a row is cut where its end is empty", how);
    for (size_t i = 0; i < t->n_rows * COLUMNS; i++) {
        const char *want = t->cells[i],
                   *got = csv_cell(&csv->rows[i / COLUMNS], (int)(i % COLUMNS));

        cr_assert(str_equal(want, got), "%s: %s became %s", how, want ? want : "nothing",
                  got ? got : "nothing");
    }
}

/* Append @t as a workbook, read back as CSV. */
static const char *through_xlsx(const struct table *t, struct xlsx_remarks *ret_notices)
{
    struct xlsx_remark fault;
    struct str csv = STR_INIT;
    const char *text;

    str_clear(&out);
    cr_assert_eq(table_to_xlsx(t, NULL, &out), 0);
    cr_assert_eq(xlsx_to_csv(a, out.text, out.size, &csv, ret_notices, &fault), 0, "%s %s",
                 fault.sentence, fault.args[0]);
    text = arena_strdup(a, csv.text);
    str_release(&csv);
    return text;
}

Test(table, what_is_written_is_read_back_whatever_it_looks_like)
{
    struct xlsx_remarks notices;
    const char *text;

    for (unsigned seed = 1; seed <= 40; seed++) {
        struct table t = made(30, seed);

        str_clear(&out);
        table_to_csv(&t, &out);
        same(&t, out.text, out.size, "csv");
        text = through_xlsx(&t, &notices);
        same(&t, text, strlen(text), "xlsx");
    }
}

Test(table, csv_is_what_excel_opens_and_calculates_nothing)
{
    static const char *const cells[] = {"=cmd|' /C calc'!A0", "compound", "-12", NULL};
    const struct table t = {columns, COLUMNS, cells, 1};

    table_to_csv(&t, &out);
    cr_assert_str_eq(out.text, "\xEF\xBB\xBF"
                               "code,kind,area,from_day\r\n'=cmd|' /C calc'!A0,compound,-12,\r\n");
}

/* A part of the workbook as text. */
static const char *part(const char *path)
{
    zip_error_t error;
    zip_source_t *source = zip_source_buffer_create(out.text, out.size, 0, &error);
    zip_t *zip = zip_open_from_source(source, ZIP_RDONLY, &error);
    zip_file_t *file = zip_fopen(zip, path, 0);
    char *text = arena_zalloc(a, 1 << 20);

    cr_assert(file, "%s", path);
    cr_assert(zip_fread(file, text, (1 << 20) - 1) > 0);
    zip_fclose(file);
    zip_discard(zip);
    return text;
}

Test(table, a_workbook_offers_the_words_and_says_what_the_columns_are)
{
    static const char *const cells[] = {"=1+1", "building", "1200", "2024-10-27"};
    const struct table t = {columns, COLUMNS, cells, 1};
    struct xlsx_remarks notices;
    const char *sheet;

    through_xlsx(&t, &notices);
    cr_assert_eq(notices.n, 1, "the sheet of help is passed over, and nothing else told");
    cr_assert_str_eq(notices.items[0].args[0], "说明 help");
    sheet = part("xl/worksheets/sheet1.xml");
    cr_assert(strstr(sheet, "<formula1>\"compound,building\"</formula1>"));
    cr_assert_null(strstr(sheet, "<f>"), "a formula");
    cr_assert(strstr(sheet, "<v>1200</v>"), "a number is one");
    cr_assert(strstr(part("xl/sharedStrings.xml"), "编码。"));
}

Test(table, what_a_sheet_cannot_hold_is_said)
{
    char *longest = arena_alloc(a, 40001);
    const char *cells[] = {longest, NULL, NULL, NULL};
    const struct table t = {columns, COLUMNS, cells, 1};

    memset(longest, 'x', 40000);
    longest[40000] = '\0';
    cr_assert_eq(table_to_xlsx(&t, NULL, &out), -E2BIG);
}
