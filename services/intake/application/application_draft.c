/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/application_draft.h"

#include <string.h>

#include "common/base/str.h"
#include "intake_sql.h"
#include "services/intake/application/application_form.h"
#include "services/intake/application/application_fsm.h"
#include "services/intake/application/application_rules.h"
#include "services/intake/application/application_store.h"
#include "services/intake/programme/programme_load.h"
#include "services/intake/registry/registry.h"

#include "common/base/banned.h"

struct draft {
    const Intake__DraftApplication *request;
    const struct programme *p;
    const struct programme_category *category;
    const struct programme_route *route;
    struct subject subject;
    struct application a;
};

/* Programme, category, route and subject go together. */
static int find_place(struct ctx *c, struct draft *d)
{
    const Intake__DraftApplication *q = d->request;
    const char *kind;
    int r = programme_load(c, q->programme_id, &d->p);

    if (r)
        return r;
    d->category = programme_category(d->p, q->category);
    if (!d->category)
        return refuse(c, reason_value_unknown, "category", q->category, NULL);
    d->route = programme_route(d->p, q->route);
    if (!d->route || !texts_have(&d->category->routes, q->route))
        return refuse(c, reason_route_wrong, "route", q->route, NULL);
    kind = d->category->subject;
    r = subject_load(c, kind, q->subject_id, &d->subject);
    if (r == 0 && strcmp(d->subject.kind, kind) != 0)
        return refuse(c, reason_subject_kind_wrong, "subject_id", kind, d->subject.kind, NULL);
    return r;
}

/* Where the route keeps to a subdistrict's own ground (Changning 2023, 六(一): 组织属地内物业服务企业积极申报), the enterprise serves a site
 * there. */
static int need_own_ground(struct ctx *c, const struct draft *d, const char *subdistrict)
{
    char day[DAY_TEXT];
    struct rows *rows;
    int r;

    if (!d->route->own_ground)
        return 0;
    r = sql_query(c->tx, &sql_ground_served, &rows, T(c->district), T(d->subject.id),
                  T(subdistrict), T(day_format(instant_day(c->now), day)));
    if (r || rows_bool(rows, 0, "served"))
        return r;
    return refuse(c, reason_subject_not_hosted, "subdistrict", d->subject.name, subdistrict, NULL);
}

/* Whom it goes to: a site's own subdistrict; for an enterprise the one named, if the route needs
 * one. */
static int find_subdistrict(struct ctx *c, struct draft *d)
{
    const char *asked = d->request->subdistrict;
    int r;

    if (asked && !*asked)
        asked = NULL;
    if (d->subject.subdistrict) {
        if (asked && strcmp(asked, d->subject.subdistrict) != 0)
            return refuse(c, reason_subject_elsewhere, "subdistrict", d->subject.subdistrict, NULL);
        d->a.subdistrict = d->subject.subdistrict;
        return 0;
    }
    if (!asked)
        return texts_have(&d->route->chain, "subdistrict")
                   ? refuse(c, reason_text_missing, "subdistrict", NULL)
                   : 0;
    r = registry_need_subdistrict(c, "subdistrict", asked);
    if (r == 0)
        r = need_own_ground(c, d, asked);
    if (r)
        return r;
    d->a.subdistrict = asked;
    return 0;
}

/* The draft is @role's, which speaks for @subject in @region: the actor's own, or on paper whose it says. */
static bool drafts_as(struct ctx *c, struct draft *d, enum role role, const char *region,
                      const char *subject)
{
    const Intake__PaperReceipt *paper = d->request->paper;

    if (!texts_have(&d->route->nominators, role_name(role)))
        return false;
    if (paper ? !str_equal(paper->for_role, role_name(role)) : !actor_may(c, role, region, subject))
        return false;
    d->a.drafter_role = role_name(role);
    d->a.drafter_region = region;
    d->a.drafter_subject = subject;
    return true;
}

/* As which of the route's nominators it is drafted. */
static int find_drafter(struct ctx *c, struct draft *d)
{
    const char *enterprise = d->subject.enterprise_id;

    if ((d->a.subdistrict && drafts_as(c, d, ROLE_SUBDISTRICT, d->a.subdistrict, NULL)) ||
        (enterprise && drafts_as(c, d, ROLE_ENTERPRISE, c->district, enterprise)) ||
        (str_equal(d->subject.kind, "committee") &&
         drafts_as(c, d, ROLE_COMMITTEE, c->district, d->subject.id)))
        return 0;
    return d->request->paper ? refuse(c, reason_paper_nominator, "paper.for_role",
                                      d->request->paper->for_role, NULL)
                             : refuse(c, reason_forbidden, NULL, NULL);
}

