/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/application_review.h"

#include <string.h>

#include "common/base/str.h"
#include "intake_sql.h"
#include "services/intake/application/application_form.h"
#include "services/intake/application/application_fsm.h"
#include "services/intake/application/application_rules.h"
#include "services/intake/application/application_store.h"
#include "services/intake/application/looks.h"
#include "services/intake/application/papers.h"
#include "services/intake/programme/programme_load.h"

#include "common/base/banned.h"

#define DECISION(name) INTAKE__REVIEW_APPLICATION__DECISION__##name

struct review {
    const Intake__ReviewApplication *request;
    struct application a;
    const char *from, *by;
    const struct programme_category *category;
    const char *next; /* whose turn it is when this body accepts; NULL: nobody's */
};

static int load(struct ctx *c, struct review *v)
{
    const struct programme_route *route;
    const struct programme *p;
    int r = application_load(c, v->request->application_id, &v->a);

    if (r)
        return r;
    v->from = v->a.state;
    v->by = v->a.step;
    if (!v->by) /* nobody's turn: only a submitted one has a step */
        return refuse(c, reason_state_forbids, NULL, v->from, "review", NULL);
    if (!may_act_as(c, (enum role)role_by_name(v->by), &v->a)) {
        /* another body of the chain hears why; strangers learn nothing */
        bool body = may_act_as(c, ROLE_SUBDISTRICT, &v->a) || may_act_as(c, ROLE_DISTRICT, &v->a);

        return body ? refuse(c, reason_not_your_turn, NULL, v->by, NULL)
                    : refuse(c, reason_forbidden, NULL, NULL);
    }
    if (v->a.paper_by && str_equal(v->a.paper_by, c->account))
        return refuse(c, reason_paper_same_person, NULL, NULL);
    r = programme_load(c, v->a.programme_id, &p);
    if (r)
        return r;
    route = programme_route(p, v->a.route);
    v->category = programme_category(p, v->a.category);
    if (!route || !v->category) /* cannot be: the programme is sealed since its stage began */
        return refuse(c, reason_value_unknown, NULL, v->a.route, NULL);
    v->next = chain_next(route, v->by);
    return 0;
}

static int need_reason(struct ctx *c, const struct review *v)
{
    if (v->request->decision != DECISION(ACCEPT) && (!v->request->reason || !*v->request->reason))
        return refuse(c, reason_reason_required, "reason", NULL);
    return need_text(c, "reason", v->request->reason, 0, 1000);
}

/* Whoever accepts stands by the conditions as they are on that day; one that is unmet since is returned or refused. */
static int need_conditions(struct ctx *c, const struct review *v)
{
    struct checks checks;
    struct rows *locked;
    int r;

    if (v->request->decision != DECISION(ACCEPT))
        return 0;
    subject_hold(c, v->a.subject_kind, v->a.subject_id);
    r = sql_query(c->tx, &sql_application_lock, &locked, T(c->district), T(v->a.id));
    if (r == 0)
        r = looks_now(c, &v->a, &checks);
    return r ? r : looks_need(c, &checks);
}

/* What the decision is to the machine. */
static const char *event_of(const struct review *v)
{
    switch (v->request->decision) {
    case DECISION(ACCEPT):
        return v->next ? "forward" : "accept";
    case DECISION(RETURN):
        return "return";
    case DECISION(REFUSE):
        return "refuse";
    default:
        return NULL;
    }
}

static int say(struct ctx *c, const struct review *v, const char *on, Intake__Application *m)
{
    Intake__ApplicationForwarded forwarded = INTAKE__APPLICATION_FORWARDED__INIT;
    Intake__ApplicationAccepted accepted = INTAKE__APPLICATION_ACCEPTED__INIT;
    Intake__ApplicationReturned returned = INTAKE__APPLICATION_RETURNED__INIT;
    Intake__ApplicationRefused refused = INTAKE__APPLICATION_REFUSED__INIT;

    forwarded.application = returned.application = refused.application = m;
    forwarded.by = returned.by = refused.by = (char *)v->by;
    returned.reason = refused.reason = v->request->reason;
    if (str_equal(on, "accept")) {
        int r = papers_accepted(c, &v->a, m, &accepted);

        if (r)
            return r;
    }
    emit(c, NULL,
         str_equal(on, "forward")  ? &forwarded.base
         : str_equal(on, "accept") ? &accepted.base
         : str_equal(on, "return") ? &returned.base
                                   : &refused.base);
    return 0;
}

int review_application(struct ctx *c)
{
    struct review v = {.request = c->request};
    Intake__Application *m;
    const char *on;
    int r = load(c, &v);

    if (r)
        return r;
    on = event_of(&v);
    if (!on)
        return refuse(c, reason_value_unknown, "decision", "", NULL);
    r = need_reason(c, &v);
    if (r == 0)
        r = need_step(c, &application_fsm, v.from, on, NULL, &v.a.state);
    if (r == 0)
        r = check_opinion(c, v.category, &v.a, v.by, v.request->opinion, v.request->n_opinion,
                          v.request->decision == DECISION(ACCEPT));
    if (r == 0)
        r = need_conditions(c, &v);
    if (r)
        return r;
    v.a.step = str_equal(on, "forward") ? v.next : NULL;
    if (v.request->decision != DECISION(ACCEPT))
        v.a.reason = v.request->reason;
    r = application_save(c, &v.a, v.from);
    if (r == 0)
        r = application_message_whole(c, &v.a, &m);
    if (r == 0)
        r = say(c, &v, on, m);
    if (r)
        return r;
    opinion_put(c, &v.a, v.by, v.request->opinion, v.request->n_opinion);
    application_note(c, &v.a, v.from,
                     v.request->reason && *v.request->reason ? v.request->reason : NULL, NULL);
    return 0;
}
