/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upheld: the entry is removed and the next of its group's reserve is offered in a supplementary
 * notice. partly: the entry stays, the answer says what was right. dismissed: the entry is free. It
 * stays held as long as another objection to it is open.
 */
#include "services/publicity/objection/concluding.h"

#include <errno.h>
#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/list/reserve.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/objection/objection.h"
#include "services/publicity/objection/objection_fsm.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

int publicity_investigate_objection(struct ctx *c)
{
    const Publicity__InvestigateObjection *q = c->request;
    Publicity__ObjectionTaken said = PUBLICITY__OBJECTION_TAKEN__INIT;
    struct objection o;
    const char *to;
    int r = need_text(c, "note", q->note, 1, 2000);

    if (r == 0)
        r = objection_need(c, q->objection_id, &o);
    if (r == 0)
        r = need_step(c, &objection_fsm, o.state, "investigate", "objection_id", &to);
    if (r)
        return r;
    r = sql_cas(c->tx, &sql_objection_investigate, T(c->district), T(o.id), T(o.state), T(to),
                T(q->note));
    if (r)
        return r;
    o.state = to;
    said.objection = objection_message(c->arena, &o, false);
    emit(c, NULL, &said.base);
    return 0;
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
static int entry_uphold(struct ctx *c, const struct list *l, const struct objection *o,
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
static int entry_free(struct ctx *c, const struct list *l, const struct objection *o,
                      const struct entry *e)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_objection_others_open, &rows, T(c->district), T(l->id),
                      T(o->subject_id), T(o->id));

    if (r || rows_bool(rows, 0, "others"))
        return r;
    return entry_step(c, l->id, e, "free");
}

static int objection_conclude(struct ctx *c, const struct list *l, struct objection *o,
                              const char *to)
{
    Publicity__ObjectionResolved said = PUBLICITY__OBJECTION_RESOLVED__INIT;
    const char *promoted = NULL;
    struct entry e;
    int r = sql_cas(c->tx, &sql_objection_resolve, T(c->district), T(o->id), T(o->state), T(to),
                    T(o->result), T(o->answer), AT(c->now), T(o->public_summary));

    if (r == 0)
        r = entry_of(c, o, &e);
    if (r)
        return r;
    if (strcmp(o->result, "upheld") == 0)
        r = entry_uphold(c, l, o, &e, &promoted);
    else
        r = entry_free(c, l, o, &e);
    if (r)
        return r;
    if (promoted)
        sql_exec(c->tx, &sql_objection_promoted, T(c->district), T(o->id), T(promoted));
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

    if (r == 0)
        r = need_text(c, "public_summary", q->public_summary, 0, 1000);
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
    o.public_summary = text_or_null(q->public_summary);
    return objection_conclude(c, &l, &o, to);
}
