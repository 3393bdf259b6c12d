/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/list/reserve.h"

#include "publicity_sql.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/list/list_fsm.h"
#include "services/publicity/notice/supplement.h"
#include "services/publicity/programmes.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

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
