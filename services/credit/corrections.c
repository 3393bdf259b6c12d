/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/corrections.h"

#include "common/domain/correction/messages.h"
#include "credit.pb-c.h"
#include "credit_sql.h"
#include "services/credit/deduction.h"
#include "services/credit/deduction_fsm.h"

#include "common/base/banned.h"

#define KIND(name) CREDIT__CORRECT__KIND__##name

/* ---- the plans ---- */

static int step_deduction(struct ctx *c, const struct correction_plan *plan,
                          const struct correction_step *step)
{
    struct deduction d = *(const struct deduction *)step->what;
    int r = deduction_step(
        c, &d, step->on,
        arena_printf(c->arena, "%s: %s", plan->authority->document, plan->authority->reason));

    if (r)
        return r;
    if (str_equal(d.state, "effective"))
        deduction_archive_after_year(c, &d);
    else
        timer_cancel(c, "archive", d.id);
    return 0;
}

static const struct correction_thing deduction_thing = {"deduction", &deduction_fsm,
                                                        step_deduction};

static int add(struct ctx *c, struct correction_plan *plan, const char *on)
{
    struct deduction *d = arena_new_one(c->arena, struct deduction);
    int r = deduction_get(c, plan->target_id, "target_id", d);

    if (r)
        return r;
    plan->subject_id = d->subject_id;
    return correction_add(c, plan, &deduction_thing, d->id, d->document, d->state, on, d);
}

static int plan_withdrawn(struct ctx *c, struct correction_plan *plan)
{
    return add(c, plan, "set_aside");
}

/* What was withdrawn and recorded anew since does not count twice. */
static int need_not_anew(struct ctx *c, const struct correction_plan *plan)
{
    const struct deduction *d = plan->steps[0].what;
    const char *same;
    int r;

    if (plan->carried_out)
        deduction_hold_year(c, d);
    r = deduction_alike(c, d, &same);
    return r || !same ? r : refuse(c, reason_recorded_anew, "target_id", same, NULL);
}

/* Only what an objection came to: its last step is the resolution. */
static int plan_reopened(struct ctx *c, struct correction_plan *plan)
{
    bool objected = false;
    struct rows *rows;
    const char *last;
    int r = add(c, plan, "reopen");

    if (r == 0)
        r = sql_query(c->tx, &sql_deduction_steps, &rows, T(c->district), T(plan->target_id));
    if (r)
        return r;
    last = rows_text(rows, 0, "step");
    for (size_t i = 0; i < rows_count(rows); i++)
        objected = objected || str_equal(rows_text(rows, i, "step"), "object");
    if (!objected || (!str_equal(last, "uphold") && !str_equal(last, "withdraw")))
        return refuse(c, reason_resolution_none, "target_id", plan->steps[0].from, NULL);
    return str_equal(last, "withdraw") ? need_not_anew(c, plan) : 0;
}

static int plan_unrepaired(struct ctx *c, struct correction_plan *plan)
{
    return add(c, plan, "unrepair");
}

static const struct correction_kind kinds[] = {
    [KIND(DEDUCTION_WITHDRAWN)] = {"deduction_withdrawn", "deduction", ROLE_CREDIT,
                                   CORRECTION_TWO_PERSONS, plan_withdrawn, false},
    [KIND(RESOLUTION_REOPENED)] = {"resolution_reopened", "deduction", ROLE_CREDIT,
                                   CORRECTION_TWO_PERSONS, plan_reopened, false},
    [KIND(REPAIR_TAKEN_BACK)] = {"repair_taken_back", "deduction", ROLE_CREDIT,
                                 CORRECTION_TWO_PERSONS, plan_unrepaired, false},
};
static const struct correction_book book = {kinds, ARRAY_LEN(kinds)};

CORRECTION_HANDLERS(credit, Credit, CREDIT, book)
