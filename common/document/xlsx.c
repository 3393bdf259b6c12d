/* SPDX-License-Identifier: Apache-2.0 */
#include "common/document/xlsx.h"

#include <ctype.h>
#include <math.h>
#include <string.h>
#include <sys/resource.h>

#include "common/base/clock.h"
#include "common/document/table.h"
#include "common/document/xlsx_parts.h"
#include "common/text/text.h"

#include "common/base/banned.h"

enum { ROWS_MAX = 200000, DAYS_1970 = 25569, DAYS_1904 = 1462 };

struct reader {
    struct xlsx_book *book;
    struct str *out;
    struct xlsx_remarks *notices;
    const char *cells[XLSX_COLUMNS_MAX]; /* of the row being read, NULL for empty */
    size_t n_cells, width;               /* of this row; of the first, which names the columns */
    int row, written;                    /* numbers, from 1; how many records are out */
    /* the cell being read */
    char name[16];
    size_t column;
    char type; /* n number, s shared, i inline or formula's text, b yes or no, e error, d day */
    bool is_day, in_value, in_inline, in_phonetic, has_formula;
    struct str value;
    char formula_cell[16], hidden_row[16]; /* the first of them */
    struct str filled;                     /* the names of cells with a text, a blank around each */
};

static void notice(struct reader *r, const char *sentence, const char *arg0, const char *arg1)
{
    struct xlsx_remarks *all = r->notices;
    struct arena *a = r->book->a;

    all->items = xlsx_grown(a, all->items, all->n, &all->room, sizeof(*all->items));
    all->items[all->n++] =
        (struct xlsx_remark){sentence, {arena_strdup(a, arg0), arg1 ? arena_strdup(a, arg1) : ""}};
}

/* ---- records ---- */

static void write_row(struct reader *r)
{
    for (; r->written < r->row - 1; r->written++)
        str_add_char(r->out, '\n');
    if (!r->width)
        r->width = r->n_cells;
    for (size_t i = 0; i < r->n_cells || i < r->width;
         i++) { /* a sheet has no empty cells at a row's end */
        if (i)
            str_add_char(r->out, ',');
        csv_put_cell(r->out, r->cells[i]);
        r->cells[i] = NULL;
    }
    str_add_char(r->out, '\n');
    r->written++;
    r->n_cells = 0;
}

/* ---- values ---- */

/* A number of days as the workbook counts them; the leap day of 1900 that it counts and that never was is no day. */
static int day_text(struct reader *r, double serial, const char **ret_text)
{
    double whole = floor(serial);
    long seconds = lround((serial - whole) * 86400);
    char day[DAY_TEXT];

    if (r->book->since_1904)
        whole += DAYS_1904;
    if (!(whole >= 1 && whole < 2958466) || whole == 60)
        return XLSX_E_BAD;
    if (whole < 60)
        whole += 1;
    day_format((int32_t)whole - DAYS_1970, day);
    *ret_text = seconds ? arena_printf(r->book->a, "%s %02ld:%02ld:%02ld", day, seconds / 3600,
                                       seconds / 60 % 60, seconds % 60)
                        : arena_strdup(r->book->a, day);
    return 0;
}

/* A program keeps 15 digits: what has more was shortened, and stays in a form that says so. */
static int number_text(struct reader *r, const char **ret_text)
{
    char *end;
    double x = strtod(r->value.text, &end);

    if (!r->value.size || *end || !isfinite(x))
        return XLSX_E_BAD;
    if (r->is_day)
        return day_text(r, x, ret_text);
    *ret_text = arena_printf(r->book->a, fabs(x) >= 1e15 ? "%.14E" : "%.15g", x);
    return 0;
}

/* "_x000A_" stands for a character that XML or the sheet cannot hold (ISO/IEC 29500-1, 22.9.2.19, ST_Xstring). */
static const char *plain_text(struct arena *a, const char *text)
{
    char *copy, *to;
    unsigned code;
    int n;

    if (!strstr(text, "_x"))
        return text;
    copy = to = arena_strdup(a, text);
    for (; *text; to++) {
        n = 0;
        if (sscanf(text, "_x%4x_%n", &code, &n) == 1 && n == 7 && code && code < 0x80) {
            *to = (char)code;
            text += n;
        } else {
            *to = *text++;
        }
    }
    *to = '\0';
    return copy;
}

