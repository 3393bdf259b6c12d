/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/refused.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "common/document/csv.h"
#include "common/document/table.h"
#include "services/cli/file.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

bool is_workbook_name(const char *path)
{
    size_t n = strlen(path);

    return n > 5 && strcasecmp(path + n - 5, ".xlsx") == 0;
}

static const char *text_of(const json_t *o, const char *key)
{
    const char *text = json_string_value(json_object_get(o, key));

    return text ? text : "";
}

/* All faults of a row, a sentence each. */
static const char *why(struct arena *a, const json_t *row)
{
    const char *text = "";
    const json_t *fault;
    size_t i;

    json_array_foreach(json_object_get(row, "faults"), i, fault)
    {
        const char *column = text_of(fault, "column");

        text = arena_printf(a, "%s%s%s%s%s", text, i ? " " : "", column, *column ? ": " : "",
                            text_of(fault, "sentence"));
    }
    return text;
}

static const struct csv_row *row_in_line(const struct csv *csv, long long line)
{
    for (size_t i = 0; i < csv->n_rows; i++)
        if (csv->rows[i].line == line)
            return &csv->rows[i];
    return NULL;
}

/* The refused rows with the reasons behind them. */
static struct table table_of(struct arena *a, const struct csv *csv, const json_t *answer)
{
    const json_t *rows = json_object_get(answer, "rows"), *row;
    struct table_column *columns = arena_zalloc(a, (csv->n_columns + 1) * sizeof(*columns));
    const char **cells =
        arena_new_array(a, const char *, (json_array_size(rows) + 1) * (csv->n_columns + 1));
    struct table t = {columns, csv->n_columns + 1, cells, 0};
    size_t i;

    for (size_t k = 0; k < csv->n_columns; k++)
        columns[k].name = csv->header[k];
    columns[csv->n_columns].name = table_why(text_language_env());
    json_array_foreach(rows, i, row)
    {
        const struct csv_row *in =
            row_in_line(csv, json_integer_value(json_object_get(row, "line")));
        const char **out = cells + t.n_rows * t.n_columns;

        if (!in || strcmp(text_of(row, "result"), "refused") != 0)
            continue;
        for (size_t k = 0; k < csv->n_columns; k++)
            out[k] = csv_cell(in, (int)k);
        out[csv->n_columns] = why(a, row);
        t.n_rows++;
    }
    return t;
}

int refused_write(const char *path, const char *csv, const json_t *answer, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    CLEANUP(str_release) struct str out = STR_INIT;
    struct csv *parsed = NULL;
    struct table t;
    int line, column, r = 0;

    if (csv_parse(a, csv, strlen(csv), &parsed, &line, &column, e))
        return err_raise(-EINVAL); /* the server read it: cannot be */
    csv_tidy(parsed, "");
    t = table_of(a, parsed, answer);
    if (is_workbook_name(path))
        r = table_to_xlsx(&t, NULL, &out);
    else
        table_to_csv(&t, &out);
    if (r) {
        errtext_set(e, "%s: %s", path, strerror(-r));
        return r;
    }
    return write_bytes(path, out.text, out.size, e);
}
