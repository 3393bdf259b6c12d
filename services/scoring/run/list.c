/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/list.h"

#include "common/base/str.h"
#include "publicity.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/standing.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/run/outdated.h"
#include "services/scoring/run/runs.h"

#include "common/base/banned.h"

static int check_not_proposed(struct ctx *c, const char *programme_id)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_list_of, &rows, T(c->district), T(programme_id));

    if (r || rows_count(rows) == 0)
        return r;
    return refuse(c, reason_list_proposed, "run_id", rows_text(rows, 0, "list_id"), NULL);
}

/* Everybody accepted was before the panel: else an accepted candidate would drop out unheard. */
static int check_all_heard(struct ctx *c, const struct published *pub, const struct run *run)
{
    struct befallen befallen;
    struct rows *rows;
    int r;

    r = standing_load(c, pub->p, run->programme_id, &befallen);
    if (r)
        return r;
    r = sql_query(c->tx, &sql_run_missing, &rows, T(c->district), T(run->run_id));
    for (size_t i = 0; !r && i < rows_count(rows); i++)
        if (!standing_out(&befallen, rows, i))
            r = refuse(c, reason_run_candidate_missing, "run_id", rows_text(rows, i, "subject_id"),
                       NULL);
    return r;
}

static int check_ties(struct ctx *c, const struct published *pub, const struct run *run)
{
    char **ties;

    if (run_open_ties(c->arena, pub, run, &ties) == 0)
        return 0;
    for (char *colon = ties[0]; *colon; colon++)
        if (*colon == ':') {
            const char *group = arena_strndup(c->arena, ties[0], (size_t)(colon - ties[0]));

            return refuse(c, reason_tie_open, "run_id", group, colon + 2, NULL);
        }
    return refuse(c, reason_tie_open, "run_id", ties[0], "", NULL);
}

int on_list_withdrawn(struct ctx *c)
{
    const Publicity__ListWithdrawn *e = c->request;

    sql_exec(c->tx, &sql_list_withdraw, T(c->district), T(e->list_id), AT(c->event->at));
    return 0;
}

static void say_proposed(struct ctx *c, const struct published *pub, const struct run *run,
                         const char *replaces)
{
    Scoring__ListProposed event = SCORING__LIST_PROPOSED__INIT;
    size_t n;
    Scoring__ScoredSubject **all = run_messages(c->arena, pub, run, &n);

    event.list_id = (char *)c->id_text;
    event.replaces = (char *)replaces;
    event.programme_id = (char *)run->programme_id;
    event.run_id = (char *)run->run_id;
    event.result_sha256 = (char *)run->result_sha256;
    event.proposed = arena_new_array(c->arena, Scoring__ScoredSubject *, n + 1);
    event.reserve = arena_new_array(c->arena, Scoring__ScoredSubject *, n + 1);
    for (size_t i = 0; i < n; i++) {
        if (all[i]->proposed)
            event.proposed[event.n_proposed++] = all[i];
        else if (all[i]->reserve)
            event.reserve[event.n_reserve++] = all[i];
    }
    emit(c, NULL, &event.base);
}

struct proposal {
    struct run run;
    struct published pub;
    int reserve;
};

/* The proposed and the reserve, for those who sign. */
static void content_of(struct ctx *c, const struct proposal *p, struct joint_matter *m)
{
    size_t n;
    Scoring__ScoredSubject **all = run_messages(c->arena, &p->pub, &p->run, &n);
    const char **lines = arena_new_array(c->arena, const char *, n + 1);

    m->content = lines;
    for (size_t i = 0; i < n; i++)
        if (all[i]->proposed || all[i]->reserve)
            lines[m->n_content++] = arena_printf(c->arena, "%s %d %s %s %s", all[i]->group,
                                                 all[i]->rank, all[i]->subject_id, all[i]->name,
                                                 all[i]->proposed ? "proposed" : "reserve");
}

static int plan_list(struct ctx *c, const void *request, struct joint_matter *m)
{
    const Scoring__ProposeList *q = request;
    struct proposal *p = arena_new_one(c->arena, struct proposal);
    struct ranked **all;
    int r = run_get(c, q->run_id, true, &p->run, &p->pub);

    if (r)
        return r;
    p->reserve = q->has_reserve ? q->reserve : p->pub.p->ranking.reserve;
    r = need_range(c, "reserve", p->reserve, 0, 10000);
    if (r == 0)
        r = check_not_proposed(c, p->run.programme_id);
    if (r)
        return r;
    all = run_ranked(c->arena, &(struct run_model){.subjects = p->run.subjects,
                                                   .n_subjects = p->run.n_subjects});
    rank_stand(p->pub.p, all, p->run.n_subjects, p->reserve);
    r = outdated_refuse(c, &p->run, &p->pub);
    if (r == 0)
        r = check_ties(c, &p->pub, &p->run);
    if (r == 0)
        r = check_all_heard(c, &p->pub, &p->run);
    if (r)
        return r;
    content_of(c, p, m);
    m->programme = p->pub.p;
    m->programme_id = p->run.programme_id;
    m->target_id = q->run_id;
    m->plan = p;
    return 0;
}

static int propose(struct ctx *c, const void *request, const struct joint_matter *m)
{
    const struct proposal *p = m->plan;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_list_before, &rows, T(c->district), T(p->run.programme_id));

    (void)request;
    if (r)
        return r;
    sql_exec(c->tx, &sql_list_add, T(c->district), T(c->id_text), T(p->run.programme_id),
             T(p->run.run_id), I(p->reserve), T(c->account), AT(c->now));
    say_proposed(c, &p->pub, &p->run, rows_count(rows) ? rows_text(rows, 0, "list_id") : NULL);
    return 0;
}

const struct joint_kind list_act = {JOINT_LIST, "run", &scoring__propose_list__descriptor,
                                    .plan = plan_list, .carry_out = propose};
JOINT_COMMAND(propose_list, list_act, Scoring, SCORING)
