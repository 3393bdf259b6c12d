/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/table_answer.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/document/table.h"
#include "common/json/pbjson.h"
#include "proto/api.h"
#include "proto/fields.h"
#include "proto/words.h"
#include "services/gateway/edge/answer.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/example.h"
#include "services/gateway/file/sniff.h"

#include "common/base/banned.h"

struct writing {
    struct job job;
    struct call *call;
    struct table table;
    const char *file_name;
    Document__Format format;
    struct str out;
    int error;
};

const char *table_media(Document__Format format)
{
    return format == DOCUMENT__FORMAT__XLSX ? sniff_media("xlsx") : "text/csv; charset=utf-8";
}

/* ---- what the columns are ---- */

static const ProtobufCMessageDescriptor *message_of(const Document__Table *t)
{
    const struct api_row *row = t->message ? api_row_for(t->message) : NULL;

    return row ? row->request : NULL;
}

static const char *const *enum_words(struct arena *a, const ProtobufCFieldDescriptor *field)
{
    const ProtobufCEnumDescriptor *d = field->descriptor;
    const char **words = arena_new_array(a, const char *, d->n_values + 1);

    for (unsigned i = 0; i < d->n_values; i++)
        words[i] = pbjson_enum_text(a, field, d->values[i].value);
    words[d->n_values] = NULL;
    return words;
}

static const char *const *words_for(struct arena *a, const ProtobufCMessageDescriptor *d,
                                    const ProtobufCFieldDescriptor *field)
{
    static const char *const yes_no[] = {"true", "false", NULL};

    if (field->type == PROTOBUF_C_TYPE_BOOL)
        return yes_no;
    return field->type == PROTOBUF_C_TYPE_ENUM ? enum_words(a, field)
                                               : words_of(d->name, field->name);
}

static enum table_kind kind_of(const ProtobufCFieldDescriptor *field)
{
    size_t n = strlen(field->name);

    if (field->type == PROTOBUF_C_TYPE_INT64 || field->type == PROTOBUF_C_TYPE_INT32)
        return TABLE_NUMBER;
    return n > 4 && strcmp(field->name + n - 4, "_day") == 0 ? TABLE_DAY : TABLE_TEXT;
}

static const char *about(struct arena *a, enum language language,
                         const ProtobufCMessageDescriptor *d, const ProtobufCFieldDescriptor *field)
{
    const struct field_about *row = field_about(d->name, field->name, pbjson_name_size(field));
    const char *text = row ? text_in(language, row->text) : "";

    return field->label == PROTOBUF_C_LABEL_REPEATED
               ? arena_printf(a, "%s %s", text,
                              text_in(language, N_("Several are parted by semicolons.")))
               : text;
}

static struct table_column column_of(struct arena *a, const ProtobufCMessageDescriptor *d,
                                     const Document__TableColumn *c)
{
    const ProtobufCFieldDescriptor *field = d ? pbjson_field(d, c->name) : NULL;

    if (!field)
        return (struct table_column){
            .name = c->name, .required = c->required, .about = {c->title, c->title}};
    return (struct table_column){
        .name = c->name,
        .kind = kind_of(field),
        .required = field->label == PROTOBUF_C_LABEL_REQUIRED || c->required,
        .words = words_for(a, d, field),
        .about = {about(a, LANGUAGE_EN, d, field), about(a, LANGUAGE_ZH, d, field)},
    };
}

/* ---- its cells ---- */

/* The example of the field as a cell; the first is marked as no row. */
static const char *example(struct arena *a, const ProtobufCMessageDescriptor *d, const char *name,
                           bool first)
{
    const ProtobufCFieldDescriptor *field = d ? pbjson_field(d, name) : NULL;
    CLEANUP(str_release) struct str out = STR_INIT;
    const char *text;
    size_t n;

    if (field)
        example_write(&out, d, field);
    text = out.text ? out.text : "";
    text += strspn(text, "[\"");
    n = strcspn(text, "]\"");
    return arena_printf(a, "%s%.*s", first ? "# " : "", (int)n, text);
}

/* All that is wrong with a row, a sentence each. */
static const char *why(struct arena *a, const Document__TableRow *row)
{
    const char *text = "";

    for (size_t i = 0; i < row->n_faults; i++) {
        const Document__ImportFault *f = row->faults[i];

        text = arena_printf(a, "%s%s%s%s%s", text, i ? " " : "", f->column ? f->column : "",
                            f->column ? ": " : "", f->sentence ? f->sentence : f->code);
    }
    return text;
}

