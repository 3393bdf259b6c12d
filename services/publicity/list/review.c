/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Nothing is granted to who would lose it at once: an entry of a list that is not final goes by the
 * rules that end an honour, and the reserve moves up for it.
 */
#include "services/publicity/list/review.h"

#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/honour/granting.h"
#include "services/publicity/honour/honour_rules.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/list/list_fsm.h"
#include "services/publicity/list/reserve.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/programmes.h"

#include "common/base/banned.h"

int list_changes(struct ctx *c, const struct list *l, struct change **ret_changes, size_t *ret_n)
{
    return changes_since(c, day_end(instant_day(l->proposed_at) - 1), DAY_NONE, ret_changes, ret_n);
}

/* A notice names subjects as they are called when it is drafted. */
static int entries_rename(struct ctx *c, const struct list *l)
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
static int entries_remove_ended(struct ctx *c, const struct list *l, const struct programme *p,
                                struct entry *entries, size_t n, bool *ret_out)
{
    struct change *changes;
    size_t n_changes;
    int r = list_changes(c, l, &changes, &n_changes);

    for (size_t i = 0; r == 0 && i < n; i++) {
        const struct change *end;
        struct exit_holder holder;
        struct honour h;

        if (strcmp(entries[i].state, "removed") == 0)
            continue;
        r = honour_of_entry(c, p, &entries[i], &h);
        if (r)
            return r;
        holder = honour_holder(&h);
        end = exit_first(p, &holder, changes, n_changes);
        if (!end)
            continue;
        r = entry_remove(c, l->id, &entries[i], "end", end->kind);
        entries[i].removed_reason = end->kind;
        ret_out[i] = true;
    }
    return r;
}

/* Say that @e is out; if it stood, the next of its group's reserve moves up. */
static int entry_replace(struct ctx *c, const struct list *l, struct entry *e)
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
    int r = entries_rename(c, l);

    if (r == 0)
        r = list_entries(c, l->id, &entries, &n);
    if (r == 0)
        r = programme_need(c, l->programme_id, &p);
    if (r)
        return r;
    out = arena_new_array(c->arena, bool, n + 1);
    r = entries_remove_ended(c, l, p, entries, n, out);
    for (size_t i = 0; r == 0 && i < n; i++)
        if (out[i])
            r = entry_replace(c, l, &entries[i]);
    return r;
}

int lists_review(struct ctx *c)
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
        if (r == 0 && fsm_edge_for(&list_fsm, l.state, "publish"))
            r = list_review(c, &l);
    }
    c->district = region;
    return r;
}
