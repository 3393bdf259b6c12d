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

/* What whoever judges it reads; accepted again, it is read as it is now. */
static void put_papers(struct ctx *c, const Intake__ApplicationAccepted *e)
{
    const Intake__Application *a = e->application;

    sql_exec(c->tx, &sql_candidate_papers_clear, T(c->district), T(a->application_id));
    for (size_t i = 0; i < a->n_form; i++)
        sql_exec(c->tx, &sql_candidate_field_add, T(c->district), T(a->application_id),
                 I((int64_t)i), T(a->form[i]->name), T(a->form[i]->value));
    for (size_t i = 0; i < e->n_evidence; i++) {
        const Intake__Evidence *f = e->evidence[i];

        sql_exec(c->tx, &sql_candidate_file_add, T(c->district), T(a->application_id),
                 I((int64_t)i), T(f->file_sha256), T(f->file_name), T(f->media_type), I(f->size),
                 T(f->rubric_line), AT(f->attached_at), T(f->account));
    }
    for (size_t i = 0; i < e->n_conditions; i++) {
        const Intake__ConditionCheck *k = e->conditions[i];

        sql_exec(c->tx, &sql_candidate_condition_add, T(c->district), T(a->application_id),
                 I((int64_t)i), T(k->id), T(k->title), T(k->fact), T(k->limit), B(k->met),
                 T(k->source));
    }
}

int on_application_accepted(struct ctx *c)
{
    const Intake__ApplicationAccepted *e = c->request;

    put_candidate(c, e->application, "accepted");
    sql_exec(c->tx, &sql_conditions_now_clear, T(c->district), T(e->application->application_id));
    put_papers(c, e);
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

int on_conditions_changed(struct ctx *c)
{
    const Intake__ConditionsChanged *e = c->request;

    for (size_t i = 0; i < e->n_conditions; i++)
        sql_exec(c->tx, &sql_condition_now_put, T(c->district), T(e->application->application_id),
                 T(e->conditions[i]->id), B(e->conditions[i]->met), T(e->by->kind), T(e->by->id),
                 AT(e->by->at));
    return 0;
}
