/* SPDX-License-Identifier: Apache-2.0 */
/* Changning 2023, section 五(一)2: an enterprise's case is judged by 区委组织部 and 区房管局; 五(二)2: a compound's first by its
 * subdistrict, then by 区房管局. */
#include "services/scoring/reevaluation/confirming.h"

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/reevaluation/case_fsm.h"
#include "services/scoring/reevaluation/case_query.h"
#include "services/scoring/reevaluation/case_store.h"
#include "services/scoring/reevaluation/first_review.h"

#include "common/base/banned.h"

/* Two instances: the subdistrict's confirmed list comes before the district's verdict. Whose
 * eligibility the subdistrict cancelled stands on no list. */
static int need_forwarded(struct ctx *c, const struct held_case *h)
{
    struct published pub;
    struct rows *rows;
    int r;

    if (!str_equal(h->state, "judged") || !h->subdistrict)
        return 0;
    r = published_find(c, h->district, h->programme_id, &pub);
    if (r || !pub.p || !two_instances(pub.p, h->category))
        return r;
    r = sql_query(c->tx, &sql_cancellation_get, &rows, T(c->district), T(h->programme_id),
                  T(h->subject_id));
    if (r || rows_count(rows))
        return r;
    return refuse(c, reason_first_review_pending, "case_id", h->subdistrict, NULL);
}

static void say_confirmed(struct ctx *c, const struct held_case *h, Scoring__ReEvaluationCase *m)
{
    Scoring__ReEvaluationFailed failed = SCORING__RE_EVALUATION_FAILED__INIT;
    Scoring__ReEvaluationPassed passed = SCORING__RE_EVALUATION_PASSED__INIT;

    failed.case_ = passed.case_ = m;
    emit(c, NULL, str_equal(h->verdict, "failed") ? &failed.base : &passed.base);
}

/* The programme the honour's re-evaluation follows: without one nobody but who confirms signs. */
static int plan_verdict(struct ctx *c, const void *request, struct joint_matter *m)
{
    const Scoring__ConfirmVerdict *q = request;
    struct held_case *h = arena_new_one(c->arena, struct held_case);
    const char *to, **content = arena_new_array(c->arena, const char *, 2);
    struct published pub;
    int r = case_need(c, q->case_id, h);

    if (r == 0 && str_equal(h->state, "open"))
        r = refuse(c, reason_case_undecided, "case_id",
                   *h->notes ? h->notes : "it was not computed", NULL);
    if (r == 0)
        r = need_forwarded(c, h);
    if (r == 0)
        r = need_step(c, &case_fsm, h->state, "confirm", "case_id", &to);
    if (r == 0)
        r = published_get(c, h->programme_id, &pub);
    if (r)
        return r;
    content[0] = h->verdict;
    content[1] = h->notes;
    m->programme = pub.p;
    m->programme_id = h->programme_id;
    m->target_id = q->case_id;
    m->category = h->category;
    m->subject_id = h->subject_id;
    m->content = content;
    m->n_content = 2;
    m->plan = h;
    return 0;
}

static int confirm(struct ctx *c, const void *request, const struct joint_matter *m)
{
    struct held_case h = *(const struct held_case *)m->plan;
    Scoring__ReEvaluationCase **messages;
    const char *from = h.state;
    int64_t changed;
    int r;

    (void)request;
    h.state = must_step(&case_fsm, from, "confirm");
    r = sql_change(c->tx, &sql_case_confirm, &changed, T(c->district), T(h.case_id), T(from),
                   T(h.state), AT(c->now), T(c->account));
    if (r == 0 && !changed)
        r = MSG_LATER;
    if (r == 0)
        r = case_messages(c, &h, 1, &messages);
    if (r == 0)
        say_confirmed(c, &h, messages[0]);
    return r;
}

const struct joint_kind verdict_act = {JOINT_VERDICT, "case", &scoring__confirm_verdict__descriptor,
                                       .plan = plan_verdict, .carry_out = confirm};
JOINT_COMMAND(confirm_verdict, verdict_act, Scoring, SCORING)
