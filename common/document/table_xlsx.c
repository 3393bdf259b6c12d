/* SPDX-License-Identifier: Apache-2.0 */
/* table_xlsx - a table as a workbook, through libxlsxwriter; its file is one of memory */
#include <errno.h>
#include <string.h>
#include <sys/mman.h>
#include <unistd.h>
#include <xlsxwriter.h>

#include "common/base/clock.h"
#include "common/base/err.h"
#include "common/document/table.h"
#include "common/text/text.h"

#include "common/base/banned.h"

enum {
    WORDS_ROOM = 255 /* what a drop-down's list may have in all */,
    DIGITS_KEPT = 15,
    WIDTH_MAX = 60
};

struct writer {
    const struct table *t;
    lxw_workbook *book;
    lxw_worksheet *rows;
    lxw_format *text, *day, *head, *head_required;
};

static int from_lxw(lxw_error error)
{
    return error == LXW_NO_ERROR
               ? 0
               : err_raise(error == LXW_ERROR_MEMORY_MALLOC_FAILED ? -ENOMEM : -E2BIG);
}

/* ---- cells ---- */

/* Readers take "_x0041_" for an A: its first sign is written as such a code itself (ISO/IEC 29500-1, 22.9.2.19). */
static char *coded(const char *text)
{
    struct str out = STR_INIT;

    for (; *text; text++) {
        if (text[0] == '_' && text[1] == 'x' && strspn(text + 2, "0123456789abcdefABCDEF") >= 4 &&
            text[6] == '_')
            str_add(&out, "_x005F_");
        else
            str_add_char(&out, *text);
    }
    return str_detach(&out);
}

static int put_text(lxw_worksheet *sheet, size_t row, size_t column, const char *text,
                    lxw_format *format)
{
    char *said = coded(text);
    int r = from_lxw(
        worksheet_write_string(sheet, (lxw_row_t)row, (lxw_col_t)column, said ? said : "", format));

    free(said);
    return r;
}

/* Written the one way that a program shows it: no leading zero, no sign but minus, few enough digits. */
static bool is_number(const char *text)
{
    const char *digits = text + (*text == '-');
    size_t n = strspn(digits, "0123456789");

    return n && n <= DIGITS_KEPT && !digits[n] && (*digits != '0' || (n == 1 && digits == text));
}

static bool is_day(const char *text, int32_t *ret_day)
{
    return strcmp(text, "1901") > 0 && day_parse(text, ret_day) == 0;
}

static int put_cell(struct writer *w, size_t row, size_t k, const char *text)
{
    enum table_kind kind = w->t->columns[k].kind;
    int32_t day;

    if (kind == TABLE_NUMBER && is_number(text))
        return from_lxw(worksheet_write_number(w->rows, (lxw_row_t)row, (lxw_col_t)k,
                                               strtod(text, NULL), NULL));
    if (kind == TABLE_DAY && is_day(text, &day)) {
        lxw_datetime at = {.year = (int)strtol(text, NULL, 10),
                           .month = (int)strtol(text + 5, NULL, 10),
                           .day = (int)strtol(text + 8, NULL, 10)};

        return from_lxw(
            worksheet_write_datetime(w->rows, (lxw_row_t)row, (lxw_col_t)k, &at, w->day));
    }
    return put_text(w->rows, row, k, text, w->text);
}

/* ---- columns ---- */

/* What is allowed, to choose from; a list that a workbook cannot hold is left to the help. */
static int put_words(struct writer *w, size_t k)
{
    const char *const *words = w->t->columns[k].words;
    lxw_data_validation list = {.validate = LXW_VALIDATION_TYPE_LIST, .value_list = (char **)words};
    size_t room = 0;

    for (size_t i = 0; words && words[i]; i++)
        room += strlen(words[i]) + 1;
    if (!room || room > WORDS_ROOM)
        return 0;
    return from_lxw(worksheet_data_validation_range(w->rows, 1, (lxw_col_t)k, LXW_ROW_MAX - 1,
                                                    (lxw_col_t)k, &list));
}

static int put_column(struct writer *w, size_t k)
{
    const struct table_column *column = &w->t->columns[k];
    lxw_format *format = column->kind == TABLE_TEXT  ? w->text
                         : column->kind == TABLE_DAY ? w->day
                                                     : NULL;
    int r = from_lxw(worksheet_set_column(w->rows, (lxw_col_t)k, (lxw_col_t)k, 20, format));

    if (!r)
        r = put_text(w->rows, 0, k, column->name, column->required ? w->head_required : w->head);
    return r ? r : put_words(w, k);
}

