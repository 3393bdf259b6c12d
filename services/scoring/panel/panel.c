/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/panel/panel.h"

#include <string.h>

#include "common/base/str.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/standing.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/panel/panel_fsm.h"
#include "services/scoring/panel/recusal.h"

#include "common/base/banned.h"

enum { EXPERTS_MAX = 1000 };

struct panel panel_row(const struct rows *rows, size_t i)
{
    return (struct panel){
        .panel_id = rows_text(rows, i, "panel_id"),
        .programme_id = rows_text(rows, i, "programme_id"),
        .title = rows_text(rows, i, "title"),
        .state = rows_text(rows, i, "state"),
        .categories = rows_text(rows, i, "categories"),
        .statement = rows_text(rows, i, "statement"),
        .due_day = rows_day(rows, i, "due_day"),
        .submission = rows_bool(rows, i, "submission"),
    };
}

int panel_get(struct ctx *c, const char *id, bool write, struct panel *ret)
{
    struct rows *rows;
    int r;

    r = need_text(c, "panel_id", id, 1, 100);
    if (r)
        return r;
    r = sql_query(c->tx, write ? &sql_panel_lock : &sql_panel_get, &rows, T(c->district), T(id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "panel_id", "panel", NULL);
    *ret = panel_row(rows, 0);
    ret->closed_by = rows_text(rows, 0, "closed_by");
    ret->closed_at = rows_at(rows, 0, "closed_at");
    return 0;
}

/* Enough experts, each registered and named once. */
static int check_experts(struct ctx *c, const Scoring__OpenPanel *q, const struct programme *p)
{
    struct rows *rows;
    int r;

    r = need_range(c, "experts", (int64_t)q->n_experts, 0, EXPERTS_MAX);
    if (r)
        return r;
    if (q->n_experts < (size_t)p->panel.min_ballots)
        return refuse(c, reason_panel_too_few_experts, "experts",
                      arena_printf(c->arena, "%d", p->panel.min_ballots),
                      arena_printf(c->arena, "%zu", q->n_experts), NULL);
    r = sql_query(c->tx, &sql_expert_known, &rows, T(service_city(c->svc)),
                  TA((const char *const *)q->experts, q->n_experts));
    if (r)
        return r;
    for (size_t i = 0; i < q->n_experts; i++) {
        const char *field = arena_printf(c->arena, "experts/%zu", i);
        bool known = false;

        for (size_t k = 0; k < i; k++)
            if (str_equal(q->experts[k], q->experts[i]))
                return refuse(c, reason_panel_expert_twice, field, q->experts[i], NULL);
        for (size_t k = 0; k < rows_count(rows) && !known; k++)
            known = str_equal(rows_text(rows, k, "expert_id"), q->experts[i]);
        if (!known)
            return refuse(c, reason_panel_expert_unknown, field, q->experts[i], NULL);
    }
    return 0;
}

/* The categories exist, each named once. */
static int check_categories(struct ctx *c, const Scoring__OpenPanel *q, const struct programme *p)
{
    for (size_t i = 0; i < q->n_categories; i++) {
        const char *field = arena_printf(c->arena, "categories/%zu", i);

        if (!programme_category(p, q->categories[i]))
            return refuse(c, reason_value_unknown, field, q->categories[i], NULL);
    }
    return 0;
}

/* No open panel judges the same candidates. */
static int check_none_open(struct ctx *c, const Scoring__OpenPanel *q)
{
    struct rows *rows;
    int r;

    published_lock(c, q->programme_id);
    r = sql_query(c->tx, &sql_panel_open, &rows, T(c->district), T(q->programme_id),
                  TA((const char *const *)q->categories, q->n_categories));

    if (r || rows_count(rows) == 0)
        return r;
    return refuse(c, reason_panel_open_already, "programme_id", rows_text(rows, 0, "panel_id"),
                  NULL);
}

/* One candidate that still stands today. */
struct seated {
    const char *subject_id;
    int64_t ballots, free; /* counted ones; experts that may vote on it */
};

/* The candidates that still stand today, with their ballots and the experts free to vote on them.
 */
static int standing_of(struct ctx *c, const char *panel_id, const struct published *pub,
                       struct seated **ret_seated, size_t *ret_n)
{
    struct befallen befallen;
    struct rows *rows;
    size_t n = 0;
    int r;

    r = standing_load(c, pub->p, pub->programme_id, &befallen);
    if (r)
        return r;
    r = sql_query(c->tx, &sql_panel_standing, &rows, T(c->district), T(panel_id));
    if (r)
        return r;
    *ret_seated = arena_new_array(c->arena, struct seated, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++)
        if (!standing_out(&befallen, rows, i))
            (*ret_seated)[n++] =
                (struct seated){rows_text(rows, i, "subject_id"), rows_i64(rows, i, "ballots"),
                                rows_i64(rows, i, "free")};
    *ret_n = n;
    return 0;
}

/* Conflicts known beforehand leave every candidate enough experts. */
static int check_free(struct ctx *c, const char *panel_id, const struct published *pub)
{
    int64_t least = pub->p->panel.min_ballots;
    struct seated *seated;
    size_t n;
    int r = standing_of(c, panel_id, pub, &seated, &n);

    for (size_t i = 0; !r && i < n; i++)
        if (seated[i].free < least)
            r = refuse(c, reason_panel_experts_recused, "experts", seated[i].subject_id,
                       arena_printf(c->arena, "%d", (int)seated[i].free),
                       arena_printf(c->arena, "%d", (int)least), NULL);
    return r;
}

int panel_need_due(struct ctx *c, const char *due_day, int32_t *ret_day)
{
    char today[DAY_TEXT];
    int r = need_day(c, "due_day", due_day, ret_day);

    if (r == 0 && *ret_day < instant_day(c->now))
        r = refuse(c, reason_panel_due_past, "due_day", day_format(instant_day(c->now), today),
                   NULL);
    return r;
}

static int panel_seat(struct ctx *c, const Scoring__OpenPanel *q, int64_t *ret_candidates)
{
    int r;

    sql_exec(c->tx, &sql_panel_add, T(c->district), T(c->id_text), T(q->programme_id), T(q->title),
             T(panel_fsm.start), AT(c->now), T(text_or_null(q->due_day)),
             T(text_or_null(q->statement)), B(q->has_submission && q->submission),
             TA((const char *const *)q->categories, q->n_categories));
    sql_exec(c->tx, &sql_panel_add_experts, T(c->district), T(c->id_text),
             TA((const char *const *)q->experts, q->n_experts));
    r = sql_change(c->tx, &sql_panel_add_candidates, ret_candidates, T(c->district), T(c->id_text),
                   T(q->programme_id), TA((const char *const *)q->categories, q->n_categories));
    if (r)
        return r;
    return *ret_candidates ? 0 : refuse(c, reason_panel_no_candidates, "programme_id", NULL);
}

int open_panel(struct ctx *c)
{
    const Scoring__OpenPanel *q = c->request;
    Scoring__PanelOpened event = SCORING__PANEL_OPENED__INIT;
    Scoring__OpenPanelReply reply = SCORING__OPEN_PANEL_REPLY__INIT;
    struct published pub;
    int64_t candidates;
    int32_t due;
    int r;

    r = published_get(c, q->programme_id, &pub);
    if (r)
        return r;
    r = need_text(c, "title", q->title, 1, 200);
    if (r == 0)
        r = need_text(c, "statement", q->statement, 0, 2000);
    if (r == 0 && text_or_null(q->due_day))
        r = panel_need_due(c, q->due_day, &due);
    if (r)
        return r;
    r = check_experts(c, q, pub.p);
    if (r)
        return r;
    r = check_categories(c, q, pub.p);
    if (r == 0)
        r = check_none_open(c, q);
    if (r)
        return r;
    r = panel_seat(c, q, &candidates);
    if (r)
        return r;
    r = recusals_find(c, c->district, c->id_text, &reply.recusals, &reply.n_recusals);
    if (r)
        return r;
    r = check_free(c, c->id_text, &pub);
    if (r)
        return r;
    event.panel_id = reply.panel_id = (char *)c->id_text;
    event.programme_id = q->programme_id;
    event.experts = (int32_t)q->n_experts;
    event.candidates = reply.candidates = (int32_t)candidates;
    event.recusals = reply.recusals;
    event.n_recusals = reply.n_recusals;
    event.expert_ids = q->experts;
    event.n_expert_ids = q->n_experts;
    event.due_day = (char *)text_or_null(q->due_day);
    emit(c, NULL, &event.base);
    reply_with(c, &reply.base);
    return 0;
}

/*
 * Every candidate that still stands has enough ballots; the number of all. Whom conflicts declared
 * since leave too few experts cannot get them any more: it keeps nobody else waiting, and a run by
 * this panel says too_few_ballots of it.
 */
static int check_ballots(struct ctx *c, const struct panel *panel, const struct published *pub,
                         int64_t *ret_ballots)
{
    int64_t all = 0, least = pub->p->panel.min_ballots;
    struct seated *seated;
    size_t n;
    int r = standing_of(c, panel->panel_id, pub, &seated, &n);

    if (r)
        return r;
    for (size_t i = 0; i < n; i++) {
        if (seated[i].ballots < least && seated[i].free >= least)
            return refuse(c, reason_panel_ballots_missing, "panel_id", seated[i].subject_id,
                          arena_printf(c->arena, "%d", (int)seated[i].ballots),
                          arena_printf(c->arena, "%d", (int)least), NULL);
        all += seated[i].ballots;
    }
    *ret_ballots = all;
    return 0;
}

/* All have handed in, where they are to, or the closing says why it does not wait. */
static int check_submitted(struct ctx *c, const struct panel *panel, const char *reason)
{
    struct rows *rows;
    int r;

    if (!panel->submission || text_or_null(reason))
        return need_text(c, "reason", reason, 0, 1000);
    r = sql_query(c->tx, &sql_seats_unsubmitted, &rows, T(c->district), T(panel->panel_id));
    if (r || rows_count(rows) == 0)
        return r;
    return refuse(c, reason_panel_unsubmitted, "reason", rows_text(rows, 0, "expert_id"), NULL);
}

int close_panel(struct ctx *c)
{
    const Scoring__ClosePanel *q = c->request;
    Scoring__PanelClosed event = SCORING__PANEL_CLOSED__INIT;
    struct published pub;
    struct panel panel;
    const char *to;
    int64_t ballots, changed;
    int r;

    r = panel_get(c, q->panel_id, true, &panel);
    if (r)
        return r;
    r = need_step(c, &panel_fsm, panel.state, "close", "panel_id", &to);
    if (r)
        return r;
    r = published_get(c, panel.programme_id, &pub);
    if (r)
        return r;
    r = recusals_follow(c, c->district, panel.panel_id, panel.programme_id);
    if (r)
        return r;
    r = check_ballots(c, &panel, &pub, &ballots);
    if (r == 0)
        r = check_submitted(c, &panel, q->reason);
    if (r)
        return r;
    r = sql_change(c->tx, &sql_panel_close, &changed, T(c->district), T(panel.panel_id),
                   T(panel.state), T(to), AT(c->now), T(c->account), T(text_or_null(q->reason)));
    if (r)
        return r;
    if (!changed)
        return MSG_LATER;
    event.panel_id = (char *)panel.panel_id;
    event.programme_id = (char *)panel.programme_id;
    event.ballots = (int32_t)ballots;
    emit(c, NULL, &event.base);
    return 0;
}

int panels_get(struct ctx *c, const char *ids, struct panel **ret_panels, size_t *ret_n)
{
    size_t room = strlen(ids) / 2 + 1;
    int r = 0;

    *ret_panels = arena_new_array(c->arena, struct panel, room);
    for (*ret_n = 0; r == 0 && *ids; ++*ret_n) {
        size_t size = strcspn(ids, " ");

        r = panel_get(c, arena_strndup(c->arena, ids, size), false, &(*ret_panels)[*ret_n]);
        ids += size + (ids[size] == ' ');
    }
    return r;
}
