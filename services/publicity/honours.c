/* SPDX-License-Identifier: Apache-2.0 */
/*
 * honours - granted by a final list or recorded from earlier years; read by anybody
 */
#include <errno.h>
#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/honour.h"

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

static void put(struct ctx *c, const struct honour *h, const char *list_id)
{
    Publicity__HonourGranted said = PUBLICITY__HONOUR_GRANTED__INIT;

    sql_exec(c->tx, &sql_honour_put, T(c->district), T(h->id), T(h->programme_id), T(list_id),
             T(h->category), T(h->title), T(h->subject_id), T(h->subject_kind), T(h->name),
             I(h->year), T(h->state), T(h->plaque), T(h->plaque_state), T(h->enterprise_id),
             T(h->subdistrict), T(day_text(c->arena, h->granted_day)), AT(c->now));
    said.honour = honour_message(c->arena, h);
    emit(c, NULL, &said.base);
}

static int plaque_taken(struct ctx *c, const char *plaque, bool *ret_taken)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_honour_plaque_taken, &rows, T(c->district), T(plaque));

    if (r)
        return r;
    *ret_taken = rows_bool(rows, 0, "taken");
    return 0;
}

/* The next serial of the category that no recorded honour carries. */
static int plaque_next(struct ctx *c, const char *pattern, int year, const char **ret_plaque)
{
    bool taken;
    int r;

    do {
        r = number_next(c, pattern, year, ret_plaque);
        if (r == 0)
            r = plaque_taken(c, *ret_plaque, &taken);
        if (r)
            return r;
    } while (taken);
    return 0;
}

/* One honour of a category and year per subject; @field is what the refusal is about. */
static int need_first(struct ctx *c, const char *subject_id, const char *category, int year,
                      const char *name, const char *field)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_honour_same, &rows, T(c->district), T(subject_id), T(category),
                      I(year));

    if (r || rows_count(rows) == 0)
        return r;
    return refuse(c, reason_honour_exists, field, name, arena_printf(c->arena, "%d", year), NULL);
}

int honour_of_entry(struct ctx *c, const struct programme *p, const struct entry *e,
                    struct honour *ret_honour)
{
    const struct programme_category *category = programme_category(p, e->category);
    bool enterprise = category && strcmp(category->subject, "enterprise") == 0;

    if (!category)
        return err_raise(-EBADMSG); /* the list was scored by this programme */
    *ret_honour = (struct honour){
        .district = c->district,
        .programme_id = p->id,
        .category = e->category,
        .title = category->title,
        .subject_id = e->subject_id,
        .subject_kind = category->subject,
        .name = e->name,
        .state = honour_fsm.start,
        .plaque_state = plaque_fsm.start,
        .enterprise_id = e->enterprise_id || !enterprise ? e->enterprise_id : e->subject_id,
        .subdistrict = e->subdistrict,
        .year = p->year,
        .granted_day = DAY_NONE,
        .ended_day = DAY_NONE,
        .due_day = DAY_NONE,
    };
    return 0;
}

int honours_grant(struct ctx *c, const struct programme *p, const struct list *l,
                  const struct entry *e, const struct change *changes, size_t n_changes)
{
    const char *seed = arena_printf(c->arena, "honour %s %s", l->id, e->subject_id);
    char text[UUID_TEXT];
    struct uuid id;
    struct honour h;
    int r = honour_of_entry(c, p, e, &h);

    if (r)
        return r;
    if (honour_ended_by(&h, changes, n_changes, p))
        return err_raise(-EBADMSG); /* the list was reviewed when the change was heard */
    uuid_derive(seed, strlen(seed), &id);
    h.id = arena_strdup(c->arena, uuid_format(&id, text));
    h.granted_day = instant_day(c->now);
    r = need_first(c, h.subject_id, h.category, h.year, h.name, "list_id");
    if (r == 0)
        r = plaque_next(c, programme_category(p, e->category)->plaque, p->year, &h.plaque);
    if (r)
        return r;
    put(c, &h, l->id);
    return 0;
}

