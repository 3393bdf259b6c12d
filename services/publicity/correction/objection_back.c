/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A conclusion that is reopened undoes what it did: the entry is held again; who moved up for it goes back to the reserve, and the
 * supplementary notice that shows it is taken back. Others on that notice get one of their own. Another upheld objection keeps the
 * entry out, and whoever moved up then stands for that one.
 */
#include "services/publicity/correction/objection_back.h"

#include "publicity_sql.h"
#include "services/publicity/correction/list_back.h"
#include "services/publicity/correction/notice_back.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/notice/supplement.h"
#include "services/publicity/objection/objection_fsm.h"
#include "services/publicity/programmes.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

static int objection_close(struct ctx *c, const struct correction_plan *plan,
                           const struct correction_step *step)
{
    Publicity__ObjectionClosed said = PUBLICITY__OBJECTION_CLOSED__INIT;
    struct objection o = *(const struct objection *)step->what;
    int r = sql_cas(c->tx, &sql_objection_close, T(c->district), T(o.id), T(step->from),
                    T(step->to), T(plan->authority->reason), AT(c->now));

    if (r)
        return r;
    o.state = step->to;
    o.answer = plan->authority->reason;
    o.resolved_at = c->now;
    said.objection = objection_message(c->arena, &o, false);
    emit(c, NULL, &said.base);
    return 0;
}

static int objection_reopen(struct ctx *c, const struct correction_step *step)
{
    Publicity__ObjectionReopened said = PUBLICITY__OBJECTION_REOPENED__INIT;
    struct objection o = *(const struct objection *)step->what;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_objection_also_upheld, &rows, T(c->district), T(o.list_id),
                      T(o.subject_id), T(o.id));

    if (r == 0)
        r = sql_cas(c->tx, &sql_objection_reopen, T(c->district), T(o.id), T(step->from),
                    T(step->to));
    if (r)
        return r;
    if (o.promoted && rows_count(rows) > 0)
        sql_exec(c->tx, &sql_objection_promoted, T(c->district),
                 T(rows_text(rows, 0, "objection_id")), T(o.promoted));
    o.state = step->to;
    o.result = o.answer = NULL;
    o.resolved_at = INSTANT_NONE;
    said.objection = objection_message(c->arena, &o, false);
    emit(c, NULL, &said.base);
    return 0;
}

static int objection_step(struct ctx *c, const struct correction_plan *plan,
                          const struct correction_step *step)
{
    return str_equal(step->on, "close") ? objection_close(c, plan, step)
                                        : objection_reopen(c, step);
}

static const struct correction_thing objection_thing = {"objection", &objection_fsm,
                                                        objection_step};

static int objection_add(struct ctx *c, struct correction_plan *plan, const struct objection *o,
                         const char *on)
{
    struct objection *kept = arena_new_one(c->arena, struct objection);

    *kept = *o;
    return correction_add(c, plan, &objection_thing, o->id, o->receipt, o->state, on, kept);
}

int objection_close_add(struct ctx *c, struct correction_plan *plan, const struct objection *o)
{
    return objection_add(c, plan, o, "close");
}

/* ---- who moved up ---- */

struct others {
    struct notice after; /* what a supplement follows */
    struct entry entry;
};

/* Who shared the notice that was taken back is shown by a new draft. */
static int supplement_anew(struct ctx *c, const struct correction_plan *plan,
                           const struct correction_step *step)
{
    const struct others *o = step->what;
    const struct programme *p;
    int r = programme_need(c, plan->programme_id, &p);

    return r ? r : notice_supplement(c, p, &o->after, &o->entry);
}

static const struct correction_thing supplement_thing = {"supplement", NULL, supplement_anew};

static const struct entry *among(const struct entry *entries, size_t n, const char *subject_id)
{
    for (size_t i = 0; i < n; i++)
        if (str_equal(entries[i].subject_id, subject_id))
            return &entries[i];
    return NULL;
}

/* Take back @n, which shows @promoted, and give each other entry that stands a notice again. */
static int supplement_back_add(struct ctx *c, struct correction_plan *plan, const struct notice *n,
                               const struct notice *after, const struct entry *entries,
                               size_t n_entries, const char *promoted)
{
    int r = notice_back_add(c, plan, n);

    for (size_t i = 0; r == 0 && i < n_entries; i++) {
        struct others *o = arena_new_one(c->arena, struct others);

        if (str_equal(entries[i].subject_id, promoted) || str_equal(entries[i].state, "removed"))
            continue;
        *o = (struct others){*after, entries[i]};
        correction_add_record(c, plan, &supplement_thing, entries[i].subject_id, entries[i].name,
                              n->number, "draft", o);
    }
    return r;
}

static int promoted_back_add(struct ctx *c, struct correction_plan *plan, const struct list *l,
                             const struct objection *o, const struct entry *entries, size_t n)
{
    const struct entry *e = among(entries, n, o->promoted);
    struct notice *notices, after;
    size_t n_notices;
    int r = notices_of_list(c, l->id, &notices, &n_notices);

    if (r == 0)
        r = notice_need(c, o->notice_id, &after);
    if (r || !e)
        return r;
    for (size_t i = 0; r == 0 && i < n_notices; i++) {
        struct entry *shown;
        size_t n_shown;

        if (!str_equal(notices[i].kind, "supplementary"))
            continue;
        r = notice_entries(c, notices[i].id, &shown, &n_shown);
        if (r == 0 && among(shown, n_shown, o->promoted))
            r = supplement_back_add(c, plan, &notices[i], &after, shown, n_shown, o->promoted);
    }
    return r ? r : entry_back_add(c, plan, l, e, "demote");
}

/* What the conclusion did to the entry, backwards. */
static int entry_held_again_add(struct ctx *c, struct correction_plan *plan, const struct list *l,
                                const struct objection *o, const struct entry *entries, size_t n)
{
    const struct entry *e = among(entries, n, o->subject_id);
    struct rows *rows;
    int r = sql_query(c->tx, &sql_objection_also_upheld, &rows, T(c->district), T(o->list_id),
                      T(o->subject_id), T(o->id));

    if (r || !e)
        return r;
    if (str_equal(o->result, "upheld")) {
        if (rows_count(rows) > 0 || !str_equal(e->removed_reason, "objection"))
            return 0; /* it is out for another reason, too */
        r = entry_back_add(c, plan, l, e, "reopen");
        return r || !o->promoted ? r : promoted_back_add(c, plan, l, o, entries, n);
    }
    return str_equal(e->state, "listed") ? entry_back_add(c, plan, l, e, "reopen") : 0;
}

int plan_conclusion_reopened(struct ctx *c, struct correction_plan *plan)
{
    struct entry *entries;
    struct objection o;
    struct rows *rows;
    struct list l;
    size_t n;
    int r = sql_query(c->tx, &sql_objection_get, &rows, T(c->district), T(plan->target_id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "target_id", "objection", NULL);
    r = plan->carried_out ? list_lock(c, rows_text(rows, 0, "list_id"), "target_id", &l)
                          : list_need(c, rows_text(rows, 0, "list_id"), "target_id", &l);
    if (r == 0)
        r = list_need_open(c, &l, "target_id");
    if (r == 0)
        r = objection_need(c, plan->target_id, &o); /* as it stands under the lock */
    if (r == 0)
        r = objection_add(c, plan, &o, "reopen");
    if (r == 0)
        r = list_entries(c, l.id, &entries, &n);
    if (r)
        return r;
    plan->programme_id = o.programme_id;
    plan->subject_id = o.subject_id;
    return entry_held_again_add(c, plan, &l, &o, entries, n);
}
