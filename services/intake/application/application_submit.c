/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/application_submit.h"

#include <string.h>

#include "common/base/str.h"
#include "services/intake/application/application_form.h"
#include "services/intake/application/application_fsm.h"
#include "services/intake/application/application_rules.h"
#include "services/intake/application/application_store.h"
#include "services/intake/application/papers.h"
#include "services/intake/application/looks.h"
#include "services/intake/programme/programme_load.h"
#include "services/intake/registry/registry.h"

#include "common/base/banned.h"

struct submission {
    const struct programme *p;
    const struct programme_category *category;
    const struct programme_route *route;
    struct application a;
    const char *from; /* state before */
    struct subject subject;
    struct checks checks;
    Intake__FormField **form;
    size_t n_form;
};

static int load(struct ctx *c, const char *id, struct submission *s)
{
    int r = application_load(c, id, &s->a);

    if (r == 0)
        r = need_drafter(c, &s->a);
    if (r)
        return r;
    s->from = s->a.state;
    r = need_step(c, &application_fsm, s->from, "submit", NULL, &s->a.state);
    if (r == 0)
        r = programme_load(c, s->a.programme_id, &s->p);
    if (r)
        return r;
    s->category = programme_category(s->p, s->a.category);
    s->route = programme_route(s->p, s->a.route);
    /* a version published since the draft may have dropped them */
    if (!s->category || !s->route)
        return refuse(c, reason_value_unknown, NULL, s->category ? s->a.route : s->a.category,
                      NULL);
    return need_stage(c, s->p, s->a.paper_day);
}

/* The submitter's own step of the chain, which is passed by submitting; NULL: none. */
static const char *own_step(const struct submission *s)
{
    const char *first = chain_next(s->route, NULL);

    return str_equal(first, s->a.drafter_role) ? first : NULL;
}

static void enter_chain(struct submission *s)
{
    s->a.step = chain_next(s->route, own_step(s));
    if (!s->a.step)
        s->a.state = fsm_edge_for(&application_fsm, s->a.state, "accept")->to;
}

static int say(struct ctx *c, const struct submission *s)
{
    Intake__ApplicationSubmitted submitted = INTAKE__APPLICATION_SUBMITTED__INIT;
    Intake__ApplicationAccepted accepted = INTAKE__APPLICATION_ACCEPTED__INIT;
    Intake__Application *m = application_message(c, &s->a);
    int r;

    m->form = s->form;
    m->n_form = s->n_form;
    submitted.application = m;
    emit(c, NULL, &submitted.base);
    if (s->a.step)
        return 0;
    r = papers_accepted(c, &s->a, m, &accepted);
    if (r == 0)
        emit(c, NULL, &accepted.base);
    return r;
}

int submit_application(struct ctx *c)
{
    const Intake__SubmitApplication *q = c->request;
    Intake__SubmitApplicationReply reply = INTAKE__SUBMIT_APPLICATION_REPLY__INIT;
    struct submission s = {0};
    int r = load(c, q->application_id, &s);

    if (r == 0)
        r = application_form(c, &s.a, &s.form, &s.n_form);
    if (r == 0)
        r = check_form(c, s.category, &s.a, s.form, s.n_form, true);
    if (r == 0)
        r = check_opinion(c, s.category, &s.a, own_step(&s), q->opinion, q->n_opinion, true);
    if (r)
        return r;
    subject_hold(c, s.a.subject_kind, s.a.subject_id);
    r = subject_load(c, s.a.subject_kind, s.a.subject_id, &s.subject);
    if (r == 0)
        r = conditions_check(c, s.p, s.category, &s.subject, &s.checks);
    if (r == 0)
        r = looks_need(c, &s.checks);
    if (r)
        return r;
    application_take_subject(&s.a, &s.subject);
    s.a.submitted_at = c->now;
    s.a.reason = NULL;
    enter_chain(&s);
    r = application_save(c, &s.a, s.from);
    if (r == 0)
        looks_keep(c, &s.a, &s.checks);
    if (r == 0)
        r = say(c, &s);
    if (r)
        return r;
    if (own_step(&s))
        opinion_put(c, &s.a, own_step(&s), q->opinion, q->n_opinion);
    application_note(c, &s.a, s.from, NULL, NULL);
    reply.conditions = s.checks.items;
    reply.n_conditions = s.checks.n;
    reply.state = (char *)s.a.state;
    reply_with(c, &reply.base);
    return 0;
}

int withdraw_application(struct ctx *c)
{
    const Intake__WithdrawApplication *q = c->request;
    Intake__ApplicationWithdrawn event = INTAKE__APPLICATION_WITHDRAWN__INIT;
    struct application a;
    const char *from;
    int r = application_load(c, q->application_id, &a);

    if (r == 0)
        r = need_drafter(c, &a);
    if (r)
        return r;
    from = a.state;
    r = need_step(c, &application_fsm, from, "withdraw", NULL, &a.state);
    if (r == 0)
        r = need_text(c, "reason", q->reason, 1, 1000);
    if (r)
        return r;
    a.step = NULL;
    a.reason = q->reason;
    r = application_save(c, &a, from);
    if (r == 0)
        r = application_message_whole(c, &a, &event.application);
    if (r)
        return r;
    event.reason = q->reason;
    emit(c, NULL, &event.base);
    application_note(c, &a, from, q->reason, NULL);
    return 0;
}