static int need_record_fields(struct ctx *c, const Publicity__RecordHonour *q)
{
    static const char *const kinds[] = {"enterprise", "compound", "building", "committee"};
    int year, month, mday, r;
    bool known = false;

    for (size_t i = 0; i < ARRAY_LEN(kinds); i++)
        known |= strcmp(kinds[i], q->subject_kind) == 0;
    if (!known)
        return refuse(c, reason_value_unknown, "subject_kind", q->subject_kind, NULL);
    day_civil(instant_day(c->now), &year, &month, &mday);
    r = need_range(c, "year", q->year, 2000, year);
    if (r == 0)
        r = need_text(c, "category_title", q->category_title, 1, 100);
    if (r == 0)
        r = need_text(c, "category", q->category, 1, 60);
    if (r == 0)
        r = need_text(c, "subject_id", q->subject_id, 1, 60);
    if (r == 0)
        r = need_text(c, "name", q->name, 1, 200);
    if (r == 0)
        r = need_text(c, "plaque", q->plaque, 1, 60);
    if (r == 0)
        r = need_text(c, "programme_id", q->programme_id, 1, 100);
    if (r == 0 && text_or_null(q->subdistrict) &&
        (region_level(q->subdistrict) != REGION_SUBDISTRICT ||
         !region_covers(c->district, q->subdistrict)))
        r = refuse(c, reason_value_unknown, "subdistrict", q->subdistrict, NULL);
    return r;
}

/* Neither the serial nor the honour is there yet, and exit rules exist for it. */
static int need_new(struct ctx *c, const Publicity__RecordHonour *q)
{
    const struct programme *p;
    bool taken;
    int r = plaque_taken(c, q->plaque, &taken);

    if (r == 0 && taken)
        r = refuse(c, reason_plaque_taken, "plaque", q->plaque, NULL);
    if (r == 0)
        r = need_first(c, q->subject_id, q->category, q->year, q->name, "subject_id");
    if (r == 0)
        r = programme_for_exit(c, c->district, q->programme_id, &p);
    if (r == 0 && !p)
        r = refuse(c, reason_honour_without_rules, "programme_id", NULL);
    return r;
}

/* What was heard before the honour was recorded has its effect now: all that befell from the first
 * day of the honour's year. */
static int catch_up(struct ctx *c, struct honour *h)
{
    struct change *changes;
    int32_t day;
    size_t n;
    int r = err_fold(day_of(h->year, 1, 1, &day));

    if (r == 0)
        r = changes_since(c, 0, day, &changes, &n);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = honour_change(c, h, &changes[i]);
    return r;
}

int publicity_record_honour(struct ctx *c)
{
    const Publicity__RecordHonour *q = c->request;
    bool enterprise = strcmp(q->subject_kind, "enterprise") == 0;
    const char *served_by = text_or_null(q->enterprise_id);
    struct honour h = {
        .district = c->district,
        .id = c->id_text,
        .programme_id = q->programme_id,
        .category = q->category,
        .title = q->category_title,
        .subject_id = q->subject_id,
        .subject_kind = q->subject_kind,
        .name = q->name,
        .state = honour_fsm.start,
        .plaque = q->plaque,
        .plaque_state = plaque_fsm.start,
        .enterprise_id = served_by || !enterprise ? served_by : q->subject_id,
        .subdistrict = text_or_null(q->subdistrict),
        .year = q->year,
        .granted_day = DAY_NONE,
        .ended_day = DAY_NONE,
        .due_day = DAY_NONE,
    };
    int r = need_record_fields(c, q);

    changes_turn(c);
    if (r == 0)
        r = need_new(c, q);
    if (r)
        return r;
    put(c, &h, NULL);
    return catch_up(c, &h);
}

int publicity_list_honours(struct ctx *c)
{
    const Publicity__ListHonours *q = c->request;
    Publicity__ListHonoursReply reply = PUBLICITY__LIST_HONOURS_REPLY__INIT;
    const char *state = text_or_null(q->state);
    struct rows *rows;
    int r = need_range(c, "limit", q->limit, 1, 500);

    if (r == 0)
        r = need_state(c, &honour_fsm, "state", state);
    if (r == 0)
        r = sql_query(c->tx, &sql_honours_page, &rows, T(c->district),
                      T(text_or_null(q->programme_id)), T(text_or_null(q->subject_id)), T(state),
                      q->has_year ? I(q->year) : T(NULL), T(text_or_null(q->after)),
                      I(q->limit + 1));
    if (r)
        return r;
    reply.honours = arena_new_array(c->arena, Publicity__Honour *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows) && i < (size_t)q->limit; i++) {
        struct honour h;

        honour_read(rows, i, &h);
        reply.honours[reply.n_honours++] = honour_message(c->arena, &h);
        if (rows_count(rows) > (size_t)q->limit)
            reply.next = (char *)h.id;
    }
    reply_with(c, &reply.base);
    return 0;
}
