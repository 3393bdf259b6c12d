/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/heard/credit_facts.h"

#include "common/text/lines.h"
#include "credit.pb-c.h"
#include "scoring_sql.h"

#include "common/base/banned.h"

static int deduction_put(struct ctx *c, const Credit__Deduction *d,
                         const Credit__EnterpriseTotal *t)
{
    sql_exec(c->tx, &sql_credit_record_put, T(c->district), T(d->deduction_id), T(d->subject_kind),
             T(d->subject_id), T(d->enterprise_id), T(d->on_day), T(d->site_id), T(d->project_id),
             B(d->counts));
    sql_exec(c->tx, &sql_credit_total_put, T(c->district), T(t->enterprise_id), I(t->year),
             T(t->total),
             T(lines_join(c->arena, (const char *const *)t->deductions, t->n_deductions)));
    return 0;
}

int on_deduction_recorded(struct ctx *c)
{
    const Credit__DeductionRecorded *e = c->request;

    return deduction_put(c, e->deduction, e->total);
}

int on_deduction_changed(struct ctx *c)
{
    const Credit__DeductionChanged *e = c->request;

    return deduction_put(c, e->deduction, e->total);
}
