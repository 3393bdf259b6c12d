/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lists - proposed lists as scoring says them, their entries, and who moves up from the reserve
 */
#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/honour/honour.h"

#include "common/base/banned.h"

static void put_entries(struct ctx *c, const char *list_id, Scoring__ScoredSubject *const *subjects,
                        size_t n, const char *state)
{
    for (size_t i = 0; i < n; i++) {
        const Scoring__ScoredSubject *s = subjects[i];

        sql_exec(c->tx, &sql_entry_put, T(c->district), T(list_id), T(s->subject_id),
                 T(s->category), T(s->group), T(s->name), I(s->score_milli), I(s->rank), T(state),
                 T(text_or_null(s->enterprise_id)), T(text_or_null(s->enterprise_name)),
                 T(text_or_null(s->subdistrict)));
    }
}

int publicity_on_list(struct ctx *c)
{
    const Scoring__ListProposed *e = c->request;
    const struct list l = {e->list_id, e->programme_id, list_fsm.start, c->event->at};

    changes_turn(c);
    sql_exec(c->tx, &sql_list_put, T(c->district), T(e->list_id), T(e->programme_id), T(e->run_id),
             T(e->result_sha256), T(list_fsm.start), AT(l.proposed_at));
    put_entries(c, e->list_id, e->proposed, e->n_proposed, "listed");
    put_entries(c, e->list_id, e->reserve, e->n_reserve, entry_fsm.start);
    return list_review(c, &l);
}

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

int list_entries(struct ctx *c, const char *id, struct entry **ret_entries, size_t *ret_n)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_list_entries, &rows, T(c->district), T(id));

    if (r)
        return r;
    *ret_n = rows_count(rows);
    *ret_entries = arena_new_array(c->arena, struct entry, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        entry_read(rows, i, &(*ret_entries)[i]);
    return 0;
}

int entry_step(struct ctx *c, const char *list_id, const struct entry *e, const char *on)
{
    return sql_cas(c->tx, &sql_entry_step, T(c->district), T(list_id), T(e->subject_id),
                   T(e->state), T(must_step(&entry_fsm, e->state, on)));
}

int entry_remove(struct ctx *c, const char *list_id, const struct entry *e, const char *on,
                 const char *reason)
{
    return sql_cas(c->tx, &sql_entry_remove, T(c->district), T(list_id), T(e->subject_id),
                   T(e->state), T(must_step(&entry_fsm, e->state, on)), T(reason));
}

int list_promote(struct ctx *c, const struct list *l, const char *group, const struct notice *after,
                 const char **ret_subject)
{
    const struct programme *p;
    const struct entry *next;
    struct entry *entries, moved;
    size_t n;
    int r = list_entries(c, l->id, &entries, &n);

    if (r)
        return r;
    *ret_subject = NULL;
    next = reserve_next(entries, n, group);
    if (!next)
        return 0;
    moved = *next;
    moved.state = must_step(&entry_fsm, next->state, "promote");
    moved.from_reserve = after != NULL;
    r = sql_cas(c->tx, &sql_entry_promote, T(c->district), T(l->id), T(moved.subject_id),
                T(next->state), T(moved.state), B(moved.from_reserve));
    if (r == 0 && after)
        r = programme_need(c, l->programme_id, &p);
    if (r == 0 && after)
        r = notice_supplement(c, p, after, &moved);
    if (r)
        return r;
    *ret_subject = moved.subject_id;
    return 0;
}

/* Sort the entries of a list into those standing, those in reserve and those removed. */
static void fill_reply(struct arena *a, const struct entry *entries, size_t n,
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
    fill_reply(c->arena, entries, n, &reply);
    reply_with(c, &reply.base);
    return 0;
}
