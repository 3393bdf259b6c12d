/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/honour/plaques.h"

#include <string.h>

#include "common/base/str.h"
#include "common/text/clean.h"
#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/honour/honour_fsm.h"
#include "services/publicity/honour/honour_store.h"
#include "services/publicity/programmes.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

static const char *outcome_event(Publicity__ReturnPlaque__Outcome outcome)
{
    switch (outcome) {
    case PUBLICITY__RETURN_PLAQUE__OUTCOME__RETURNED:
        return "return";
    case PUBLICITY__RETURN_PLAQUE__OUTCOME__LOST:
        return "lose";
    case PUBLICITY__RETURN_PLAQUE__OUTCOME__REFUSED:
        return "refuse";
    default:
        return NULL;
    }
}

/* The district bureau, or the subdistrict the honour belongs to; only the one of them whom the
 * programme charges with it (changning-2023-owners-committee 五(四): 委托属地街镇回收). An honour of no
 * known subdistrict is left to the bureau. */
static int need_collector(struct ctx *c, const struct honour *h)
{
    const struct programme *p;
    const char *by;
    int r = programme_for_exit(c, h->district, h->programme_id, h->subject_kind, &p);

    if (r)
        return r;
    by = p && h->subdistrict ? p->exit.plaque_by : NULL;
    if (!str_equal(by, "subdistrict") && actor_may(c, ROLE_DISTRICT, c->district, NULL))
        return 0;
    if (!str_equal(by, "district") && h->subdistrict &&
        actor_may(c, ROLE_SUBDISTRICT, h->subdistrict, NULL))
        return 0;
    return refuse(c, reason_forbidden, NULL, NULL);
}

int publicity_return_plaque(struct ctx *c)
{
    const Publicity__ReturnPlaque *q = c->request;
    Publicity__PlaqueReturned said = PUBLICITY__PLAQUE_RETURNED__INIT;
    const char *on = outcome_event(q->outcome), *to;
    struct honour h;
    int r = need_text(c, "receipt", q->receipt, 1, 200);

    if (r == 0 && !on)
        r = refuse(c, reason_value_unknown, "outcome",
                   arena_printf(c->arena, "%d", (int)q->outcome), NULL);
    if (r == 0)
        r = honour_need(c, q->honour_id, &h);
    if (r == 0)
        r = need_collector(c, &h);
    if (r == 0)
        r = need_step(c, &plaque_fsm, h.plaque_state, on, "honour_id", &to);
    if (r == 0)
        r = sql_cas(c->tx, &sql_honour_plaque_step, T(h.district), T(h.id), T(h.plaque_state),
                    T(to), T(q->receipt));
    if (r)
        return r;
    h.plaque_state = to;
    timer_cancel(c, "plaque_due", arena_printf(c->arena, "%s/%s", h.district, h.id));
    said.honour = honour_message(c->arena, &h);
    emit(c, NULL, &said.base);
    return 0;
}

int publicity_on_plaque_due(struct ctx *c)
{
    const char *slash = strchr(c->timer_key, '/');

    CHECK(slash);
    sql_exec(c->tx, &sql_honour_overdue,
             T(arena_strndup(c->arena, c->timer_key, (size_t)(slash - c->timer_key))),
             T(slash + 1));
    return 0;
}

/* Whoever reads a plaque off the wall types it with the width, the case and the blanks of his keyboard. */
int publicity_verify_plaque(struct ctx *c)
{
    const Publicity__VerifyPlaque *q = c->request;
    Publicity__VerifyPlaqueReply reply = PUBLICITY__VERIFY_PLAQUE_REPLY__INIT;
    struct honour h;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_honour_by_plaque, &rows, T(c->district),
                      T(text_key(c->arena, q->plaque)));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "plaque", "plaque", NULL);
    honour_read(rows, 0, &h);
    reply.honour = honour_message(c->arena, &h);
    reply_with(c, &reply.base);
    return 0;
}
