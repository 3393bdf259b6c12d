/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/correction/conflict_back.h"

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/panel/ballot.h"
#include "services/scoring/panel/panel.h"
#include "services/scoring/panel/recusal.h"

#include "common/base/banned.h"

struct conflict {
    struct panel panel;
    const char *expert_id, *subject_id, *kind;
};

/* Say how many ballots count now that one cast before the declaration does again. */
static int say_counted_again(struct ctx *c, const struct conflict *k)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_ballot_standing, &rows, T(c->district), T(k->panel.panel_id),
                      T(k->expert_id), T(k->subject_id));

    if (r == 0 && rows_bool(rows, 0, "voted"))
        ballots_say(c, c->district, k->panel.panel_id, k->panel.programme_id, k->subject_id,
                    rows_i64(rows, 0, "ballots"));
    return r;
}

/* What the registry learned of the two while the declaration stood recuses from now on. */
static int conflict_step(struct ctx *c, const struct correction_plan *plan,
                         const struct correction_step *step)
{
    const struct conflict *k = step->what;
    int64_t changed;
    int r =
        sql_change(c->tx, &sql_conflict_withdraw, &changed, T(c->district), T(k->panel.panel_id),
                   T(k->expert_id), T(k->subject_id), T(plan->correction_id));

    if (r || changed == 0)
        return r ? r : MSG_LATER;
    r = say_counted_again(c, k);
    return r ? r : recusals_follow(c, c->district, k->panel.panel_id, k->panel.programme_id);
}

static const struct correction_thing conflict_thing = {"conflict", NULL, conflict_step};

int plan_conflict_withdrawn(struct ctx *c, struct correction_plan *plan)
{
    struct conflict *k = arena_new_one(c->arena, struct conflict);
    struct rows *rows;
    int r = sql_query(c->tx, &sql_back_conflict, &rows, T(c->district), T(plan->target_id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "target_id", "conflict", NULL);
    r = panel_get(c, rows_text(rows, 0, "panel_id"), plan->carried_out, &k->panel);
    if (r == 0 && plan->carried_out) /* again, now that nobody votes meanwhile */
        r = sql_query(c->tx, &sql_back_conflict, &rows, T(c->district), T(plan->target_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "target_id", "conflict", NULL);
    if (!str_equal(k->panel.state, "open"))
        return refuse(c, reason_panel_closed, "target_id", NULL);
    k->kind = rows_text(rows, 0, "kind");
    if (!str_equal(k->kind, "declared"))
        return refuse(c, reason_conflict_registered, "target_id", k->kind, NULL);
    k->expert_id = rows_text(rows, 0, "expert_id");
    k->subject_id = rows_text(rows, 0, "subject_id");
    plan->programme_id = k->panel.programme_id;
    plan->subject_id = k->subject_id;
    correction_add_record(c, plan, &conflict_thing, plan->target_id, k->panel.title, "declared",
                          "withdrawn", k);
    return 0;
}
