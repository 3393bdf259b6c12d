/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/panel/ballot.h"

#include "common/base/points.h"
#include "common/base/str.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/panel/panel.h"
#include "services/scoring/panel/recusal.h"

#include "common/base/banned.h"

const struct ledger ballot_ledger = {"ballot", &sql_ballot_append, &sql_ballot_chain};

struct seat {
    struct panel panel;
    const char *expert_id;
    const char *recused;    /* kind, NULL: not recused */
    int64_t ballots;        /* counted ballots on the candidate */
    bool voted;             /* one of them is his */
    bool stated, submitted; /* he declared what the panel asks for; he handed in */
};

/* The actor's seat in an open panel and how he stands to @subject_id; takes the panel's row. */
static int seat_get(struct ctx *c, const char *panel_id, const char *subject_id, struct seat *ret)
{
    struct seat s = {.expert_id = actor_subject(c, ROLE_EXPERT)};
    struct rows *rows;
    int r;

    if (!s.expert_id)
        return refuse(c, reason_forbidden, NULL, NULL);
    r = panel_get(c, panel_id, true, &s.panel);
    if (r)
        return r;
    r = need_text(c, "subject_id", subject_id, 1, 100);
    if (r)
        return r;
    r = sql_query(c->tx, &sql_ballot_standing, &rows, T(c->district), T(panel_id), T(s.expert_id),
                  T(subject_id));
    if (r)
        return r;
    if (!rows_bool(rows, 0, "seated"))
        return refuse(c, reason_panel_not_seated, "panel_id", NULL);
    if (!str_equal(s.panel.state, "open"))
        return refuse(c, reason_panel_closed, "panel_id", NULL);
    if (!rows_bool(rows, 0, "candidate"))
        return refuse(c, reason_panel_not_candidate, "subject_id", subject_id, NULL);
    s.recused = rows_text(rows, 0, "recused");
    s.ballots = rows_i64(rows, 0, "ballots");
    s.voted = rows_bool(rows, 0, "voted");
    s.stated = !rows_null(rows, 0, "statement_at");
    s.submitted = !rows_null(rows, 0, "submitted_at");
    *ret = s;
    return 0;
}

void ballots_say(struct ctx *c, const char *district, const char *panel_id,
                 const char *programme_id, const char *subject_id, int64_t ballots)
{
    Scoring__BallotCast event = SCORING__BALLOT_CAST__INIT;

    event.panel_id = (char *)panel_id;
    event.programme_id = (char *)programme_id;
    event.subject_id = (char *)subject_id;
    event.ballots = (int32_t)ballots;
    emit(c, district, &event.base);
}

/* In time, after what the panel asks to declare, and before he handed in. */
static int seat_may_vote(struct ctx *c, const struct seat *s)
{
    char day[DAY_TEXT];

    if (s->submitted)
        return refuse(c, reason_ballots_submitted, "panel_id", NULL);
    if (s->panel.statement && !s->stated)
        return refuse(c, reason_statement_missing, "panel_id", NULL);
    if (s->panel.due_day != DAY_NONE && s->panel.due_day < instant_day(c->now))
        return refuse(c, reason_panel_due_over, "panel_id", day_format(s->panel.due_day, day),
                      NULL);
    return 0;
}

int cast_ballot(struct ctx *c)
{
    const Scoring__CastBallot *q = c->request;
    struct published pub;
    struct seat s;
    char most[POINTS_TEXT];
    int r;

    r = seat_get(c, q->panel_id, q->subject_id, &s);
    if (r)
        return r;
    if (s.recused)
        return refuse(c, reason_ballot_recused, "subject_id", q->subject_id, s.recused, NULL);
    r = seat_may_vote(c, &s);
    if (r == 0)
        r = published_get(c, s.panel.programme_id, &pub);
    if (r)
        return r;
    if (q->points_milli < 0 || q->points_milli > pub.p->panel.points_milli)
        return refuse(c, reason_ballot_points, "points_milli",
                      points_format(pub.p->panel.points_milli, most), NULL);
    r = need_text(c, "comment", q->comment, 0, 2000);
    if (r)
        return r;
    ledger_append(c->tx, &ballot_ledger, c->district, T(q->panel_id), T(s.expert_id),
                  T(q->subject_id), I(q->points_milli), T(q->comment), T(c->account), AT(c->now));
    ballots_say(c, c->district, q->panel_id, s.panel.programme_id, q->subject_id,
                s.ballots + !s.voted);
    return 0;
}

int conflict_declare(struct ctx *c, const char *panel_id, const char *subject_id, const char *note,
                     const char *field)
{
    Scoring__Recusal recusal = SCORING__RECUSAL__INIT;
    struct seat s;
    int r = seat_get(c, panel_id, subject_id, &s);

    if (r == 0)
        r = need_text(c, field, note, 1, 500);
    if (r || s.recused)
        return r; /* who stands aside already: the first reason stays */
    if (s.submitted)
        return refuse(c, reason_ballots_submitted, "panel_id", NULL);
    sql_exec(c->tx, &sql_recusal_add, T(c->district), T(panel_id), T(s.expert_id), T(subject_id),
             T("declared"), T(note), T(c->account), AT(c->now));
    recusal.expert_id = (char *)s.expert_id;
    recusal.subject_id = (char *)subject_id;
    recusal.kind = (char *)"declared";
    recusal.note = (char *)note;
    return recusal_say(c, c->district, panel_id, s.panel.programme_id, &recusal, s.voted);
}

int declare_conflict(struct ctx *c)
{
    const Scoring__DeclareConflict *q = c->request;

    return conflict_declare(c, q->panel_id, q->subject_id, q->note, "note");
}
