/* SPDX-License-Identifier: Apache-2.0 */
/*
 * names - names of the registry as people read them: kept for searching and finding, compared when something is registered
 */
#pragma once
#include "services/intake/registry/registry_rows.h"

/*
 * Each text of the row by its rule (common/text/fields.h), a list's values parted where people part them: ";", ",", "、", of any width. The
 * row's fault is filled when a character may not stand.
 */
void names_tidy(struct ctx *c, struct registry_row *row);
/*
 * Enterprises and experts that are added, or renamed, under a name that reads the same as another's get the fault name_alike until
 * it is confirmed; so does the second of two in one file.
 */
int names_compare(struct ctx *c, const struct registry_kind *kind, struct registry_row **rows,
                  size_t n) MUST_CHECK;
/* Keep the names and aliases of rows that are written. */
void names_keep(struct ctx *c, const struct registry_kind *kind, struct registry_row **rows,
                size_t n);
/* Keep one more name of a subject of @kind: it was renamed, and is found by both. */
void names_add(struct ctx *c, const char *kind, const char *subject_id, const char *name);
/* Whether the row's message confirms the warning @code. */
bool row_confirms(const struct registry_row *row, const char *code);
