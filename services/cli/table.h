/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table - a file of rows, whatever program wrote it, as CSV in UTF-8
 */
#pragma once
#include "common/base/err.h"

/* CSV in the encodings of decode.h, or a workbook (.xlsx by its content), which a process of its own reads; its notices go to standard
 * error. free() the text. Negative; @e names the file and, for CSV, line and column. */
int table_read(const char *path, char **ret_csv, struct errtext *e) MUST_CHECK;
