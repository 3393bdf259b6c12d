/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/import.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "intake.pb-c.h"
#include "services/intake/registry/import_read.h"
#include "services/intake/registry/import_record.h"

#include "common/base/banned.h"

struct import {
    const Intake__ImportRegistry *request;
    struct import_table t;
    char shown[DIGEST_HEX];
};

/* ---- warnings ---- */

/* Whether @said, one of the request, confirms a warning of this row; the warning's code. A row is named by its line or its
 * identifier; a code alone means the rows that the preview showed it for. */
static const char *confirmed_code(const struct registry_row *row, const char *said)
{
    const char *colon = strrchr(said, ':');
    size_t n = colon ? (size_t)(colon - said) : 0;
    char line[16];

    snprintf(line, sizeof(line), "%d", row->line);
    if (!colon)
        return row->fault.reason && strcmp(reason_row(row->fault.reason)->code, said) == 0 ? said
                                                                                           : NULL;
    if ((strlen(line) == n && strncmp(said, line, n) == 0) ||
        (row->id && strlen(row->id) == n && strncmp(said, row->id, n) == 0))
        return colon + 1;
    return NULL;
}

static int check_confirm(struct ctx *c, const struct import *im)
{
    for (size_t i = 0; !im->request->expect_preview && i < im->request->n_confirm; i++)
        if (!strchr(im->request->confirm[i], ':'))
            return refuse(c, reason_confirm_no_row, "confirm", im->request->confirm[i], NULL);
    return 0;
}

/* Set in the row's message what is confirmed for it; whether that is anything. */
static bool confirm_row(struct ctx *c, const struct import *im, struct registry_row *row,
                        const ProtobufCFieldDescriptor *confirm)
{
    char **codes = arena_new_array(c->arena, char *, im->request->n_confirm + 1);
    char *message = (char *)row->message;
    size_t n = 0;

    for (size_t i = 0; i < im->request->n_confirm; i++) {
        const char *code = confirmed_code(row, im->request->confirm[i]);

        if (code)
            codes[n++] = (char *)code;
    }
    *(char ***)(message + confirm->offset) = codes;
    *(size_t *)(message + confirm->quantifier_offset) = n;
    return n > 0;
}

/* Judge again with what the sender confirmed after it was shown; rows that could not be read stay refused. */
static int judge_confirmed(struct ctx *c, struct import *im)
{
    const ProtobufCFieldDescriptor *confirm = pbjson_field(im->t.kind->message, "confirm");
    size_t n = im->t.csv->n_rows;
    bool any = false;

    for (size_t i = 0; confirm && i < n; i++)
        if (im->t.rows[i].message && im->t.rows[i].fault.reason)
            any = confirm_row(c, im, &im->t.rows[i], confirm) || any;
    if (!any)
        return 0;
    for (size_t i = 0; i < n; i++)
        if (im->t.rows[i].message) {
            im->t.rows[i].fault = (struct fault){0};
            im->t.rows[i].result = ROW_REFUSED;
        }
    return registry_judge(c, im->t.kind, im->t.rows, n, !im->request->preview);
}

/* ---- what is shown ---- */

static const char *or_false(const ProtobufCFieldDescriptor *field, const char *text)
{
    return !text && field->type == PROTOBUF_C_TYPE_BOOL ? "false" : text;
}

/* The columns in which a changed row differs from what stands. */
static size_t changes_of(struct ctx *c, const struct import *im, const struct registry_row *row,
                         Document__ImportChange ***ret)
{
    const struct registry_kind *kind = im->t.kind;
    Document__ImportChange **list =
        arena_new_array(c->arena, Document__ImportChange *, REGISTRY_COLUMNS);
    long at = row->result == ROW_CHANGED ? import_kept(&im->t, row->id) : -1;
    size_t n = 0;

    for (size_t k = 1; at >= 0 && kind->columns[k]; k++) {
        const ProtobufCFieldDescriptor *field = pbjson_field(kind->message, kind->columns[k]);
        const char *before = or_false(field, rows_text(im->t.kept, (size_t)at, kind->columns[k]));
        const char *after =
            or_false(field, registry_text(c->arena, row->message, kind->columns[k]));

        if (str_equal(before, after))
            continue;
        list[n] = arena_new_one(c->arena, Document__ImportChange);
        document__import_change__init(list[n]);
        list[n]->column = (char *)kind->columns[k];
        list[n]->before = (char *)before;
        list[n++]->after = (char *)after;
    }
    *ret = list;
    return n;
}

static void add_shown(struct digest *d, const char *text)
{
    digest_add_field(d, text, text ? strlen(text) : 0);
}

static void show_fault(struct digest *d, const char *column, const char *code,
                       const char *const *args, size_t n_args)
{
    add_shown(d, column);
    add_shown(d, code);
    for (size_t i = 0; i < n_args; i++)
        add_shown(d, args[i]);
}

static void show_row(struct digest *d, const Intake__ImportRow *row)
{
    add_shown(d, row->result);
    for (size_t i = 0; i < row->n_faults; i++)
        show_fault(d, row->faults[i]->column, row->faults[i]->code,
                   (const char *const *)row->faults[i]->args, row->faults[i]->n_args);
    for (size_t i = 0; i < row->n_changes; i++) {
        add_shown(d, row->changes[i]->column);
        add_shown(d, row->changes[i]->before);
        add_shown(d, row->changes[i]->after);
    }
}

/* ---- the answer ---- */

