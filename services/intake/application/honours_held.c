/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/honours_held.h"

#include "common/base/str.h"
#include "intake_sql.h"
#include "publicity.pb-c.h"
#include "services/intake/application/looks.h"

#include "common/base/banned.h"

static int keep_honour(struct ctx *c, const Publicity__Honour *h)
{
    Intake__Cause by = INTAKE__CAUSE__INIT;

    by.kind = (char *)"honour";
    by.id = h->honour_id;
    by.at = c->event->at;
    sql_exec(c->tx, &sql_honour_put, T(c->district), T(h->honour_id), T(h->category),
             T(h->subject_id), I(h->year), B(str_equal(h->state, "held")));
    return looks_follow(c, h->subject_id, NULL, &by);
}

int on_honour_granted(struct ctx *c)
{
    return keep_honour(c, ((const Publicity__HonourGranted *)c->request)->honour);
}

int on_honour_revoked(struct ctx *c)
{
    return keep_honour(c, ((const Publicity__HonourRevoked *)c->request)->honour);
}

int on_honour_lapsed(struct ctx *c)
{
    return keep_honour(c, ((const Publicity__HonourLapsed *)c->request)->honour);
}

int on_honour_restored(struct ctx *c)
{
    return keep_honour(c, ((const Publicity__HonourRestored *)c->request)->honour);
}

int on_honour_annulled(struct ctx *c)
{
    return keep_honour(c, ((const Publicity__HonourAnnulled *)c->request)->honour);
}
