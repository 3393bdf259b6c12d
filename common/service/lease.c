/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which instance leads which district. One row says that a process is alive, one row a district who
 * leads it; a process that was not heard of in time is followed by whoever asks next. The leader hears
 * and runs timers; commands are carried out by whoever gets them, and the answer says where to go.
 */
#include "common/service/lease.h"

#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/control.h"
#include "common/service/health.h"
#include "common/service/hear/hearer.h"
#include "common/service/timer.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { AWAY_MS = 500 };

struct led {
    bool ours, stuck;
    char endpoint[BUS_ENDPOINT]; /* of the leader, "" when not known */
};

struct leases {
    struct service *svc;
    struct led *list; /* by district, as the service's */
    uv_timer_t timer;
    struct job job;
    struct arena *arena;
    const struct rows *rows;
    char endpoint[BUS_ENDPOINT]; /* ours */
    char id_text[UUID_TEXT];
    bool asking, stopped;
    bool there;       /* the last beat reached the database */
    bool came;        /* one did: from then on whoever announces our endpoint is alive like us */
    bool twice;       /* someone does; that was logged */
    uint64_t lost;    /* connections that were lost when it was looked last */
    size_t n_ours;    /* districts led by this process, as read last */
    int64_t asked_us; /* monotonic: when the beat under way began */
    bool known;       /* who leads what was read once */
};

static const char *const *districts_of(const struct leases *l)
{
    return (const char *const *)l->svc->districts;
}

/* ---- on a reader ---- */

static size_t n_stuck(const struct leases *l, const char **ret_districts)
{
    size_t n = 0;

    for (size_t i = 0; i < l->svc->n_districts; i++)
        if (__atomic_load_n(&l->list[i].stuck, __ATOMIC_RELAXED))
            ret_districts[n++] = l->svc->districts[i];
    return n;
}

/* What was taken over may hold events that the one before did not know. */
static void hear_anew(struct tx *tx, const struct rows *taken)
{
    size_t n = rows_count(taken);
    const char **districts = arena_new_array(tx_arena(tx), const char *, n + 1);

    for (size_t i = 0; i < n; i++)
        districts[i] = rows_text(taken, i, "district");
    if (n)
        sql_exec(tx, &sql_frame_subscription_known, TA(districts, n));
}

/* Take what is free, and read who leads what. */
static int look(struct leases *l, struct tx *tx, struct rows **ret_rows)
{
    size_t n = l->svc->n_districts;
    struct rows *taken;
    int r = sql_query(tx, &sql_frame_lease_take, &taken, T(l->id_text), TA(districts_of(l), n));

    if (r)
        return r;
    hear_anew(tx, taken);
    return sql_query(tx, &sql_frame_lease_list, ret_rows, T(l->id_text), TA(districts_of(l), n));
}

/* Both live on, each with its row; but who is sent to the one may reach the other. */
static void look_for_twins(struct leases *l, int64_t n)
{
    if (n && !l->twice)
        log_line(LOG_ERROR,
                 "another instance announces the same endpoint: set bus.announce of each",
                 "endpoint", l->endpoint, NULL);
    l->twice = n > 0;
}

static void beat_run(struct job *job, void *worker)
{
    struct leases *l = container_of(job, struct leases, job);
    struct pg *pg = worker_pg(worker, 0);
    const char **stuck = arena_new_array(l->arena, const char *, l->svc->n_districts + 1);
    struct rows *led, *rows = NULL;
    struct tx *tx;
    int r;

    l->rows = NULL;
    l->there = false;
    if (!pg)
        return;
    tx = tx_begin(pg, TX_REDONE, l->arena);
    r = sql_query(tx, &sql_frame_instance_beat, &led, T(l->id_text), T(l->endpoint),
                  I(l->svc->set.lease_seconds), TA(stuck, n_stuck(l, stuck)), B(!l->came));
    /* who leads everything, and did before, has nothing to look for */
    if (r == 0 &&
        !(l->n_ours == l->svc->n_districts && rows_i64(led, 0, "n") == (int64_t)l->n_ours))
        r = look(l, tx, &rows);
    if (r) {
        log_line(LOG_WARN, "leases cannot be renewed", "error", tx_error(tx)->text, NULL);
        tx_rollback(tx);
        return;
    }
    l->there = tx_commit(tx, NULL) == 0;
    l->rows = l->there ? rows : NULL;
    if (l->there)
        look_for_twins(l, l->came ? rows_i64(led, 0, "same") : 0);
    l->came |= l->there;
}

static void end_run(struct job *job, void *worker)
{
    struct leases *l = container_of(job, struct leases, job);
    struct pg *pg = worker_pg(worker, 0);
    struct tx *tx;

    if (!pg)
        return;
    tx = tx_begin(pg, TX_WRITE, l->arena);
    sql_exec(tx, &sql_frame_instance_end, T(l->id_text));
    (void)!tx_commit(tx, NULL); /* else the lease ends by itself */
}

/* ---- on the loop ---- */

static void on_timer(uv_timer_t *timer);

