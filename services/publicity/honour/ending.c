/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Changning 2023, section 五(一)4, (二)4. Whatever way, the plaque is recalled and due back after
 * the programme's number of days.
 */
#include "services/publicity/honour/ending.h"

#include "publicity.pb-c.h"
#include "scoring.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/honour/honour_fsm.h"
#include "services/publicity/honour/honour_rules.h"
#include "services/publicity/honour/honour_store.h"
#include "services/publicity/programmes.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

struct ending {
    const char *on;       /* "lapse", "revoke" */
    const char *reason;   /* of a lapse: the change's kind */
    const char *document; /* NULL: none */
    const char *case_id;  /* NULL: none */
    int32_t day;
};

/* End an honour and recall its plaque. */
static int honour_end(struct ctx *c, struct honour *h, const struct ending *why, int due_days)
{
    const char *state = must_step(&honour_fsm, h->state, why->on);
    const char *plaque_state = must_step(&plaque_fsm, h->plaque_state, "recall");
    int r;

    h->ended_day = why->day;
    h->due_day = instant_day(c->now) + due_days;
    h->reason = why->reason;
    r = sql_cas(c->tx, &sql_honour_end, T(h->district), T(h->id), T(h->state), T(state),
                T(h->plaque_state), T(plaque_state), T(day_text(c->arena, h->ended_day)),
                T(h->reason), T(day_text(c->arena, h->due_day)), T(why->document), T(why->case_id));
    if (r)
        return r;
    h->state = state;
    h->plaque_state = plaque_state;
    timer_set(c, "plaque_due", arena_printf(c->arena, "%s/%s", h->district, h->id),
              day_end(h->due_day));
    return 0;
}

static int honour_lapse(struct ctx *c, struct honour *h, const struct change *ch, int due_days)
{
    const struct ending why = {.on = "lapse", .reason = ch->kind, .day = ch->day};
    Publicity__HonourLapsed said = PUBLICITY__HONOUR_LAPSED__INIT;
    int r = honour_end(c, h, &why, due_days);

    if (r)
        return r;
    said.honour = honour_message(c->arena, h);
    emit(c, h->district, &said.base);
    return 0;
}

int honour_change(struct ctx *c, struct honour *h, const struct change *changes, size_t n)
{
    const struct exit_holder holder = honour_holder(h);
    const struct programme *p;
    const struct change *end;
    int r = programme_for_exit(c, h->district, h->programme_id, h->subject_kind, &p);

    if (r)
        return r;
    CHECK(p); /* nothing is granted or recorded without one */
    end = exit_first(p, &holder, changes, n);
    if (honour_carry(h, p, changes, end ? (size_t)(end - changes) : n))
        sql_exec(c->tx, &sql_honour_carry, T(h->district), T(h->id), T(h->name),
                 T(h->enterprise_id));
    return end ? honour_lapse(c, h, end, p->exit.plaque_due_days) : 0;
}

int honours_change(struct ctx *c, const struct change *ch)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_honours_touched, &rows, T(ch->subject_id), T(ch->site_id));

    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        struct honour h;

        honour_read(rows, i, &h);
        r = honour_change(c, &h, ch, 1);
    }
    return r;
}

static int case_keep(struct ctx *c, const Scoring__ReEvaluationCase *k, bool failed)
{
    sql_exec(c->tx, &sql_case_put, T(c->district), T(k->case_id), T(k->honour_id), B(failed));
    return 0;
}

int publicity_on_passed(struct ctx *c)
{
    const Scoring__ReEvaluationPassed *e = c->request;

    return case_keep(c, e->case_, false);
}

int publicity_on_failed(struct ctx *c)
{
    const Scoring__ReEvaluationFailed *e = c->request;

    return case_keep(c, e->case_, true);
}

int publicity_on_verdict_set_aside(struct ctx *c)
{
    const Scoring__VerdictSetAside *e = c->request;

    return case_keep(c, e->case_, false);
}

/* A revocation rests on a confirmed failed case, */
static int need_failed(struct ctx *c, const Publicity__RevokeHonour *q)
{
    const char *case_id = text_or_null(q->case_id);
    struct rows *rows;
    int r;

    if (!case_id)
        return 0;
    r = sql_query(c->tx, &sql_case_failed, &rows, T(c->district), T(case_id), T(q->honour_id));
    if (r)
        return r;
    if (!rows_bool(rows, 0, "failed"))
        return refuse(c, reason_case_not_failed, "case_id", case_id, NULL);
    return 0;
}

/* or on the housing bureau's own decision, which it alone asks for. */
static int need_own_ground(struct ctx *c, const Publicity__RevokeHonour *q)
{
    if (text_or_null(q->case_id) || actor_may(c, ROLE_DISTRICT, c->district, NULL))
        return 0;
    return refuse(c, reason_forbidden, NULL, NULL);
}

static int plan_revocation(struct ctx *c, const void *request, struct joint_matter *m)
{
    const Publicity__RevokeHonour *q = request;
    struct honour *h = arena_new_one(c->arena, struct honour);
    const char *to;
    int r = fault_note(c, need_text(c, "reason", q->reason, 1, 1000));

    if (r == 0)
        r = fault_note(c, need_text(c, "document", q->document, 1, 200));
    if (r == 0)
        r = faults_refuse(c);
    if (r == 0)
        r = honour_need(c, q->honour_id, h);
    if (r == 0)
        r = need_step(c, &honour_fsm, h->state, "revoke", "honour_id", &to);
    if (r == 0)
        r = need_failed(c, q);
    if (r == 0)
        r = programme_for_exit(c, h->district, h->programme_id, h->subject_kind, &m->programme);
    if (r)
        return r;
    CHECK(m->programme); /* nothing is granted or recorded without one */
    m->programme_id = h->programme_id;
    m->target_id = q->honour_id;
    m->category = h->category;
    m->subject_id = h->subject_id;
    m->plan = h;
    return 0;
}

static int honour_revoke(struct ctx *c, const void *request, const struct joint_matter *m)
{
    const Publicity__RevokeHonour *q = request;
    const struct ending why = {.on = "revoke",
                               .reason = q->reason,
                               .document = q->document,
                               .case_id = text_or_null(q->case_id),
                               .day = instant_day(c->now)};
    Publicity__HonourRevoked said = PUBLICITY__HONOUR_REVOKED__INIT;
    struct honour h = *(const struct honour *)m->plan;
    int r = honour_end(c, &h, &why, m->programme->exit.plaque_due_days);

    if (r)
        return r;
    said.honour = honour_message(c->arena, &h);
    emit(c, NULL, &said.base);
    return 0;
}

/* What takes an honour from somebody is never one person's: domain-facts section 7, four eyes. */
const struct joint_kind revocation_act = {JOINT_REVOCATION,
                                          "honour",
                                          &publicity__revoke_honour__descriptor,
                                          .plan = plan_revocation,
                                          .carry_out = honour_revoke,
                                          .two_persons = ROLE_DISTRICT | ROLE_ORGANISATION};

int publicity_revoke_honour(struct ctx *c)
{
    const Publicity__RevokeHonour *q = c->request;
    Publicity__ActReply reply = PUBLICITY__ACT_REPLY__INIT;
    int r = need_own_ground(c, q);

    if (r == 0)
        r = joint_ask(c, &revocation_act, &reply.act);
    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}
