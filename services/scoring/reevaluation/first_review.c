/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/first_review.h"

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/reevaluation/case_fsm.h"
#include "services/scoring/reevaluation/case_store.h"

#include "common/base/banned.h"

enum { LIST_MAX = 1000 };

/* A case of the subdistrict, and what the list makes of it. */
struct reviewed {
    struct held_case h;
    bool cancelled, listed;
};
struct review {
    const Scoring__ConfirmCaseList *request;
    const struct programme *p;
    struct reviewed *cases;
    size_t n;
};

bool two_instances(const struct programme *p, const char *category)
{
    const struct programme_reevaluation *rule = programme_reevaluation(p, category);

    return rule && texts_have(&rule->instances, "subdistrict");
}

static int check_request(struct ctx *c, struct review *v)
{
    const Scoring__ConfirmCaseList *q = v->request;
    struct published pub;
    int r = published_get(c, q->programme_id, &pub);

    if (r)
        return r;
    if (!speaks_for_subdistrict(c, q->subdistrict))
        return refuse(c, reason_forbidden, "subdistrict", NULL);
    r = need_range(c, "cases", (int64_t)q->n_cases, 1, LIST_MAX);
    if (r == 0)
        r = need_text(c, "document", q->document, 1, 200);
    v->p = pub.p;
    published_lock(c, q->programme_id);
    return r;
}

static int load_cases(struct ctx *c, struct review *v)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_case_of_subdistrict, &rows, T(c->district),
                      T(v->request->programme_id), T(v->request->subdistrict));

    if (r)
        return r;
    v->n = rows_count(rows);
    v->cases = arena_new_array(c->arena, struct reviewed, v->n + 1);
    for (size_t i = 0; i < v->n; i++)
        v->cases[i] = (struct reviewed){case_row(rows, i), rows_bool(rows, i, "cancelled"), false};
    return 0;
}

/* The case the list names at @at: its step, or why it cannot stand there. */
static int list_case(struct ctx *c, struct review *v, size_t at)
{
    const char *id = v->request->cases[at], *to;
    const char *field = arena_printf(c->arena, "cases/%zu", at);
    struct reviewed *k = NULL;

    for (size_t i = 0; i < v->n && !k; i++)
        if (str_equal(v->cases[i].h.case_id, id))
            k = &v->cases[i];
    if (!k)
        return refuse(c, reason_case_elsewhere, field, id, NULL);
    if (!two_instances(v->p, k->h.category))
        return refuse(c, reason_first_review_none, field, k->h.name, NULL);
    if (str_equal(k->h.state, "open"))
        return refuse(c, reason_case_undecided, field,
                      *k->h.notes ? k->h.notes : "it was not computed", NULL);
    k->listed = true;
    return need_step(c, &case_fsm, k->h.state, "forward", field, &to);
}

/* Nobody is passed over in silence: who is not on the list was forwarded before, or has no
 * eligibility. */
static int need_whole(struct ctx *c, const struct review *v)
{
    for (size_t i = 0; i < v->n; i++) {
        const struct reviewed *k = &v->cases[i];

        if (!k->listed && !k->cancelled && !str_equal(k->h.state, "forwarded") &&
            two_instances(v->p, k->h.category))
            return refuse(c, reason_case_left_out, "cases", k->h.name, NULL);
    }
    return 0;
}

static int forward(struct ctx *c, const struct review *v, struct held_case *h)
{
    const char *from = h->state;
    Scoring__CaseForwarded event = SCORING__CASE_FORWARDED__INIT;
    Scoring__ReEvaluationCase **messages;
    int64_t changed;
    int r;

    h->state = fsm_edge_for(&case_fsm, from, "forward")->to;
    r = sql_change(c->tx, &sql_case_forward, &changed, T(c->district), T(h->case_id), T(from),
                   T(h->state), AT(c->now), T(c->account), T(v->request->document));
    if (r)
        return r;
    if (!changed)
        return MSG_LATER;
    r = case_messages(c, h, 1, &messages);
    if (r)
        return r;
    event.case_ = messages[0];
    event.document = v->request->document;
    emit(c, NULL, &event.base);
    return 0;
}

int confirm_case_list(struct ctx *c)
{
    struct review v = {.request = c->request};
    int r = check_request(c, &v);

    if (r == 0)
        r = load_cases(c, &v);
    for (size_t i = 0; r == 0 && i < v.request->n_cases; i++)
        r = list_case(c, &v, i);
    if (r == 0)
        r = need_whole(c, &v);
    for (size_t i = 0; r == 0 && i < v.n; i++)
        if (v.cases[i].listed)
            r = forward(c, &v, &v.cases[i].h);
    return r;
}
