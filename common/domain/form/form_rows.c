/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/form/form_rows.h"

#include <string.h>

#include "common/base/banned.h"

/* ---- to rows ---- */

static void add(struct form_rows *t, const char *name, const char *item, const char *cell,
                const char *value)
{
    t->names[t->n] = name;
    t->items[t->n] = item;
    t->cells[t->n] = cell;
    t->values[t->n] = value;
    t->n++;
}

static void add_field(struct arena *a, struct form_rows *t, const Intake__FormField *f)
{
    if (f->value)
        add(t, f->name, NULL, NULL, f->value);
    for (size_t i = 0; i < f->n_values; i++)
        add(t, f->name, arena_printf(a, "%zu", i), NULL, f->values[i]);
    for (size_t i = 0; i < f->n_rows; i++)
        for (size_t k = 0; k < f->rows[i]->n_cells; k++)
            add(t, f->name, arena_printf(a, "%zu", i), f->rows[i]->cells[k]->name,
                f->rows[i]->cells[k]->value);
}

struct form_rows form_flat(struct arena *a, Intake__FormField *const *form, size_t n)
{
    struct form_rows t = {0};
    size_t most = 1;

    for (size_t i = 0; i < n; i++) {
        most += 1 + form[i]->n_values;
        for (size_t k = 0; k < form[i]->n_rows; k++)
            most += form[i]->rows[k]->n_cells;
    }
    t.names = arena_new_array(a, const char *, most);
    t.items = arena_new_array(a, const char *, most);
    t.cells = arena_new_array(a, const char *, most);
    t.values = arena_new_array(a, const char *, most);
    for (size_t i = 0; i < n; i++)
        add_field(a, &t, form[i]);
    return t;
}

/* ---- and back ---- */

/* How many rows from @from on are of the same row of a table. */
static size_t cells_from(const struct rows *rows, size_t from, size_t to)
{
    size_t n = 1;

    while (from + n < to && rows_i64(rows, from + n, "item") == rows_i64(rows, from, "item"))
        n++;
    return n;
}

static void take_cell(struct arena *a, Intake__FormField *f, bool same_row, size_t most,
                      const struct rows *rows, size_t i)
{
    Intake__FormRow *row;

    if (!f->rows)
        f->rows = arena_new_array(a, Intake__FormRow *, most);
    if (!same_row) {
        row = f->rows[f->n_rows++] = arena_new_one(a, Intake__FormRow);
        intake__form_row__init(row);
        row->cells = arena_new_array(a, Intake__FormCell *, cells_from(rows, i, i + most));
    }
    row = f->rows[f->n_rows - 1];
    row->cells[row->n_cells] = arena_new_one(a, Intake__FormCell);
    intake__form_cell__init(row->cells[row->n_cells]);
    row->cells[row->n_cells]->name = (char *)rows_text(rows, i, "cell");
    row->cells[row->n_cells]->value = (char *)rows_text(rows, i, "value");
    row->n_cells++;
}

static void take_value(struct arena *a, Intake__FormField *f, size_t most, const struct rows *rows,
                       size_t i)
{
    if (!f->values)
        f->values = arena_new_array(a, char *, most);
    f->values[f->n_values++] = (char *)rows_text(rows, i, "value");
}

/* How many rows from @from on are of the same field. */
static size_t run(const struct rows *rows, size_t from, size_t to)
{
    size_t n = 1;

    while (from + n < to &&
           strcmp(rows_text(rows, from + n, "name"), rows_text(rows, from, "name")) == 0)
        n++;
    return n;
}

Intake__FormField **form_gather(struct arena *a, const struct rows *rows, size_t from, size_t to,
                                size_t *ret_n)
{
    Intake__FormField **form = arena_new_array(a, Intake__FormField *, to - from + 1);
    size_t n = 0;

    while (from < to) {
        Intake__FormField *f = form[n++] = arena_new_one(a, Intake__FormField);
        size_t most = run(rows, from, to), last = from + most;

        intake__form_field__init(f);
        f->name = (char *)rows_text(rows, from, "name");
        for (size_t i = from; i < last; i++)
            if (!rows_null(rows, i, "cell"))
                take_cell(a, f,
                          i > from && rows_i64(rows, i, "item") == rows_i64(rows, i - 1, "item"),
                          last - i, rows, i);
            else if (!rows_null(rows, i, "item"))
                take_value(a, f, most, rows, i);
            else
                f->value = (char *)rows_text(rows, i, "value");
        from = last;
    }
    *ret_n = n;
    return form;
}
