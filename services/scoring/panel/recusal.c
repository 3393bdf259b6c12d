/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/panel/recusal.h"

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/heard/registry.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/panel/ballot.h"

#include "common/base/banned.h"

int recusals_find(struct ctx *c, const char *district, const char *panel_id,
                  Scoring__Recusal ***ret_recusals, size_t *ret_n)
{
    struct rows *rows;
    Scoring__Recusal **list;
    char day[DAY_TEXT];
    int r;

    r = sql_query(c->tx, &sql_recusal_find, &rows, T(district), T(service_city(c->svc)),
                  T(panel_id), T(day_format(today(c), day)));
    if (r)
        return r;
    list = arena_new_array(c->arena, Scoring__Recusal *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Scoring__Recusal *m = list[i] = arena_new_one(c->arena, Scoring__Recusal);

        scoring__recusal__init(m);
        m->expert_id = (char *)rows_text(rows, i, "expert_id");
        m->subject_id = (char *)rows_text(rows, i, "subject_id");
        m->kind = (char *)rows_text(rows, i, "kind");
        m->note = (char *)rows_text(rows, i, "note");
        m->has_set_aside = true;
        m->set_aside = rows_bool(rows, i, "voted");
        sql_exec(c->tx, &sql_recusal_add, T(district), T(panel_id), T(m->expert_id),
                 T(m->subject_id), T(m->kind), T(m->note), T(c->account), AT(c->now));
    }
    *ret_recusals = list;
    *ret_n = rows_count(rows);
    return 0;
}

int recusal_say(struct ctx *c, const char *district, const char *panel_id, const char *programme_id,
                Scoring__Recusal *recusal, bool voted)
{
    Scoring__ExpertRecused event = SCORING__EXPERT_RECUSED__INIT;
    struct rows *rows;
    int r;

    event.panel_id = (char *)panel_id;
    event.programme_id = (char *)programme_id;
    event.recusal = recusal;
    recusal->has_set_aside = true;
    recusal->set_aside = voted;
    emit(c, district, &event.base);
    if (!voted)
        return 0;
    r = sql_query(c->tx, &sql_ballot_standing, &rows, T(district), T(panel_id),
                  T(recusal->expert_id), T(recusal->subject_id));
    if (r == 0)
        ballots_say(c, district, panel_id, programme_id, recusal->subject_id,
                    rows_i64(rows, 0, "ballots"));
    return r;
}

int recusals_follow(struct ctx *c, const char *district, const char *panel_id,
                    const char *programme_id)
{
    Scoring__Recusal **found;
    size_t n;
    int r = recusals_find(c, district, panel_id, &found, &n);

    for (size_t i = 0; r == 0 && i < n; i++)
        r = recusal_say(c, district, panel_id, programme_id, found[i], found[i]->set_aside);
    return r;
}

int recusals_follow_all(struct ctx *c)
{
    bool city = str_equal(c->district, service_city(c->svc));
    struct rows *rows;
    int r = sql_query(c->tx, &sql_panels_open, &rows, T(city ? NULL : c->district));

    for (size_t i = 0; r == 0 && i < rows_count(rows); i++)
        r = recusals_follow(c, rows_text(rows, i, "district"), rows_text(rows, i, "panel_id"),
                            rows_text(rows, i, "programme_id"));
    return r;
}

int on_expert_followed(struct ctx *c)
{
    int r = on_expert_registered(c);

    return r ? r : recusals_follow_all(c);
}

int on_project_followed(struct ctx *c)
{
    int r = on_project_registered(c);

    return r ? r : recusals_follow_all(c);
}
