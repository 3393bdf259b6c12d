/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/panel/panel_query.h"

#include <string.h>

#include "common/base/str.h"
#include "common/text/lines.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/panel/mean.h"
#include "services/scoring/panel/panel.h"

#include "common/base/banned.h"

/* The mean of the counted ballots on @subject_id; @at walks through rows sorted by subject, past
 * those of subjects withdrawn. */
static int mean_of(struct ctx *c, const struct rows *ballots, const char *subject_id, int trim,
                   size_t *at, Scoring__PanelCandidate *m)
{
    struct fraction mean;
    int64_t *points;
    size_t first, n;
    int r;

    while (*at < rows_count(ballots) &&
           strcmp(rows_text(ballots, *at, "subject_id"), subject_id) < 0)
        ++*at;
    first = *at;
    while (*at < rows_count(ballots) &&
           str_equal(rows_text(ballots, *at, "subject_id"), subject_id))
        ++*at;
    n = *at - first;
    points = arena_new_array(c->arena, int64_t, n + 1);
    for (size_t i = 0; i < n; i++)
        points[i] = rows_i64(ballots, first + i, "points_milli");
    r = ballots_mean(points, n, trim, &mean);
    if (r == BALLOTS_E_TOO_FEW)
        return 0;
    if (r)
        return r;
    m->has_mean_milli = true;
    m->mean_milli = fraction_milli(mean);
    return 0;
}

/* @blind: the reader has a seat and the panel is not closed, so that counts would tell him of others. */
static Scoring__PanelCandidate *candidate_from(struct ctx *c, const struct rows *rows, size_t i,
                                               bool expert, bool blind)
{
    Scoring__PanelCandidate *m = arena_new_one(c->arena, Scoring__PanelCandidate);

    scoring__panel_candidate__init(m);
    m->subject_id = (char *)rows_text(rows, i, "subject_id");
    m->category = (char *)rows_text(rows, i, "category");
    m->name = (char *)rows_text(rows, i, "name");
    m->has_ballots = m->has_recused = !blind;
    m->ballots = (int32_t)rows_i64(rows, i, "ballots");
    m->recused = (int32_t)rows_i64(rows, i, "recused");
    m->has_inspection_milli = !rows_null(rows, i, "total_milli");
    m->inspection_milli = rows_i64(rows, i, "total_milli");
    m->grade = (char *)rows_text(rows, i, "grade");
    m->has_my_points_milli = expert && !rows_null(rows, i, "my_points");
    m->my_points_milli = rows_i64(rows, i, "my_points");
    m->has_recused_me = expert;
    m->recused_me = rows_bool(rows, i, "recused_me");
    m->has_order_n = expert;
    m->order_n = (int32_t)rows_i64(rows, i, "order_n");
    return m;
}

int panel_candidates(struct ctx *c, const struct panel *panel, const char *expert_id, int trim,
                     Scoring__PanelCandidate ***ret_candidates, size_t *ret_n)
{
    bool closed = str_equal(panel->state, "closed");
    Scoring__PanelCandidate **list;
    struct rows *rows, *ballots = NULL;
    size_t at = 0;
    int r;

    r = sql_query(c->tx, &sql_panel_candidates, &rows, T(c->district), T(panel->panel_id),
                  T(expert_id ? expert_id : ""));
    if (r == 0 && closed)
        r = sql_query(c->tx, &sql_panel_ballots, &ballots, T(c->district), T(panel->panel_id));
    if (r)
        return r;
    list = arena_new_array(c->arena, Scoring__PanelCandidate *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        list[i] = candidate_from(c, rows, i, expert_id != NULL, expert_id && !closed);
        r = closed ? mean_of(c, ballots, list[i]->subject_id, trim, &at, list[i]) : 0;
        if (r)
            return r;
    }
    *ret_candidates = list;
    *ret_n = rows_count(rows);
    return 0;
}

void panel_recusals(struct ctx *c, const struct rows *rows, Scoring__Recusal ***ret_recusals,
                    size_t *ret_n)
{
    *ret_recusals = arena_new_array(c->arena, Scoring__Recusal *, rows_count(rows) + 1);
    for (*ret_n = 0; *ret_n < rows_count(rows); ++*ret_n) {
        Scoring__Recusal *m = (*ret_recusals)[*ret_n] = arena_new_one(c->arena, Scoring__Recusal);

        scoring__recusal__init(m);
        m->expert_id = (char *)rows_text(rows, *ret_n, "expert_id");
        m->subject_id = (char *)rows_text(rows, *ret_n, "subject_id");
        m->kind = (char *)rows_text(rows, *ret_n, "kind");
        m->note = (char *)rows_text(rows, *ret_n, "note");
        m->has_at = m->has_set_aside = true;
        m->at = rows_at(rows, *ret_n, "recorded_at");
        m->set_aside = rows_bool(rows, *ret_n, "set_aside");
    }
}

/* @expert_id: his own alone; NULL: all. */
static int add_recusals(struct ctx *c, const char *panel_id, const char *expert_id,
                        Scoring__GetPanelReply *reply)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_panel_recusals, &rows, T(c->district), T(panel_id), T(expert_id));

    if (r == 0)
        panel_recusals(c, rows, &reply->recusals, &reply->n_recusals);
    return r;
}

