/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/import_read.h"

#include <string.h>

#include "common/base/str.h"
#include "common/document/cell.h"
#include "common/text/clean.h"

#include "common/base/banned.h"

enum { CSV_MAX = 4 * 1024 * 1024 };

static const char *number(struct ctx *c, size_t n)
{
    return arena_printf(c->arena, "%zu", n);
}

/* ---- the header ---- */

static const ProtobufCFieldDescriptor *field_of(const struct registry_kind *kind,
                                                const char *column)
{
    for (size_t k = 0; kind->columns[k]; k++)
        if (strcmp(kind->columns[k], column) == 0)
            return pbjson_field(kind->message, column);
    return NULL;
}

static int column_of(const struct import_table *t, const char *field)
{
    for (size_t i = 0; i < t->csv->n_columns; i++)
        if (strcmp(t->fields[i]->name, field) == 0)
            return (int)i;
    return -1;
}

static int read_header(struct ctx *c, struct import_table *t)
{
    const ProtobufCMessageDescriptor *message = t->kind->message;

    t->fields = arena_new_array(c->arena, const ProtobufCFieldDescriptor *, t->csv->n_columns);
    for (size_t i = 0; i < t->csv->n_columns; i++) {
        t->fields[i] = field_of(t->kind, t->csv->header[i]);
        if (!t->fields[i])
            return refuse(c, reason_csv_column_unknown, "csv", t->csv->header[i], NULL);
    }
    for (unsigned i = 0; i < message->n_fields; i++)
        if (message->fields[i].label == PROTOBUF_C_LABEL_REQUIRED &&
            column_of(t, message->fields[i].name) < 0)
            return refuse(c, reason_csv_column_missing, "csv", message->fields[i].name, NULL);
    return 0;
}

int import_read(struct ctx *c, const struct registry_kind *kind, const char *text,
                struct import_table *ret_t)
{
    size_t size = strlen(text);
    struct errtext why = {0};
    int line, column, r;
    struct csv *csv;

    if (size > CSV_MAX)
        return refuse(c, reason_file_too_large, "csv", number(c, CSV_MAX), NULL);
    if (csv_parse(c->arena, text, size, &csv, &line, &column, &why) != 0)
        return refuse(c, reason_csv_syntax, "csv", number(c, (size_t)line),
                      number(c, (size_t)column), why.text, NULL);
    csv_tidy(csv, kind->columns[0]);
    *ret_t = (struct import_table){.kind = kind, .csv = csv};
    r = read_header(c, ret_t);
    if (r == 0)
        ret_t->rows = arena_new_array(c->arena, struct registry_row, csv->n_rows + 1);
    return r;
}

const char *import_cell(const struct import_table *t, size_t i, const char *field)
{
    return csv_cell(&t->csv->rows[i], column_of(t, field));
}

/* ---- cells ---- */

static bool is_day(const ProtobufCFieldDescriptor *field)
{
    size_t n = strlen(field->name);

    return field->type == PROTOBUF_C_TYPE_STRING && n > 4 &&
           strcmp(field->name + n - 4, "_day") == 0;
}

/* A cell as the text that its field takes; the cell itself where the field's own check shall judge it. */
static const char *canonical(struct ctx *c, const ProtobufCFieldDescriptor *field, const char *cell,
                             struct fault *fault)
{
    char *day_text = arena_alloc(c->arena, DAY_TEXT);
    int32_t day;
    int64_t n;
    bool yes;

    *fault = (struct fault){0};
    if (field->type == PROTOBUF_C_TYPE_BOOL) {
        if (cell_yes_no(c->arena, cell, &yes) == 0)
            return yes ? "true" : "false";
        *fault = (struct fault){reason_cell_yes_no, field->name, {0}};
    } else if (field->type == PROTOBUF_C_TYPE_INT64) {
        if (cell_whole(c->arena, cell, &n) == 0)
            return arena_printf(c->arena, "%lld", (long long)n);
        *fault = (struct fault){reason_type_integer, field->name, {0}};
    } else if (is_day(field)) {
        if (cell_day(c->arena, cell, &day) == 0)
            return day_format(day, day_text);
        *fault = (struct fault){reason_date_bad, field->name, {cell}};
    } else if (cell_is_shortened(cell)) {
        *fault = (struct fault){reason_cell_shortened, field->name, {cell}};
    }
    return cell;
}

/* A list stands in one cell, its values parted by semicolons. */
static int read_list(struct ctx *c, struct pbjson *b, const char *name, const char *cell,
                     struct pbjson_fault *f)
{
    while (*cell) {
        size_t n = strcspn(cell, ";");

        if (n && pbjson_text(b, name, arena_strndup(c->arena, cell, n), f) != 0)
            return PBJSON_E_BAD;
        cell += n + (cell[n] == ';');
    }
    return 0;
}

