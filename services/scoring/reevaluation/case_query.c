/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/case_query.h"

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/reevaluation/case_store.h"

#include "common/base/banned.h"

/* Whose cases the actor may read: enterprises, owners' committees and subdistricts he speaks for. */
static void cases_readable(const struct ctx *c, const char **subjects, size_t *n_subjects,
                           const char **subdistricts, size_t *n_subdistricts)
{
    for (size_t i = 0; c->actor && i < c->actor->n_bindings; i++) {
        const Hp__Binding *b = c->actor->bindings[i];

        if ((str_equal(b->role, "enterprise") || str_equal(b->role, "committee")) && b->subject)
            subjects[(*n_subjects)++] = b->subject;
        if (str_equal(b->role, "subdistrict"))
            subdistricts[(*n_subdistricts)++] = b->region;
    }
}

static int list_page(struct ctx *c, const Scoring__ListCases *q, struct rows **ret_rows)
{
    size_t n = (c->actor ? c->actor->n_bindings : 0) + 1, n_subjects = 0, n_subdistricts = 0;
    const char **subjects = arena_new_array(c->arena, const char *, n);
    const char **subdistricts = arena_new_array(c->arena, const char *, n);

    cases_readable(c, subjects, &n_subjects, subdistricts, &n_subdistricts);
    return sql_query(c->tx, &sql_case_list, ret_rows, T(c->district), T(q->programme_id),
                     B(actor_may_as(c, ROLE_OFFICERS | ROLE_AUDITOR)), TA(subjects, n_subjects),
                     TA(subdistricts, n_subdistricts), T(q->state), T(q->after ? q->after : ""),
                     I((int64_t)q->limit + 1));
}

int list_cases(struct ctx *c)
{
    const Scoring__ListCases *q = c->request;
    Scoring__ListCasesReply reply = SCORING__LIST_CASES_REPLY__INIT;
    struct held_case *cases;
    struct rows *rows;
    size_t n;
    int r;

    r = need_text(c, "programme_id", q->programme_id, 1, 100);
    if (r)
        return r;
    r = need_range(c, "limit", q->limit, 1, 500);
    if (r)
        return r;
    r = list_page(c, q, &rows);
    if (r)
        return r;
    n = rows_count(rows) > (size_t)q->limit ? (size_t)q->limit : rows_count(rows);
    cases = arena_new_array(c->arena, struct held_case, n + 1);
    for (size_t i = 0; i < n; i++)
        cases[i] = case_row(rows, i);
    r = case_messages(c, cases, n, &reply.cases);
    if (r)
        return r;
    reply.n_cases = n;
    if (rows_count(rows) > n)
        reply.next = (char *)cases[n - 1].case_id;
    reply_with(c, &reply.base);
    return 0;
}