static int shared_text(struct reader *r, const char **ret_text)
{
    unsigned long i = strtoul(r->value.text, NULL, 10);

    if (i >= r->book->n_strings)
        return XLSX_E_BAD;
    *ret_text = plain_text(r->book->a, r->book->strings[i]);
    return 0;
}

static int value_text(struct reader *r, const char **ret_text)
{
    switch (r->type) {
    case 'n':
        return number_text(r, ret_text);
    case 's':
        return shared_text(r, ret_text);
    case 'b':
        *ret_text = r->value.text[0] == '1' ? "TRUE" : "FALSE";
        return 0;
    case 'e':
        return XLSX_E_BAD;
    default:
        *ret_text = plain_text(r->book->a, arena_strndup(r->book->a, r->value.text, r->value.size));
        return 0;
    }
}

/* ---- the sheet's elements ---- */

static void start_cell(struct reader *r, const XML_Char **attributes)
{
    const char *name = xlsx_attribute(attributes, "r"), *type = xlsx_attribute(attributes, "t"),
               *style = xlsx_attribute(attributes, "s");
    unsigned long format = style ? strtoul(style, NULL, 10) : 0;
    size_t column = 0;

    if (name) {
        for (; isupper((unsigned char)*name) && column < 100000; name++)
            column = column * 26 + (size_t)(*name - 'A' + 1);
        column = column ? column - 1 : XLSX_COLUMNS_MAX;
    } else {
        column = r->n_cells;
    }
    name = xlsx_attribute(attributes, "r");
    snprintf(r->name, sizeof(r->name), "%s", name ? name : "");
    if (column >= XLSX_COLUMNS_MAX)
        (void)xlsx_bad(r->book, N_("The sheet has too many columns: {0}"), r->name, NULL);
    r->column = column;
    r->type = !type || strcmp(type, "n") == 0 ? 'n'
              : strcmp(type, "s") == 0        ? 's'
              : strcmp(type, "b") == 0        ? 'b'
              : strcmp(type, "e") == 0        ? 'e'
                                              : 'i';
    r->is_day = format < r->book->n_formats && r->book->is_day[format];
    r->has_formula = false;
    str_clear(&r->value);
}

static void end_cell(struct reader *r)
{
    const char *text = "";

    if (r->column >= XLSX_COLUMNS_MAX)
        return;
    if (!r->value.size && r->has_formula)
        (void)xlsx_bad(
            r->book,
            N_("Cell {0} holds a formula without its value. Save the workbook once more, "
               "or paste the values."),
            r->name, NULL);
    else if (r->value.size && value_text(r, &text))
        (void)xlsx_bad(r->book, N_("Cell {0} holds {1}, which is no value."), r->name,
                       r->value.text);
    if (!*text)
        return;
    if (r->has_formula && !r->formula_cell[0])
        snprintf(r->formula_cell, sizeof(r->formula_cell), "%s", r->name);
    r->cells[r->column] = text;
    if (r->column >= r->n_cells)
        r->n_cells = r->column + 1;
}

static void start_row(struct reader *r, const XML_Char **attributes)
{
    const char *number = xlsx_attribute(attributes, "r"),
               *hidden = xlsx_attribute(attributes, "hidden");
    long row = number ? strtol(number, NULL, 10) : r->row + 1;

    if (row <= r->row || row > ROWS_MAX) {
        (void)xlsx_bad(r->book, N_("The sheet has too many rows, or not in their order: {0}"),
                       number, NULL);
        return;
    }
    r->row = (int)row;
    if (hidden && (strcmp(hidden, "1") == 0 || strcmp(hidden, "true") == 0) && !r->hidden_row[0])
        snprintf(r->hidden_row, sizeof(r->hidden_row), "%ld", row);
}

/* Merged cells say that a value stands for several; which row or column it belongs to nobody can say. */
static void see_merged(struct reader *r, const char *range)
{
    char first[18];
    size_t n = range ? strcspn(range, ":") : 0;

    if (!n || n > 14)
        return;
    snprintf(first, sizeof(first), " %.*s ", (int)n, range);
    if (strstr(r->filled.text, first))
        (void)xlsx_bad(r->book,
                       N_("The cells {0} are merged. Part them and write the value into each."),
                       range, NULL);
}

