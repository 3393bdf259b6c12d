/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/import.h"

#include <string.h>

#include "common/json/pbjson.h"
#include "common/text/csv.h"
#include "intake.pb-c.h"
#include "services/intake/registry/registry_rows.h"

#include "common/base/banned.h"

enum { CSV_MAX = 4 * 1024 * 1024 };

struct import {
    const struct registry_kind *kind;
    const Intake__ImportRegistry *request;
    struct csv *csv;
    const ProtobufCFieldDescriptor **fields; /* of the columns */
    struct registry_row *rows;
};

static const char *number(struct ctx *c, size_t n)
{
    return arena_printf(c->arena, "%zu", n);
}

/* ---- the header ---- */

static int read_csv(struct ctx *c, struct import *im)
{
    const char *text = im->request->csv;
    size_t size = strlen(text);
    struct errtext why = {0};
    int line, column;

    if (size > CSV_MAX)
        return refuse(c, reason_file_too_large, "csv", number(c, CSV_MAX), NULL);
    if (csv_parse(c->arena, text, size, &im->csv, &line, &column, &why) != 0)
        return refuse(c, reason_csv_syntax, "csv", number(c, (size_t)line),
                      number(c, (size_t)column), why.text, NULL);
    return 0;
}

static const ProtobufCFieldDescriptor *field_of(const struct import *im, const char *column)
{
    for (size_t k = 0; im->kind->columns[k]; k++)
        if (strcmp(im->kind->columns[k], column) == 0)
            return pbjson_field(im->kind->message, column);
    return NULL;
}

static int read_header(struct ctx *c, struct import *im)
{
    const ProtobufCMessageDescriptor *message = im->kind->message;

    im->fields = arena_new_array(c->arena, const ProtobufCFieldDescriptor *, im->csv->n_columns);
    for (size_t i = 0; i < im->csv->n_columns; i++) {
        im->fields[i] = field_of(im, im->csv->header[i]);
        if (!im->fields[i])
            return refuse(c, reason_csv_column_unknown, "csv", im->csv->header[i], NULL);
    }
    for (unsigned i = 0; i < message->n_fields; i++)
        if (message->fields[i].label == PROTOBUF_C_LABEL_REQUIRED &&
            csv_column(im->csv, message->fields[i].name) < 0)
            return refuse(c, reason_csv_column_missing, "csv", message->fields[i].name, NULL);
    return 0;
}

/* ---- rows ---- */

