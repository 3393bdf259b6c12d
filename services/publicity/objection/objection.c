/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/objection/objection.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/text/clean.h"
#include "publicity_sql.h"
#include "services/publicity/objection/mask.h"
#include "services/publicity/objection/objection_fsm.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

static void objection_read(const struct rows *rows, size_t i, struct objection *ret_objection)
{
    *ret_objection = (struct objection){
        .id = rows_text(rows, i, "objection_id"),
        .notice_id = rows_text(rows, i, "notice_id"),
        .list_id = rows_text(rows, i, "list_id"),
        .programme_id = rows_text(rows, i, "programme_id"),
        .subject_id = rows_text(rows, i, "subject_id"),
        .state = rows_text(rows, i, "state"),
        .result = rows_text(rows, i, "result"),
        .objector = rows_text(rows, i, "objector"),
        .contact = rows_text(rows, i, "contact"),
        .grounds = rows_text(rows, i, "grounds"),
        .answer = rows_text(rows, i, "answer"),
        .receipt = rows_text(rows, i, "receipt"),
        .public_summary = rows_text(rows, i, "public_summary"),
        .promoted = rows_text(rows, i, "promoted"),
        .filed_at = rows_at(rows, i, "filed_at"),
        .resolved_at = rows_at(rows, i, "resolved_at"),
        .unit = rows_bool(rows, i, "unit"),
    };
}

int objection_need(struct ctx *c, const char *id, struct objection *ret_objection)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_objection_get, &rows, T(c->district), T(id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "objection_id", "objection", NULL);
    objection_read(rows, 0, ret_objection);
    return 0;
}

int objections_open(struct ctx *c, const char *list_id, struct objection **ret_objections,
                    size_t *ret_n)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_objections_of_list, &rows, T(c->district), T(list_id));

    if (r)
        return r;
    *ret_n = rows_count(rows);
    *ret_objections = arena_new_array(c->arena, struct objection, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        objection_read(rows, i, &(*ret_objections)[i]);
    return 0;
}

Publicity__Objection *objection_message(struct arena *a, const struct objection *o, bool open)
{
    Publicity__Objection *m = arena_new_one(a, Publicity__Objection);

    publicity__objection__init(m);
    m->objection_id = (char *)o->id;
    m->notice_id = (char *)o->notice_id;
    m->subject_id = (char *)o->subject_id;
    m->programme_id = (char *)o->programme_id;
    m->state = (char *)o->state;
    m->result = (char *)o->result;
    m->objector = (char *)(open ? o->objector : mask_name(a, o->objector, o->unit));
    m->contact = (char *)(open ? o->contact : NULL);
    m->grounds = (char *)o->grounds;
    m->answer = (char *)o->answer;
    m->receipt = (char *)o->receipt;
    m->public_summary = (char *)o->public_summary;
    m->filed_at = o->filed_at;
    m->has_resolved_at = o->resolved_at != INSTANT_NONE;
    m->resolved_at = m->has_resolved_at ? o->resolved_at : 0;
    return m;
}

static Publicity__ObjectionFile *file_message(struct arena *a, const struct rows *rows, size_t i)
{
    Publicity__ObjectionFile *f = arena_new_one(a, Publicity__ObjectionFile);

    publicity__objection_file__init(f);
    f->file_sha256 = (char *)rows_text(rows, i, "file_sha256");
    f->file_name = (char *)rows_text(rows, i, "file_name");
    f->media_type = (char *)rows_text(rows, i, "media_type");
    f->has_size = true;
    f->size = rows_i64(rows, i, "size");
    return f;
}

/* Put to each of the objections the files that it names. */
static int add_files(struct ctx *c, Publicity__Objection **objections, size_t n)
{
    const char **ids = arena_new_array(c->arena, const char *, n + 1);
    struct rows *rows;
    int r;

    for (size_t i = 0; i < n; i++)
        ids[i] = objections[i]->objection_id;
    r = sql_query(c->tx, &sql_objection_files, &rows, T(c->district), TA(ids, n));
    for (size_t i = 0; r == 0 && i < n; i++) {
        Publicity__Objection *o = objections[i];

        o->files = arena_new_array(c->arena, Publicity__ObjectionFile *, rows_count(rows) + 1);
        for (size_t k = 0; k < rows_count(rows); k++)
            if (strcmp(rows_text(rows, k, "objection_id"), o->objection_id) == 0)
                o->files[o->n_files++] = file_message(c->arena, rows, k);
    }
    return r;
}

