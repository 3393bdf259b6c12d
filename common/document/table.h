/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table - rows written for people's table programs, as CSV and as a workbook; what csv.h and xlsx.h read back is what was written
 *
 * No cell becomes a formula. In a workbook texts are texts whatever they look like; in CSV a text that a table program would calculate (it
 * begins with = + - @ or their wide forms and is no number) gets an apostrophe before it, which csv_parse takes away again.
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/str.h"
#include "common/text/text.h"

/* The name of the column that says why a row was refused: of a file that is read back, so it is the same wherever translations are or are
 * not at hand. */
const char *table_why(enum language language);

enum table_kind { TABLE_TEXT = 0, TABLE_NUMBER, TABLE_DAY };

struct table_column {
    const char *name;
    enum table_kind kind;     /* of what looks so; other texts stay texts */
    bool required;            /* shown in bold */
    const char *const *words; /* ended by NULL: what is allowed, as a drop-down; NULL: anything */
    const char *about[2];     /* help in English and Chinese, by enum language; NULL: none */
};
struct table {
    const struct table_column *columns;
    size_t n_columns;
    const char *const *cells; /* row after row; NULL for empty */
    size_t n_rows;
};

/* Append one cell to a line of CSV: quoted where it must be, guarded where a table program would calculate it. */
void csv_put_cell(struct str *out, const char *text);
/* Append @t as CSV: UTF-8 with a byte order mark, so that Excel reads it, lines ended by CRLF. */
void table_to_csv(const struct table *t, struct str *out);
/*
 * Append @t as a workbook (ISO/IEC 29500): the rows on the first sheet, and on a second one what each column is, where any column has an
 * about. Columns are kept as text, so that a program leaves long digits and leading zeros alone, except numbers of at most 15 digits and
 * days from 1901 on. -errno: no memory or no room for temporary files, in @tmpdir (NULL: the system's); -E2BIG: more rows or longer texts
 * than a sheet holds.
 */
int table_to_xlsx(const struct table *t, const char *tmpdir, struct str *out) MUST_CHECK;
