/* SPDX-License-Identifier: Apache-2.0 */
/*
 * An open objection holds that entry and not the list (domain.md section 5). The masked name alone
 * leaves this service; one person is told from another of the same name by the contact given.
 */
#include "services/publicity/objection/objecting.h"

#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/list/list.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/objection/objection.h"
#include "services/publicity/objection/objection_fsm.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

/* The text without spaces at its ends, so that a name typed with one is the same name. */
static const char *trimmed(struct arena *a, const char *text)
{
    const char *end;

    text += strspn(text, " \t\r\n");
    end = text + strlen(text);
    while (end > text && strchr(" \t\r\n", end[-1]))
        end--;
    return arena_strndup(a, text, (size_t)(end - text));
}

static int need_fields(struct ctx *c, const Publicity__FileObjection *q, struct objection *o)
{
    int r;

    o->objector = trimmed(c->arena, q->objector);
    o->contact = trimmed(c->arena, q->contact);
    o->grounds = trimmed(c->arena, q->grounds);
    r = fault_note(c, need_text(c, "objector", o->objector, 1, 50));
    if (r == 0 && utf8_length(o->objector) == 1)
        r = fault_note(c, refuse(c, reason_name_too_short, "objector", "2", NULL));
    if (r == 0)
        r = fault_note(c, need_text(c, "contact", o->contact, 1, 100));
    if (r == 0)
        r = fault_note(c, need_text(c, "grounds", o->grounds, 1, 4000));
    return r ? r : faults_refuse(c);
}

static int need_file(struct ctx *c, const char *sha256)
{
    uint8_t value[DIGEST_SIZE];

    if (!text_or_null(sha256) || hex_parse(sha256, value, sizeof(value)) == 0)
        return 0;
    return refuse(c, reason_value_unknown, "file_sha256", sha256, NULL);
}

/* Names, types and sizes are the gateway's word, which nobody else sends. */
static int need_files(struct ctx *c, const Publicity__FileObjection *q)
{
    for (size_t i = 0; i < q->n_files; i++) {
        const Publicity__ObjectionFile *f = q->files[i];

        if (!f->file_name || !f->media_type || !f->has_size)
            return refuse(c, reason_value_unknown, "files", f->file_sha256, NULL);
    }
    return need_file(c, q->file_sha256);
}

/* Only while the notice is on display: also not in the moment between its end and its closing. */
static int need_open(struct ctx *c, const struct notice *n)
{
    bool over = n->end_day != DAY_NONE && c->now >= day_end(n->end_day);

    if (strcmp(n->state, "closed") == 0 || (over && strcmp(n->state, "published") == 0))
        return refuse(c, reason_objection_late, "notice_id", day_text(c->arena, n->end_day), NULL);
    if (strcmp(n->state, "published") != 0)
        return refuse(c, reason_notice_not_open, "notice_id", n->state, NULL);
    return 0;
}

static int find_entry(struct ctx *c, const struct notice *n, const char *subject_id,
                      struct entry *ret_entry)
{
    struct entry *entries;
    size_t n_entries;
    int r = notice_entries(c, n->id, &entries, &n_entries);

    if (r)
        return r;
    for (size_t i = 0; i < n_entries; i++) {
        if (strcmp(entries[i].subject_id, subject_id) != 0)
            continue;
        if (strcmp(entries[i].state, "removed") == 0)
            return refuse(c, reason_entry_removed, "subject_id", subject_id, NULL);
        *ret_entry = entries[i];
        return 0;
    }
    return refuse(c, reason_entry_unknown, "subject_id", subject_id, NULL);
}

static int need_first(struct ctx *c, const struct objection *o)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_objection_same, &rows, T(c->district), T(o->notice_id),
                      T(o->subject_id), T(o->objector), T(o->contact));

    if (r)
        return r;
    if (rows_count(rows) > 0)
        return refuse(c, reason_objection_twice, NULL, rows_text(rows, 0, "receipt"), NULL);
    return 0;
}

static int objection_file(struct ctx *c, const Publicity__FileObjection *q, struct objection *o)
{
    Publicity__ObjectionFiled said = PUBLICITY__OBJECTION_FILED__INIT;
    Publicity__FileObjectionReply reply = PUBLICITY__FILE_OBJECTION_REPLY__INIT;
    int year, month, mday, r;

    day_civil(instant_day(c->now), &year, &month, &mday);
    r = number_next(c, "YY-{year}-{n}", year, &o->receipt);
    if (r)
        return r;
    o->id = c->id_text;
    o->state = objection_fsm.start;
    o->filed_at = c->now;
    o->resolved_at = INSTANT_NONE;
    sql_exec(c->tx, &sql_objection_put, T(c->district), T(o->id), T(o->notice_id), T(o->list_id),
             T(o->programme_id), T(o->subject_id), T(o->state), T(o->objector), T(o->contact),
             B(o->unit), T(o->grounds), T(text_or_null(q->file_sha256)), T(o->receipt), AT(c->now),
             T(text_or_null(q->edge_follow_sha256)));
    for (size_t i = 0; i < q->n_files; i++)
        sql_exec(c->tx, &sql_objection_file_put, T(c->district), T(o->id), I((int64_t)i + 1),
                 T(q->files[i]->file_sha256), T(q->files[i]->file_name), T(q->files[i]->media_type),
                 I(q->files[i]->size));
    said.objection = objection_message(c->arena, o, false);
    emit(c, NULL, &said.base);
    reply.objection_id = (char *)o->id;
    reply.receipt = (char *)o->receipt;
    reply_with(c, &reply.base);
    return 0;
}

int publicity_file_objection(struct ctx *c)
{
    const Publicity__FileObjection *q = c->request;
    struct objection o = {.subject_id = q->subject_id, .unit = q->unit};
    struct notice n;
    struct entry e;
    struct list l;
    int r = need_fields(c, q, &o);

    if (r == 0)
        r = need_files(c, q);
    if (r == 0)
        r = notice_need(c, q->notice_id, &n);
    if (r == 0)
        r = list_lock(c, n.list_id, "notice_id", &l);
    if (r == 0)
        r = notice_need(c, q->notice_id, &n); /* as it stands under the lock */
    if (r == 0)
        r = need_open(c, &n);
    if (r == 0)
        r = find_entry(c, &n, q->subject_id, &e);
    if (r)
        return r;
    o.notice_id = n.id;
    o.list_id = n.list_id;
    o.programme_id = n.programme_id;
    r = need_first(c, &o);
    if (r == 0)
        r = entry_step(c, n.list_id, &e, "object");
    if (r)
        return r;
    return objection_file(c, q, &o);
}

int publicity_get_objection_form(struct ctx *c)
{
    const Publicity__GetObjectionForm *q = c->request;
    Publicity__GetObjectionFormReply reply = PUBLICITY__GET_OBJECTION_FORM_REPLY__INIT;
    struct notice n;
    int r = notice_need(c, q->notice_id, &n);

    if (r == 0 && n.published_at == INSTANT_NONE)
        r = refuse(c, reason_not_found, "notice_id", "notice", NULL);
    if (r == 0)
        r = need_open(c, &n);
    if (r)
        return r;
    reply.notice_id = q->notice_id;
    reply_with(c, &reply.base);
    return 0;
}
