/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/import_record.h"

#include <errno.h>

#include "common/base/err.h"
#include "common/base/str.h"
#include "intake_sql.h"

#include "common/base/banned.h"

enum { PAGE_MAX = 500 };

/* ---- putting on record ---- */

static Document__TableRow *row_of(struct ctx *c, const struct import_table *t, size_t i,
                                  const Intake__ImportRow *row)
{
    Document__TableRow *out = arena_new_one(c->arena, Document__TableRow);

    document__table_row__init(out);
    out->n_cells = t->csv->n_columns;
    out->cells = arena_new_array(c->arena, char *, t->csv->n_columns);
    for (size_t k = 0; k < t->csv->n_columns; k++) {
        const char *cell = csv_cell(&t->csv->rows[i], (int)k);

        out->cells[k] = (char *)(cell ? cell : "");
    }
    out->faults = row->faults;
    out->n_faults = row->n_faults;
    return out;
}

/* The refused rows in the columns that the table had. */
static void refused_table(struct ctx *c, const struct import_table *t,
                          const Intake__ImportRegistryReply *reply, Document__Table *ret)
{
    size_t n = t->csv->n_rows;

    document__table__init(ret);
    ret->file_name = arena_printf(c->arena, "refused-%s", c->id_text);
    ret->message = (char *)t->kind->message->name;
    ret->has_refused = ret->refused = true;
    ret->columns = arena_new_array(c->arena, Document__TableColumn *, t->csv->n_columns);
    for (; ret->n_columns < t->csv->n_columns; ret->n_columns++) {
        Document__TableColumn *column = arena_new_one(c->arena, Document__TableColumn);

        document__table_column__init(column);
        column->name = (char *)t->csv->header[ret->n_columns];
        ret->columns[ret->n_columns] = column;
    }
    ret->rows = arena_new_array(c->arena, Document__TableRow *, n + 1);
    for (size_t i = 0, k = 0; i < n; i++) {
        if (t->rows[i].result != ROW_REFUSED)
            continue;
        while (k < reply->n_rows && reply->rows[k]->line != t->rows[i].line)
            k++;
        CHECK(k < reply->n_rows); /* the answer has every refused row, in the table's order */
        ret->rows[ret->n_rows++] = row_of(c, t, i, reply->rows[k]);
    }
}

void import_record(struct ctx *c, const struct import_table *t, const char *file_sha256,
                   const Intake__ImportRegistryReply *reply)
{
    Document__Table refused;
    uint8_t *packed;
    size_t size;

    refused_table(c, t, reply, &refused);
    packed = arena_alloc(c->arena, protobuf_c_message_get_packed_size(&refused.base) + 1);
    size = protobuf_c_message_pack(&refused.base, packed);
    sql_exec(c->tx, &sql_registry_import_put, T(c->district), T(c->id_text), T(t->kind->name),
             AT(c->now), T(c->account), T(file_sha256 && *file_sha256 ? file_sha256 : NULL),
             I(reply->added), I(reply->changed), I(reply->unchanged), I(reply->refused),
             BY(packed, size));
}

/* ---- reading ---- */

static Intake__RegistryImport *import_of(struct ctx *c, const struct rows *rows, size_t i)
{
    Intake__RegistryImport *m = arena_new_one(c->arena, Intake__RegistryImport);

    intake__registry_import__init(m);
    m->import_id = (char *)rows_text(rows, i, "import_id");
    m->kind = (char *)rows_text(rows, i, "kind");
    m->imported_at = rows_at(rows, i, "imported_at");
    m->account = (char *)rows_text(rows, i, "account");
    m->file_sha256 = (char *)rows_text(rows, i, "file_sha256");
    m->added = (int32_t)rows_i64(rows, i, "added");
    m->changed = (int32_t)rows_i64(rows, i, "changed");
    m->unchanged = (int32_t)rows_i64(rows, i, "unchanged");
    m->refused = (int32_t)rows_i64(rows, i, "refused");
    return m;
}

/* The city's imports are for the officers of any district; a district's own for those who cover it: others learn of none. */
static bool may_read(struct ctx *c)
{
    return str_equal(c->district, service_city(c->svc)) ||
           actor_may(c, ROLE_CITY | ROLE_DISTRICT | ROLE_AUDITOR, c->district, NULL);
}

int list_registry_imports(struct ctx *c)
{
    const Intake__ListRegistryImports *q = c->request;
    Intake__ListRegistryImportsReply reply = INTAKE__LIST_REGISTRY_IMPORTS_REPLY__INIT;
    struct rows *rows;
    int r = need_range(c, "limit", q->limit, 1, PAGE_MAX);

    if (r == 0)
        r = sql_query(c->tx, &sql_registry_imports_page, &rows, T(c->district), T(NULL),
                      T(q->after && *q->after ? q->after : NULL), I(may_read(c) ? q->limit : 0));
    if (r)
        return r;
    reply.imports = arena_new_array(c->arena, Intake__RegistryImport *, rows_count(rows) + 1);
    for (; reply.n_imports < rows_count(rows); reply.n_imports++)
        reply.imports[reply.n_imports] = import_of(c, rows, reply.n_imports);
    if (reply.n_imports == (size_t)q->limit)
        reply.next = reply.imports[reply.n_imports - 1]->import_id;
    reply_with(c, &reply.base);
    return 0;
}

int get_registry_import(struct ctx *c)
{
    const Intake__GetRegistryImport *q = c->request;
    Intake__GetRegistryImportReply reply = INTAKE__GET_REGISTRY_IMPORT_REPLY__INIT;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_registry_imports_page, &rows, T(c->district), T(q->import_id),
                      T(NULL), I(1));

    if (r)
        return r;
    if (rows_count(rows) == 0 || !may_read(c))
        return refuse(c, reason_not_found, "import_id", "import", NULL);
    reply.import = import_of(c, rows, 0);
    reply_with(c, &reply.base);
    return 0;
}

int export_refused_rows(struct ctx *c)
{
    const Intake__ExportRefusedRows *q = c->request;
    struct rows *rows;
    struct bytes packed;
    Document__Table *table;
    int r = sql_query(c->tx, &sql_registry_import_refused, &rows, T(c->district), T(q->import_id));

    if (r)
        return r;
    if (rows_count(rows) == 0 || !may_read(c))
        return refuse(c, reason_not_found, "import_id", "import", NULL);
    packed = rows_bytes(rows, 0, "refused_rows");
    table = document__table__unpack(NULL, packed.size, packed.data);
    if (!table)
        return err_raise(-EBADMSG);
    reply_with(c, &table->base);
    document__table__free_unpacked(table, NULL);
    return 0;
}
