/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's connection, and what every transaction of the frame has in common. */
#include <errno.h>
#include <string.h>
#include <sodium.h>

#include "common/log/log.h"
#include "common/service/frame.h"
#include "common/base/banned.h"

enum { BACKOFF_FIRST_MS = 50, BACKOFF_LAST_MS = 2000 };

bool service_is_stopping(struct service *svc)
{
    return __atomic_load_n(&svc->stopping, __ATOMIC_ACQUIRE);
}

bool service_stopping(const struct service *svc)
{
    return service_is_stopping((struct service *)svc);
}

void service_pause(struct service *svc, int64_t ms)
{
    struct timespec until;

    clock_gettime(CLOCK_MONOTONIC, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000;
    if (until.tv_nsec >= 1000000000) {
        until.tv_sec++;
        until.tv_nsec -= 1000000000;
    }
    pthread_mutex_lock(&svc->mutex);
    while (!svc->stopping)
        if (pthread_cond_timedwait(&svc->cond, &svc->mutex, &until) == ETIMEDOUT)
            break;
    pthread_mutex_unlock(&svc->mutex);
}

void run_collided(struct service *svc, int tries)
{
    service_pause(svc, 1 + randombytes_uniform(4u * (uint32_t)tries));
}

static struct pg *take_first(struct service *svc)
{
    struct pg *pg;

    pthread_mutex_lock(&svc->mutex);
    pg = TAKE(svc->first_pg);
    pthread_mutex_unlock(&svc->mutex);
    return pg;
}

static void worker_open(struct worker *w)
{
    struct errtext e = {0};
    int r;

    r = pg_open(w->svc->conninfo, w->svc->schema, w->svc->statements, &w->pg, &e);
    if (r == 0) {
        if (w->away)
            log_line(LOG_INFO, "database is back", NULL);
        w->away = false;
        w->backoff_ms = 0;
        return;
    }
    w->pg = NULL;
    w->backoff_ms = w->backoff_ms ? w->backoff_ms * 2 : BACKOFF_FIRST_MS;
    if (w->backoff_ms > BACKOFF_LAST_MS)
        w->backoff_ms = BACKOFF_LAST_MS;
    w->retry_us = monotonic_now_us() + w->backoff_ms * 1000;
    if (!w->away)
        log_line(LOG_WARN, "database is away, trying again", "error", e.text, NULL);
    w->away = true;
}

void *worker_start(void *arg)
{
    struct worker *w = calloc(1, sizeof(*w));

    CHECK(w);
    w->svc = arg;
    w->pg = take_first(w->svc);
    if (!w->pg)
        worker_open(w);
    return w;
}

void worker_end(void *worker)
{
    struct worker *w = worker;

    pg_close(w->pg);
    free(w);
}

struct pg *worker_pg(struct worker *w, int64_t wait_ms)
{
    int64_t until = monotonic_now_us() + wait_ms * 1000;

    for (;;) {
        int64_t now;

        if (w->pg && pg_alive(w->pg))
            return w->pg;
        if (w->pg) {
            pg_close(TAKE(w->pg));
            frame_count_reconnect();
        }
        now = monotonic_now_us();
        if (now >= w->retry_us)
            worker_open(w);
        if (w->pg)
            return w->pg;
        now = monotonic_now_us();
        if (now >= until || service_is_stopping(w->svc))
            return NULL;
        service_pause(w->svc, (w->retry_us < until ? w->retry_us - now : until - now) / 1000 + 1);
    }
}

struct pg *service_job_pg(void *worker)
{
    return worker_pg(worker, 1000);
}

void aftermath_note(struct aftermath *am, const struct pg *pg, bool timers, struct arena *a)
{
    const struct advance *advances;
    size_t n = tx_advances(pg, &advances);
    struct moved *moved = arena_new_array(a, struct moved, am->n_moved + n + 1);

    if (am->n_moved)
        memcpy(moved, am->moved, am->n_moved * sizeof(*moved));
    for (size_t i = 0; i < n; i++)
        if (strcmp(advances[i].ledger, frame_stream.name) == 0)
            moved[am->n_moved++] =
                (struct moved){arena_strdup(a, advances[i].district), advances[i].position};
    am->moved = moved;
    am->timers |= timers;
}

void aftermath_apply(struct service *svc, const struct aftermath *am)
{
    for (size_t i = 0; i < am->n_moved; i++) {
        streams_moved(svc, am->moved[i].district, am->moved[i].position);
        notices_tell(svc, am->moved[i].district, am->moved[i].position);
    }
    if (am->timers)
        timers_kick(svc);
}

void run_init(struct run *run, struct service *svc, struct tx *tx, struct arena *arena,
              const struct uuid *id, const char *district)
{
    *run = (struct run){.c = {
                            .tx = tx,
                            .arena = arena,
                            .svc = svc,
                            .state = svc->spec->state,
                            .district = district,
                            .now = clock_now(svc->clock),
                            .id = *id,
                            .account = "",
                        }};
    run->c.id_text = uuid_format(id, run->id_text);
}

const char *run_error(const struct run *run, int r, const struct errtext *e)
{
    struct arena *a = run->c.arena;

    if (r == MSG_REFUSED) {
        const char *code = run->reason ? reason_row(run->reason)->code : "none";

        return arena_printf(a, "refused: %s%s%s%s%s", code, run->field ? " field " : "",
                            run->field ? run->field : "", run->n_args ? " " : "",
                            run->n_args ? run->args[0] : "");
    }
    if (r == MSG_LATER)
        return "not possible yet";
    if (r < 0)
        return arena_printf(a, "failed: %s", strerror(-r));
    if (e && e->text[0])
        return arena_printf(a, "%s%s%s", e->text, e->sqlstate[0] ? " " : "", e->sqlstate);
    return arena_printf(a, "outcome %d", r);
}
