/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/inputs.h"

#include <string.h>

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/standing.h"
#include "services/scoring/inspection/sheets.h"
#include "services/scoring/panel/panel.h"

#include "common/base/banned.h"

static const struct panel *panel_of(const struct run_model *m, const char *panel_id)
{
    size_t i = 0;

    while (i + 1 < m->n_panels && !str_equal(m->panels[i].panel_id, panel_id))
        i++;
    return &m->panels[i];
}

/* Candidates of the panels as they stand today: withdrawn, or ended by something the programme's
 * exit rules name. */
static int load_candidates(struct ctx *c, struct run_model *m)
{
    const struct programme *p = m->pub->p;
    struct befallen befallen;
    struct rows *rows;
    int r;

    r = standing_load(c, p, m->pub->programme_id, &befallen);
    if (r)
        return r;
    r = sql_query(c->tx, &sql_run_candidates, &rows, T(c->district), T(m->panel_ids));
    if (r)
        return r;
    m->n_subjects = rows_count(rows);
    m->subjects = arena_new_array(c->arena, struct run_subject, m->n_subjects + 1);
    for (size_t i = 0; i < m->n_subjects; i++) {
        struct run_subject *s = &m->subjects[i];
        const struct programme_category *category =
            programme_category(p, rows_text(rows, i, "category"));
        const struct change *end;

        s->r.subject_id = rows_text(rows, i, "subject_id");
        s->panel = panel_of(m, rows_text(rows, i, "panel_id"));
        s->r.group = category ? category->group : "";
        s->r.out_of_rank = standing_out(&befallen, rows, i);
        s->by_kind = rows_text(rows, i, "by_kind");
        s->by_id = rows_text(rows, i, "by_id");
        s->by_at = rows_at(rows, i, "by_at");
        if (!s->r.out_of_rank && s->by_kind && !rows_bool(rows, i, "met"))
            s->r.out_of_rank = "condition_unmet"; /* 四: the conditions of being recommended */
        s->application_id = rows_text(rows, i, "application_id");
        s->since = rows_at(rows, i, "since");
        s->category = rows_text(rows, i, "category");
        s->name = rows_text(rows, i, "name");
        s->enterprise_id = rows_text(rows, i, "enterprise_id");
        s->enterprise_name = rows_text(rows, i, "enterprise_name");
        s->subdistrict = rows_text(rows, i, "subdistrict");
        s->n_recused = (int)rows_i64(rows, i, "recused");
        end = standing_end(&befallen, rows, i);
        s->ended_by = end ? end->change_id : NULL;
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

    r = sql_query(c->tx, &sql_panel_ballots, &rows, T(c->district), T(m->panel_ids));
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

int inputs_gather(struct ctx *c, struct run_model *m)
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
