/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/play/rows.h"

#include <string.h>

#include "common/document/csv.h"
#include "services/cli/play/words.h"

#include "common/base/banned.h"

int rows_of_csv(struct arena *a, const char *text, size_t size, json_t **ret_rows,
                struct errtext *e)
{
    struct errtext why = {0};
    int line, column;
    struct csv *csv;
    json_t *rows;

    if (csv_parse(a, text, size, &csv, &line, &column, &why)) {
        errtext_set(e, "%d:%d: %s", line, column, why.text);
        return ROWS_E_WRONG;
    }
    rows = json_array();
    for (size_t i = 0; i < csv->n_rows; i++) {
        const struct csv_row *row = &csv->rows[i];
        json_t *o = json_object();

        for (size_t k = 0; k < csv->n_columns && k < row->n_cells; k++)
            json_object_set_new(o, csv->header[k], json_string(row->cells[k]));
        json_array_append_new(rows, o);
        if (row->n_cells == csv->n_columns)
            continue;
        errtext_set(e, "%d: %zu cells, not %zu", row->line, row->n_cells, csv->n_columns);
        json_decref(rows);
        return ROWS_E_WRONG;
    }
    *ret_rows = rows;
    return 0;
}

int rows_of_list(const json_t *list, json_t **ret_rows, struct errtext *e)
{
    json_t *row;
    size_t i;

    json_array_foreach(list, i, row)
    {
        if (json_is_object(row))
            continue;
        errtext_set(e, "entry %zu has no members", i);
        return ROWS_E_WRONG;
    }
    if (!json_is_array(list)) {
        errtext_set(e, "%s", "not a list");
        return ROWS_E_WRONG;
    }
    *ret_rows = json_copy((json_t *)list);
    return 0;
}

static const char *text_at(struct arena *a, json_t *row, const char *member)
{
    const json_t *value = words_member(a, row, member);

    return value ? words_text(a, value) : "";
}

void rows_where(struct arena *a, json_t *rows, const char *member, const char *value)
{
    for (size_t i = json_array_size(rows); i > 0; i--)
        if (strcmp(text_at(a, json_array_get(rows, i - 1), member), value) != 0)
            json_array_remove(rows, i - 1);
}

struct keyed {
    const char *key;
    size_t i; /* where it stood: equal ones stay in order */
    json_t *row;
};

static int by_key(const void *a, const void *b)
{
    const struct keyed *x = a, *y = b;
    int d = strcmp(x->key, y->key);

    return d ? d : x->i < y->i ? -1 : 1;
}

void rows_order(struct arena *a, json_t *rows, const char *member)
{
    size_t n = json_array_size(rows);
    struct keyed *all = arena_new_array(a, struct keyed, n + 1);

    for (size_t i = 0; i < n; i++) {
        json_t *row = json_incref(json_array_get(rows, i));

        all[i] = (struct keyed){text_at(a, row, member), i, row};
    }
    qsort(all, n, sizeof(*all), by_key);
    json_array_clear(rows);
    for (size_t i = 0; i < n; i++)
        json_array_append_new(rows, all[i].row);
}
