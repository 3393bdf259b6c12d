/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/credit_totals.h"

#include "credit.pb-c.h"
#include "intake_sql.h"

#include "common/base/banned.h"

/* Each event carries the whole total after it, so the last one of the stream is right. */
static int keep_total(struct ctx *c, const Credit__EnterpriseTotal *t)
{
    sql_exec(c->tx, &sql_credit_total_put, T(c->district), T(t->enterprise_id), I(t->year),
             T(t->total));
    return 0;
}

int on_deduction_recorded(struct ctx *c)
{
    const Credit__DeductionRecorded *event = c->request;

    return keep_total(c, event->total);
}

int on_deduction_changed(struct ctx *c)
{
    const Credit__DeductionChanged *event = c->request;

    return keep_total(c, event->total);
}
