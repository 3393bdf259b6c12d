/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/honour/honour_store.h"

#include "common/text/clean.h"
#include "publicity_sql.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

void honour_read(const struct rows *rows, size_t i, struct honour *ret_honour)
{
    *ret_honour = (struct honour){
        .district = rows_text(rows, i, "district"),
        .id = rows_text(rows, i, "honour_id"),
        .programme_id = rows_text(rows, i, "programme_id"),
        .category = rows_text(rows, i, "category"),
        .title = rows_text(rows, i, "title"),
        .subject_id = rows_text(rows, i, "subject_id"),
        .subject_kind = rows_text(rows, i, "subject_kind"),
        .name = rows_text(rows, i, "name"),
        .state = rows_text(rows, i, "state"),
        .plaque = rows_text(rows, i, "plaque"),
        .plaque_state = rows_text(rows, i, "plaque_state"),
        .enterprise_id = rows_text(rows, i, "enterprise_id"),
        .subdistrict = rows_text(rows, i, "subdistrict"),
        .reason = rows_text(rows, i, "reason"),
        .year = (int)rows_i64(rows, i, "year"),
        .granted_day = rows_day(rows, i, "granted_day"),
        .ended_day = rows_day(rows, i, "ended_day"),
        .due_day = rows_day(rows, i, "due_day"),
        .overdue = rows_bool(rows, i, "overdue"),
    };
}

int honour_need(struct ctx *c, const char *id, struct honour *ret_honour)
{
    struct rows *rows;
    int r;

    sql_exec(c->tx, &sql_honour_lock, T(c->district), T(id));
    r = sql_query(c->tx, &sql_honour_get, &rows, T(c->district), T(id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "honour_id", "honour", NULL);
    honour_read(rows, 0, ret_honour);
    return 0;
}

Publicity__Honour *honour_message(struct arena *a, const struct honour *h)
{
    Publicity__Honour *m = arena_new_one(a, Publicity__Honour);

    publicity__honour__init(m);
    m->honour_id = (char *)h->id;
    m->programme_id = (char *)h->programme_id;
    m->category = (char *)h->category;
    m->title = (char *)h->title;
    m->subject_id = (char *)h->subject_id;
    m->name = (char *)h->name;
    m->year = h->year;
    m->state = (char *)h->state;
    m->plaque = (char *)h->plaque;
    m->plaque_state = (char *)h->plaque_state;
    m->enterprise_id = (char *)h->enterprise_id;
    m->subdistrict = (char *)h->subdistrict;
    m->granted_day = (char *)day_text(a, h->granted_day);
    m->ended_day = (char *)day_text(a, h->ended_day);
    m->reason = (char *)h->reason;
    m->due_day = (char *)day_text(a, h->due_day);
    m->has_overdue = h->overdue;
    m->overdue = h->overdue;
    return m;
}

void honour_put(struct ctx *c, const struct honour *h, const char *list_id)
{
    Publicity__HonourGranted said = PUBLICITY__HONOUR_GRANTED__INIT;

    sql_exec(c->tx, &sql_honour_put, T(c->district), T(h->id), T(h->programme_id), T(list_id),
             T(h->category), T(h->title), T(h->subject_id), T(h->subject_kind), T(h->name),
             I(h->year), T(h->state), T(h->plaque), T(h->plaque_state), T(h->enterprise_id),
             T(h->subdistrict), T(day_text(c->arena, h->granted_day)), AT(c->now));
    sql_exec(c->tx, &sql_plaque_key_put, T(c->district), T(text_key(c->arena, h->plaque)),
             T(h->id));
    said.honour = honour_message(c->arena, h);
    emit(c, NULL, &said.base);
}

int plaque_taken(struct ctx *c, const char *plaque, bool *ret_taken)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_honour_plaque_taken, &rows, T(c->district),
                      T(text_key(c->arena, plaque)));

    if (r)
        return r;
    *ret_taken = rows_bool(rows, 0, "taken");
    return 0;
}

int honour_need_first(struct ctx *c, const struct honour *h, const char *field)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_honour_same, &rows, T(c->district), T(h->subject_id),
                      T(h->category), I(h->year));

    if (r || rows_count(rows) == 0)
        return r;
    return refuse(c, reason_honour_exists, field, h->name, arena_printf(c->arena, "%d", h->year),
                  NULL);
}
