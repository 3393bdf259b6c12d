/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/case_store.h"

#include <string.h>

#include "common/base/str.h"
#include "common/text/lines.h"
#include "scoring_sql.h"
#include "services/scoring/reevaluation/case_fsm.h"
#include "services/scoring/reevaluation/verdict.h"

#include "common/base/banned.h"

struct held_case case_row(const struct rows *rows, size_t row)
{
    return (struct held_case){
        .district = rows_text(rows, row, "district"),
        .case_id = rows_text(rows, row, "case_id"),
        .programme_id = rows_text(rows, row, "programme_id"),
        .honour_id = rows_text(rows, row, "honour_id"),
        .subject_id = rows_text(rows, row, "subject_id"),
        .name = rows_text(rows, row, "name"),
        .category = rows_text(rows, row, "category"),
        .state = rows_text(rows, row, "state"),
        .verdict = rows_text(rows, row, "verdict"),
        .notes = rows_text(rows, row, "notes"),
        .enterprise_id = rows_text(rows, row, "enterprise_id"),
        .subdistrict = rows_text(rows, row, "subdistrict"),
        .place_id = rows_text(rows, row, "place_id"),
        .since_day = rows_day(rows, row, "since_day"),
        .material = rows_bool(rows, row, "material"),
        .site = rows_bool(rows, row, "site"),
    };
}

