/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/credit_totals.h"

#include "credit.pb-c.h"
#include "intake_sql.h"
#include "services/intake/application/looks.h"

#include "common/base/banned.h"

/* Each event carries the whole total after it, so the last one of the stream is right. */
static int keep_total(struct ctx *c, const Credit__Deduction *d, const Credit__EnterpriseTotal *t)
{
    Intake__Cause by = INTAKE__CAUSE__INIT;

    by.kind = (char *)"deduction";
    by.id = d->deduction_id;
    by.at = c->event->at;
    sql_exec(c->tx, &sql_credit_total_put, T(c->district), T(t->enterprise_id), I(t->year),
             T(t->total));
    return looks_follow(c, t->enterprise_id, NULL, &by);
}

int on_deduction_recorded(struct ctx *c)
{
    const Credit__DeductionRecorded *event = c->request;

    return keep_total(c, event->deduction, event->total);
}

int on_deduction_changed(struct ctx *c)
{
    const Credit__DeductionChanged *event = c->request;

    return keep_total(c, event->deduction, event->total);
}
