/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/list/entry.h"

#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/list/list_fsm.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

void entry_read(const struct rows *rows, size_t i, struct entry *ret_entry)
{
    *ret_entry = (struct entry){
        .subject_id = rows_text(rows, i, "subject_id"),
        .category = rows_text(rows, i, "category"),
        .group = rows_text(rows, i, "grp"),
        .name = rows_text(rows, i, "name"),
        .state = rows_text(rows, i, "state"),
        .enterprise_id = rows_text(rows, i, "enterprise_id"),
        .enterprise_name = rows_text(rows, i, "enterprise_name"),
        .subdistrict = rows_text(rows, i, "subdistrict"),
        .score_milli = rows_i64(rows, i, "score_milli"),
        .rank = (int)rows_i64(rows, i, "rank"),
        .from_reserve = rows_bool(rows, i, "from_reserve"),
        .removed_reason = rows_text(rows, i, "removed_reason"),
    };
}

void entry_message(struct arena *a, const struct entry *e, Publicity__NoticeEntry **ret_message)
{
    Publicity__NoticeEntry *m = arena_new_one(a, Publicity__NoticeEntry);

    publicity__notice_entry__init(m);
    m->subject_id = (char *)e->subject_id;
    m->category = (char *)e->category;
    m->group = (char *)e->group;
    m->name = (char *)e->name;
    m->score_milli = e->score_milli;
    m->rank = e->rank;
    m->state = (char *)e->state;
    m->enterprise_id = (char *)e->enterprise_id;
    m->enterprise_name = (char *)e->enterprise_name;
    m->subdistrict = (char *)e->subdistrict;
    m->has_from_reserve = e->from_reserve;
    m->from_reserve = e->from_reserve;
    m->removed_reason = (char *)e->removed_reason;
    *ret_message = m;
}

int list_entries(struct ctx *c, const char *list_id, struct entry **ret_entries, size_t *ret_n)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_list_entries, &rows, T(c->district), T(list_id));

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

const struct entry *reserve_next(const struct entry *entries, size_t n_entries, const char *group)
{
    const struct entry *best = NULL;

    for (size_t i = 0; i < n_entries; i++) {
        const struct entry *e = &entries[i];

        if (strcmp(e->state, "reserve") != 0 || strcmp(e->group, group) != 0)
            continue;
        if (!best || e->rank < best->rank)
            best = e;
    }
    return best;
}
