/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/tie.h"

#include "common/base/str.h"
#include "common/text/lines.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/run/outdated.h"
#include "services/scoring/run/runs.h"

#include "common/base/banned.h"

static const struct run_subject *ranked_find(const struct run *run, const char *group,
                                             const char *subject_id)
{
    for (size_t i = 0; i < run->n_subjects; i++)
        if (str_equal(run->subjects[i].r.subject_id, subject_id) &&
            str_equal(run->subjects[i].r.group, group))
            return &run->subjects[i];
    return NULL;
}

/* The named subjects are exactly one open tie, each once; its rank. */
static int check_order(struct ctx *c, const Scoring__DecideTie *q, const struct run *run,
                       int *ret_rank)
{
    const struct run_subject *first = q->n_order ? ranked_find(run, q->group, q->order[0]) : NULL;

    if (!first || first->r.standing != STANDING_TIED || q->n_order != (size_t)first->r.n_tied)
        return refuse(c, reason_tie_not_found, "order", q->group, NULL);
    for (size_t i = 0; i < q->n_order; i++) {
        const struct run_subject *s = ranked_find(run, q->group, q->order[i]);

        if (!s || s->r.rank != first->r.rank)
            return refuse(c, reason_tie_not_found, arena_printf(c->arena, "order/%zu", i), q->group,
                          NULL);
        for (size_t k = 0; k < i; k++)
            if (str_equal(q->order[k], q->order[i]))
                return refuse(c, reason_tie_not_found, arena_printf(c->arena, "order/%zu", i),
                              q->group, NULL);
    }
    *ret_rank = first->r.rank;
    return 0;
}

/* Give the tied subjects their places; MSG_LATER where another decision was faster. */
static int order_place(struct ctx *c, const Scoring__DecideTie *q, int rank)
{
    const char *const *order = (const char *const *)q->order;
    int64_t changed;
    int r;

    sql_exec(c->tx, &sql_tie_add, T(c->district), T(q->run_id), T(c->id_text), T(q->group),
             T(lines_join(c->arena, order, q->n_order)), T(q->document), T(c->account), AT(c->now));
    r = sql_change(c->tx, &sql_tie_place, &changed, T(c->district), T(q->run_id), I(rank),
                   TA(order, q->n_order));
    if (r)
        return r;
    return changed == (int64_t)q->n_order ? 0 : MSG_LATER;
}

int decide_tie(struct ctx *c)
{
    const Scoring__DecideTie *q = c->request;
    struct published pub;
    struct run run;
    int rank, r;

    r = run_get(c, q->run_id, true, &run, &pub);
    if (r)
        return r;
    r = outdated_refuse(c, &run, &pub);
    if (r)
        return r;
    if (!programme_group(pub.p, q->group))
        return refuse(c, reason_value_unknown, "group", q->group, NULL);
    r = need_text(c, "document", q->document, 1, 500);
    if (r)
        return r;
    r = check_order(c, q, &run, &rank);
    if (r)
        return r;
    r = order_place(c, q, rank);
    if (r)
        return r;
    r = run_get(c, q->run_id, true, &run, &pub); /* as it stands now */
    if (r)
        return r;
    run_say_scored(c, &pub, &run);
    return 0;
}
