/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durable timers, on the loop: when the next of each district is due. What is due is claimed and run in
 * the district's lane (claim.c). Only the earliest instant of a district is in memory; a slow look at
 * the database finds what another instance set.
 */
#include "common/service/timer.h"

#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/aftermath.h"
#include "common/service/claim.h"
#include "common/service/lane.h"
#include "common/service/lease.h"
#include "common/service/inbox.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { POLL_MS = 5000, AWAY_MS = 500, LEAST_MS = 20, OTHERS_MS = 50 };

struct due {
    struct timers *all;
    struct claim claim;
    bool led;             /* by this instance */
    bool claiming, again; /* again: something was set or is to be looked at meanwhile */
    int64_t due_at;       /* the earliest, business time; INSTANT_NONE: none */
    int64_t set_at;   /* the earliest that was set while the read under way may not have seen it */
    int64_t retry_at; /* of those that failed, wall time */
    int64_t away_us;  /* monotonic: not before then; 0: no matter */
};

struct timers {
    struct service *svc;
    struct due *list; /* by district, as the service's */
    uv_timer_t timer;
    struct job job; /* reads the earliest of all */
    struct arena *arena;
    const struct rows *rows;
    int64_t asked, read; /* rounds of reading begun and done */
    bool reading, failed, stopped;
    struct task *waiting; /* for a round begun after them, and all claims */
};

static void claim_district(struct due *due);

static bool is_due(const struct due *due, int64_t now, int64_t wall)
{
    if (!due->led)
        return false;
    return (due->due_at != INSTANT_NONE && due->due_at <= now) ||
           (due->retry_at != INSTANT_NONE && due->retry_at <= wall);
}

/* ---- who waits for all to have run ---- */

/* Of all districts: those that another instance leads too, by what was read last. */
static bool is_drained(const struct timers *tm)
{
    int64_t now = clock_now(tm->svc->clock);

    if (!leases_known(tm->svc))
        return false;
    for (size_t i = 0; i < tm->svc->n_districts; i++)
        if (tm->list[i].claiming ||
            (tm->list[i].due_at != INSTANT_NONE && tm->list[i].due_at <= now))
            return false;
    return true;
}

static void answer_waiting(struct timers *tm)
{
    struct task *ended = NULL, *t;
    bool drained = is_drained(tm);

    for (struct task **at = &tm->waiting; (t = *at);) {
        bool done = drained && t->target <= tm->read;

        if (!done && !task_expired(t) && !tm->stopped && !tm->failed) {
            at = &t->parked_next;
            continue;
        }
        *at = t->parked_next;
        if (!done)
            task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
        t->parked_next = ended;
        ended = t;
    }
    while ((t = ended)) {
        ended = t->parked_next;
        task_answer(t);
    }
}

/* ---- when to look ---- */

static void on_timer(uv_timer_t *timer);

static int64_t wait_ms(const struct due *due, int64_t now, int64_t wall, int64_t mono, bool manual)
{
    int64_t ms = POLL_MS;

    if (!due->led && due->all->waiting && due->due_at != INSTANT_NONE && due->due_at <= now)
        return OTHERS_MS; /* whoever leads there runs it; it is asked for again */
    if (due->claiming || !due->led)
        return ms;
    if (due->due_at != INSTANT_NONE && (!manual || due->due_at <= now) &&
        (due->due_at - now + 999) / 1000 < ms)
        ms = (due->due_at - now + 999) / 1000;
    if (due->retry_at != INSTANT_NONE && (due->retry_at - wall + 999) / 1000 < ms)
        /* it goes by the database's clock, which may be behind ours: do not ask without a pause */
        ms = (due->retry_at - wall) / 1000 > LEAST_MS ? (due->retry_at - wall + 999) / 1000
                                                      : LEAST_MS;
    if (due->away_us > mono && ms < (due->away_us - mono) / 1000 + 1)
        ms = (due->away_us - mono) / 1000 + 1;
    return ms > 0 ? ms : 0;
}

