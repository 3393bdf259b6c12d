/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/acceptance.h"

#include "common/base/str.h"
#include "intake_sql.h"
#include "publicity.pb-c.h"
#include "scoring.pb-c.h"
#include "services/intake/application/application_fsm.h"
#include "services/intake/application/application_rules.h"
#include "services/intake/application/application_store.h"
#include "services/intake/programme/programme_load.h"

#include "common/base/banned.h"

static void say(struct ctx *c, const struct correction_plan *plan, Intake__Application *m,
                const char *by)
{
    Intake__ApplicationReturned returned = INTAKE__APPLICATION_RETURNED__INIT;
    Intake__ApplicationWithdrawn withdrawn = INTAKE__APPLICATION_WITHDRAWN__INIT;

    returned.application = withdrawn.application = m;
    returned.reason = withdrawn.reason = plan->authority->reason;
    returned.document = withdrawn.document = plan->authority->document;
    returned.by = (char *)by;
    emit(c, NULL, str_equal(m->state, "returned") ? &returned.base : &withdrawn.base);
}

static int application_step(struct ctx *c, const struct correction_plan *plan,
                            const struct correction_step *step)
{
    struct application a = *(const struct application *)step->what;
    Intake__Application *m;
    int r;

    a.state = step->to;
    a.reason = plan->authority->reason;
    r = application_save(c, &a, step->from);
    if (r == 0)
        r = application_message_whole(c, &a, &m);
    if (r)
        return r;
    say(c, plan, m, "district");
    application_note(c, &a, step->from, plan->authority->reason, plan->authority->document);
    return 0;
}

static const struct correction_thing application_thing = {"application", &application_fsm,
                                                          application_step};

/* ---- the plans ---- */

static int need_no_list(struct ctx *c, const struct application *a)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_list_of_programme, &rows, T(c->district), T(a->programme_id));

    if (r || rows_count(rows) == 0)
        return r;
    return refuse(c, reason_list_stands, "target_id", rows_text(rows, 0, "list_id"), NULL);
}

static int load(struct ctx *c, struct correction_plan *plan, struct application **ret_a)
{
    struct application *a = arena_new_one(c->arena, struct application);
    int r = application_load_at(c, plan->target_id, "target_id", a);

    if (r)
        return r;
    plan->programme_id = a->programme_id;
    plan->subject_id = a->subject_id;
    *ret_a = a;
    return 0;
}

static int add(struct ctx *c, struct correction_plan *plan, const struct application *a,
               const char *on)
{
    int r = correction_add(c, plan, &application_thing, a->id, a->name, a->state, on, a);

    return r ? r : need_no_list(c, a);
}

int plan_acceptance_returned(struct ctx *c, struct correction_plan *plan)
{
    struct application *a;
    int r = load(c, plan, &a);

    return r ? r : add(c, plan, a, "reopen");
}

/* Whoever drafted it, or the subdistrict without whose recommendation it would not stand. */
static int need_withdrawer(struct ctx *c, const struct application *a)
{
    const struct programme_route *route;
    const struct programme *p;
    int r;

    if (actor_may(c, (unsigned)role_by_name(a->drafter_role), a->drafter_region,
                  a->drafter_subject))
        return 0;
    if (!may_act_as(c, ROLE_SUBDISTRICT, a))
        return refuse(c, reason_forbidden, NULL, NULL);
    r = programme_load(c, a->programme_id, &p);
    if (r)
        return r;
    route = programme_route(p, a->route);
    return route && texts_have(&route->chain, "subdistrict")
               ? 0
               : refuse(c, reason_forbidden, NULL, NULL);
}

int plan_acceptance_withdrawn(struct ctx *c, struct correction_plan *plan)
{
    struct application *a;
    int r = load(c, plan, &a);

    if (r == 0)
        r = need_withdrawer(c, a);
    return r ? r : add(c, plan, a, "retract");
}

/* ---- heard ---- */

int on_list_proposed(struct ctx *c)
{
    const Scoring__ListProposed *e = c->request;

    sql_exec(c->tx, &sql_list_put, T(c->district), T(e->programme_id), T(e->list_id));
    return 0;
}

int on_list_withdrawn(struct ctx *c)
{
    const Publicity__ListWithdrawn *e = c->request;

    sql_exec(c->tx, &sql_list_forget, T(c->district), T(e->programme_id), T(e->list_id));
    return 0;
}
