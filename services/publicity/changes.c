/* SPDX-License-Identifier: Apache-2.0 */
/*
 * changes - what befell subjects, and what it does to lists and honours
 *
 * Honours end by the programme's exit rules. Nothing is granted to who would lose it at once: an
 * entry of a list that is not final goes by the same rules, and the reserve moves up for it. Kept,
 * because lists and honours of earlier years may be told after the change.
 */
#include <string.h>

#include "publicity_sql.h"
#include "proto/words.h"
#include "services/publicity/honour/honour.h"

#include "common/base/banned.h"

void changes_turn(struct ctx *c)
{
    sql_exec(c->tx, &sql_change_turn, T(service_city(c->svc)));
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

int list_changes(struct ctx *c, const struct list *l, struct change **ret_changes, size_t *ret_n)
{
    return changes_since(c, day_end(instant_day(l->proposed_at) - 1), DAY_NONE, ret_changes, ret_n);
}

/* A notice names subjects as they are called when it is drafted. */
static int rename_entries(struct ctx *c, const struct list *l)
{
    struct change *changes;
    size_t n;
    int r = list_changes(c, l, &changes, &n);

    for (size_t i = 0; r == 0 && i < n; i++)
        if (strcmp(changes[i].kind, "renamed") == 0 && changes[i].name &&
            region_covers(changes[i].region, c->district))
            sql_exec(c->tx, &sql_entry_rename, T(c->district), T(l->id), T(changes[i].subject_id),
                     T(changes[i].name));
    return r;
}

/* Step out of the list whom a change ends; @ret_out is 1 for each, with the reason in the entry. */
static int remove_ended(struct ctx *c, const struct list *l, const struct programme *p,
                        struct entry *entries, size_t n, bool *ret_out)
{
    struct change *changes;
    size_t n_changes;
    int r = list_changes(c, l, &changes, &n_changes);

    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct change *end;
        struct honour h;

        if (strcmp(entries[i].state, "removed") == 0)
            continue;
        r = honour_of_entry(c, p, &entries[i], &h);
        end = r ? NULL : honour_ended_by(&h, changes, n_changes, p);
        if (!end)
            continue;
        r = entry_remove(c, l->id, &entries[i], "end", end->kind);
        entries[i].removed_reason = end->kind;
        ret_out[i] = true;
    }
    return r;
}

/* Say that @e is out; if it stood, the next of its group's reserve moves up. */
static int replace_entry(struct ctx *c, const struct list *l, struct entry *e)
{
    Publicity__EntryRemoved said = PUBLICITY__ENTRY_REMOVED__INIT;
    bool stood = strcmp(e->state, "reserve") != 0;
    const char *promoted = NULL;
    struct notice *proposal;
    int r = stood ? notice_proposal(c, l->id, &proposal) : 0;

    if (r == 0 && stood)
        r = list_promote(c, l, e->group, proposal, &promoted);
    if (r)
        return r;
    e->state = "removed";
    said.list_id = (char *)l->id;
    said.programme_id = (char *)l->programme_id;
    said.promoted_subject_id = (char *)promoted;
    entry_message(c->arena, e, &said.entry);
    emit(c, NULL, &said.base);
    return 0;
}

int list_review(struct ctx *c, const struct list *l)
{
    const struct programme *p;
    struct entry *entries;
    bool *out;
    size_t n;
    int r = rename_entries(c, l);

    if (r == 0)
        r = list_entries(c, l->id, &entries, &n);
    if (r == 0)
        r = programme_need(c, l->programme_id, &p);
    if (r)
        return r;
    out = arena_new_array(c->arena, bool, n + 1);
    r = remove_ended(c, l, p, entries, n, out);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (out[i])
            r = replace_entry(c, l, &entries[i]);
    return r;
}

/* All lists that are not final, within the region of the change. */
static int review_lists(struct ctx *c)
{
    const char *region = c->district;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_lists_open, &rows);

    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        struct list l;

        if (!region_covers(region, rows_text(rows, i, "district")))
            continue;
        c->district = rows_text(rows, i, "district"); /* the list's, where all of it is written */
        r = list_lock(c, rows_text(rows, i, "list_id"), NULL, &l);
        if (r == 0 && strcmp(l.state, "final") != 0)
            r = list_review(c, &l);
    }
    c->district = region;
    return r;
}

static int change_honours(struct ctx *c, const struct change *ch)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_honours_touched, &rows, T(ch->subject_id), T(ch->site_id));

    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        struct honour h;

        honour_read(rows, i, &h);
        r = honour_change(c, &h, ch);
    }
    return r;
}

int publicity_on_change(struct ctx *c)
{
    const Intake__SubjectChanged *e = c->request;
    const char *left = text_or_null(e->change->left_district);
    struct change ch = {
        .region = left ? left : c->district,
        .kind = change_word(e->change->kind),
        .subject_id = e->change->subject_id,
        .site_id = text_or_null(e->change->site_id),
        .into_id = text_or_null(e->change->into_id),
        .name = text_or_null(e->name),
    };
    int r;

    if (!ch.kind)
        return 0; /* a kind newer than this build: no rule of ours names it */
    r = err_fold(day_parse(e->change->on_day, &ch.day));
    if (r)
        return r;
    changes_turn(c);
    sql_exec(c->tx, &sql_change_put, T(ch.region), T(e->change_id), T(ch.subject_id), T(ch.kind),
             T(day_text(c->arena, ch.day)), T(ch.site_id), T(ch.into_id), T(ch.name),
             AT(c->event->at), I(c->event->position));
    r = review_lists(c);
    if (r == 0)
        r = change_honours(c, &ch);
    return r;
}