int panel_reader(struct ctx *c, const char *panel_id, const char **ret_expert_id)
{
    const char *expert_id = actor_subject(c, ROLE_EXPERT);
    struct rows *rows;
    int r;

    *ret_expert_id = NULL;
    if (expert_id) {
        r = sql_query(c->tx, &sql_panel_seat, &rows, T(c->district), T(panel_id), T(expert_id));
        if (r)
            return r;
        if (rows_count(rows)) {
            *ret_expert_id = expert_id;
            return 0;
        }
    }
    return actor_may_as(c, ROLE_OFFICERS | ROLE_AUDITOR)
               ? 0
               : refuse(c, reason_panel_not_seated, "panel_id", NULL);
}

static Scoring__PanelExpert *seat_message(struct ctx *c, const struct rows *rows, size_t i)
{
    Scoring__PanelExpert *m = arena_new_one(c->arena, Scoring__PanelExpert);

    scoring__panel_expert__init(m);
    m->expert_id = (char *)rows_text(rows, i, "expert_id");
    m->name = (char *)rows_text(rows, i, "name");
    m->has_due_n = m->has_cast_n = true;
    m->due_n = (int32_t)rows_i64(rows, i, "due");
    m->cast_n = (int32_t)rows_i64(rows, i, "voted");
    m->has_statement_at = !rows_null(rows, i, "statement_at");
    m->statement_at = m->has_statement_at ? rows_at(rows, i, "statement_at") : 0;
    m->has_submitted_at = !rows_null(rows, i, "submitted_at");
    m->submitted_at = m->has_submitted_at ? rows_at(rows, i, "submitted_at") : 0;
    m->has_left_at = !rows_null(rows, i, "left_at");
    m->left_at = m->has_left_at ? rows_at(rows, i, "left_at") : 0;
    m->left_reason = (char *)rows_text(rows, i, "left_reason");
    return m;
}

int panel_head(struct ctx *c, const struct panel *panel, const char *expert_id,
               Scoring__GetPanelReply *reply)
{
    struct rows *rows, *own = NULL;
    int r = sql_query(c->tx, &sql_panel_experts, &rows, T(c->district), T(panel->panel_id),
                      T(service_city(c->svc)), T(expert_id));

    if (r == 0 && expert_id)
        r = sql_query(c->tx, &sql_seat_ballots, &own, T(c->district), T(panel->panel_id),
                      T(expert_id));
    if (r)
        return r;
    reply->panel_id = (char *)panel->panel_id;
    reply->programme_id = (char *)panel->programme_id;
    reply->title = (char *)panel->title;
    reply->state = (char *)panel->state;
    reply->statement = (char *)panel->statement;
    reply->categories = lines_split(c->arena, panel->categories, &reply->n_categories);
    reply->has_submission = true;
    reply->submission = panel->submission;
    if (panel->due_day != DAY_NONE)
        reply->due_day = (char *)day_format(panel->due_day, arena_alloc(c->arena, DAY_TEXT));
    reply->my_ballots_sha256 = (char *)(own ? rows_text(own, 0, "sha256") : NULL);
    reply->experts = arena_new_array(c->arena, Scoring__PanelExpert *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++)
        reply->experts[reply->n_experts++] = seat_message(c, rows, i);
    return 0;
}

int get_panel(struct ctx *c)
{
    const Scoring__GetPanel *q = c->request;
    Scoring__GetPanelReply reply = SCORING__GET_PANEL_REPLY__INIT;
    const char *expert_id;
    struct published pub;
    struct panel panel;
    int r = panel_get(c, q->panel_id, false, &panel);

    if (r == 0)
        r = panel_reader(c, panel.panel_id, &expert_id);
    if (r == 0)
        r = panel_head(c, &panel, expert_id, &reply);
    if (r == 0)
        r = published_get(c, panel.programme_id, &pub);
    if (r == 0)
        r = panel_candidates(c, &panel, expert_id, pub.p->panel.trim, &reply.candidates,
                             &reply.n_candidates);
    if (r == 0)
        r = add_recusals(c, panel.panel_id, expert_id, &reply);
    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}

int list_panels(struct ctx *c)
{
    const Scoring__ListPanels *q = c->request;
    const char *expert_id = actor_subject(c, ROLE_EXPERT);
    bool all = actor_may_as(c, ROLE_OFFICERS | ROLE_AUDITOR);
    Scoring__ListPanelsReply reply = SCORING__LIST_PANELS_REPLY__INIT;
    struct rows *rows;
    int r = need_text(c, "programme_id", q->programme_id, 1, 100);

    if (r == 0)
        r = sql_query(c->tx, &sql_panel_list, &rows, T(c->district), T(q->programme_id),
                      T(expert_id));
    if (r)
        return r;
    reply.panels = arena_new_array(c->arena, Scoring__GetPanelReply *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Scoring__GetPanelReply *m = arena_new_one(c->arena, Scoring__GetPanelReply);
        bool seated = rows_bool(rows, i, "seated");
        struct panel panel = panel_row(rows, i);

        if (!seated && !all)
            continue;
        scoring__get_panel_reply__init(m);
        r = panel_head(c, &panel, seated ? expert_id : NULL, m);
        if (r)
            return r;
        reply.panels[reply.n_panels++] = m;
    }
    reply_with(c, &reply.base);
    return 0;
}