static struct table table_of(struct call *call, const Document__Table *t)
{
    const ProtobufCMessageDescriptor *d = message_of(t);
    size_t n = t->n_columns + (t->refused ? 1 : 0), at = 0;
    struct table_column *columns = arena_new_array(call->a, struct table_column, n + 1);
    const char **cells = arena_new_array(call->a, const char *, n *(t->n_rows + 1) + 1);

    for (size_t k = 0; k < t->n_columns; k++) {
        columns[k] = column_of(call->a, d, t->columns[k]);
        if (t->example)
            cells[at++] = example(call->a, d, t->columns[k]->name, k == 0);
    }
    if (t->refused)
        columns[t->n_columns] = (struct table_column){.name = table_why(call->language)};
    for (size_t i = 0; i < t->n_rows; i++) {
        for (size_t k = 0; k < t->n_columns; k++)
            cells[at++] = k < t->rows[i]->n_cells ? t->rows[i]->cells[k] : NULL;
        if (t->refused)
            cells[at++] = why(call->a, t->rows[i]);
    }
    return (struct table){columns, n, cells, n ? at / n : 0};
}

/* ---- writing and answering ---- */

static void write_run(struct job *job, void *worker)
{
    struct writing *w = container_of(job, struct writing, job);

    (void)worker;
    if (w->format == DOCUMENT__FORMAT__XLSX)
        w->error = table_to_xlsx(
            &w->table, arena_printf(w->call->a, "%s/tmp", w->call->edge->g->data_dir), &w->out);
    else
        table_to_csv(&w->table, &w->out);
}

static void add_headers(const struct writing *w, const char *etag)
{
    CLEANUP(str_release) struct str disposition = STR_INIT;
    struct http_request *req = w->call->req;

    str_add(&disposition, "attachment; filename*=UTF-8''");
    percent_encode(&disposition, w->file_name);
    str_add(&disposition, w->format == DOCUMENT__FORMAT__XLSX ? ".xlsx" : ".csv");
    http_add_header(req, "Content-Disposition", disposition.text);
    http_add_header(req, "ETag", etag);
    http_add_header(req, "Cache-Control", "private, no-cache");
    http_add_header(req, "Vary", "Accept-Language");
}

/* A workbook names the second it was made in: what it says is what its CSV says. */
static char *etag_of(const struct writing *w)
{
    CLEANUP(str_release) struct str csv = STR_INIT;
    uint8_t value[DIGEST_SIZE];
    char hex[DIGEST_HEX];

    if (w->format == DOCUMENT__FORMAT__XLSX)
        table_to_csv(&w->table, &csv);
    digest_once(DIGEST_SHA256, csv.size ? csv.text : w->out.text, csv.size ? csv.size : w->out.size,
                value);
    hex_format(value, DIGEST_SIZE / 2, hex);
    return arena_printf(w->call->a, "\"%s%s\"", hex, csv.size ? "-xlsx" : "");
}

static void write_done(struct job *job)
{
    struct writing *w = container_of(job, struct writing, job);
    struct call *call = w->call;
    const char *etag;
    int status;

    if (w->error) {
        call_refuse0(call, reason_unavailable);
    } else {
        etag = etag_of(w);
        status = call_not_modified(call, etag) ? 304 : 200;
        call_finish(call, status);
        add_headers(w, etag);
        http_answer(call->req, status, status == 200 ? table_media(w->format) : NULL,
                    status == 200 ? w->out.text : "", status == 200 ? w->out.size : 0);
    }
    str_release(&w->out);
}

static Document__Format format_of(const struct call *call)
{
    const ProtobufCFieldDescriptor *field = pbjson_field(call->message->descriptor, "format");

    return field ? *(const Document__Format *)pbjson_member(call->message, field)
                 : DOCUMENT__FORMAT__CSV;
}

void table_answer_go(struct call *call, const Document__Table *table)
{
    struct writing *w = arena_new_one(call->a, struct writing);

    *w = (struct writing){
        .job = {.run = write_run, .done = write_done},
        .call = call,
        .table = table_of(call, table),
        .file_name = table->file_name,
        .format = format_of(call),
        .out = STR_INIT,
    };
    if (service_job(call->edge->svc, &w->job))
        call_refuse0(call, reason_busy);
}
