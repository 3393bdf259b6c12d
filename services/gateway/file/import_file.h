/* SPDX-License-Identifier: Apache-2.0 */
/*
 * import_file - a table to import that was uploaded as a workbook: read into the request's csv before it goes out
 *
 * Who imports must have the right to the file, as if he read it. It is read by a child (import_file_child), which has limits and no database.
 */
#pragma once
#include "services/gateway/edge/edge.h"

/* Where the request has csv and file_sha256 and names a file: read it, then @then; or refused. False: nothing to do. */
bool import_file_go(struct call *call, void (*then)(struct call *call));

/* The word that makes the gateway's program such a child, and what it then does: its exit code. */
#define IMPORT_FILE_CHILD "--read-table"
int import_file_child(void);
