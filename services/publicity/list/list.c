/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/list/list.h"

#include <string.h>

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/list/entry.h"

#include "common/base/banned.h"

static void list_read(const struct rows *rows, struct list *ret_list)
{
    *ret_list = (struct list){rows_text(rows, 0, "list_id"), rows_text(rows, 0, "programme_id"),
                              rows_text(rows, 0, "state"), rows_at(rows, 0, "proposed_at")};
}

int list_lock(struct ctx *c, const char *id, const char *field, struct list *ret_list)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_list_lock, &rows, T(c->district), T(id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, field, "list", NULL);
    list_read(rows, ret_list);
    return 0;
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

int publicity_get_list(struct ctx *c)
{
    const Publicity__GetList *q = c->request;
    Publicity__GetListReply reply = PUBLICITY__GET_LIST_REPLY__INIT;
    struct entry *entries;
    struct list l;
    struct rows *rows;
    size_t n;
    int r = sql_query(c->tx, &sql_list_get, &rows, T(c->district), T(q->list_id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "list_id", "list", NULL);
    list_read(rows, &l);
    r = list_entries(c, l.id, &entries, &n);
    if (r)
        return r;
    reply.list_id = (char *)l.id;
    reply.programme_id = (char *)l.programme_id;
    reply.state = (char *)l.state;
    entries_sort(c->arena, entries, n, &reply);
    reply_with(c, &reply.base);
    return 0;
}
