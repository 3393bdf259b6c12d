/* SPDX-License-Identifier: Apache-2.0 */
/*
 * csv - tables in RFC 4180's form, read strictly: nothing is guessed, and what is wrong has a place
 *
 * UTF-8, with or without a byte order mark; lines end in CRLF or LF; the first line names the columns. A quote inside an unquoted
 * cell, text after a closing quote, a lone CR and bytes that are not UTF-8 are faults of the whole file, since nobody could say where
 * the next row begins. Blank lines are skipped. A row with more or fewer cells than the header is kept for the caller to refuse.
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
}; /* @ret_line, @ret_column (in characters, from 1) and @e say where and why */

/* Everything lives in @a; @data is copied. */
int csv_parse(struct arena *a, const char *data, size_t size, struct csv **ret_csv, int *ret_line,
              int *ret_column, struct errtext *e) MUST_CHECK;
/* The index of a column, -1 if there is none of that name. */
int csv_column(const struct csv *csv, const char *name);
/* The cell of @row in @column; NULL when the column is -1, the row too short, or the cell empty. */
const char *csv_cell(const struct csv_row *row, int column);
