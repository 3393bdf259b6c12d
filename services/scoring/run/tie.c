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

struct tie {
    struct run run;
    struct published pub;
    int rank;
};

static int plan_tie(struct ctx *c, const void *request, struct joint_matter *m)
{
    const Scoring__DecideTie *q = request;
    struct tie *tie = arena_new_one(c->arena, struct tie);
    int r = run_get(c, q->run_id, true, &tie->run, &tie->pub);

    if (r == 0)
        r = outdated_refuse(c, &tie->run, &tie->pub);
    if (r == 0 && !programme_group(tie->pub.p, q->group))
        r = refuse(c, reason_value_unknown, "group", q->group, NULL);
    if (r == 0)
        r = need_text(c, "document", q->document, 1, 500);
    if (r == 0)
        r = check_order(c, q, &tie->run, &tie->rank);
    if (r)
        return r;
    m->programme = tie->pub.p;
    m->programme_id = tie->run.programme_id;
    m->target_id = arena_printf(c->arena, "%s/%s/%d", q->run_id, q->group, tie->rank);
    m->content = (const char *const *)q->order;
    m->n_content = q->n_order;
    m->plan = tie;
    return 0;
}

static int place_tie(struct ctx *c, const void *request, const struct joint_matter *m)
{
    const Scoring__DecideTie *q = request;
    const struct tie *tie = m->plan;
    struct published pub;
    struct run run;
    int r = order_place(c, q, tie->rank);

    if (r == 0)
        r = run_get(c, q->run_id, true, &run, &pub); /* as it stands now */
    if (r == 0)
        run_say_scored(c, &pub, &run);
    return r;
}

const struct joint_kind tie_act = {JOINT_TIE, "tie", &scoring__decide_tie__descriptor,
                                   .plan = plan_tie, .carry_out = place_tie};
JOINT_COMMAND(decide_tie, tie_act, Scoring, SCORING)
