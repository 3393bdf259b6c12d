/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv - tables as RFC 4180 and office programs write them: what can be meant one way only is read, what is wrong has a place
 *
 * Any encoding of decode.h; cells are parted by commas, semicolons or tabs, whichever the header has (or a first line "sep=;" names); lines
 * end in CRLF or LF; the first line that is not blank names the columns. Outer blanks of names and cells are cut,
 * and the apostrophe before a text that a table program would calculate (table.h). A quote inside an
 * unquoted cell, text after a closing quote, a lone CR, a NUL and a header parted by two different signs are faults of the whole file,
 * since nobody could say where the next row begins. Rows without any text are skipped, and so are columns at the end that have neither a
 * name nor a text. A row with more or fewer cells than the header is kept for the caller to refuse.
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/err.h"

struct csv_row {
    int line;           /* the line it begins in, from 1 */
    const char **cells; /* never NULL; "" for an empty one */
    size_t n_cells;
};
struct csv {
    const char **header; /* unique, not empty */
    size_t n_columns;
    struct csv_row *rows; /* without the header */
    size_t n_rows;
};

enum {
    CSV_E_SYNTAX = 1
}; /* @ret_line, @ret_column (in characters, from 1) and @e say where and why; @e is a msgid of lower-case words, as text_fill translates */

/* Everything lives in @a; @data is copied. */
int csv_parse(struct arena *a, const char *data, size_t size, struct csv **ret_csv, int *ret_line,
              int *ret_column, struct errtext *e) MUST_CHECK;
/*
 * Leave out what files of ours have beside the rows: a column that says why rows were refused (table_why, in any language),
 * and rows whose cell in the column @id begins with #, as the example of a template does.
 */
void csv_tidy(struct csv *csv, const char *id);
/* The index of a column, -1 if there is none of that name. */
int csv_column(const struct csv *csv, const char *name);
/* The cell of @row in @column; NULL when the column is -1, the row too short, or the cell empty. */
const char *csv_cell(const struct csv_row *row, int column);