static void sheet_start(void *arg, const XML_Char *name, const XML_Char **attributes)
{
    struct reader *r = arg;

    if (xlsx_is(name, "row"))
        start_row(r, attributes);
    else if (xlsx_is(name, "c"))
        start_cell(r, attributes);
    else if (xlsx_is(name, "f"))
        r->has_formula = true;
    else if (xlsx_is(name, "is"))
        r->in_inline = true;
    else if (xlsx_is(name, "rPh"))
        r->in_phonetic = true;
    else if (xlsx_is(name, "mergeCell"))
        see_merged(r, xlsx_attribute(attributes, "ref"));
    r->in_value = xlsx_is(name, "v") || (xlsx_is(name, "t") && r->in_inline && !r->in_phonetic);
}

static void sheet_end(void *arg, const XML_Char *name)
{
    struct reader *r = arg;

    r->in_value = false;
    if (xlsx_is(name, "is"))
        r->in_inline = false;
    else if (xlsx_is(name, "rPh"))
        r->in_phonetic = false;
    else if (xlsx_is(name, "c")) {
        end_cell(r);
        if (r->column < XLSX_COLUMNS_MAX && r->cells[r->column])
            str_printf(&r->filled, " %s ", r->name);
    } else if (xlsx_is(name, "row") && r->n_cells) {
        write_row(r);
    }
}

static void sheet_text(void *arg, const XML_Char *text, int size)
{
    struct reader *r = arg;

    if (r->in_value)
        str_add_bytes(&r->value, text, (size_t)size);
}

/* ---- the workbook ---- */

static int read_sheet(struct reader *r)
{
    static const struct xlsx_handlers handlers = {sheet_start, sheet_end, sheet_text};
    struct xlsx_book *b = r->book;
    const struct xlsx_sheet *sheet = NULL;
    int rc;

    for (size_t i = 0; i < b->n_sheets; i++)
        if (!sheet && !b->sheets[i].hidden)
            sheet = &b->sheets[i];
        else
            notice(r,
                   b->sheets[i].hidden
                       ? N_("The hidden sheet {0} was passed over.")
                       : N_("The sheet {0} was passed over: the first one is read."),
                   b->sheets[i].name, NULL);
    if (!sheet)
        return xlsx_bad(b, N_("The workbook has no sheet that is shown."), NULL, NULL);
    rc = xlsx_part(b, sheet->path, false, &handlers, r);
    if (r->hidden_row[0])
        notice(r, N_("Hidden rows were read too, the first is row {0}."), r->hidden_row, NULL);
    if (r->formula_cell[0])
        notice(r, N_("Formulas were read as the values they had when saved, the first in {0}."),
               r->formula_cell, NULL);
    return rc;
}

int xlsx_to_csv(struct arena *a, const void *data, size_t size, struct str *out,
                struct xlsx_remarks *ret_notices, struct xlsx_remark *ret_fault)
{
    struct xlsx_book book = {.a = a, .fault = ret_fault};
    struct reader *r = arena_new_one(a, struct reader);
    int rc;

    *ret_fault = (struct xlsx_remark){0};
    *ret_notices = (struct xlsx_remarks){0};
    *r = (struct reader){
        .book = &book, .out = out, .notices = ret_notices, .value = STR_INIT, .filled = STR_INIT};
    if (size > XLSX_FILE_MAX)
        return xlsx_bad(&book, N_("The workbook is too large when unpacked."), NULL, NULL);
    rc = xlsx_open(&book, data, size);
    if (rc == 0)
        rc = read_sheet(r);
    xlsx_close(&book);
    str_release(&r->value);
    str_release(&r->filled);
    return rc;
}

static void limit(int what, rlim_t n)
{
    struct rlimit l = {n, n};

    (void)setrlimit((__rlimit_resource_t)what, &l);
}

void xlsx_limit(void)
{
    limit(RLIMIT_CPU, 20);
    limit(RLIMIT_FSIZE, 64UL << 20);
    limit(RLIMIT_NOFILE, 16);
    limit(RLIMIT_NPROC, 0);
    limit(RLIMIT_CORE, 0);
#ifndef __SANITIZE_ADDRESS__ /* its shadow alone is larger */
    limit(RLIMIT_AS, 1024UL << 20);
#endif
}