/* Claim where something is due; sleep until the next. */
static void look(struct timers *tm)
{
    int64_t now = clock_now(tm->svc->clock), wall = wall_now_us(), mono = monotonic_now_us();
    bool manual = clock_is_manual(tm->svc->clock);
    int64_t ms = POLL_MS;

    if (tm->stopped)
        return;
    for (size_t i = 0; i < tm->svc->n_districts; i++) {
        struct due *due = &tm->list[i];

        if (!due->claiming && due->away_us <= mono && is_due(due, now, wall))
            claim_district(due);
        else if (wait_ms(due, now, wall, mono, manual) < ms)
            ms = wait_ms(due, now, wall, mono, manual);
    }
    uv_timer_start(&tm->timer, on_timer, (uint64_t)ms, 0);
    answer_waiting(tm);
}

/* ---- reading the earliest of all districts ---- */

/* Either may be INSTANT_NONE. */
static int64_t earlier(int64_t a, int64_t b)
{
    if (a == INSTANT_NONE || b == INSTANT_NONE)
        return a == INSTANT_NONE ? b : a;
    return a < b ? a : b;
}

void timers_say_unread(const struct errtext *e)
{
    log_line(LOG_WARN, "timers cannot be read", "error", e->text, "sqlstate", e->sqlstate, NULL);
}

static int read_earliest(struct timers *tm, struct pg *pg)
{
    struct service *svc = tm->svc;
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, tm->arena);
    size_t n = 0;
    struct rows *rows;
    int r;

    for (const struct timer_kind *k = svc->spec->timers; k && k->kind; k++)
        n++;
    const char **kinds = arena_new_array(tm->arena, const char *, n + 1);

    for (size_t i = 0; i < n; i++)
        kinds[i] = svc->spec->timers[i].kind;
    r = sql_query(tx, &sql_frame_timer_earliest, &rows,
                  TA((const char *const *)svc->districts, svc->n_districts), TA(kinds, n));
    if (r == 0)
        tm->rows = rows;
    else
        timers_say_unread(tx_error(tx));
    tx_rollback(tx);
    return r;
}

static void read_run(struct job *job, void *worker)
{
    struct timers *tm = container_of(job, struct timers, job);
    struct pg *pg = worker_pg(worker, 0);

    tm->rows = NULL;
    if (pg)
        (void)!read_earliest(tm, pg);
}

static void read_start(struct timers *tm);

static void read_done(struct job *job)
{
    struct timers *tm = container_of(job, struct timers, job);

    tm->reading = false;
    tm->failed = !tm->rows;
    tm->read = tm->rows ? tm->asked : tm->read;
    for (size_t i = 0; tm->rows && i < rows_count(tm->rows); i++) {
        struct due *due = &tm->list[service_place(tm->svc, rows_text(tm->rows, i, "district"))];

        if (due->claiming)
            continue;
        due->due_at = earlier(rows_at(tm->rows, i, "due_at"), due->set_at);
        due->retry_at = rows_at(tm->rows, i, "retry_at");
    }
    arena_free(TAKE(tm->arena));
    if (tm->failed) {
        answer_waiting(tm);
        if (!tm->stopped)
            uv_timer_start(&tm->timer, on_timer, AWAY_MS, 0);
        return;
    }
    look(tm);
    for (struct task *t = tm->waiting; t; t = t->parked_next)
        if (t->target > tm->read && !tm->reading)
            read_start(tm);
}

static void read_start(struct timers *tm)
{
    if (tm->reading || tm->stopped)
        return;
    tm->reading = true;
    tm->asked++;
    for (size_t i = 0; i < tm->svc->n_districts; i++)
        tm->list[i].set_at = INSTANT_NONE;
    tm->arena = arena_new();
    tm->job = (struct job){.run = read_run, .done = read_done};
    workers_submit_own(tm->svc->readers, &tm->job);
}

