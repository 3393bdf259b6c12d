/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changning 2023, section 五(一)4, (二)4 end an honour and take its plaque back; when the ground falls away, both are given back. How
 * it had ended stays in the events.
 */
#include "services/publicity/correction/honour_back.h"

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/changes.h"
#include "services/publicity/honour/ending.h"
#include "services/publicity/honour/honour_fsm.h"
#include "services/publicity/honour/honour_rules.h"
#include "services/publicity/honour/honour_store.h"
#include "services/publicity/programmes.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

/* ---- steps; the plaque's comes first, and the honour's says both ---- */

static const char *timer_key(struct ctx *c, const struct honour *h)
{
    return arena_printf(c->arena, "%s/%s", h->district, h->id);
}

static int plaque_step_back(struct ctx *c, const struct correction_plan *plan,
                            const struct correction_step *step)
{
    Publicity__PlaqueCorrected said = PUBLICITY__PLAQUE_CORRECTED__INIT;
    struct honour *h = (struct honour *)step->what;
    bool due = str_equal(step->to, "recalled");
    bool late = due && h->due_day != DAY_NONE && c->now >= day_end(h->due_day);
    int r = sql_cas(c->tx, &sql_honour_plaque_back, T(h->district), T(h->id), T(step->from),
                    T(step->to), B(late));

    if (r)
        return r;
    h->plaque_state = step->to;
    h->overdue = late;
    if (due && !late && h->due_day != DAY_NONE)
        timer_set(c, "plaque_due", timer_key(c, h), day_end(h->due_day));
    else
        timer_cancel(c, "plaque_due", timer_key(c, h));
    if (plan->n_steps > 1)
        return 0;
    said.honour = honour_message(c->arena, h);
    emit(c, NULL, &said.base);
    return 0;
}

/* What befell whoever holds it, from the day it was granted. */
static int honour_changes(struct ctx *c, const struct honour *h, struct change **ret_changes,
                          size_t *ret_n)
{
    int32_t day = h->granted_day;
    int r = day == DAY_NONE ? err_fold(day_of(h->year, 1, 1, &day)) : 0;

    return r ? r : changes_since(c, 0, day, ret_changes, ret_n);
}

static int honour_restore(struct ctx *c, const struct correction_step *step)
{
    Publicity__HonourRestored said = PUBLICITY__HONOUR_RESTORED__INIT;
    struct honour *h = (struct honour *)step->what;
    struct change *changes;
    size_t n;
    int r =
        sql_cas(c->tx, &sql_honour_restore, T(h->district), T(h->id), T(step->from), T(step->to));

    if (r)
        return r;
    h->state = step->to;
    h->ended_day = h->due_day = DAY_NONE;
    h->reason = NULL;
    h->overdue = false;
    r = honour_changes(c, h, &changes, &n);
    if (r == 0)
        r = honour_change(c, h, changes,
                          n); /* what it is called now; the plan saw that nothing ends it */
    if (r)
        return r;
    said.honour = honour_message(c->arena, h);
    emit(c, NULL, &said.base);
    return 0;
}

static int honour_annul(struct ctx *c, const struct correction_step *step)
{
    Publicity__HonourAnnulled said = PUBLICITY__HONOUR_ANNULLED__INIT;
    struct honour *h = (struct honour *)step->what;
    int r = sql_cas(c->tx, &sql_honour_annul, T(h->district), T(h->id), T(step->from), T(step->to));

    if (r)
        return r;
    h->state = step->to;
    said.honour = honour_message(c->arena, h);
    emit(c, NULL, &said.base);
    return 0;
}

static int honour_step_back(struct ctx *c, const struct correction_plan *plan,
                            const struct correction_step *step)
{
    (void)plan;
    return str_equal(step->on, "restore") ? honour_restore(c, step) : honour_annul(c, step);
}

static const struct correction_thing honour_thing = {"honour", &honour_fsm, honour_step_back},
                                     plaque_thing = {"plaque", &plaque_fsm, plaque_step_back};

/* ---- plans ---- */

static int honour_take(struct ctx *c, struct correction_plan *plan, struct honour **ret_honour)
{
    struct honour *h = arena_new_one(c->arena, struct honour);
    struct rows *rows;
    int r;

    if (plan->carried_out) {
        changes_turn(c);
        sql_exec(c->tx, &sql_honour_lock, T(c->district), T(plan->target_id));
    }
    r = sql_query(c->tx, &sql_honour_get, &rows, T(c->district), T(plan->target_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "target_id", "honour", NULL);
    honour_read(rows, 0, h);
    plan->programme_id = h->programme_id;
    plan->subject_id = h->subject_id;
    *ret_honour = h;
    return 0;
}

static int both_add(struct ctx *c, struct correction_plan *plan, struct honour *h,
                    const char *plaque_on, const char *on)
{
    int r = correction_add(c, plan, &plaque_thing, h->id, h->plaque, h->plaque_state, plaque_on, h);

    return r ? r : correction_add(c, plan, &honour_thing, h->id, h->name, h->state, on, h);
}

/* Nothing that befell the holder ends the honour anyway. */
static int need_no_end(struct ctx *c, const struct honour *h)
{
    const struct exit_holder holder = honour_holder(h);
    const struct programme *p;
    const struct change *end;
    struct change *changes;
    size_t n;
    int r = programme_for_exit(c, h->district, h->programme_id, h->subject_kind, &p);

    if (r == 0)
        r = honour_changes(c, h, &changes, &n);
    if (r)
        return r;
    CHECK(p); /* nothing is granted or recorded without one */
    end = exit_first(p, &holder, changes, n);
    return end ? refuse(c, reason_honour_would_end, "target_id", h->plaque, end->kind, NULL) : 0;
}

static int plan_restored(struct ctx *c, struct correction_plan *plan, const char *from)
{
    struct honour *h;
    int r = honour_take(c, plan, &h);

    if (r == 0 && !str_equal(h->state, from))
        r = refuse(c, reason_state_forbids, "target_id", h->state, "restore", NULL);
    if (r == 0)
        r = need_no_end(c, h);
    return r ? r : both_add(c, plan, h, "restore", "restore");
}

int plan_revocation_set_aside(struct ctx *c, struct correction_plan *plan)
{
    return plan_restored(c, plan, "revoked");
}

int plan_lapse_set_aside(struct ctx *c, struct correction_plan *plan)
{
    return plan_restored(c, plan, "lapsed");
}

int plan_honour_annulled(struct ctx *c, struct correction_plan *plan)
{
    struct rows *rows;
    struct honour *h;
    int r = honour_take(c, plan, &h);

    if (r == 0)
        r = sql_query(c->tx, &sql_honour_granted_here, &rows, T(h->district), T(h->id));
    if (r)
        return r;
    if (rows_bool(rows, 0, "granted"))
        return refuse(c, reason_honour_granted_here, "target_id", h->plaque, NULL);
    return both_add(c, plan, h, "void", "annul");
}

int plan_plaque_corrected(struct ctx *c, struct correction_plan *plan)
{
    struct honour *h;
    int r = honour_take(c, plan, &h);

    return r ? r
             : correction_add(c, plan, &plaque_thing, h->id, h->plaque, h->plaque_state, "correct",
                              h);
}
