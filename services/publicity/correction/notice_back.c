/* SPDX-License-Identifier: Apache-2.0 */
/* A notice that was published stays readable; what was signed stays in the ledger. */
#include "services/publicity/correction/notice_back.h"

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/list/list.h"
#include "services/publicity/notice/notice_fsm.h"
#include "services/publicity/notice/notice_message.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

static int say_taken_back(struct ctx *c, const struct notice *n)
{
    Publicity__NoticeTakenBack said = PUBLICITY__NOTICE_TAKEN_BACK__INIT;
    Publicity__Notice **messages;
    int r = notice_messages(c, n, 1, true, &messages);

    if (r)
        return r;
    said.notice = messages[0];
    emit(c, NULL, &said.base);
    return 0;
}

static int step_back(struct ctx *c, const struct correction_plan *plan,
                     const struct correction_step *step)
{
    struct notice n = *(const struct notice *)step->what;
    bool shown = n.published_at != INSTANT_NONE;
    int r;

    timer_cancel(c, "publish", n.id);
    timer_cancel(c, "close", n.id);
    if (str_equal(step->on, "unsign"))
        sql_exec(c->tx, &sql_signatures_withdraw, T(c->district), T(n.id));
    r = sql_cas(c->tx, &sql_notice_back, T(c->district), T(n.id), I(n.revision), T(step->from),
                T(step->to), B(!shown));
    if (r)
        return r;
    n.state = step->to;
    n.revision++;
    if (!shown) {
        n.publish_at = INSTANT_NONE;
        n.start_day = n.end_day = DAY_NONE;
    }
    notice_record(
        c, &n, arena_printf(c->arena, "%s by correction %s", step->on, plan->correction_id), NULL);
    return say_taken_back(c, &n);
}

static const struct correction_thing notice_thing = {"notice", &notice_fsm, step_back};

static int notice_plan_step(struct ctx *c, struct correction_plan *plan, const struct notice *n,
                            const char *on)
{
    struct notice *kept = arena_new_one(c->arena, struct notice);

    *kept = *n;
    plan->programme_id = n->programme_id;
    return correction_add(c, plan, &notice_thing, n->id, n->number, n->state, on, kept);
}

/* The target as it stands, under its list's lock if it is carried out. */
static int target_need(struct ctx *c, const struct correction_plan *plan, struct notice *ret_notice)
{
    struct rows *rows;
    struct list l;
    int r = sql_query(c->tx, &sql_notice_get, &rows, T(c->district), T(plan->target_id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "target_id", "notice", NULL);
    if (plan->carried_out)
        r = list_lock(c, rows_text(rows, 0, "list_id"), "target_id", &l);
    return r ? r : notice_need(c, plan->target_id, ret_notice);
}

int plan_notice_unscheduled(struct ctx *c, struct correction_plan *plan)
{
    struct notice n;
    int r = target_need(c, plan, &n);

    return r ? r : notice_plan_step(c, plan, &n, "unschedule");
}

int plan_signatures_withdrawn(struct ctx *c, struct correction_plan *plan)
{
    struct notice n;
    int r = target_need(c, plan, &n);

    return r ? r : notice_plan_step(c, plan, &n, "unsign");
}

int plan_notice_dropped(struct ctx *c, struct correction_plan *plan)
{
    struct notice n;
    int r = target_need(c, plan, &n);

    if (r == 0 && str_equal(n.kind, "supplementary"))
        r = refuse(c, reason_supplement_kept, "target_id", n.number, NULL);
    return r ? r : notice_plan_step(c, plan, &n, "drop");
}

int notice_back_add(struct ctx *c, struct correction_plan *plan, const struct notice *n)
{
    return notice_plan_step(c, plan, n, n->published_at == INSTANT_NONE ? "drop" : "end");
}
