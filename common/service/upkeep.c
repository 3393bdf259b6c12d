/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is done once an hour whoever asks: the partitions of stream and log for this month and the
 * next, and forgetting message ids and ended jobs that are older than they are remembered. Safe to do
 * twice at once.
 */
#include "common/service/upkeep.h"

#include <errno.h>

#include "common/base/clock.h"
#include "common/log/log.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { MONTHS_AHEAD = 1 };
enum { HOUR_MS = 3600 * 1000, AWAY_MS = 5000, FORGET_MAX = 5000, FORGET_ROUNDS = 200 };

struct upkeep {
    struct service *svc;
    uv_timer_t timer;
    struct job job;
    bool done, working, stopped;
};

static int make_month(struct pg *pg, int64_t ahead, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_WRITE, a);

    sql_exec(tx, &sql_frame_month, I(ahead));
    return tx_commit(tx, e);
}

/* What @stmt deletes ($1 days, $2 an instant, $3 at most), in small transactions, so that nobody waits for them. */
static int forget(struct pg *pg, const struct sql_stmt *stmt, int64_t days, struct errtext *e)
{
    int64_t n = FORGET_MAX;
    int r = 0;

    for (int i = 0; r == 0 && n == FORGET_MAX && i < FORGET_ROUNDS; i++) {
        CLEANUP(arena_free) struct arena *a = arena_new();
        struct tx *tx = tx_begin(pg, TX_WRITE, a);

        r = sql_change(tx, stmt, &n, I(days), AT(wall_now_us()), I(FORGET_MAX));
        if (r) {
            *e = *tx_error(tx);
            tx_rollback(tx);
        } else {
            r = tx_commit(tx, e);
        }
    }
    return r;
}

/* Of one part of it; whether it is done. */
static bool is_done(int r, const char *part, const struct errtext *e)
{
    if (r && r != TX_E_LOST)
        log_line(LOG_WARN, "hourly upkeep put off", "part", part, "error", e->text, "sqlstate",
                 e->sqlstate, NULL);
    return r == 0;
}

/* Each part by itself: one that fails stops none of the others. */
static void upkeep_run(struct job *job, void *worker)
{
    struct upkeep *u = container_of(job, struct upkeep, job);
    const struct frame_settings *set = &u->svc->set;
    struct errtext e = {0};
    bool done = true;
    struct pg *pg;

    for (int64_t ahead = 0; ahead <= MONTHS_AHEAD; ahead++) {
        pg = worker_pg(worker, 0);
        done &= is_done(pg ? make_month(pg, ahead, &e) : TX_E_LOST, "month", &e);
    }
    pg = worker_pg(worker, 0);
    done &= is_done(pg ? forget(pg, &sql_frame_message_forget, set->message_days, &e) : TX_E_LOST,
                    "ids", &e);
    pg = worker_pg(worker, 0);
    done &=
        is_done(pg ? forget(pg, &sql_frame_job_forget, set->job_days, &e) : TX_E_LOST, "jobs", &e);
    u->done = done;
}

static void on_timer(uv_timer_t *timer);

static void upkeep_done(struct job *job)
{
    struct upkeep *u = container_of(job, struct upkeep, job);

    u->working = false;
    if (!u->stopped)
        uv_timer_start(&u->timer, on_timer, u->done ? HOUR_MS : AWAY_MS, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct upkeep *u = timer->data;

    if (u->working || u->stopped)
        return;
    u->working = true;
    u->job = (struct job){.run = upkeep_run, .done = upkeep_done};
    workers_submit_own(u->svc->slow, &u->job);
}

int upkeep_new(struct service *svc)
{
    struct upkeep *u = calloc(1, sizeof(*u));

    if (!u)
        return err_raise(-ENOMEM);
    svc->upkeep = u;
    u->svc = svc;
    uv_timer_init(&svc->loop, &u->timer);
    u->timer.data = u;
    uv_timer_start(&u->timer, on_timer, AWAY_MS, 0); /* not while everything else starts */
    return 0;
}

void upkeep_stop(struct service *svc)
{
    svc->upkeep->stopped = true;
    uv_close((uv_handle_t *)&svc->upkeep->timer, NULL);
}

void upkeep_free(struct service *svc)
{
    free(TAKE(svc->upkeep));
}