int publicity_get_objection(struct ctx *c)
{
    const Publicity__GetObjection *q = c->request;
    Publicity__GetObjectionReply reply = PUBLICITY__GET_OBJECTION_REPLY__INIT;
    bool handles = actor_may(c, ROLE_DISTRICT, c->district, NULL);
    struct objection o;
    struct rows *rows;
    int r = objection_need(c, q->objection_id, &o);

    if (r == 0)
        r = sql_query(c->tx, &sql_objection_note, &rows, T(c->district), T(o.id));
    if (r)
        return r;
    reply.objection = objection_message(c->arena, &o, handles);
    r = add_files(c, &reply.objection, 1);
    if (r)
        return r;
    reply.list_id = (char *)o.list_id;
    reply.note = (char *)(handles ? rows_text(rows, 0, "note") : NULL);
    reply.promoted_subject_id = (char *)o.promoted;
    reply_with(c, &reply.base);
    return 0;
}

int publicity_list_objections(struct ctx *c)
{
    const Publicity__ListObjections *q = c->request;
    Publicity__ListObjectionsReply reply = PUBLICITY__LIST_OBJECTIONS_REPLY__INIT;
    bool open = actor_may(c, ROLE_DISTRICT, c->district, NULL);
    const char *state = text_or_null(q->state);
    struct rows *rows;
    int r = need_range(c, "limit", q->limit, 1, 500);

    if (r == 0)
        r = need_state(c, "state", state, &objection_fsm);
    if (r == 0)
        r = sql_query(c->tx, &sql_objections_page, &rows, T(c->district),
                      T(text_or_null(q->programme_id)), T(text_or_null(q->notice_id)), T(state),
                      T(text_or_null(q->after)), I(q->limit + 1));
    if (r)
        return r;
    reply.objections = arena_new_array(c->arena, Publicity__Objection *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows) && i < (size_t)q->limit; i++) {
        struct objection o;

        objection_read(rows, i, &o);
        reply.objections[reply.n_objections++] = objection_message(c->arena, &o, open);
        if (rows_count(rows) > (size_t)q->limit)
            reply.next = (char *)o.id;
    }
    r = add_files(c, reply.objections, reply.n_objections);
    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}

/* The digest of the code as it was given out, however it was typed. */
static char *code_digest(struct arena *a, const char *typed)
{
    char *code = arena_strdup(a, text_key(a, typed)), *to = code, *hex = arena_alloc(a, DIGEST_HEX);
    uint8_t value[DIGEST_SIZE];

    for (const char *p = code; *p; p++)
        if ((*p >= 'a' && *p <= 'z') || (*p >= '0' && *p <= '9'))
            *to++ = *p;
    digest_once(DIGEST_SHA256, code, (size_t)(to - code), value);
    hex_format(value, sizeof(value), hex);
    return hex;
}

int publicity_get_objection_receipt(struct ctx *c)
{
    const Publicity__GetObjectionReceipt *q = c->request;
    Publicity__GetObjectionReceiptReply reply = PUBLICITY__GET_OBJECTION_RECEIPT_REPLY__INIT;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_objection_receipt, &rows, T(c->district), T(q->receipt),
                      T(code_digest(c->arena, q->code)));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "receipt", "objection", NULL);
    reply.receipt = (char *)rows_text(rows, 0, "receipt");
    reply.notice_id = (char *)rows_text(rows, 0, "notice_id");
    reply.state = (char *)rows_text(rows, 0, "state");
    reply.result = (char *)rows_text(rows, 0, "result");
    reply.filed_at = rows_at(rows, 0, "filed_at");
    reply.has_resolved_at = !rows_null(rows, 0, "resolved_at");
    reply.resolved_at = reply.has_resolved_at ? rows_at(rows, 0, "resolved_at") : 0;
    reply.public_summary = (char *)rows_text(rows, 0, "public_summary");
    reply_with(c, &reply.base);
    return 0;
}