/* ---- the sheet of help ---- */

static int put_about(struct writer *w, lxw_worksheet *sheet, size_t k)
{
    const struct table_column *column = &w->t->columns[k];
    struct str words = STR_INIT;
    int r;

    for (size_t i = 0; column->words && column->words[i]; i++)
        str_printf(&words, "%s%s", i ? " / " : "", column->words[i]);
    r = put_text(sheet, k + 1, 0, column->name, column->required ? w->head_required : w->head);
    if (!r)
        r = put_text(sheet, k + 1, 1, column->required ? "是 yes" : "", w->text);
    for (int i = 0; !r && i < 2; i++)
        if (column->about[i])
            r = put_text(sheet, k + 1, i == LANGUAGE_ZH ? 2 : 3, column->about[i], w->text);
    if (!r)
        r = put_text(sheet, k + 1, 4, words.text, w->text);
    str_release(&words);
    return r;
}

static int put_help(struct writer *w)
{
    static const char *const heads[] = {"列 column", "必填 required", "说明", "description",
                                        "可填 allowed"};
    lxw_worksheet *sheet;
    bool any = false;
    int r = 0;

    for (size_t k = 0; k < w->t->n_columns; k++)
        any = any || w->t->columns[k].about[0] || w->t->columns[k].about[1];
    if (!any)
        return 0;
    sheet = workbook_add_worksheet(w->book, "说明 help");
    if (!sheet)
        return err_raise(-ENOMEM);
    for (size_t i = 0; !r && i < ARRAY_LEN(heads); i++)
        r = put_text(sheet, 0, i, heads[i], w->head);
    if (!r)
        r = from_lxw(worksheet_set_column(sheet, 0, 1, 20, NULL));
    if (!r)
        r = from_lxw(worksheet_set_column(sheet, 2, 4, WIDTH_MAX, NULL));
    for (size_t k = 0; !r && k < w->t->n_columns; k++)
        r = put_about(w, sheet, k);
    return r;
}

/* ---- the workbook ---- */

static lxw_format *format(struct writer *w, const char *number, bool bold)
{
    lxw_format *f = workbook_add_format(w->book);

    CHECK(f);
    format_set_num_format(f, number);
    if (bold)
        format_set_bold(f);
    return f;
}

static int fill(struct writer *w)
{
    const struct table *t = w->t;
    int r = 0;

    w->rows = workbook_add_worksheet(w->book, "数据 data");
    if (!w->rows)
        return err_raise(-ENOMEM);
    w->text = format(w, "@", false);
    w->day = format(w, "yyyy-mm-dd", false);
    w->head = format(w, "@", false);
    w->head_required = format(w, "@", true);
    worksheet_freeze_panes(w->rows, 1, 1);
    for (size_t k = 0; !r && k < t->n_columns; k++)
        r = put_column(w, k);
    for (size_t i = 0; !r && i < t->n_rows * t->n_columns; i++)
        if (t->cells[i] && *t->cells[i])
            r = put_cell(w, i / t->n_columns + 1, i % t->n_columns, t->cells[i]);
    return r ? r : put_help(w);
}

static int read_back(int fd, struct str *out)
{
    char buf[65536];
    off_t at = 0;
    ssize_t n;

    while ((n = pread(fd, buf, sizeof(buf), at)) > 0) {
        str_add_bytes(out, buf, (size_t)n);
        at += n;
    }
    return n < 0 ? err_raise(-errno) : 0;
}

int table_to_xlsx(const struct table *t, const char *tmpdir, struct str *out)
{
    int fd = memfd_create("table.xlsx", MFD_CLOEXEC), r;
    lxw_workbook_options options = {.tmpdir = (char *)tmpdir};
    struct writer w = {.t = t};
    char path[32];
    lxw_error closed;

    if (fd < 0)
        return err_raise(-errno);
    snprintf(path, sizeof(path), "/proc/self/fd/%d", fd);
    w.book = workbook_new_opt(path, &options);
    if (!w.book) {
        close(fd);
        return err_raise(-ENOMEM);
    }
    r = fill(&w);
    closed = workbook_close(w.book);
    if (!r && closed != LXW_NO_ERROR)
        r = err_raise(-EIO);
    if (!r)
        r = read_back(fd, out);
    close(fd);
    return r;
}
