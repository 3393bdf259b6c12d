/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/expert_end.h"

#include "intake.pb-c.h"
#include "intake_sql.h"
#include "services/intake/registry/expert_fsm.h"
#include "services/intake/registry/registry_rows.h"

#include "common/base/banned.h"

static int expert_step(struct ctx *c, const struct correction_plan *plan,
                       const struct correction_step *step)
{
    Intake__ExpertStanding said = INTAKE__EXPERT_STANDING__INIT;
    int64_t changed;
    int r =
        sql_change(c->tx, &sql_expert_step, &changed, T(c->district), T(step->id), T(step->from),
                   T(step->to), AT(c->now), T(c->account), T(plan->correction_id));

    if (r || changed == 0)
        return r ? r : MSG_LATER;
    said.expert_id = (char *)step->id;
    said.state = (char *)step->to;
    said.document = plan->authority->document;
    emit(c, NULL, &said.base);
    return 0;
}

static const struct correction_thing expert_thing = {"expert", &expert_fsm, expert_step};

static int add(struct ctx *c, struct correction_plan *plan, const char *on)
{
    struct rows *rows;
    int r = registry_district(c, &registry_kinds[REGISTRY_EXPERT]);

    if (r == 0)
        r = sql_query(c->tx, &sql_expert_state, &rows, T(c->district), T(plan->target_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "target_id", "expert", NULL);
    plan->subject_id = plan->target_id;
    return correction_add(c, plan, &expert_thing, plan->target_id, rows_text(rows, 0, "name"),
                          rows_text(rows, 0, "state"), on, NULL);
}

int plan_expert_ended(struct ctx *c, struct correction_plan *plan)
{
    return add(c, plan, "end");
}

int plan_expert_restored(struct ctx *c, struct correction_plan *plan)
{
    return add(c, plan, "restore");
}