/*
 * 申报表一式两份，将纸质版提交至区房管局 (Changning 2023, property 六(二)): the bureau enters what it received, sealed and in as many copies as
 * the form asks for. The day it was received counts for the stage.
 */
static int take_paper(struct ctx *c, struct draft *d)
{
    const Intake__PaperReceipt *paper = d->request->paper;
    const struct programme_form *form = programme_form(d->category, d->route->id);
    int copies = form && form->copies ? form->copies : 1, r;
    char first[DAY_TEXT];

    d->a.paper_day = DAY_NONE;
    if (!paper)
        return 0;
    if (!actor_may(c, ROLE_DISTRICT, c->district, NULL))
        return refuse(c, reason_forbidden, NULL, NULL);
    r = fault_note(c, need_day(c, "paper.received_day", paper->received_day, &d->a.paper_day));
    if (r == 0 && d->a.paper_day > instant_day(c->now))
        r = fault_note(
            c, refuse(c, reason_day_in_future, "paper.received_day", paper->received_day, NULL));
    if (r == 0 && d->p->n_stages && d->a.paper_day < d->p->stages[0].from_day)
        r = fault_note(c, refuse(c, reason_paper_early, "paper.received_day",
                                 day_format(d->p->stages[0].from_day, first), NULL));
    if (r == 0)
        r = fault_note(c, need_range(c, "paper.copies", paper->copies, copies, 100));
    if (r == 0)
        r = fault_note(c, need_text(c, "paper.receipt", paper->receipt, 1, 100));
    if (r == 0 && !paper->sealed)
        r = fault_note(c, refuse(c, reason_paper_unsealed, "paper.sealed", NULL));
    if (r == 0)
        r = faults_refuse(c);
    d->a.paper_copies = paper->copies;
    d->a.paper_receipt = paper->receipt;
    d->a.paper_by = c->account;
    return r;
}

static int check_once(struct ctx *c, const struct draft *d)
{
    const Intake__DraftApplication *q = d->request;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_application_of_subject, &rows, T(c->district), T(q->programme_id),
                      T(q->category), T(q->subject_id));

    if (r == 0 && rows_count(rows) > 0)
        return refuse(c, reason_application_twice, "subject_id", d->subject.name,
                      rows_text(rows, 0, "application_id"), NULL);
    return r;
}

int draft_application(struct ctx *c)
{
    struct draft d = {.request = c->request};
    const Intake__DraftApplication *q = d.request;
    int r = find_place(c, &d);

    if (r == 0)
        r = find_subdistrict(c, &d);
    if (r == 0)
        r = take_paper(c, &d);
    if (r == 0)
        r = find_drafter(c, &d);
    if (r == 0)
        r = check_once(c, &d);
    if (r)
        return r;
    d.a.route = q->route;
    r = check_form(c, d.category, &d.a, q->form, q->n_form, false);
    if (r)
        return r;
    d.a.id = c->id_text;
    d.a.programme_id = q->programme_id;
    d.a.category = q->category;
    d.a.subject_id = q->subject_id;
    d.a.subject_kind = d.subject.kind;
    d.a.state = application_fsm.start;
    d.a.version = 1;
    application_take_subject(&d.a, &d.subject);
    application_insert(c, &d.a);
    application_form_put(c, &d.a, q->form, q->n_form);
    application_note(c, &d.a, "", NULL, NULL);
    return 0;
}

int edit_application(struct ctx *c)
{
    const Intake__EditApplication *q = c->request;
    const struct programme *p;
    const struct programme_category *category;
    struct application a;
    const char *from;
    int r = application_load(c, q->application_id, &a);

    if (r == 0)
        r = need_drafter(c, &a);
    if (r)
        return r;
    from = a.state;
    r = need_step(c, &application_fsm, from, "edit", NULL, &a.state);
    if (r == 0)
        r = programme_load(c, a.programme_id, &p);
    if (r)
        return r;
    category = programme_category(p, a.category);
    if (!category)
        return refuse(c, reason_value_unknown, NULL, a.category, NULL);
    r = check_form(c, category, &a, q->form, q->n_form, false);
    if (r)
        return r;
    a.version++;
    r = application_save(c, &a, from);
    if (r)
        return r;
    application_form_put(c, &a, q->form, q->n_form);
    application_note(c, &a, from, NULL, NULL);
    return 0;
}
