/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/heard/standing.h"

#include "scoring_sql.h"

#include "common/base/banned.h"

struct change change_of_row(const struct rows *rows, size_t i)
{
    return (struct change){
        .change_id = rows_text(rows, i, "change_id"),
        .region = rows_text(rows, i, "district"),
        .kind = rows_text(rows, i, "kind"),
        .subject_id = rows_text(rows, i, "subject_id"),
        .site_id = rows_text(rows, i, "site_id"),
        .into_id = rows_text(rows, i, "into_id"),
        .day = rows_day(rows, i, "on_day"),
    };
}

int standing_load(struct ctx *c, const struct programme *p, const char *programme_id,
                  struct befallen *ret)
{
    struct change *changes;
    struct rows *rows;
    char day[DAY_TEXT];
    int r = sql_query(c->tx, &sql_candidate_changes, &rows, T(c->district), T(service_city(c->svc)),
                      T(programme_id), T(day_format(instant_day(c->now), day)));

    if (r)
        return r;
    changes = arena_new_array(c->arena, struct change, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++)
        changes[i] = change_of_row(rows, i);
    *ret = (struct befallen){p, c->district, changes, rows_count(rows)};
    return 0;
}

const struct change *standing_end(const struct befallen *s, const struct rows *rows, size_t i)
{
    const struct exit_holder h = {
        .district = s->district,
        .subject_id = rows_text(rows, i, "subject_id"),
        .enterprise_id = rows_text(rows, i, "enterprise_id"),
        .enterprise = str_equal(rows_text(rows, i, "subject_kind"), "enterprise"),
        .since_day = instant_day(rows_at(rows, i, "since")),
    };

    if (!str_equal(rows_text(rows, i, "state"), "accepted"))
        return NULL;
    return exit_first(s->p, &h, s->changes, s->n_changes);
}

const char *standing_out(const struct befallen *s, const struct rows *rows, size_t i)
{
    const char *state = rows_text(rows, i, "state");
    const struct change *end = standing_end(s, rows, i);

    if (!str_equal(state, "accepted"))
        return state;
    return end ? end->kind : NULL;
}
