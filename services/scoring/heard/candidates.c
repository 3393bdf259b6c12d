/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/heard/candidates.h"

#include "intake.pb-c.h"
#include "scoring_sql.h"

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

/* Returned before it was accepted, it is no candidate either. */
int on_application_returned(struct ctx *c)
{
    put_candidate(c, ((const Intake__ApplicationReturned *)c->request)->application, "returned");
    return 0;
}

/* Withdrawn before it was accepted, it never was a candidate; the row then says just that. */
int on_application_withdrawn(struct ctx *c)
{
    put_candidate(c, ((const Intake__ApplicationWithdrawn *)c->request)->application, "withdrawn");
    return 0;
}