static Document__ImportFault *answer_fault(struct ctx *c, const struct import *im, size_t i,
                                           const struct fault *f)
{
    Document__ImportFault *out = arena_new_one(c->arena, Document__ImportFault);

    document__import_fault__init(out);
    out->column = (char *)f->field;
    out->code = (char *)reason_row(f->reason)->code;
    out->args = arena_new_array(c->arena, char *, ARRAY_LEN(f->args));
    while (out->n_args < ARRAY_LEN(f->args) && f->args[out->n_args]) {
        out->args[out->n_args] = (char *)f->args[out->n_args];
        out->n_args++;
    }
    out->value = f->field ? (char *)import_cell(&im->t, i, f->field) : NULL;
    return out;
}

static Intake__ImportRow *answer_row(struct ctx *c, const struct import *im, size_t i)
{
    const struct registry_row *row = &im->t.rows[i];
    Intake__ImportRow *out = arena_new_one(c->arena, Intake__ImportRow);
    const struct fault *f = &row->fault;

    intake__import_row__init(out);
    out->line = row->line;
    out->result = (char *)row_result_name(row->result);
    out->subject_id = (char *)row->id;
    out->name = (char *)import_cell(&im->t, i, "name");
    out->n_changes = changes_of(c, im, row, &out->changes);
    if (!f->reason)
        return out;
    out->column = (char *)f->field;
    out->code = (char *)reason_row(f->reason)->code;
    if (f->args[0])
        out->reason = arena_printf(c->arena, "%s%s%s", f->args[0], f->args[1] ? ", " : "",
                                   f->args[1] ? f->args[1] : "");
    out->faults = arena_new_array(c->arena, Document__ImportFault *, row->n_more + 1);
    out->faults[out->n_faults++] = answer_fault(c, im, i, f);
    for (size_t k = 0; k < row->n_more; k++)
        out->faults[out->n_faults++] = answer_fault(c, im, i, &row->more[k]);
    return out;
}

static Intake__ImportRow **all_rows(struct ctx *c, const struct import *im)
{
    size_t n = im->t.csv->n_rows;
    Intake__ImportRow **rows = arena_new_array(c->arena, Intake__ImportRow *, n + 1);

    for (size_t i = 0; i < n; i++)
        rows[i] = answer_row(c, im, i);
    return rows;
}

/* The digest of what all rows say. */
static void show(struct import *im, Intake__ImportRow *const *rows)
{
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SHA256);
    uint8_t value[DIGEST_SIZE];

    add_shown(d, im->t.kind->name);
    add_shown(d, im->request->csv);
    for (size_t i = 0; i < im->t.csv->n_rows; i++)
        show_row(d, rows[i]);
    digest_finish(d, value);
    hex_format(value, sizeof(value), im->shown);
}

static void answer(struct ctx *c, struct import *im, Intake__ImportRow **rows)
{
    Intake__ImportRegistryReply reply = INTAKE__IMPORT_REGISTRY_REPLY__INIT;
    int32_t counts[4] = {0};

    reply.rows = rows;
    for (size_t i = 0; i < im->t.csv->n_rows; i++) {
        enum row_result result = im->t.rows[i].result;

        counts[result]++;
        if (im->request->preview || result == ROW_REFUSED || result == ROW_CHANGED)
            reply.rows[reply.n_rows++] = rows[i];
    }
    reply.added = counts[ROW_ADDED];
    reply.changed = counts[ROW_CHANGED];
    reply.unchanged = counts[ROW_UNCHANGED];
    reply.refused = counts[ROW_REFUSED];
    reply.preview_sha256 = im->shown;
    if (!im->request->preview)
        import_record(c, &im->t, im->request->file_sha256, &reply);
    reply_with(c, &reply.base);
}

/* Officers of any district keep the city's registry; a district's own is kept by those who cover
 * it. */
static int check_officer(struct ctx *c, const struct registry_kind *kind)
{
    if (kind->of_city || actor_may(c, ROLE_DISTRICT | ROLE_CITY, c->district, NULL))
        return 0;
    return refuse(c, reason_forbidden, NULL, NULL);
}

int registry_import(struct ctx *c)
{
    struct import im = {.request = c->request};
    const struct registry_kind *kind;
    Intake__ImportRow **rows;
    int r;

    r = registry_kind_of(c, (int)im.request->kind, &kind);
    if (r == 0)
        r = registry_district(c, kind);
    if (r == 0)
        r = check_officer(c, kind);
    if (r == 0)
        r = check_confirm(c, &im);
    if (r == 0 && !im.request->csv)
        r = refuse(c, reason_text_missing, "csv", NULL);
    if (r == 0)
        r = import_read(c, kind, im.request->csv, &im.t);
    if (r == 0)
        r = import_fill(c, &im.t, !im.request->preview);
    if (r)
        return r;
    r = registry_judge(c, kind, im.t.rows, im.t.csv->n_rows, !im.request->preview);
    if (r)
        return r;
    rows = all_rows(c, &im);
    show(&im, rows);
    if (im.request->expect_preview && strcmp(im.request->expect_preview, im.shown) != 0)
        return refuse(c, reason_preview_outdated, "expect_preview", NULL);
    if (im.request->n_confirm) {
        r = judge_confirmed(c, &im);
        rows = all_rows(c, &im);
    }
    if (r)
        return r;
    if (!im.request->preview)
        r = registry_write(c, kind, im.t.rows, im.t.csv->n_rows);
    if (r == 0)
        answer(c, &im, rows);
    return r;
}
