/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/run.h"

#include <string.h>

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/inspection/sheets.h"
#include "services/scoring/panel/panel.h"
#include "services/scoring/run/compute.h"
#include "services/scoring/run/inputs.h"
#include "services/scoring/run/result.h"
#include "services/scoring/run/runs.h"

#include "common/base/banned.h"

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
             I(m->pub->version), T(m->panel_ids), T(result), T(sha256), T(c->account), AT(c->now));
    for (size_t i = 0; i < m->n_subjects; i++) {
        const struct run_subject *s = &m->subjects[i];

        sql_exec(c->tx, &sql_run_add_subject, T(c->district), T(c->id_text), T(s->r.subject_id),
                 T(s->category), T(s->r.group), T(s->name), T(s->enterprise_id),
                 T(s->enterprise_name), T(s->subdistrict), I(s->score_milli), T(s->r.out_of_rank),
                 I(s->r.rank), I(s->r.n_tied));
        store_lines(c, s);
    }
}

/* The panels it rests on: of the programme, closed, and no candidate before two of them. */
static int check_panels(struct ctx *c, const Scoring__RunScoring *q, struct run_model *m)
{
    struct panel *panels;
    struct rows *rows;
    int r;

    m->panel_ids = q->panel_id;
    for (size_t i = 0; i < q->n_more_panels; i++)
        m->panel_ids = arena_printf(c->arena, "%s %s", m->panel_ids, q->more_panels[i]);
    r = panels_get(c, m->panel_ids, &panels, &m->n_panels);
    m->panels = panels;
    for (size_t i = 0; r == 0 && i < m->n_panels; i++) {
        const char *field = i ? arena_printf(c->arena, "more_panels/%zu", i - 1) : "panel_id";

        for (size_t k = 0; r == 0 && k < i; k++)
            if (str_equal(panels[k].panel_id, panels[i].panel_id))
                r = refuse(c, reason_run_panel_twice, field, panels[i].title, NULL);
        if (r)
            break;
        if (!str_equal(panels[i].programme_id, q->programme_id))
            r = refuse(c, reason_run_panel_other, field, panels[i].programme_id, NULL);
        else if (!str_equal(panels[i].state, "closed"))
            r = refuse(c, reason_run_panel_open, field, NULL);
    }
    if (r == 0)
        r = sql_query(c->tx, &sql_run_twice, &rows, T(c->district), T(m->panel_ids));
    if (r == 0 && rows_count(rows))
        r = refuse(c, reason_run_candidate_twice, "more_panels", rows_text(rows, 0, "subject_id"),
                   NULL);
    return r;
}

int run_scoring(struct ctx *c)
{
    const Scoring__RunScoring *q = c->request;
    Scoring__RunScoringReply reply = SCORING__RUN_SCORING_REPLY__INIT;
    struct published pub;
    struct run_model m = {.pub = &pub};
    const char *result, *sha256;
    struct run run;
    int r;

    r = published_get(c, q->programme_id, &pub);
    if (r)
        return r;
    r = check_panels(c, q, &m);
    if (r)
        return r;
    published_lock(c, q->programme_id);
    r = inputs_gather(c, &m);
    if (r)
        return r;
    r = run_compute(c->arena, &m);
    if (r)
        return r;
    r = run_result(c->arena, &m, &result, &sha256);
    if (r)
        return r;
    run_store(c, &m, result, sha256);
    run = (struct run){
        .run_id = c->id_text,
        .programme_id = pub.programme_id,
        .panel_id = m.panel_ids,
        .result_sha256 = sha256,
        .version = pub.version,
        .at = c->now,
        .subjects = m.subjects,
        .n_subjects = m.n_subjects,
    };
    run_say_scored(c, &pub, &run);
    reply.run_id = (char *)c->id_text;
    reply.result_sha256 = (char *)sha256;
    reply.candidates = (int32_t)m.n_subjects;
    reply.open_ties = (int32_t)run_open_ties(c->arena, &pub, &run, NULL);
    reply_with(c, &reply.base);
    return 0;
}