static void keep_fault(struct registry_row *row, const struct pbjson_fault *f)
{
    row->fault = (struct fault){
        f->reason, f->field, {f->n_args ? f->args[0] : NULL, f->n_args > 1 ? f->args[1] : NULL}};
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

static int read_cells(struct ctx *c, const struct import *im, const struct csv_row *in,
                      struct pbjson *b, struct pbjson_fault *f)
{
    for (size_t i = 0; i < im->csv->n_columns; i++) {
        const char *cell = csv_cell(in, (int)i), *name = im->csv->header[i];
        bool is_list = im->fields[i]->label == PROTOBUF_C_LABEL_REPEATED;

        if (!cell)
            continue;
        if (is_list ? read_list(c, b, name, cell, f) : pbjson_text(b, name, cell, f))
            return PBJSON_E_BAD;
    }
    return 0;
}

static void read_row(struct ctx *c, struct import *im, const struct csv_row *in,
                     struct registry_row *row)
{
    struct pbjson *b = pbjson_begin(c->arena, im->kind->message);
    const ProtobufCFieldDescriptor *confirm;
    ProtobufCMessage *message = NULL;
    struct pbjson_fault f = {0};

    row->line = in->line;
    if (in->n_cells != im->csv->n_columns) {
        row->fault = (struct fault){
            reason_csv_cells, NULL, {number(c, im->csv->n_columns), number(c, in->n_cells)}};
        return;
    }
    if (read_cells(c, im, in, b, &f) != 0 || pbjson_finish(b, &message, &f) != 0) {
        keep_fault(row, &f);
        return;
    }
    confirm = pbjson_field(im->kind->message, "confirm");
    if (confirm) {
        *(size_t *)((char *)message + confirm->quantifier_offset) = im->request->n_confirm;
        *(char ***)((char *)message + confirm->offset) = im->request->confirm;
    }
    row->message = message;
}

/* ---- the answer ---- */

static Intake__ImportRow *answer_row(struct ctx *c, const struct registry_row *row)
{
    Intake__ImportRow *out = arena_new_one(c->arena, Intake__ImportRow);
    const struct fault *f = &row->fault;

    intake__import_row__init(out);
    out->line = row->line;
    out->result = (char *)row_result_name(row->result);
    out->subject_id = (char *)row->id;
    if (!f->reason)
        return out;
    out->column = (char *)f->field;
    out->code = (char *)reason_row(f->reason)->code;
    if (f->args[0])
        out->reason = arena_printf(c->arena, "%s%s%s", f->args[0], f->args[1] ? ", " : "",
                                   f->args[1] ? f->args[1] : "");
    return out;
}

static void answer(struct ctx *c, const struct import *im)
{
    Intake__ImportRegistryReply reply = INTAKE__IMPORT_REGISTRY_REPLY__INIT;
    int32_t counts[4] = {0};

    reply.rows = arena_new_array(c->arena, Intake__ImportRow *, im->csv->n_rows + 1);
    for (size_t i = 0; i < im->csv->n_rows; i++) {
        const struct registry_row *row = &im->rows[i];

        counts[row->result]++;
        if (im->request->preview || row->result == ROW_REFUSED || row->result == ROW_CHANGED)
            reply.rows[reply.n_rows++] = answer_row(c, row);
    }
    reply.added = counts[ROW_ADDED];
    reply.changed = counts[ROW_CHANGED];
    reply.unchanged = counts[ROW_UNCHANGED];
    reply.refused = counts[ROW_REFUSED];
    reply_with(c, &reply.base);
}

/* Officers of any district keep the city's registry; a district's own is kept by those who cover
 * it. */
static int check_officer(struct ctx *c, const struct registry_kind *kind)
{
    if (kind->of_city || actor_may(c, "district", c->district, NULL) ||
        actor_may(c, "city", c->district, NULL))
        return 0;
    return refuse(c, reason_forbidden, NULL, NULL);
}

int registry_import(struct ctx *c)
{
    static const int kinds[] = {[INTAKE__IMPORT_REGISTRY__KIND__ENTERPRISES] = REGISTRY_ENTERPRISE,
                                [INTAKE__IMPORT_REGISTRY__KIND__MANAGERS] = REGISTRY_MANAGER,
                                [INTAKE__IMPORT_REGISTRY__KIND__EXPERTS] = REGISTRY_EXPERT,
                                [INTAKE__IMPORT_REGISTRY__KIND__SITES] = REGISTRY_SITE,
                                [INTAKE__IMPORT_REGISTRY__KIND__PROJECTS] = REGISTRY_PROJECT,
                                [INTAKE__IMPORT_REGISTRY__KIND__REGIONS] = REGISTRY_REGION,
                                [INTAKE__IMPORT_REGISTRY__KIND__COMMITTEES] = REGISTRY_COMMITTEE};
    struct import im = {.request = c->request};
    int r;

    if (im.request->kind < 1 || (size_t)im.request->kind >= ARRAY_LEN(kinds))
        return refuse(c, reason_value_unknown, "kind", "", NULL);
    im.kind = &registry_kinds[kinds[im.request->kind]];
    r = registry_district(c, im.kind);
    if (r == 0)
        r = check_officer(c, im.kind);
    if (r == 0)
        r = read_csv(c, &im);
    if (r == 0)
        r = read_header(c, &im);
    if (r)
        return r;
    im.rows = arena_new_array(c->arena, struct registry_row, im.csv->n_rows + 1);
    for (size_t i = 0; i < im.csv->n_rows; i++)
        read_row(c, &im, &im.csv->rows[i], &im.rows[i]);
    r = registry_apply(c, im.kind, im.rows, im.csv->n_rows, im.request->preview);
    if (r == 0)
        answer(c, &im);
    return r;
}
