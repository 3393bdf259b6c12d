/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Ledgers and sheets are never changed: what was recorded by mistake is named in set_aside, and no rule counts it any more. A judged
 * case that stood on it is open until the next run; a confirmed one is another decision.
 */
#include "services/scoring/correction/facts_back.h"

#include "common/base/str.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/reevaluation/case_fsm.h"
#include "services/scoring/reevaluation/case_store.h"

#include "common/base/banned.h"

/* ---- steps ---- */

struct record {
    const char *thing, *subject_id;
};

static int record_step(struct ctx *c, const struct correction_plan *plan,
                       const struct correction_step *step)
{
    Scoring__FactSetAside said = SCORING__FACT_SET_ASIDE__INIT;
    const struct record *of = step->what;
    int64_t changed;
    int r = sql_change(c->tx, &sql_set_aside_add, &changed, T(c->district), T(of->thing),
                       T(step->id), T(plan->correction_id), AT(c->now));

    if (r)
        return r;
    if (!changed)
        return MSG_LATER;
    said.thing = (char *)of->thing;
    said.fact_id = (char *)step->id;
    said.subject_id = (char *)of->subject_id;
    said.programme_id = (char *)plan->programme_id;
    said.state = (char *)step->to;
    emit(c, NULL, &said.base);
    return 0;
}

static const struct correction_thing things[] = {
    {"incident", NULL, record_step},     {"assessment", NULL, record_step},
    {"cancellation", NULL, record_step}, {"material", NULL, record_step},
    {"sheet", NULL, record_step},        {"ballot", NULL, record_step},
};

static const struct correction_thing *thing_by(const char *name)
{
    for (size_t i = 0; i < ARRAY_LEN(things); i++)
        if (str_equal(things[i].name, name))
            return &things[i];
    CHECK(false);
}

static int case_step(struct ctx *c, const struct correction_plan *plan,
                     const struct correction_step *step)
{
    Scoring__VerdictSetAside said = SCORING__VERDICT_SET_ASIDE__INIT;
    struct held_case h = *(const struct held_case *)step->what;
    int r = case_reopen(c, &h, step->on, &said.case_);

    (void)plan;
    if (r)
        return r;
    emit(c, NULL, &said.base);
    return 0;
}

static const struct correction_thing case_thing = {"case", &case_fsm, case_step};

static int case_add(struct ctx *c, struct correction_plan *plan, const struct held_case *h,
                    const char *on)
{
    struct held_case *kept = arena_new_one(c->arena, struct held_case);

    *kept = *h;
    return correction_add(c, plan, &case_thing, h->case_id, h->name, h->state, on, kept);
}

/* ---- plans ---- */

/* Add that record @stmt finds is set aside; the row for what else the kind asks of it. */
static int record_plan(struct ctx *c, struct correction_plan *plan, const char *thing,
                       const struct sql_stmt *stmt, struct rows **ret_rows)
{
    struct record *of = arena_new_one(c->arena, struct record);
    struct rows *aside;
    int r = sql_query(c->tx, stmt, ret_rows, T(c->district), T(plan->target_id));

    if (r)
        return r;
    if (rows_count(*ret_rows) == 0)
        return refuse(c, reason_not_found, "target_id", thing, NULL);
    r = sql_query(c->tx, &sql_set_aside_has, &aside, T(c->district), T(thing), T(plan->target_id));
    if (r)
        return r;
    if (rows_bool(aside, 0, "aside"))
        return refuse(c, reason_fact_set_aside, "target_id", plan->target_id, NULL);
    plan->programme_id = rows_text(*ret_rows, 0, "programme_id");
    plan->subject_id = rows_text(*ret_rows, 0, "subject_id");
    *of = (struct record){thing, plan->subject_id};
    correction_add_record(c, plan, thing_by(thing), plan->target_id,
                          rows_text(*ret_rows, 0, "name"), "counts", "set_aside", of);
    return 0;
}

