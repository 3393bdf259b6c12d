/* SPDX-License-Identifier: Apache-2.0 */
/* candidates - accepted applications and the holders of honours */
#include "services/scoring/scoring.h"

#include "common/base/banned.h"

static void put_candidate(struct ctx *c, const Intake__Application *a, const char *state)
{
    sql_exec(c->tx, &sql_candidate_put, T(c->district), T(a->application_id), T(a->programme_id),
             T(a->category), T(a->subject_id), T(a->subject_kind), T(a->name), T(a->subdistrict),
             T(a->enterprise_id), T(a->enterprise_name), T(state), AT(c->event->at));
}

int on_application_accepted(struct ctx *c)
{
    put_candidate(c, ((const Intake__ApplicationAccepted *)c->request)->application, "accepted");
    return 0;
}

/* Withdrawn before it was accepted, it never was a candidate; the row then says just that. */
int on_application_withdrawn(struct ctx *c)
{
    put_candidate(c, ((const Intake__ApplicationWithdrawn *)c->request)->application, "withdrawn");
    return 0;
}

static void put_honour(struct ctx *c, const Publicity__Honour *h)
{
    sql_exec(c->tx, &sql_honour_put, T(c->district), T(h->honour_id), T(h->programme_id),
             T(h->category), T(h->title), T(h->subject_id), T(h->name), I(h->year), T(h->state),
             T(h->enterprise_id), T(h->subdistrict), T(h->granted_day), T(h->ended_day),
             T(h->reason));
}

int on_honour_granted(struct ctx *c)
{
    put_honour(c, ((const Publicity__HonourGranted *)c->request)->honour);
    return 0;
}

int on_honour_revoked(struct ctx *c)
{
    const Publicity__Honour *h = ((const Publicity__HonourRevoked *)c->request)->honour;

    put_honour(c, h);
    return cases_after_honour(
        c, h->honour_id, arena_printf(c->arena, "honour revoked: %s", h->reason ? h->reason : ""));
}

int on_honour_lapsed(struct ctx *c)
{
    const Publicity__Honour *h = ((const Publicity__HonourLapsed *)c->request)->honour;

    put_honour(c, h);
    return cases_after_honour(
        c, h->honour_id, arena_printf(c->arena, "honour lapsed: %s", h->reason ? h->reason : ""));
}
