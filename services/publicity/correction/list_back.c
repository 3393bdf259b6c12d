/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changning 2023, section 三(三)(四): the two departments draw up the list, and after the notice fix it in the end; until then they
 * may strike an entry, or take the whole list back and draw up another.
 */
#include "services/publicity/correction/list_back.h"

#include <string.h>

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/correction/notice_back.h"
#include "services/publicity/correction/objection_back.h"
#include "services/publicity/list/list_fsm.h"
#include "services/publicity/list/reserve.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

/* ---- the whole list ---- */

static int list_step_back(struct ctx *c, const struct correction_plan *plan,
                          const struct correction_step *step)
{
    Publicity__ListWithdrawn said = PUBLICITY__LIST_WITHDRAWN__INIT;
    const struct list *l = step->what;
    struct entry *entries;
    size_t n;
    int r = sql_cas(c->tx, &sql_list_step, T(c->district), T(l->id), T(step->from), T(step->to));

    (void)plan;
    if (r == 0)
        r = list_entries(c, l->id, &entries, &n);
    if (r)
        return r;
    said.list_id = (char *)l->id;
    said.programme_id = (char *)l->programme_id;
    said.state = (char *)step->to;
    said.entries = arena_new_array(c->arena, Publicity__NoticeEntry *, n + 1);
    for (size_t i = 0; i < n; i++)
        entry_message(c->arena, &entries[i], &said.entries[said.n_entries++]);
    emit(c, NULL, &said.base);
    return 0;
}

static const struct correction_thing list_thing = {"list", &list_fsm, list_step_back};

/* @id for the plan's steps: locked if they follow; still open. */
static int list_take(struct ctx *c, struct correction_plan *plan, const char *id,
                     struct list **ret_list)
{
    struct list *l = arena_new_one(c->arena, struct list);
    int r = plan->carried_out ? list_lock(c, id, "target_id", l) : list_need(c, id, "target_id", l);

    if (r == 0)
        r = list_need_open(c, l, "target_id");
    if (r)
        return r;
    plan->programme_id = l->programme_id;
    *ret_list = l;
    return 0;
}

/* The list goes with all that hangs on it: its notices, then the objections to them, which are closed with the reason. */
static int plan_list_gone(struct ctx *c, struct correction_plan *plan, const char *on)
{
    struct objection *objections;
    struct notice *notices;
    struct list *l;
    size_t n_notices, n;
    int r = list_take(c, plan, plan->target_id, &l);

    if (r == 0)
        r = correction_add(c, plan, &list_thing, l->id, NULL, l->state, on, l);
    if (r == 0)
        r = notices_of_list(c, l->id, &notices, &n_notices);
    for (size_t i = 0; r == 0 && i < n_notices; i++)
        r = notice_back_add(c, plan, &notices[i]);
    if (r == 0)
        r = objections_open(c, l->id, &objections, &n);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = objection_close_add(c, plan, &objections[i]);
    return r;
}

int plan_list_withdrawn(struct ctx *c, struct correction_plan *plan)
{
    return plan_list_gone(c, plan, "withdraw");
}

int plan_list_replaced(struct ctx *c, struct correction_plan *plan)
{
    return plan_list_gone(c, plan, "replace");
}

/* ---- one entry ---- */

struct entry_place {
    struct list list;
    struct entry entry;
};

/* Out by joint decision: says who follows, which the plan's next step carries out. */
static int entry_strike(struct ctx *c, const struct correction_plan *plan,
                        const struct correction_step *step)
{
    Publicity__EntryRemoved said = PUBLICITY__ENTRY_REMOVED__INIT;
    const struct entry_place *at = step->what;
    struct entry e = at->entry;
    int r = entry_remove(c, at->list.id, &e, "strike", "struck");

    if (r)
        return r;
    e.state = step->to;
    e.removed_reason = "struck";
    said.list_id = (char *)at->list.id;
    said.programme_id = (char *)at->list.programme_id;
    entry_message(c->arena, &e, &said.entry);
    for (size_t i = 0; i < plan->n_steps; i++)
        if (str_equal(plan->steps[i].on, "promote"))
            said.promoted_subject_id = (char *)plan->steps[i].id;
    emit(c, NULL, &said.base);
    return 0;
}

static int entry_promote(struct ctx *c, const struct entry_place *at)
{
    const char *promoted;
    struct notice *proposal;
    int r = notice_proposal(c, at->list.id, &proposal);

    if (r == 0)
        r = list_promote(c, &at->list, at->entry.group, proposal, &promoted);
    return r ? r : str_equal(promoted, at->entry.subject_id) ? 0 : MSG_LATER;
}

/* Held again, or back in the reserve. */
static int entry_back(struct ctx *c, const struct correction_step *step)
{
    Publicity__EntryRestored said = PUBLICITY__ENTRY_RESTORED__INIT;
    const struct entry_place *at = step->what;
    struct entry e = at->entry;
    bool keeps = !str_equal(step->to, entry_fsm.start);
    int r = sql_cas(c->tx, &sql_entry_back, T(c->district), T(at->list.id), T(e.subject_id),
                    T(step->from), T(step->to), B(keeps));

    if (r)
        return r;
    e.state = step->to;
    e.removed_reason = NULL;
    e.from_reserve = e.from_reserve && keeps;
    said.list_id = (char *)at->list.id;
    said.programme_id = (char *)at->list.programme_id;
    entry_message(c->arena, &e, &said.entry);
    emit(c, NULL, &said.base);
    return 0;
}

static int entry_step_back(struct ctx *c, const struct correction_plan *plan,
                           const struct correction_step *step)
{
    if (str_equal(step->on, "strike"))
        return entry_strike(c, plan, step);
    if (str_equal(step->on, "promote"))
        return entry_promote(c, step->what);
    return entry_back(c, step);
}

static const struct correction_thing entry_thing = {"entry", &entry_fsm, entry_step_back};

int entry_back_add(struct ctx *c, struct correction_plan *plan, const struct list *l,
                   const struct entry *e, const char *on)
{
    struct entry_place *at = arena_new_one(c->arena, struct entry_place);

    *at = (struct entry_place){*l, *e};
    return correction_add(c, plan, &entry_thing, e->subject_id, e->name, e->state, on, at);
}

static const struct entry *entry_find(const struct entry *entries, size_t n, const char *subject_id)
{
    for (size_t i = 0; i < n; i++)
        if (str_equal(entries[i].subject_id, subject_id))
            return &entries[i];
    return NULL;
}

int plan_entry_struck(struct ctx *c, struct correction_plan *plan)
{
    const char *slash = strchr(plan->target_id, '/');
    const struct entry *e, *next;
    struct entry *entries;
    struct list *l;
    size_t n;
    int r;

    if (!slash)
        return refuse(c, reason_target_bad, "target_id", plan->target_id, NULL);
    r = list_take(c, plan,
                  arena_strndup(c->arena, plan->target_id, (size_t)(slash - plan->target_id)), &l);
    if (r == 0)
        r = list_entries(c, l->id, &entries, &n);
    if (r)
        return r;
    e = entry_find(entries, n, slash + 1);
    if (!e)
        return refuse(c, reason_not_found, "target_id", "entry", NULL);
    plan->subject_id = e->subject_id;
    r = entry_back_add(c, plan, l, e, "strike");
    next = reserve_next(entries, n, e->group);
    if (r == 0 && next)
        r = entry_back_add(c, plan, l, next, "promote");
    return r;
}
