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

static bool may_read(const struct ctx *c, const struct held_case *h)
{
    size_t n = (c->actor ? c->actor->n_bindings : 0) + 1, n_subjects = 0, n_subdistricts = 0;
    const char **subjects = arena_new_array(c->arena, const char *, n);
    const char **subdistricts = arena_new_array(c->arena, const char *, n);

    if (actor_may_as(c, ROLE_OFFICERS | ROLE_AUDITOR))
        return true;
    cases_readable(c, subjects, &n_subjects, subdistricts, &n_subdistricts);
    for (size_t i = 0; i < n_subjects; i++)
        if (str_equal(subjects[i], h->subject_id) || str_equal(subjects[i], h->enterprise_id))
            return true;
    for (size_t i = 0; i < n_subdistricts; i++)
        if (str_equal(subdistricts[i], h->subdistrict))
            return true;
    return false;
}

static void fill_materials(struct ctx *c, const struct rows *rows, Scoring__GetCaseReply *reply)
{
    reply->materials = arena_new_array(c->arena, Scoring__CaseMaterial *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Scoring__CaseMaterial *m = arena_new_one(c->arena, Scoring__CaseMaterial);

        scoring__case_material__init(m);
        m->material_id = (char *)rows_text(rows, i, "material_id");
        m->file_sha256 = (char *)rows_text(rows, i, "file_sha256");
        m->file_name = (char *)rows_text(rows, i, "file_name");
        m->handed_in_at = rows_at(rows, i, "handed_in_at");
        m->set_aside = rows_bool(rows, i, "set_aside");
        reply->materials[reply->n_materials++] = m;
    }
}

int get_case(struct ctx *c)
{
    const Scoring__GetCase *q = c->request;
    Scoring__GetCaseReply reply = SCORING__GET_CASE_REPLY__INIT;
    Scoring__ReEvaluationCase **cases;
    struct rows *rows, *papers, *confirmed;
    struct held_case h;
    int r = sql_query(c->tx, &sql_case_get, &rows, T(c->district), T(q->case_id));

    if (r)
        return r;
    if (rows_count(rows))
        h = case_row(rows, 0);
    if (!rows_count(rows) || !may_read(c, &h))
        return refuse(c, reason_not_found, "case_id", "case", NULL);
    r = case_messages(c, &h, 1, &cases);
    if (r == 0)
        r = sql_query(c->tx, &sql_case_papers, &papers, T(c->district), T(h.case_id));
    if (r == 0)
        r = sql_query(c->tx, &sql_case_confirmed, &confirmed, T(c->district), T(h.case_id));
    if (r)
        return r;
    reply.case_ = cases[0];
    fill_materials(c, papers, &reply);
    reply.has_confirmed_at = !rows_null(confirmed, 0, "confirmed_at");
    reply.confirmed_at = rows_at(confirmed, 0, "confirmed_at");
    reply.forward_document = (char *)rows_text(confirmed, 0, "forward_document");
    reply_with(c, &reply.base);
    return 0;
}
