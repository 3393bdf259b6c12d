/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/list/list.h"

#include <string.h>

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/list/blockers.h"
#include "services/publicity/list/entry.h"

#include "common/base/banned.h"

static void list_read(const struct rows *rows, struct list *ret_list)
{
    *ret_list = (struct list){rows_text(rows, 0, "list_id"), rows_text(rows, 0, "programme_id"),
                              rows_text(rows, 0, "state"), rows_at(rows, 0, "proposed_at"),
                              rows_text(rows, 0, "replaces")};
}

static int list_by(struct ctx *c, const struct sql_stmt *stmt, const char *id, const char *field,
                   struct list *ret_list)
{
    struct rows *rows;
    int r = sql_query(c->tx, stmt, &rows, T(c->district), T(id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, field, "list", NULL);
    list_read(rows, ret_list);
    return 0;
}

int list_lock(struct ctx *c, const char *id, const char *field, struct list *ret_list)
{
    return list_by(c, &sql_list_lock, id, field, ret_list);
}

int list_need(struct ctx *c, const char *id, const char *field, struct list *ret_list)
{
    return list_by(c, &sql_list_get, id, field, ret_list);
}

int list_need_open(struct ctx *c, const struct list *l, const char *field)
{
    if (strcmp(l->state, "final") == 0)
        return refuse(c, reason_list_final, field, NULL);
    if (strcmp(l->state, "withdrawn") == 0 || strcmp(l->state, "replaced") == 0)
        return refuse(c, reason_list_taken_back, field, l->state, NULL);
    return 0;
}

bool list_is_over(const struct list *l)
{
    static const char *const over[] = {"final", "withdrawn", "replaced"};

    for (size_t i = 0; i < ARRAY_LEN(over); i++)
        if (strcmp(l->state, over[i]) == 0)
            return true;
    return false;
}

/* Sort the entries of a list into those standing, those in reserve and those removed. */
static void entries_sort(struct arena *a, const struct entry *entries, size_t n,
                         Publicity__GetListReply *reply)
{
    reply->entries = arena_new_array(a, Publicity__NoticeEntry *, n + 1);
    reply->reserve = arena_new_array(a, Publicity__NoticeEntry *, n + 1);
    reply->removed = arena_new_array(a, Publicity__NoticeEntry *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct entry *e = &entries[i];

        if (strcmp(e->state, "removed") == 0)
            entry_message(a, e, &reply->removed[reply->n_removed++]);
        else if (strcmp(e->state, "reserve") == 0)
            entry_message(a, e, &reply->reserve[reply->n_reserve++]);
        else
            entry_message(a, e, &reply->entries[reply->n_entries++]);
    }
}

/* How @l differs from the list it takes the place of. */
static int differences_add(struct ctx *c, const struct list *l, Publicity__GetListReply *reply)
{
    struct rows *rows;
    int r =
        sql_query(c->tx, &sql_list_differences, &rows, T(c->district), T(l->replaces), T(l->id));

    if (r)
        return r;
    reply->differences =
        arena_new_array(c->arena, Publicity__ListDifference *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Publicity__ListDifference *m = arena_new_one(c->arena, Publicity__ListDifference);

        publicity__list_difference__init(m);
        m->subject_id = (char *)rows_text(rows, i, "subject_id");
        m->name = (char *)rows_text(rows, i, "name");
        m->group = (char *)rows_text(rows, i, "grp");
        m->before = (char *)rows_text(rows, i, "before");
        m->after = (char *)rows_text(rows, i, "after");
        m->change = (char *)(!m->before ? "added" : !m->after ? "gone" : "moved");
        reply->differences[reply->n_differences++] = m;
    }
    return 0;
}

int publicity_get_list(struct ctx *c)
{
    const Publicity__GetList *q = c->request;
    Publicity__GetListReply reply = PUBLICITY__GET_LIST_REPLY__INIT;
    struct blocker *blockers;
    struct entry *entries;
    struct list l;
    size_t n, n_blockers;
    int r = list_need(c, q->list_id, "list_id", &l);

    if (r == 0)
        r = list_entries(c, l.id, &entries, &n);
    if (r == 0 && l.replaces)
        r = differences_add(c, &l, &reply);
    if (r == 0)
        r = list_blockers(c, &l, &blockers, &n_blockers);
    if (r)
        return r;
    blockers_message(c->arena, blockers, n_blockers, &reply);
    reply.replaces = (char *)l.replaces;
    reply.list_id = (char *)l.id;
    reply.programme_id = (char *)l.programme_id;
    reply.state = (char *)l.state;
    entries_sort(c->arena, entries, n, &reply);
    reply_with(c, &reply.base);
    return 0;
}
