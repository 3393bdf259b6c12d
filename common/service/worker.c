/* SPDX-License-Identifier: Apache-2.0 */
/* A worker's connection, and what every transaction of the frame has in common. */
#include "common/service/worker.h"

#include <errno.h>
#include <string.h>
#include <sodium.h>

#include "common/log/log.h"
#include "common/service/aftermath.h"
#include "common/service/bell.h"
#include "common/service/handling.h"
#include "common/service/health.h"
#include "common/service/metrics_http.h"
#include "common/service/sealer.h"
#include "common/service/stream.h"
#include "common/service/timer.h"

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

bool handling_again(struct service *svc, int r, const struct errtext *e, int *tries)
{
    int most = r == TX_E_UNIQUE ? UNIQUE_TRIES : RUN_TRIES;

    if (r != TX_E_COLLISION && r != TX_E_UNIQUE && r != MSG_LATER)
        return false;
    if (++*tries >= most || strcmp(e->sqlstate, "55P03") == 0 || service_is_stopping(svc))
        return false;
    service_pause(svc, 1 + randombytes_uniform(4u * (uint32_t)*tries));
    return true;
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

struct pg *service_job_pg(void *worker)
{
    return worker_pg(worker, 1000);
}

/* ---- what a commit leaves ---- */

static struct packed pack_event(const struct sql_arg *v, const char *district, int64_t position)
{
    Hp__Event event = HP__EVENT__INIT;
    struct packed packed;

    event.event_id = (ProtobufCBinaryData){sizeof(v[0].uuid), (uint8_t *)v[0].uuid.bytes};
    event.type = (char *)v[1].text;
    event.at = v[2].i64;
    event.has_cause_id = true;
    event.cause_id = (ProtobufCBinaryData){sizeof(v[3].uuid), (uint8_t *)v[3].uuid.bytes};
    event.trace_id = v[4].kind == SQL_NULL ? NULL : (char *)v[4].text;
    event.account = v[5].kind == SQL_NULL ? NULL : (char *)v[5].text;
    event.has_may_skip = event.may_skip = v[6].flag;
    event.payload = (ProtobufCBinaryData){v[7].bytes.size, (uint8_t *)v[7].bytes.data};
    event.district = (char *)district;
    event.position = position;
    packed.size = hp__event__get_packed_size(&event);
    packed.data = malloc(packed.size);
    CHECK(packed.data);
    hp__event__pack(&event, packed.data);
    return packed;
}

static void note_advance(struct aftermath *am, const struct advance *a)
{
    struct moved *m = calloc(1, sizeof(*m));

    CHECK(m);
    *m = (struct moved){.next = am->moved,
                        .stream_from = a->stream_from,
                        .stream_seq = a->stream_seq,
                        .log_seq = a->log_seq,
                        .n_events = (size_t)(a->stream_seq - a->stream_from)};
    snprintf(m->district, sizeof(m->district), "%s", a->district);
    memcpy(m->stream_hash, a->stream_hash, DIGEST_SIZE);
    memcpy(m->stream_root, a->stream_root, DIGEST_SIZE);
    m->events = calloc(m->n_events + 1, sizeof(*m->events));
    CHECK(m->events);
    for (size_t i = 0; i < m->n_events; i++)
        m->events[i] =
            pack_event(a->events[i].values, m->district, a->stream_from + 1 + (int64_t)i);
    am->moved = m;
}

void aftermath_note(struct aftermath *am, const struct pg *pg)
{
    const struct advance *advances;
    size_t n = tx_advances(pg, &advances);

    for (size_t i = 0; i < n; i++)
        note_advance(am, &advances[i]);
}

void aftermath_timer(struct aftermath *am, const char *district, int64_t at)
{
    struct due_set *due = calloc(1, sizeof(*due));

    CHECK(due);
    *due = (struct due_set){.next = am->timers, .at = at};
    snprintf(due->district, sizeof(due->district), "%s", district);
    am->timers = due;
}

/* The newest was noted first; readers get them in the order of the commits. */
static struct moved *reversed(struct moved *list)
{
    struct moved *back = NULL;

    while (list) {
        struct moved *next = list->next;

        list->next = back;
        back = list;
        list = next;
    }
    return back;
}

static void free_moved(struct moved *m)
{
    for (size_t i = 0; i < m->n_events; i++)
        free(m->events[i].data);
    free(m->events);
    free(m);
}

void aftermath_apply(struct service *svc, struct aftermath *am)
{
    struct moved *m = reversed(TAKE(am->moved)), *next;
    struct due_set *due = TAKE(am->timers), *later;

    sealer_moved(svc);
    for (; m; m = next) {
        next = m->next;
        if (m->stream_seq > m->stream_from) {
            streams_moved(svc, m);
            bell_tell(svc, m->district, m->stream_seq);
        }
        free_moved(m);
    }
    for (; due; due = later) {
        later = due->next;
        timers_set(svc, due->district, due->at);
        free(due);
    }
}

void handling_init(struct handling *run, struct service *svc, struct tx *tx, struct arena *arena,
                   const struct uuid *id, const char *district)
{
    *run = (struct handling){.c =
                                 {
                                     .tx = tx,
                                     .arena = arena,
                                     .svc = svc,
                                     .state = svc->spec->state,
                                     .district = district,
                                     .now = clock_now(svc->clock),
                                     .id = *id,
                                     .account = "",
                                 },
                             .timer_at = INSTANT_NONE};
    run->c.id_text = uuid_format(id, run->id_text);
}

int handling_outcome(const struct handling *run, int r)
{
    int failed = tx_outcome(run->c.tx);

    if (r == 0)
        r = run->failed;
    return failed && (r < 0 || r == MSG_REFUSED || r == MSG_LATER) ? failed : r;
}

const char *handling_error(const struct handling *run, int r, const struct errtext *e)
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
