/* SPDX-License-Identifier: Apache-2.0 */
/* refused - the rows of an import that were refused, as a file to mend and import again */
#pragma once
#include <jansson.h>

#include "common/base/err.h"

/* Whether a table's file is to be a workbook: by what stands behind the dot of @path. */
bool is_workbook_name(const char *path);
/* Write the rows of @csv that @answer (of an import) refused, and why, to @path: CSV, or a workbook by its name. -errno with @e. */
int refused_write(const char *path, const char *csv, const json_t *answer,
                  struct errtext *e) MUST_CHECK;
