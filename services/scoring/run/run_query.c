/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/run_query.h"

#include <string.h>

#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/panel/panel.h"
#include "services/scoring/run/outdated.h"
#include "services/scoring/run/runs.h"

#include "common/base/banned.h"

static void fill_head(Scoring__GetRunReply *m, const struct run *run)
{
    m->run_id = (char *)run->run_id;
    m->programme_id = (char *)run->programme_id;
    m->programme_version = run->version;
    m->result_sha256 = (char *)run->result_sha256;
    m->at = run->at;
}

static int fill_causes(struct ctx *c, const struct run *run, const struct run_now *now,
                       Scoring__GetRunReply *m)
{
    struct run_cause *causes;
    int r = run_causes(c, run, now, &causes, &m->n_outdated_by);

    m->state = m->n_outdated_by ? (char *)"outdated" : (char *)"current";
    m->outdated_by = causes_message(c->arena, causes, m->n_outdated_by);
    return r;
}

static int add_explanations(struct ctx *c, const char *run_id, const char *subject_id,
                            Scoring__GetRunReply *reply)
{
    struct rows *rows;
    int r =
        sql_query(c->tx, &sql_run_explanations, &rows, T(c->district), T(run_id), T(subject_id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "subject_id", "subject of this run", NULL);
    reply->explanations = arena_new_array(c->arena, Scoring__Explanation *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Scoring__Explanation *m = arena_new_one(c->arena, Scoring__Explanation);

        scoring__explanation__init(m);
        m->subject_id = (char *)subject_id;
        m->item = (char *)rows_text(rows, i, "item");
        m->points_milli = rows_i64(rows, i, "points_milli");
        m->rule = (char *)rows_text(rows, i, "rule");
        m->source = (char *)rows_text(rows, i, "source");
        m->at = rows_at(rows, i, "at");
        m->actor = (char *)rows_text(rows, i, "actor");
        reply->explanations[reply->n_explanations++] = m;
    }
    return 0;
}

int get_run(struct ctx *c)
{
    const Scoring__GetRun *q = c->request;
    Scoring__GetRunReply reply = SCORING__GET_RUN_REPLY__INIT;
    struct published pub;
    struct run_now now;
    struct run run;
    int r;

    r = run_get(c, q->run_id, false, &run, &pub);
    if (r)
        return r;
    fill_head(&reply, &run);
    r = run_now(c, &pub, run.panel_id, &now);
    if (r == 0)
        r = fill_causes(c, &run, &now, &reply);
    if (r)
        return r;
    reply.subjects = run_messages(c->arena, &pub, &run, &reply.n_subjects);
    reply.n_open_ties = run_open_ties(c->arena, &pub, &run, &reply.open_ties);
    if (q->subject_id) {
        r = add_explanations(c, run.run_id, q->subject_id, &reply);
        if (r)
            return r;
    }
    reply_with(c, &reply.base);
    return 0;
}

/* What a run of @panel_id would rest on now; panels are few and each is looked at once. */
static int now_of(struct ctx *c, const struct published *pub, const char *panel_id,
                  struct run_now *kept, size_t *n, const struct run_now **ret)
{
    for (size_t i = 0; i < *n; i++)
        if (strcmp(kept[i].m.panel_ids, panel_id) == 0) {
            *ret = &kept[i];
            return 0;
        }
    *ret = &kept[*n];
    return run_now(c, pub, panel_id, &kept[(*n)++]);
}

int list_runs(struct ctx *c)
{
    const Scoring__ListRuns *q = c->request;
    Scoring__ListRunsReply reply = SCORING__LIST_RUNS_REPLY__INIT;
    struct published pub;
    struct run_now *kept;
    struct rows *rows;
    size_t n_kept = 0;
    int r;

    r = need_text(c, "programme_id", q->programme_id, 1, 100);
    if (r == 0)
        r = published_find(c, c->district, q->programme_id, &pub);
    if (r == 0)
        r = sql_query(c->tx, &sql_run_list, &rows, T(c->district), T(q->programme_id));
    if (r)
        return r;
    reply.runs = arena_new_array(c->arena, Scoring__GetRunReply *, rows_count(rows) + 1);
    kept = arena_new_array(c->arena, struct run_now, rows_count(rows) + 1);
    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        Scoring__GetRunReply *m = arena_new_one(c->arena, Scoring__GetRunReply);
        const struct run run = {
            .run_id = rows_text(rows, i, "run_id"),
            .programme_id = q->programme_id,
            .panel_id = rows_text(rows, i, "panel_id"),
            .result_sha256 = rows_text(rows, i, "result_sha256"),
            .version = (int32_t)rows_i64(rows, i, "programme_version"),
            .at = rows_at(rows, i, "at"),
        };
        const struct run_now *now;

        scoring__get_run_reply__init(m);
        fill_head(m, &run);
        r = now_of(c, &pub, run.panel_id, kept, &n_kept, &now);
        if (r == 0)
            r = fill_causes(c, &run, now, m);
        reply.runs[reply.n_runs++] = m;
    }
    if (r)
        return r;
    reply_with(c, &reply.base);
    return 0;
}