static void take(struct leases *l, size_t i, bool ours, const char *endpoint)
{
    struct led *led = &l->list[i];
    const char *district = l->svc->districts[i];
    bool changed = led->ours != ours;

    l->n_ours += (size_t)ours - (size_t)led->ours;
    led->ours = ours;
    snprintf(led->endpoint, sizeof(led->endpoint), "%s", endpoint ? endpoint : "");
    if (!changed)
        return;
    log_line(LOG_INFO, ours ? "leads" : "leads no more", "district", district, NULL);
    hearers_lead(l->svc, district, ours);
    timers_lead(l->svc, district, ours);
}

static void end_done(struct job *job)
{
    struct leases *l = container_of(job, struct leases, job);

    arena_free(TAKE(l->arena));
}

static void give_up(struct leases *l)
{
    l->asking = true;
    l->arena = arena_new();
    l->job = (struct job){.run = end_run, .done = end_done};
    workers_submit_own(l->svc->readers, &l->job);
}

static void look_for_losses(struct leases *l)
{
    uint64_t lost = __atomic_load_n(&l->svc->n_lost, __ATOMIC_RELAXED);

    if (lost != l->lost)
        hearers_doubt(l->svc);
    l->lost = lost;
}

static void beat_done(struct job *job)
{
    struct leases *l = container_of(job, struct leases, job);
    size_t n = l->rows ? rows_count(l->rows) : 0;
    bool there = l->there;

    l->asking = false;
    health_looked(l->svc, there);
    look_for_losses(l);
    for (size_t row = 0; row < n && !l->stopped; row++)
        take(l, service_place(l->svc, rows_text(l->rows, row, "district")),
             rows_bool(l->rows, row, "ours"), rows_text(l->rows, row, "endpoint"));
    arena_free(TAKE(l->arena));
    if (there && !l->known && !l->stopped) {
        l->known = true;
        timers_kick(l->svc);
    }
    if (there)
        clock_read_again(l->svc); /* a notice of it may have been lost */
    if (l->stopped)
        give_up(l);
    else
        uv_timer_start(&l->timer, on_timer,
                       there ? (uint64_t)l->svc->set.lease_seconds * 1000 / 3 : AWAY_MS, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct leases *l = timer->data;

    if (l->asking || l->stopped)
        return;
    l->asking = true;
    l->asked_us = monotonic_now_us();
    l->arena = arena_new();
    l->job = (struct job){.run = beat_run, .done = beat_done};
    workers_submit_own(l->svc->readers, &l->job);
}

void lease_stuck(struct service *svc, const char *district)
{
    struct leases *l = svc->leases;
    struct led *led = &l->list[service_place(svc, district)];

    if (led->stuck)
        return;
    __atomic_store_n(&led->stuck, true, __ATOMIC_RELAXED);
    if (!l->asking && !l->stopped)
        uv_timer_start(&l->timer, on_timer, 0, 0);
}

void leases_look_soon(struct service *svc)
{
    struct leases *l = svc->leases;

    if (!l->asking && !l->stopped && uv_timer_get_due_in(&l->timer) > AWAY_MS)
        uv_timer_start(&l->timer, on_timer, AWAY_MS, 0);
}

int64_t leases_asked_us(const struct service *svc)
{
    return svc->leases->asking ? svc->leases->asked_us : 0;
}

size_t leases_led(const struct service *svc)
{
    size_t n = 0;

    for (size_t i = 0; i < svc->n_districts; i++)
        n += svc->leases->list[i].ours;
    return n;
}

const char *lease_elsewhere(const struct service *svc, const char *district)
{
    size_t i = service_place(svc, district);
    const struct led *led = &svc->leases->list[i];

    return i == svc->n_districts || led->ours || !*led->endpoint ? NULL : led->endpoint;
}

bool leases_known(const struct service *svc)
{
    return svc->leases->known;
}

int leases_new(struct service *svc)
{
    struct leases *l = calloc(1, sizeof(*l));
    const struct bus_conf *bus = &svc->set.bus;

    if (!l)
        return err_raise(-ENOMEM);
    svc->leases = l;
    l->svc = svc;
    l->list = calloc(svc->n_districts, sizeof(*l->list));
    CHECK(l->list);
    uuid_format(&svc->instance, l->id_text);
    if (*svc->set.announce)
        snprintf(l->endpoint, sizeof(l->endpoint), "%s", svc->set.announce);
    else if (bus->listen && *bus->listen)
        snprintf(l->endpoint, sizeof(l->endpoint), "%s", bus->listen);
    else
        snprintf(l->endpoint, sizeof(l->endpoint), "ipc://%s/%s.sock", bus->dir, svc->spec->name);
    uv_timer_init(&svc->loop, &l->timer);
    l->timer.data = l;
    return 0;
}

void leases_start(struct service *svc)
{
    on_timer(&svc->leases->timer);
}

void leases_stop(struct service *svc)
{
    struct leases *l = svc->leases;

    l->stopped = true;
    uv_close((uv_handle_t *)&l->timer, NULL);
    if (!l->asking)
        give_up(l);
}

void leases_free(struct service *svc)
{
    if (!svc->leases)
        return;
    free(svc->leases->list);
    free(TAKE(svc->leases));
}
