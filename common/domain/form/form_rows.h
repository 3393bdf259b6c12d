/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_rows - values of a form as rows of a table: name, item (of several values or rows, from 0), cell (a table's column), value
 */
#pragma once
#include "common/db/sql.h"
#include "common/service/service.h"
#include "intake.pb-c.h"

/* One array per column, @n rows in the order they are kept in. An absent item is a NULL text. What holds nothing has no row. */
struct form_rows {
    const char **names, **items, **cells, **values;
    size_t n;
};
struct form_rows form_flat(struct arena *a, Intake__FormField *const *form, size_t n);
/* Rows @from up to @to of a statement with columns name, item, cell, value, in their order, as values; in the arena. */
Intake__FormField **form_gather(struct arena *a, const struct rows *rows, size_t from, size_t to,
                                size_t *ret_n);
