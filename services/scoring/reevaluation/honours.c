/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/honours.h"

#include "publicity.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/reevaluation/cases.h"

#include "common/base/banned.h"

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

int on_honour_restored(struct ctx *c)
{
    const Publicity__Honour *h = ((const Publicity__HonourRestored *)c->request)->honour;

    put_honour(c, h);
    return cases_of_restored(c, h->honour_id);
}

int on_honour_annulled(struct ctx *c)
{
    const Publicity__Honour *h = ((const Publicity__HonourAnnulled *)c->request)->honour;

    put_honour(c, h);
    return cases_after_honour(c, h->honour_id, "honour annulled");
}

int on_honour_lapsed(struct ctx *c)
{
    const Publicity__Honour *h = ((const Publicity__HonourLapsed *)c->request)->honour;

    put_honour(c, h);
    return cases_after_honour(
        c, h->honour_id, arena_printf(c->arena, "honour lapsed: %s", h->reason ? h->reason : ""));
}
