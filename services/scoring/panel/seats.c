/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/panel/seats.h"

#include "common/base/clock.h"
#include "common/base/str.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/panel/ballot.h"
#include "services/scoring/panel/panel.h"
#include "services/scoring/panel/panel_query.h"
#include "services/scoring/panel/recusal.h"

#include "common/base/banned.h"

/* The panel under lock, still open. */
static int open_get(struct ctx *c, const char *panel_id, struct panel *ret)
{
    int r = panel_get(c, panel_id, true, ret);

    if (r == 0 && !str_equal(ret->state, "open"))
        r = refuse(c, reason_panel_closed, "panel_id", NULL);
    return r;
}

static char *day_in(struct ctx *c, int32_t day)
{
    return day == DAY_NONE ? NULL : (char *)day_format(day, arena_alloc(c->arena, DAY_TEXT));
}

/* ---- the bureau ---- */

static int check_known(struct ctx *c, const char *expert_id)
{
    const char *const ids[] = {expert_id};
    struct rows *rows;
    int r = need_text(c, "expert_id", expert_id, 1, 100);

    if (r == 0)
        r = sql_query(c->tx, &sql_expert_known, &rows, T(service_city(c->svc)), TA(ids, 1));
    if (r == 0 && rows_count(rows) == 0)
        r = refuse(c, reason_panel_expert_unknown, "expert_id", expert_id, NULL);
    return r;
}

/* What the registry knows of the new one, found and said. */
static int recusals_of(struct ctx *c, const struct panel *panel, const char *expert_id,
                       Scoring__AddExpertReply *reply)
{
    struct rows *rows;
    int r = recusals_follow(c, c->district, panel->panel_id, panel->programme_id);

    if (r == 0)
        r = sql_query(c->tx, &sql_panel_recusals, &rows, T(c->district), T(panel->panel_id),
                      T(expert_id));
    if (r == 0)
        panel_recusals(c, rows, &reply->recusals, &reply->n_recusals);
    return r;
}

int add_expert(struct ctx *c)
{
    const Scoring__AddExpert *q = c->request;
    const char *replaces = text_or_null(q->replaces);
    Scoring__AddExpertReply reply = SCORING__ADD_EXPERT_REPLY__INIT;
    Scoring__SeatChanged event = SCORING__SEAT_CHANGED__INIT;
    struct panel panel;
    int64_t changed = 1;
    int r = open_get(c, q->panel_id, &panel);

    if (r == 0)
        r = need_text(c, "reason", q->reason, 1, 1000);
    if (r == 0)
        r = check_known(c, q->expert_id);
    if (r == 0 && replaces)
        r = sql_change(c->tx, &sql_seat_leave, &changed, T(c->district), T(q->panel_id),
                       T(replaces), AT(c->now), T(q->reason));
    if (r == 0 && !changed)
        r = refuse(c, reason_panel_seat_missing, "replaces", replaces, NULL);
    if (r == 0)
        r = sql_change(c->tx, &sql_seat_add, &changed, T(c->district), T(q->panel_id),
                       T(q->expert_id));
    if (r == 0 && !changed)
        r = refuse(c, reason_panel_seat_taken, "expert_id", q->expert_id, NULL);
    if (r == 0)
        r = recusals_of(c, &panel, q->expert_id, &reply);
    if (r)
        return r;
    event.panel_id = (char *)panel.panel_id;
    event.programme_id = (char *)panel.programme_id;
    event.expert_id = q->expert_id;
    event.replaced_id = (char *)replaces;
    event.reason = q->reason;
    event.due_day = day_in(c, panel.due_day);
    emit(c, NULL, &event.base);
    reply_with(c, &reply.base);
    return 0;
}

int extend_panel(struct ctx *c)
{
    const Scoring__ExtendPanel *q = c->request;
    Scoring__PanelExtended event = SCORING__PANEL_EXTENDED__INIT;
    struct panel panel;
    struct rows *rows;
    int32_t day;
    int r = open_get(c, q->panel_id, &panel);

    if (r == 0)
        r = need_text(c, "reason", q->reason, 1, 1000);
    if (r == 0)
        r = panel_need_due(c, q->due_day, &day);
    if (r == 0 && panel.due_day != DAY_NONE && day <= panel.due_day)
        r = refuse(c, reason_panel_due_earlier, "due_day", day_in(c, panel.due_day), NULL);
    if (r == 0)
        r = sql_query(c->tx, &sql_seats_unsubmitted, &rows, T(c->district), T(panel.panel_id));
    if (r)
        return r;
    sql_exec(c->tx, &sql_panel_extend, T(c->district), T(panel.panel_id), T(q->due_day));
    event.panel_id = (char *)panel.panel_id;
    event.programme_id = (char *)panel.programme_id;
    event.due_day = q->due_day;
    event.reason = q->reason;
    event.expert_ids = arena_new_array(c->arena, char *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++)
        event.expert_ids[event.n_expert_ids++] = (char *)rows_text(rows, i, "expert_id");
    emit(c, NULL, &event.base);
    return 0;
}

