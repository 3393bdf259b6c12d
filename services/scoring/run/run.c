/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/run.h"

#include <string.h>

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/inspection/sheets.h"
#include "services/scoring/panel/panel.h"
#include "services/scoring/run/compute.h"
#include "services/scoring/run/result.h"
#include "services/scoring/run/runs.h"

#include "common/base/banned.h"

/* Candidates of the panel as they stand today: withdrawn, or ended by something the programme's
 * exit rules name. */
static int load_candidates(struct ctx *c, struct run_model *m)
{
    const struct programme *p = m->pub->p;
    struct rows *rows;
    char day[DAY_TEXT];
    int r;

    r = sql_query(c->tx, &sql_run_candidates, &rows, T(c->district), T(m->panel->panel_id),
                  T(service_city(c->svc)), TA(p->exit.ends.items, p->exit.ends.n),
                  T(day_format(today(c), day)));
    if (r)
        return r;
    m->n_subjects = rows_count(rows);
    m->subjects = arena_new_array(c->arena, struct run_subject, m->n_subjects + 1);
    for (size_t i = 0; i < m->n_subjects; i++) {
        struct run_subject *s = &m->subjects[i];
        const struct programme_category *category =
            programme_category(p, rows_text(rows, i, "category"));

        s->r.subject_id = rows_text(rows, i, "subject_id");
        s->r.group = category ? category->group : "";
        s->r.out_of_rank = rows_text(rows, i, "out_of_rank");
        s->category = rows_text(rows, i, "category");
        s->name = rows_text(rows, i, "name");
        s->enterprise_id = rows_text(rows, i, "enterprise_id");
        s->enterprise_name = rows_text(rows, i, "enterprise_name");
        s->subdistrict = rows_text(rows, i, "subdistrict");
        s->n_recused = (int)rows_i64(rows, i, "recused");
    }
    return 0;
}

/* Candidates and ballots come in the same order of subjects. */
static int load_ballots(struct ctx *c, struct run_model *m)
{
    struct rows *rows;
    struct run_ballot *ballots;
    size_t at = 0;
    int r;

    r = sql_query(c->tx, &sql_panel_ballots, &rows, T(c->district), T(m->panel->panel_id));
    if (r)
        return r;
    ballots = arena_new_array(c->arena, struct run_ballot, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *subject = rows_text(rows, i, "subject_id");

        ballots[i] = (struct run_ballot){
            .expert_id = rows_text(rows, i, "expert_id"),
            .account = rows_text(rows, i, "account"),
            .points_milli = rows_i64(rows, i, "points_milli"),
            .at = rows_at(rows, i, "cast_at"),
        };
        while (at < m->n_subjects && strcmp(m->subjects[at].r.subject_id, subject) < 0)
            at++;
        if (at == m->n_subjects || !str_equal(m->subjects[at].r.subject_id, subject))
            continue;
        if (m->subjects[at].n_ballots++ == 0)
            m->subjects[at].ballots = &ballots[i];
    }
    return 0;
}

static int gather(struct ctx *c, struct run_model *m)
{
    struct sheet *sheets;
    size_t n;
    int r;

    r = load_candidates(c, m);
    if (r)
        return r;
    r = load_ballots(c, m);
    if (r)
        return r;
    r = sheets_current(c, m->pub->programme_id, NULL, &sheets, &n);
    if (r)
        return r;
    for (size_t i = 0; i < m->n_subjects; i++)
        m->subjects[i].sheet = sheet_of(sheets, n, m->subjects[i].r.subject_id);
    return 0;
}

/* A subject's explanations in one statement. */
static void store_lines(struct ctx *c, const struct run_subject *s)
{
    size_t n = s->n_lines;
    const char **items = arena_new_array(c->arena, const char *, n + 1);
    const char **rules = arena_new_array(c->arena, const char *, n + 1);
    const char **sources = arena_new_array(c->arena, const char *, n + 1);
    const char **ats = arena_new_array(c->arena, const char *, n + 1);
    const char **actors = arena_new_array(c->arena, const char *, n + 1);
    int64_t *points = arena_new_array(c->arena, int64_t, n + 1);

    for (size_t i = 0; i < n; i++) {
        items[i] = s->lines[i].item;
        points[i] = s->lines[i].points_milli;
        rules[i] = s->lines[i].rule;
        sources[i] = s->lines[i].source;
        ats[i] = instant_format_utc(s->lines[i].at, arena_alloc(c->arena, INSTANT_TEXT));
        actors[i] = s->lines[i].actor ? s->lines[i].actor : "";
    }
    sql_exec(c->tx, &sql_run_add_explanations, T(c->district), T(c->id_text), T(s->r.subject_id),
             TA(items, n), IA(points, n), TA(rules, n), TA(sources, n), TA(ats, n), TA(actors, n));
}

static void run_store(struct ctx *c, const struct run_model *m, const char *result,
                      const char *sha256)
{
    sql_exec(c->tx, &sql_run_add, T(c->district), T(c->id_text), T(m->pub->programme_id),
             I(m->pub->version), T(m->panel->panel_id), T(result), T(sha256), T(c->account),
             AT(c->now));
    for (size_t i = 0; i < m->n_subjects; i++) {
        const struct run_subject *s = &m->subjects[i];

        sql_exec(c->tx, &sql_run_add_subject, T(c->district), T(c->id_text), T(s->r.subject_id),
                 T(s->category), T(s->r.group), T(s->name), T(s->enterprise_id),
                 T(s->enterprise_name), T(s->subdistrict), I(s->score_milli), T(s->r.out_of_rank),
                 I(s->r.rank), I(s->r.n_tied));
        store_lines(c, s);
    }
}

static int check_panel(struct ctx *c, const Scoring__RunScoring *q, struct panel *ret)
{
    int r = panel_get(c, q->panel_id, false, ret);

    if (r)
        return r;
    if (!str_equal(ret->programme_id, q->programme_id))
        return refuse(c, reason_run_panel_other, "panel_id", ret->programme_id, NULL);
    if (!str_equal(ret->state, "closed"))
        return refuse(c, reason_run_panel_open, "panel_id", NULL);
    return 0;
}

int run_scoring(struct ctx *c)
{
    const Scoring__RunScoring *q = c->request;
    Scoring__RunScoringReply reply = SCORING__RUN_SCORING_REPLY__INIT;
    struct published pub;
    struct panel panel;
    struct run_model m = {.pub = &pub, .panel = &panel};
    const char *result, *sha256;
    struct run run;
    int r;

    r = published_get(c, q->programme_id, &pub);
    if (r)
        return r;
    r = check_panel(c, q, &panel);
    if (r)
        return r;
    published_lock(c, q->programme_id);
    r = gather(c, &m);
    if (r)
        return r;
    r = run_compute(c->arena, &m);
    if (r)
        return r;
    r = run_result(c->arena, &m, &result, &sha256);
    if (r)
        return r;
    run_store(c, &m, result, sha256);
    run = (struct run){c->id_text, pub.programme_id, sha256,      pub.version,
                       c->now,     m.subjects,       m.n_subjects};
    run_say_scored(c, &pub, &run);
    reply.run_id = (char *)c->id_text;
    reply.result_sha256 = (char *)sha256;
    reply.candidates = (int32_t)m.n_subjects;
    reply.open_ties = (int32_t)run_open_ties(c->arena, &pub, &run, NULL);
    reply_with(c, &reply.base);
    return 0;
}