int case_need(struct ctx *c, const char *case_id, struct held_case *ret_case)
{
    struct rows *rows;
    int r = need_text(c, "case_id", case_id, 1, 100);

    if (r)
        return r;
    sql_exec(c->tx, &sql_case_lock, T(c->district), T(case_id));
    r = sql_query(c->tx, &sql_case_get, &rows, T(c->district), T(case_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "case_id", "case", NULL);
    *ret_case = case_row(rows, 0);
    return 0;
}

static Scoring__ReEvaluationCase *case_head(struct arena *a, const struct held_case *h)
{
    Scoring__ReEvaluationCase *m = arena_new_one(a, Scoring__ReEvaluationCase);

    scoring__re_evaluation_case__init(m);
    m->case_id = (char *)h->case_id;
    m->programme_id = (char *)h->programme_id;
    m->honour_id = (char *)h->honour_id;
    m->subject_id = (char *)h->subject_id;
    m->name = (char *)h->name;
    m->category = (char *)h->category;
    m->state = (char *)h->state;
    m->verdict = (char *)h->verdict;
    m->notes = lines_split(a, h->notes, &m->n_notes);
    m->has_material = true;
    m->material = h->material;
    m->subdistrict = (char *)h->subdistrict;
    return m;
}

static Scoring__ConditionFact *condition_row(struct arena *a, const struct rows *rows, size_t i)
{
    Scoring__ConditionFact *m = arena_new_one(a, Scoring__ConditionFact);

    scoring__condition_fact__init(m);
    m->id = (char *)rows_text(rows, i, "condition_id");
    m->fact = (char *)rows_text(rows, i, "fact");
    m->limit = (char *)rows_text(rows, i, "rule_limit");
    m->met = rows_bool(rows, i, "met");
    m->title = (char *)rows_text(rows, i, "title");
    m->source = (char *)rows_text(rows, i, "source");
    m->evidence = lines_split(a, rows_text(rows, i, "evidence"), &m->n_evidence);
    return m;
}

int case_messages(struct ctx *c, const struct held_case *cases, size_t n,
                  Scoring__ReEvaluationCase ***ret)
{
    Scoring__ReEvaluationCase **list =
        arena_new_array(c->arena, Scoring__ReEvaluationCase *, n + 1);
    const char **ids = arena_new_array(c->arena, const char *, n + 1);
    struct rows *rows;
    int r;

    for (size_t i = 0; i < n; i++)
        ids[i] = cases[i].case_id;
    r = n ? sql_query(c->tx, &sql_case_conditions, &rows, T(cases[0].district), TA(ids, n)) : 0;
    if (r)
        return r;
    for (size_t i = 0; i < n; i++) {
        list[i] = case_head(c->arena, &cases[i]);
        list[i]->conditions =
            arena_new_array(c->arena, Scoring__ConditionFact *, rows_count(rows) + 1);
        for (size_t k = 0; k < rows_count(rows); k++)
            if (str_equal(rows_text(rows, k, "case_id"), cases[i].case_id))
                list[i]->conditions[list[i]->n_conditions++] = condition_row(c->arena, rows, k);
    }
    *ret = list;
    return 0;
}

static Scoring__ReEvaluationCase *judged_message(struct arena *a, const struct held_case *h,
                                                 const struct verdict *v)
{
    Scoring__ReEvaluationCase *m = case_head(a, h);

    m->conditions = arena_new_array(a, Scoring__ConditionFact *, v->n_conditions + 1);
    for (size_t i = 0; i < v->n_conditions; i++) {
        const struct verdict_condition *vc = &v->conditions[i];
        Scoring__ConditionFact *f = arena_new_one(a, Scoring__ConditionFact);

        scoring__condition_fact__init(f);
        f->id = (char *)vc->rule->id;
        f->fact = (char *)vc->fact;
        f->limit = (char *)condition_limit(a, vc->rule);
        f->met = vc->met;
        f->title = (char *)vc->rule->title;
        f->source = (char *)(vc->rule->source ? vc->rule->source : "");
        f->evidence = (char **)vc->evidence;
        f->n_evidence = vc->n_evidence;
        m->conditions[m->n_conditions++] = f;
    }
    return m;
}

static bool same_message(struct arena *a, const Scoring__ReEvaluationCase *x,
                         const Scoring__ReEvaluationCase *y)
{
    size_t size = scoring__re_evaluation_case__get_packed_size(x);
    uint8_t *bx, *by;

    if (size != scoring__re_evaluation_case__get_packed_size(y))
        return false;
    bx = arena_alloc(a, size + 1);
    by = arena_alloc(a, size + 1);
    scoring__re_evaluation_case__pack(x, bx);
    scoring__re_evaluation_case__pack(y, by);
    return memcmp(bx, by, size) == 0;
}

/* Write verdict, notes and @to where the case is still in the state it was read in. */
static int store_verdict(struct ctx *c, const struct held_case *h, const char *to,
                         const char *verdict, const char *notes)
{
    int64_t changed;
    int r = sql_change(c->tx, &sql_case_judge, &changed, T(h->district), T(h->case_id), T(h->state),
                       T(to), T(verdict), T(notes), AT(c->now));

    if (r)
        return r;
    return changed ? 0 : MSG_LATER;
}

static void store_conditions(struct ctx *c, const struct held_case *h,
                             const Scoring__ReEvaluationCase *m)
{
    sql_exec(c->tx, &sql_case_clear_conditions, T(h->district), T(h->case_id));
    for (size_t i = 0; i < m->n_conditions; i++) {
        const Scoring__ConditionFact *f = m->conditions[i];

        sql_exec(c->tx, &sql_case_add_condition, T(h->district), T(h->case_id), I((int64_t)i + 1),
                 T(f->id), T(f->fact), T(f->limit), B(f->met), T(f->title), T(f->source),
                 T(lines_join(c->arena, (const char *const *)f->evidence, f->n_evidence)));
    }
}

int case_apply(struct ctx *c, struct held_case *h, const struct verdict *v)
{
    const char *on = str_equal(v->verdict, "undecided") ? "wait" : "judge", *from = h->state;
    const struct fsm_edge *edge = fsm_edge_for(&case_fsm, h->state, on);
    Scoring__VerdictReached event = SCORING__VERDICT_REACHED__INIT;
    Scoring__ReEvaluationCase **before, *after;
    struct held_case next = *h;
    int r;

    CHECK(edge); /* only open and judged cases are run */
    next.state = edge->to;
    next.verdict = v->verdict;
    next.notes = lines_join(c->arena, v->notes, v->n_notes);
    r = case_messages(c, h, 1, &before);
    if (r)
        return r;
    after = judged_message(c->arena, &next, v);
    after->state = before[0]->state; /* what was forwarded and comes out the same stays forwarded */
    if (same_message(c->arena, before[0], after))
        return 0;
    after->state = (char *)next.state;
    r = store_verdict(c, h, next.state, next.verdict, next.notes);
    if (r)
        return r;
    store_conditions(c, h, after);
    *h = next;
    if (str_equal(from, "open") && str_equal(next.state, "open"))
        return 0; /* still waiting: no verdict was reached */
    event.case_ = after;
    emit(c, h->district, &event.base);
    return 0;
}

int case_end(struct ctx *c, struct held_case *h, const char *notes)
{
    const struct fsm_edge *edge = fsm_edge_for(&case_fsm, h->state, "end");
    Scoring__CaseEnded event = SCORING__CASE_ENDED__INIT;
    Scoring__ReEvaluationCase **messages;
    int r;

    if (!edge)
        return 0;
    r = store_verdict(c, h, edge->to, "ended", notes);
    if (r)
        return r;
    h->state = edge->to;
    h->verdict = "ended";
    h->notes = notes;
    r = case_messages(c, h, 1, &messages);
    if (r)
        return r;
    event.case_ = messages[0];
    emit(c, h->district, &event.base);
    return 0;
}

int case_reopen(struct ctx *c, struct held_case *h, const char *on,
                Scoring__ReEvaluationCase **ret_message)
{
    const struct fsm_edge *edge = fsm_edge_for(&case_fsm, h->state, on);
    Scoring__ReEvaluationCase **messages;
    int64_t changed;
    int r;

    CHECK(edge); /* asked for in a state that has it */
    r = sql_change(c->tx, &sql_case_reopen, &changed, T(h->district), T(h->case_id), T(h->state),
                   T(edge->to));
    if (r)
        return r;
    if (!changed)
        return MSG_LATER;
    sql_exec(c->tx, &sql_case_clear_conditions, T(h->district), T(h->case_id));
    h->state = edge->to;
    h->verdict = NULL;
    h->notes = "";
    r = case_messages(c, h, 1, &messages);
    if (!r)
        *ret_message = messages[0];
    return r;
}