/* ---- the expert ---- */

/* The actor's seat in an open panel, whose row is held. */
static int own_seat(struct ctx *c, const char *panel_id, struct panel *ret_panel,
                    const char **ret_expert_id, struct rows **ret_seat)
{
    int r = open_get(c, panel_id, ret_panel);

    *ret_expert_id = actor_subject(c, ROLE_EXPERT);
    if (r == 0 && !*ret_expert_id)
        r = refuse(c, reason_forbidden, NULL, NULL);
    if (r == 0)
        r = sql_query(c->tx, &sql_panel_seat, ret_seat, T(c->district), T(panel_id),
                      T(*ret_expert_id));
    if (r == 0 && rows_count(*ret_seat) == 0)
        r = refuse(c, reason_panel_not_seated, "panel_id", NULL);
    return r;
}

int make_statement(struct ctx *c)
{
    const Scoring__MakeStatement *q = c->request;
    Scoring__StatementMade event = SCORING__STATEMENT_MADE__INIT;
    const char *expert_id;
    struct panel panel;
    struct rows *seat;
    int64_t changed;
    int r = own_seat(c, q->panel_id, &panel, &expert_id, &seat);

    for (size_t i = 0; r == 0 && i < q->n_conflicts; i++)
        r = conflict_declare(c, q->panel_id, q->conflicts[i]->subject_id, q->conflicts[i]->note,
                             arena_printf(c->arena, "conflicts/%zu/note", i));
    if (r == 0)
        r = sql_change(c->tx, &sql_seat_state, &changed, T(c->district), T(q->panel_id),
                       T(expert_id), AT(c->now));
    if (r || !changed)
        return r; /* once is enough; conflicts may be added */
    event.panel_id = q->panel_id;
    event.programme_id = (char *)panel.programme_id;
    event.expert_id = (char *)expert_id;
    emit(c, NULL, &event.base);
    return 0;
}

/* He has voted on all he may vote on. */
static int check_complete(struct ctx *c, const char *panel_id, const char *expert_id)
{
    struct rows *rows;
    int64_t due, voted;
    int r = sql_query(c->tx, &sql_panel_experts, &rows, T(c->district), T(panel_id),
                      T(service_city(c->svc)), T(expert_id));

    if (r)
        return r;
    due = rows_i64(rows, 0, "due");
    voted = rows_i64(rows, 0, "voted");
    return voted >= due ? 0
                        : refuse(c, reason_submission_incomplete, "panel_id",
                                 arena_printf(c->arena, "%d", (int)(due - voted)),
                                 arena_printf(c->arena, "%d", (int)due), NULL);
}

int submit_ballots(struct ctx *c)
{
    const Scoring__SubmitBallots *q = c->request;
    Scoring__BallotsSubmitted event = SCORING__BALLOTS_SUBMITTED__INIT;
    const char *expert_id, *sha256;
    struct panel panel;
    struct rows *seat, *rows;
    int r = own_seat(c, q->panel_id, &panel, &expert_id, &seat);

    if (r == 0 && !panel.submission)
        r = refuse(c, reason_submission_needless, "panel_id", NULL);
    if (r == 0 && !rows_null(seat, 0, "submitted_at"))
        r = refuse(c, reason_ballots_submitted, "panel_id", NULL);
    if (r == 0)
        r = check_complete(c, q->panel_id, expert_id);
    if (r == 0)
        r = sql_query(c->tx, &sql_seat_ballots, &rows, T(c->district), T(q->panel_id),
                      T(expert_id));
    if (r)
        return r;
    sha256 = rows_text(rows, 0, "sha256");
    if (!str_equal(q->ballots_sha256, sha256))
        return refuse(c, reason_submission_other, "ballots_sha256", sha256, NULL);
    sql_exec(c->tx, &sql_seat_submit, T(c->district), T(q->panel_id), T(expert_id), AT(c->now),
             T(sha256));
    event.panel_id = q->panel_id;
    event.programme_id = (char *)panel.programme_id;
    event.expert_id = (char *)expert_id;
    emit(c, NULL, &event.base);
    return 0;
}

int list_my_panels(struct ctx *c)
{
    const char *expert_id = actor_subject(c, ROLE_EXPERT);
    Scoring__ListMyPanelsReply reply = SCORING__LIST_MY_PANELS_REPLY__INIT;
    struct rows *rows;
    int r;

    if (!expert_id)
        return refuse(c, reason_forbidden, NULL, NULL);
    r = sql_query(c->tx, &sql_panel_mine, &rows, T(c->district), T(expert_id));
    if (r)
        return r;
    reply.panels = arena_new_array(c->arena, Scoring__GetPanelReply *, rows_count(rows) + 1);
    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        struct panel panel = panel_row(rows, i);
        Scoring__GetPanelReply *m = arena_new_one(c->arena, Scoring__GetPanelReply);

        scoring__get_panel_reply__init(m);
        r = panel_head(c, &panel, expert_id, m);
        reply.panels[reply.n_panels++] = m;
    }
    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}
