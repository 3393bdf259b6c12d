/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's connection, opened again when it broke. */
#include "common/service/worker.h"

#include <errno.h>

#include "common/log/log.h"
#include "common/service/health.h"
#include "common/service/metrics_http.h"

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
    health_failed(w->svc);
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
    return w; /* another connection is opened when it is needed */
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
            __atomic_add_fetch(&w->svc->n_lost, 1, __ATOMIC_RELAXED);
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

/* A job asks once and does not try again, so a connection that its server left meanwhile is not handed out. */
struct pg *service_job_pg(void *worker)
{
    struct worker *w = worker;

    if (w->pg)
        pg_awake(w->pg);
    return worker_pg(w, 1000);
}