/* Cases judged by the fact wait for the next run. */
static int judged_add(struct ctx *c, struct correction_plan *plan, const char *thing)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_cases_on_fact, &rows, T(c->district),
                      T(arena_printf(c->arena, "%s %s", thing, plan->target_id)));

    for (size_t i = 0; !r && i < rows_count(rows); i++) {
        struct held_case h = case_row(rows, i);

        r = case_add(c, plan, &h, "wait");
    }
    return r;
}

/* A subdistrict speaks for its own sites alone. */
static int need_own(struct ctx *c, const struct rows *rows)
{
    const char *subdistrict = rows_text(rows, 0, "subdistrict");

    if (actor_may_as(c, ROLE_DISTRICT) || (subdistrict && speaks_for_subdistrict(c, subdistrict)))
        return 0;
    return refuse(c, reason_site_not_yours, "target_id", rows_text(rows, 0, "subject_id"), NULL);
}

int plan_incident_set_aside(struct ctx *c, struct correction_plan *plan)
{
    struct rows *rows;
    int r = record_plan(c, plan, "incident", &sql_back_incident, &rows);

    if (!r)
        r = need_own(c, rows);
    if (!r && plan->carried_out)
        published_hold_year(c, (int)rows_i64(rows, 0, "year"));
    return r ? r : judged_add(c, plan, "incident");
}

int plan_assessment_set_aside(struct ctx *c, struct correction_plan *plan)
{
    struct rows *rows;
    int r = record_plan(c, plan, "assessment", &sql_back_assessment, &rows);

    if (!r && plan->carried_out)
        published_hold_year(c, (int)rows_i64(rows, 0, "year"));
    return r ? r : judged_add(c, plan, "assessment");
}

int plan_eligibility_restored(struct ctx *c, struct correction_plan *plan)
{
    struct rows *rows;
    int r = record_plan(c, plan, "cancellation", &sql_back_cancellation, &rows);

    if (!r)
        r = need_own(c, rows);
    if (!r && plan->carried_out)
        published_lock(c, plan->programme_id);
    return r ? r : judged_add(c, plan, "cancellation");
}

int plan_material_set_aside(struct ctx *c, struct correction_plan *plan)
{
    struct rows *rows;

    return record_plan(c, plan, "material", &sql_back_material, &rows);
}

/* No list stands that counted what is set aside: it would be shown as made of something that does not count. */
static int need_no_list(struct ctx *c, const struct correction_plan *plan)
{
    struct rows *rows;
    int r;

    if (plan->carried_out)
        published_lock(c, plan->programme_id);
    r = sql_query(c->tx, &sql_list_counting, &rows, T(c->district), T(plan->programme_id),
                  T(plan->subject_id));
    if (r || rows_count(rows) == 0)
        return r;
    return refuse(c, reason_list_proposed, "target_id", rows_text(rows, 0, "list_id"), NULL);
}

int plan_sheet_set_aside(struct ctx *c, struct correction_plan *plan)
{
    struct rows *rows;
    int r = record_plan(c, plan, "sheet", &sql_back_sheet, &rows);

    if (!r)
        r = need_no_list(c, plan);
    return r ? r : judged_add(c, plan, "inspection");
}

int plan_ballot_set_aside(struct ctx *c, struct correction_plan *plan)
{
    struct rows *rows;
    int r = record_plan(c, plan, "ballot", &sql_back_ballot, &rows);

    if (r)
        return r;
    if (str_equal(rows_text(rows, 0, "state"), "open"))
        return refuse(c, reason_ballot_panel_open, "target_id", NULL);
    return need_no_list(c, plan);
}

int plan_verdict_set_aside(struct ctx *c, struct correction_plan *plan)
{
    struct held_case h;
    struct rows *rows;
    int r;

    if (plan->carried_out)
        sql_exec(c->tx, &sql_case_lock, T(c->district), T(plan->target_id));
    r = sql_query(c->tx, &sql_case_get, &rows, T(c->district), T(plan->target_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "target_id", "case", NULL);
    h = case_row(rows, 0);
    plan->programme_id = h.programme_id;
    plan->subject_id = h.subject_id;
    return case_add(c, plan, &h, "set_aside");
}
