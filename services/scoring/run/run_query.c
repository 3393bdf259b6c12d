/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/run_query.h"

#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
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
    struct run run;
    int r;

    r = run_get(c, q->run_id, false, &run, &pub);
    if (r)
        return r;
    fill_head(&reply, &run);
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

int list_runs(struct ctx *c)
{
    const Scoring__ListRuns *q = c->request;
    Scoring__ListRunsReply reply = SCORING__LIST_RUNS_REPLY__INIT;
    struct rows *rows;
    int r;

    r = need_text(c, "programme_id", q->programme_id, 1, 100);
    if (r)
        return r;
    r = sql_query(c->tx, &sql_run_list, &rows, T(c->district), T(q->programme_id));
    if (r)
        return r;
    reply.runs = arena_new_array(c->arena, Scoring__GetRunReply *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Scoring__GetRunReply *m = arena_new_one(c->arena, Scoring__GetRunReply);

        scoring__get_run_reply__init(m);
        fill_head(m, &(struct run){
                         .run_id = rows_text(rows, i, "run_id"),
                         .programme_id = q->programme_id,
                         .result_sha256 = rows_text(rows, i, "result_sha256"),
                         .version = (int32_t)rows_i64(rows, i, "programme_version"),
                         .at = rows_at(rows, i, "at"),
                     });
        reply.runs[reply.n_runs++] = m;
    }
    reply_with(c, &reply.base);
    return 0;
}