static int put_text(struct ctx *c, struct pbjson *b, const ProtobufCFieldDescriptor *field,
                    const char *text, struct pbjson_fault *f)
{
    return field->label == PROTOBUF_C_LABEL_REPEATED ? read_list(c, b, field->name, text, f)
                                                     : pbjson_text(b, field->name, text, f);
}

static void add_fault(struct registry_row *row, struct fault *more, struct fault fault)
{
    if (row->fault.reason)
        more[row->n_more++] = fault;
    else
        row->fault = fault;
}

static struct fault fault_of(const struct pbjson_fault *f)
{
    return (struct fault){
        f->reason, f->field, {f->n_args ? f->args[0] : NULL, f->n_args > 1 ? f->args[1] : NULL}};
}

/* The row's cells into @b; every cell that cannot be read is a fault of the row. */
static void read_cells(struct ctx *c, const struct import_table *t, const struct csv_row *in,
                       struct pbjson *b, struct registry_row *row)
{
    struct fault *more = arena_new_array(c->arena, struct fault, t->csv->n_columns + 1), fault;
    struct pbjson_fault f = {0};

    row->more = more;
    if (in->n_cells != t->csv->n_columns) {
        row->fault = (struct fault){
            reason_csv_cells, NULL, {number(c, t->csv->n_columns), number(c, in->n_cells)}};
        return;
    }
    for (size_t i = 0; i < t->csv->n_columns; i++) {
        const ProtobufCFieldDescriptor *field = t->fields[i];
        const char *cell = csv_cell(in, (int)i);

        if (!cell)
            continue;
        cell = canonical(c, field, cell, &fault);
        if (fault.reason)
            add_fault(row, more, fault);
        else if (put_text(c, b, field, cell, &f) != 0)
            add_fault(row, more, fault_of(&f));
    }
}

/* ---- what stands already ---- */

/* The identifier of the table's row @i in the form in which identifiers are kept; NULL if the cell is empty. */
static const char *id_of(struct ctx *c, const struct import_table *t, size_t i)
{
    const char *cell = import_cell(t, i, t->kind->columns[0]), *clean;
    struct text_fault fault;

    return cell && text_clean(c->arena, TEXT_CODE, cell, &clean, &fault) == 0 ? clean : cell;
}

long import_kept(const struct import_table *t, const char *id)
{
    size_t low = 0, high = rows_count(t->kept);

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(rows_text(t->kept, middle, t->kind->columns[0]), id);

        if (order == 0)
            return (long)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static int load_kept(struct ctx *c, struct import_table *t, bool hold)
{
    const char **ids = arena_new_array(c->arena, const char *, t->csv->n_rows + 1);
    size_t n = 0;

    for (size_t i = 0; i < t->csv->n_rows; i++) {
        const char *id = id_of(c, t, i);

        if (id)
            ids[n++] = id;
    }
    if (hold)
        sql_exec(c->tx, t->kind->lock, T(c->district), TA(ids, n));
    return sql_query(c->tx, t->kind->kept, &t->kept, T(c->district), TA(ids, n));
}

/* The fields without a column of the table, as they stand. */
static int keep_fields(struct ctx *c, const struct import_table *t, const char *id,
                       struct pbjson *b, struct pbjson_fault *f)
{
    long at = id ? import_kept(t, id) : -1;

    for (size_t k = 0; at >= 0 && t->kind->columns[k]; k++) {
        const char *name = t->kind->columns[k], *text = rows_text(t->kept, (size_t)at, name);

        if (text && column_of(t, name) < 0 &&
            put_text(c, b, pbjson_field(t->kind->message, name), text, f) != 0)
            return PBJSON_E_BAD;
    }
    return 0;
}

int import_fill(struct ctx *c, struct import_table *t, bool hold)
{
    int r = load_kept(c, t, hold);

    for (size_t i = 0; r == 0 && i < t->csv->n_rows; i++) {
        struct pbjson *b = pbjson_begin(c->arena, t->kind->message);
        struct registry_row *row = &t->rows[i];
        ProtobufCMessage *message = NULL;
        struct pbjson_fault f = {0};

        row->line = t->csv->rows[i].line;
        row->id = id_of(c, t, i);
        read_cells(c, t, &t->csv->rows[i], b, row);
        if (row->fault.reason)
            continue;
        if (keep_fields(c, t, row->id, b, &f) != 0 || pbjson_finish(b, &message, &f) != 0)
            row->fault = fault_of(&f);
        if (row->fault.reason == reason_field_missing) /* the column is there, the cell is empty */
            row->fault.reason = reason_text_missing;
        row->message = message;
    }
    return r;
}
