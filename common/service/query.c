/* SPDX-License-Identifier: Apache-2.0 */
/* Queries on a worker: in a transaction that only reads, ended when nobody waits any more. */
#include "common/service/query.h"

#include <string.h>

#include "common/log/log.h"
#include "common/service/attempt.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

#define TOO_LONG "57014"

/* It ends in the database, too, when its caller has gone: its worker is for those who still wait. */
static int try_query(struct attempt *at, struct arena *a, struct errtext *e)
{
    struct tx *tx = tx_begin(at->pg, TX_READ_ONLY, a);
    int64_t left_us = task_left_us(at->t, ATTEMPT_NO_DEADLINE_MS);
    int r;

    sql_exec(tx, &sql_frame_query_limit, I(left_us > 0 ? left_us / 1000 + 1 : 1));
    attempt_init(at, at->t, at->pg, tx, a, NULL);
    r = attempt_carry_out(at);
    *e = *tx_error(tx);
    tx_rollback(tx);
    if (r == TX_E_MACHINE && strcmp(e->sqlstate, TOO_LONG) == 0 && !attempt_has_time(at->t))
        r = ATTEMPT_EXPIRED;
    if (r == 0 || r == MSG_REFUSED) {
        int too_long = attempt_fill_reply(at, r == 0);

        r = too_long;
    }
    return r;
}

void query_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    struct worker *w = worker;
    int tries = 0, losses = 0;

    log_trace(t->env->trace_id);
    for (;;) {
        struct attempt at = {.t = t, .pg = worker_pg(w, w->away ? 0 : ATTEMPT_AWAY_MS)};
        CLEANUP(arena_free) struct arena *a = arena_new();
        struct errtext e = {0};
        int r;

        if (!at.pg) {
            attempt_give_up(t, "database away");
            break;
        }
        r = try_query(&at, a, &e);
        if (r == 0)
            break;
        if (r == TX_E_LOST && ++losses < ATTEMPT_LOSSES && attempt_has_time(t))
            continue;
        if (!handling_again(t->svc, r, &e, &tries) || !attempt_has_time(t)) {
            attempt_settle(&at, r, &e);
            break;
        }
    }
    log_trace(NULL);
}