static void on_timer(uv_timer_t *timer)
{
    struct timers *tm = timer->data;
    int64_t now = clock_now(tm->svc->clock), wall = wall_now_us();

    for (size_t i = 0; i < tm->svc->n_districts; i++)
        if (is_due(&tm->list[i], now, wall)) {
            look(tm);
            return;
        }
    read_start(tm); /* the slow look */
}

void timers_kick(struct service *svc)
{
    if (svc->spec->timers)
        read_start(svc->timers);
}

void timers_lead(struct service *svc, const char *district, bool lead)
{
    svc->timers->list[service_place(svc, district)].led = lead;
    if (lead)
        timers_kick(svc);
}

void timers_set(struct service *svc, const char *district, int64_t at)
{
    size_t i = service_place(svc, district);
    struct due *due = &svc->timers->list[i];

    if (i == svc->n_districts)
        return;
    due->again |= due->claiming;
    due->set_at = earlier(due->set_at, at);
    if (due->due_at == INSTANT_NONE || at < due->due_at) {
        due->due_at = at;
        look(svc->timers);
    }
}

void timers_await_drained(struct task *t)
{
    struct timers *tm = t->svc->timers;

    t->target = tm->asked + 1;
    t->parked_next = tm->waiting;
    tm->waiting = t;
    tm->failed = false;
    if (tm->stopped || !t->svc->spec->timers) {
        tm->waiting = t->parked_next;
        task_status(t, tm->stopped ? HP__REPLY__STATUS__UNAVAILABLE : HP__REPLY__STATUS__DONE);
        task_answer(t);
    } else {
        read_start(tm);
    }
}

/* ---- claims ---- */

static void on_claimed(struct lane_item *item)
{
    struct claim *cl = container_of(item, struct claim, item);
    struct due *due = container_of(cl, struct due, claim);
    struct timers *tm = due->all;

    due->claiming = false;
    if (cl->end == CLAIM_AWAY) {
        due->away_us = monotonic_now_us() + AWAY_MS * 1000;
        tm->failed = true;
    } else if (cl->end == CLAIM_DRAINED && !due->again) {
        due->due_at = cl->due_at;
        due->retry_at = cl->retry_at;
    }
    /* else: what was due still is, the next claim finds out */
    due->again = false;
    aftermath_apply(tm->svc, &cl->after);
    look(tm);
}

static void claim_district(struct due *due)
{
    struct service *svc = due->all->svc;

    due->claiming = true;
    due->away_us = 0;
    due->claim = (struct claim){.item = {.kind = LANE_TIMERS, .done = on_claimed},
                                .svc = svc,
                                .district = svc->districts[due - due->all->list]};
    CHECK(lane_put(svc, due->claim.district, &due->claim.item) == 0);
}

/* ---- from start to stop ---- */

int timers_new(struct service *svc)
{
    struct timers *tm = calloc(1, sizeof(*tm));

    if (!tm)
        return err_raise(-ENOMEM);
    svc->timers = tm;
    tm->svc = svc;
    tm->list = calloc(svc->n_districts, sizeof(*tm->list));
    CHECK(tm->list);
    for (size_t i = 0; i < svc->n_districts; i++) {
        tm->list[i].all = tm;
        tm->list[i].due_at = tm->list[i].retry_at = tm->list[i].set_at = INSTANT_NONE;
    }
    uv_timer_init(&svc->loop, &tm->timer);
    tm->timer.data = tm;
    return 0;
}

void timers_stop(struct service *svc)
{
    struct timers *tm = svc->timers;

    tm->stopped = true;
    answer_waiting(tm);
    uv_close((uv_handle_t *)&tm->timer, NULL);
}

void timers_free(struct service *svc)
{
    if (!svc->timers)
        return;
    free(svc->timers->list);
    free(TAKE(svc->timers));
}
