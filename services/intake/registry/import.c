/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/import.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "intake.pb-c.h"
#include "services/intake/registry/import_read.h"

#include "common/base/banned.h"

struct import {
    const Intake__ImportRegistry *request;
    struct import_table t;
    struct fault *waived; /* of each row: the first warning confirmed, as a preview shows it */
    char shown[DIGEST_HEX];
};

/* ---- warnings ---- */

/* A warning is confirmed for a row by its line or its identifier; for all that a preview showed it for, by its code. */
static bool is_confirmed(const struct import *im, const struct registry_row *row, const char *code)
{
    char line[16];

    snprintf(line, sizeof(line), "%d", row->line);
    for (size_t i = 0; i < im->request->n_confirm; i++) {
        const char *said = im->request->confirm[i], *colon = strrchr(said, ':');
        size_t n = colon ? (size_t)(colon - said) : 0;

        if (strcmp(colon ? colon + 1 : said, code) != 0)
            continue;
        if (!colon || (strlen(line) == n && strncmp(said, line, n) == 0) ||
            (row->id && strlen(row->id) == n && strncmp(said, row->id, n) == 0))
            return true;
    }
    return false;
}

static int check_confirm(struct ctx *c, const struct import *im)
{
    for (size_t i = 0; !im->request->expect_preview && i < im->request->n_confirm; i++)
        if (!strchr(im->request->confirm[i], ':'))
            return refuse(c, reason_confirm_no_row, "confirm", im->request->confirm[i], NULL);
    return 0;
}

/* Confirm in the row's message what was confirmed for this row, one warning after the other as its check finds them. */
static void waive(struct ctx *c, struct import *im, size_t i,
                  const ProtobufCFieldDescriptor *confirm)
{
    char **codes = arena_new_array(c->arena, char *, im->request->n_confirm + 1);
    struct registry_row *row = &im->t.rows[i];
    char *message = (char *)row->message;
    size_t n = 0;

    while (n < im->request->n_confirm) {
        struct fault f = {0};
        const char *code;

        im->t.kind->check(c, row->message, &f);
        code = f.reason ? reason_row(f.reason)->code : NULL;
        if (!code || !is_confirmed(im, row, code) || (n && strcmp(codes[n - 1], code) == 0))
            break;
        codes[n++] = (char *)code;
        *(char ***)(message + confirm->offset) = codes;
        *(size_t *)(message + confirm->quantifier_offset) = n;
        if (!im->waived[i].reason)
            im->waived[i] = f;
    }
}

static void waive_all(struct ctx *c, struct import *im)
{
    const ProtobufCFieldDescriptor *confirm = pbjson_field(im->t.kind->message, "confirm");

    im->waived = arena_new_array(c->arena, struct fault, im->t.csv->n_rows + 1);
    for (size_t i = 0; confirm && i < im->t.csv->n_rows; i++)
        if (im->t.rows[i].message)
            waive(c, im, i, confirm);
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

/* A row whose warning is confirmed was shown as refused for it. */
static void show_waived(struct digest *d, const struct fault *f)
{
    add_shown(d, row_result_name(ROW_REFUSED));
    show_fault(d, f->field, reason_row(f->reason)->code, f->args,
               !f->args[0]   ? 0
               : !f->args[1] ? 1
                             : 2);
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

/* All rows, and the digest of what they say. */
static Intake__ImportRow **show(struct ctx *c, struct import *im)
{
    size_t n = im->t.csv->n_rows;
    Intake__ImportRow **rows = arena_new_array(c->arena, Intake__ImportRow *, n + 1);
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SHA256);
    uint8_t value[DIGEST_SIZE];

    add_shown(d, im->t.kind->name);
    add_shown(d, im->request->csv);
    for (size_t i = 0; i < n; i++) {
        rows[i] = answer_row(c, im, i);
        if (im->waived[i].reason)
            show_waived(d, &im->waived[i]);
        else
            show_row(d, rows[i]);
    }
    digest_finish(d, value);
    hex_format(value, sizeof(value), im->shown);
    return rows;
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
    const struct registry_kind *kind;
    Intake__ImportRow **rows;
    int r;

    if (im.request->kind < 1 || (size_t)im.request->kind >= ARRAY_LEN(kinds))
        return refuse(c, reason_value_unknown, "kind", "", NULL);
    kind = &registry_kinds[kinds[im.request->kind]];
    r = registry_district(c, kind);
    if (r == 0)
        r = check_officer(c, kind);
    if (r == 0)
        r = check_confirm(c, &im);
    if (r == 0)
        r = import_read(c, kind, im.request->csv, &im.t);
    if (r == 0)
        r = import_fill(c, &im.t, !im.request->preview);
    if (r)
        return r;
    waive_all(c, &im);
    r = registry_judge(c, kind, im.t.rows, im.t.csv->n_rows, !im.request->preview);
    if (r)
        return r;
    rows = show(c, &im);
    if (im.request->expect_preview && strcmp(im.request->expect_preview, im.shown) != 0)
        return refuse(c, reason_preview_outdated, "expect_preview", NULL);
    if (!im.request->preview)
        r = registry_write(c, kind, im.t.rows, im.t.csv->n_rows);
    if (r == 0)
        answer(c, &im, rows);
    return r;
}
