/* SPDX-License-Identifier: Apache-2.0 */
/* Kept, because lists and honours of earlier years may be told after the change. */
#include "services/publicity/changes.h"

#include "publicity_sql.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

void changes_turn(struct ctx *c)
{
    sql_exec(c->tx, &sql_change_turn, T(service_city(c->svc)));
}

void change_put(struct ctx *c, const struct change *ch)
{
    sql_exec(c->tx, &sql_change_put, T(ch->region), T(ch->change_id), T(ch->subject_id),
             T(ch->kind), T(day_text(c->arena, ch->day)), T(ch->site_id), T(ch->into_id),
             T(ch->name), AT(c->event->at), I(c->event->position));
}

void change_forget(struct ctx *c, const char *region, const char *change_id)
{
    sql_exec(c->tx, &sql_change_forget, T(region), T(change_id));
}

int changes_since(struct ctx *c, int64_t at, int32_t day, struct change **ret_changes,
                  size_t *ret_n)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_changes_since, &rows, AT(at), T(day_text(c->arena, day)));

    if (r)
        return r;
    *ret_n = rows_count(rows);
    *ret_changes = arena_new_array(c->arena, struct change, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_changes)[i] = (struct change){
            .change_id = rows_text(rows, i, "change_id"),
            .region = rows_text(rows, i, "district"),
            .kind = rows_text(rows, i, "kind"),
            .subject_id = rows_text(rows, i, "subject_id"),
            .site_id = rows_text(rows, i, "site_id"),
            .into_id = rows_text(rows, i, "into_id"),
            .name = rows_text(rows, i, "name"),
            .day = rows_day(rows, i, "on_day"),
        };
    return 0;
}
