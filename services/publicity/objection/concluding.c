/* SPDX-License-Identifier: Apache-2.0 */
/*
 * objections - investigating, concluding and reading them
 *
 * upheld: the entry is removed and the next of its group's reserve is offered in a supplementary
 * notice. partly: the entry stays, the answer says what was right. dismissed: the entry is free. It
 * stays held as long as another objection to it is open.
 */
#include <errno.h>
#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/objection/mask.h"
#include "services/publicity/objection/objection.h"

#include "common/base/banned.h"

void objection_read(const struct rows *rows, size_t i, struct objection *ret_objection)
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
    m->filed_at = o->filed_at;
    m->has_resolved_at = o->resolved_at != INSTANT_NONE;
    m->resolved_at = m->has_resolved_at ? o->resolved_at : 0;
    return m;
}

int publicity_investigate_objection(struct ctx *c)
{
    const Publicity__InvestigateObjection *q = c->request;
    struct objection o;
    const char *to;
    int r = need_text(c, "note", q->note, 1, 2000);

    if (r == 0)
        r = objection_need(c, q->objection_id, &o);
    if (r == 0)
        r = need_step(c, &objection_fsm, o.state, "investigate", "objection_id", &to);
    if (r)
        return r;
    return sql_cas(c->tx, &sql_objection_investigate, T(c->district), T(o.id), T(o.state), T(to),
                   T(q->note));
}

static const char *result_word(Publicity__ResolveObjection__Result result)
{
    switch (result) {
    case PUBLICITY__RESOLVE_OBJECTION__RESULT__UPHELD:
        return "upheld";
    case PUBLICITY__RESOLVE_OBJECTION__RESULT__PARTLY:
        return "partly";
    case PUBLICITY__RESOLVE_OBJECTION__RESULT__DISMISSED:
        return "dismissed";
    default:
        return NULL;
    }
}

static int entry_of(struct ctx *c, const struct objection *o, struct entry *ret_entry)
{
    struct entry *entries;
    size_t n;
    int r = notice_entries(c, o->notice_id, &entries, &n);

    if (r)
        return r;
    for (size_t i = 0; i < n; i++)
        if (strcmp(entries[i].subject_id, o->subject_id) == 0) {
            *ret_entry = entries[i];
            return 0;
        }
    return err_raise(-ENOENT); /* an objection always points at an entry of its notice */
}

/* Upheld: the entry goes, once; the next of the reserve moves up for it. */
static int remove_entry(struct ctx *c, const struct list *l, const struct objection *o,
                        const struct entry *e, const char **ret_promoted)
{
    bool first = strcmp(e->state, "removed") != 0;
    struct notice n;
    int r = entry_remove(c, l->id, e, "remove", "objection");

    *ret_promoted = NULL;
    if (r || !first)
        return r;
    r = notice_need(c, o->notice_id, &n);
    if (r)
        return r;
    return list_promote(c, l, e->group, &n, ret_promoted);
}

/* Partly upheld or dismissed: the entry is free unless another objection holds it. */
static int free_entry(struct ctx *c, const struct list *l, const struct objection *o,
                      const struct entry *e)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_objection_others_open, &rows, T(c->district), T(l->id),
                      T(o->subject_id), T(o->id));

    if (r || rows_bool(rows, 0, "others"))
        return r;
    return entry_step(c, l->id, e, "free");
}

static int conclude(struct ctx *c, const struct list *l, struct objection *o, const char *to)
{
    Publicity__ObjectionResolved said = PUBLICITY__OBJECTION_RESOLVED__INIT;
    const char *promoted = NULL;
    struct entry e;
    int r = sql_cas(c->tx, &sql_objection_resolve, T(c->district), T(o->id), T(o->state), T(to),
                    T(o->result), T(o->answer), AT(c->now));

    if (r == 0)
        r = entry_of(c, o, &e);
    if (r)
        return r;
    if (strcmp(o->result, "upheld") == 0)
        r = remove_entry(c, l, o, &e, &promoted);
    else
        r = free_entry(c, l, o, &e);
    if (r)
        return r;
    o->state = to;
    o->resolved_at = c->now;
    said.objection = objection_message(c->arena, o, false);
    said.promoted_subject_id = (char *)promoted;
    emit(c, NULL, &said.base);
    return 0;
}

int publicity_resolve_objection(struct ctx *c)
{
    const Publicity__ResolveObjection *q = c->request;
    const char *word = result_word(q->result);
    struct objection o;
    struct list l;
    const char *to;
    int r = need_text(c, "answer", q->answer, 1, 4000);

    if (r == 0 && !word)
        r = refuse(c, reason_value_unknown, "result", arena_printf(c->arena, "%d", (int)q->result),
                   NULL);
    if (r == 0)
        r = objection_need(c, q->objection_id, &o);
    if (r == 0)
        r = list_lock(c, o.list_id, "objection_id", &l);
    if (r == 0)
        r = objection_need(c, q->objection_id, &o); /* as it stands under the lock */
    if (r == 0)
        r = need_step(c, &objection_fsm, o.state, "resolve", "objection_id", &to);
    if (r)
        return r;
    o.result = word;
    o.answer = q->answer;
    return conclude(c, &l, &o, to);
}

int publicity_list_objections(struct ctx *c)
{
    const Publicity__ListObjections *q = c->request;
    Publicity__ListObjectionsReply reply = PUBLICITY__LIST_OBJECTIONS_REPLY__INIT;
    bool open = actor_may(c, "district", c->district, NULL);
    const char *state = text_or_null(q->state);
    struct rows *rows;
    int r = need_range(c, "limit", q->limit, 1, 500);

    if (r == 0)
        r = need_state(c, &objection_fsm, "state", state);
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
    reply_with(c, &reply.base);
    return 0;
}
