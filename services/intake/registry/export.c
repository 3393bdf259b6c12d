/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/export.h"

#include "common/bus/bus.h"
#include "common/json/pbjson.h"
#include "intake.pb-c.h"
#include "services/intake/registry/registry_rows.h"

#include "common/base/banned.h"

enum {
    TABLE_MAX = BUS_MAX_MESSAGE - (64 << 10)
}; /* bytes: what a message can carry beside its envelope */

/* The table of @kind without rows; named after its kind and district. */
static void begin(struct ctx *c, const struct registry_kind *kind, int number, Document__Table *t)
{
    const ProtobufCFieldDescriptor *word =
        pbjson_field(&intake__export_registry__descriptor, "kind");

    document__table__init(t);
    t->file_name =
        arena_printf(c->arena, "%s-%s", pbjson_enum_text(c->arena, word, number), c->district);
    t->message = (char *)kind->message->name;
    t->columns = arena_new_array(c->arena, Document__TableColumn *, REGISTRY_COLUMNS);
    for (; kind->columns[t->n_columns]; t->n_columns++) {
        Document__TableColumn *column = arena_new_one(c->arena, Document__TableColumn);

        document__table_column__init(column);
        column->name = (char *)kind->columns[t->n_columns];
        t->columns[t->n_columns] = column;
    }
}

static Document__TableRow *row_of(struct ctx *c, const Document__Table *t, const struct rows *rows,
                                  size_t i)
{
    Document__TableRow *row = arena_new_one(c->arena, Document__TableRow);

    document__table_row__init(row);
    row->n_cells = t->n_columns;
    row->cells = arena_new_array(c->arena, char *, t->n_columns);
    for (size_t k = 0; k < t->n_columns; k++) {
        const char *text = rows_text(rows, i, t->columns[k]->name);

        row->cells[k] = (char *)(text ? text : "");
    }
    return row;
}

int registry_export(struct ctx *c)
{
    const Intake__ExportRegistry *q = c->request;
    const struct registry_kind *kind;
    Document__Table t;
    struct rows *rows;
    int r = registry_kind_of(c, (int)q->kind, &kind);

    if (r == 0)
        r = registry_district(c, kind);
    if (r)
        return r;
    if (!kind->of_city &&
        !actor_may(c, ROLE_CITY | ROLE_DISTRICT | ROLE_AUDITOR, c->district, NULL))
        return refuse(c, reason_forbidden, NULL, NULL);
    r = sql_query(c->tx, kind->kept, &rows, T(c->district), T(NULL));
    if (r)
        return r;
    begin(c, kind, (int)q->kind, &t);
    t.rows = arena_new_array(c->arena, Document__TableRow *, rows_count(rows) + 1);
    for (; t.n_rows < rows_count(rows); t.n_rows++)
        t.rows[t.n_rows] = row_of(c, &t, rows, t.n_rows);
    if (protobuf_c_message_get_packed_size(&t.base) > TABLE_MAX)
        return refuse(c, reason_file_too_large, NULL, arena_printf(c->arena, "%d", TABLE_MAX),
                      NULL);
    reply_with(c, &t.base);
    return 0;
}

int registry_template(struct ctx *c)
{
    const Intake__GetRegistryTemplate *q = c->request;
    const struct registry_kind *kind;
    Document__Table t;
    int r = registry_kind_of(c, (int)q->kind, &kind);

    if (r)
        return r;
    begin(c, kind, (int)q->kind, &t);
    t.has_example = true;
    t.example = true;
    reply_with(c, &t.base);
    return 0;
}
