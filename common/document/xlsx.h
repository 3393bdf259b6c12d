/* SPDX-License-Identifier: Apache-2.0 */
/*
 * xlsx - a workbook of Excel, WPS or LibreOffice as the CSV that importers take
 *
 * The first sheet that is shown is read; other sheets, hidden rows and values that a formula made are read or passed over with a notice.
 * Row n of the sheet is the n-th record of the table, empty rows included. Days are written YYYY-MM-DD, as the workbook's own formats say
 * which numbers are days (ISO/IEC 29500-1, 18.8.30 and 18.17.4). What a table cannot hold or cannot say is refused with the cell: an error,
 * a formula without its value, merged cells with a text.
 *
 * These are bytes of strangers: read them in a process of their own, without a database and with limits (xlsx_limit). Unpacked sizes are
 * counted as they come, so that a bomb is refused; a document type declaration is refused, so that no entity grows.
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/str.h"

enum { XLSX_E_BAD = 1 };
enum { XLSX_FILE_MAX = 16 << 20, XLSX_UNPACKED_MAX = 64 << 20, XLSX_COLUMNS_MAX = 256 };

/* What is wrong, or worth a notice: a sentence (msgid) and its values, "" where there is none. */
struct xlsx_remark {
    const char *sentence;
    const char *args[2];
};
struct xlsx_remarks {
    struct xlsx_remark *items;
    size_t n, room;
};

/* Append @data as CSV to @out, with what is to be told of it in @ret_notices; both texts live in @a. XLSX_E_BAD: not a workbook that can be
 * read, @ret_fault says why. */
int xlsx_to_csv(struct arena *a, const void *data, size_t size, struct str *out,
                struct xlsx_remarks *ret_notices, struct xlsx_remark *ret_fault) MUST_CHECK;

/* For the process that reads: little memory and time, no files, no children. Not to be undone. */
void xlsx_limit(void);
