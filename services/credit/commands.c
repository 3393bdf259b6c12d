/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/commands.h"

#include <string.h>

#include "common/base/str.h"
#include "credit.pb-c.h"
#include "credit_sql.h"
#include "services/credit/credit.h"
#include "services/credit/deduction.h"
#include "services/credit/deduction_fsm.h"
#include "services/credit/total.h"

#include "common/base/banned.h"

/* Told: from now it counts, and takes effect by itself when the time to object is over. */
int credit_notify_deduction(struct ctx *c)
{
    const Credit__NotifyDeduction *req = c->request;
    const struct credit *credit = c->state;
    struct deduction d;
    int32_t last;
    int r;

    r = need_text(c, "receipt", req->receipt, 1, 200);
    if (r == 0)
        r = deduction_get(c, req->deduction_id, "deduction_id", &d);
    if (r)
        return r;
    r = calendar_last_day(service_calendar(c->svc), instant_day(c->now),
                          credit->rules->objection_working_days, false, &last);
    if (r > 0) {
        char today[DAY_TEXT];

        return refuse(c, reason_calendar_missing, "deduction_id",
                      day_format(instant_day(c->now), today), NULL);
    }
    if (r)
        return r;
    r = deduction_step(c, &d, "notify", req->receipt);
    if (r)
        return r;
    timer_set(c, "effect", d.id, day_end(last));
    return 0;
}

int credit_object_deduction(struct ctx *c)
{
    const Credit__ObjectDeduction *req = c->request;
    struct deduction d;
    int r;

    r = need_text(c, "grounds", req->grounds, 1, 2000);
    if (r == 0)
        r = deduction_get(c, req->deduction_id, "deduction_id", &d);
    if (r)
        return r;
    if (!str_equal(actor_subject(c, ROLE_ENTERPRISE), d.enterprise_id))
        return refuse(c, reason_forbidden, "deduction_id", NULL);
    r = deduction_step(c, &d, "object", req->grounds);
    if (r)
        return r;
    timer_cancel(c, "effect", d.id);
    return 0;
}

int credit_resolve_deduction(struct ctx *c)
{
    const Credit__ResolveDeduction *req = c->request;
    bool upheld = req->result == CREDIT__RESOLVE_DEDUCTION__RESULT__UPHELD;
    struct deduction d;
    int r;

    r = need_text(c, "reason", req->reason, 1, 2000);
    if (r == 0)
        r = deduction_get(c, req->deduction_id, "deduction_id", &d);
    if (r == 0)
        r = deduction_step(c, &d, upheld ? "uphold" : "withdraw", req->reason);
    if (r)
        return r;
    timer_cancel(c, "effect", d.id);
    if (upheld)
        deduction_archive_after_year(c, &d);
    return 0;
}

/* Rectified, the waiting time over, and the same behaviour did not occur again (失信行为修正). */
int credit_repair_deduction(struct ctx *c)
{
    const Credit__RepairDeduction *req = c->request;
    const struct credit *credit = c->state;
    char due[DAY_TEXT];
    struct rows *again;
    const char *to;
    struct deduction d;
    int r;

    r = need_text(c, "document", req->document, 1, 200);
    if (r == 0)
        r = deduction_get(c, req->deduction_id, "deduction_id", &d);
    if (r == 0) /* first: no date is named from which the machine would forbid it still */
        r = need_step(c, &deduction_fsm, d.state, "repair", "deduction_id", &to);
    if (r)
        return r;
    if (d.effective_day != DAY_NONE &&
        instant_day(c->now) < d.effective_day + credit->rules->repair_waiting_days)
        return refuse(c, reason_repair_early, "deduction_id",
                      day_format(d.effective_day + credit->rules->repair_waiting_days, due), NULL);
    sql_exec(c->tx, &sql_deduction_alike_lock, T(c->district), T(d.subject_id), T(d.behaviour));
    r = sql_query(c->tx, &sql_deduction_repeats, &again, T(c->district), T(d.subject_id),
                  T(d.behaviour), T(d.on_day), T(d.id));
    if (r)
        return r;
    if (rows_count(again) > 0)
        return refuse(c, reason_repair_repeated, "deduction_id",
                      rows_text(again, 0, "deduction_id"), NULL);
    r = deduction_step(c, &d, "repair", req->document);
    if (r)
        return r;
    timer_cancel(c, "archive", d.id);
    return 0;
}

/* A timer finds the record as it may have become meanwhile: what the machine forbids now is simply
 * over. */
static int step_if_due(struct ctx *c, const char *on, struct deduction *d, bool *ret_moved)
{
    struct rows *rows;
    int r;

    *ret_moved = false;
    r = sql_query(c->tx, &sql_deduction_get, &rows, T(c->district), T(c->timer_key));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return 0;
    *d = deduction_of_row(rows, 0);
    if (!fsm_edge_for(&deduction_fsm, d->state, on))
        return 0;
    r = deduction_step(c, d, on, NULL);
    if (r)
        return r;
    *ret_moved = true;
    return 0;
}

int credit_on_effect_due(struct ctx *c)
{
    struct deduction d;
    bool moved;
    int r;

    r = step_if_due(c, "time_over", &d, &moved);
    if (r == 0 && moved)
        deduction_archive_after_year(c, &d);
    return r;
}

int credit_on_archive_due(struct ctx *c)
{
    struct deduction d;
    bool moved;

    return step_if_due(c, "archive", &d, &moved);
}
