/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Durable timers. A round on a worker takes what is due, in order of the due instant, each in a
 * transaction of its own; after it the loop sleeps until the earliest that is left. Only one round
 * at a time in a process, so that the order holds; several instances share the work by SKIP LOCKED.
 */
#include <errno.h>
#include <string.h>

#include "common/base/str.h"
#include "common/log/log.h"
#include "common/service/frame.h"
#include "common/base/banned.h"

enum { ROUND_MAX = 200, POLL_MS = 5000, AWAY_MS = 500, BLOCKED_MS = 50 };

enum round_end { ROUND_DRAINED, ROUND_MORE, ROUND_BLOCKED, ROUND_AWAY };

struct timers {
    struct service *svc;
    uv_timer_t timer;
    bool running, again, stopped;
    int64_t round;        /* counts those begun */
    struct task *waiting; /* for a round begun after them to be drained */
    /* the round under way */
    struct job job;
    struct arena *arena;
    struct aftermath after;
    enum round_end end;
    int64_t due_at,
        retry_at; /* the earliest left: business time, wall time; INSTANT_NONE for none */
};

/* ---- on a worker ---- */

struct due {
    const char *district, *kind, *key;
    int64_t at, now;
};

static handler_fn *handler_of(const struct service *svc, const char *kind)
{
    for (const struct timer_kind *k = svc->spec->timers; k && k->kind; k++)
        if (strcmp(k->kind, kind) == 0)
            return k->fn;
    return NULL;
}

/* The id of what a timer does: the same when it has to be done again. */
static void due_id(const struct due *due, struct uuid *ret_id)
{
    CLEANUP(str_release) struct str seed = STR_INIT;

    str_printf(&seed, "timer %s %s %lld %s", due->district, due->kind, (long long)due->at,
               due->key);
    uuid_derive(seed.text, seed.size, ret_id);
}

static int run_handler(struct timers *tm, struct tx *tx, struct arena *a, const struct due *due,
                       bool *ret_timers, const char **ret_error)
{
    handler_fn *fn = handler_of(tm->svc, due->kind);
    struct uuid id;
    struct run run;
    int r;

    if (!fn) {
        *ret_error = "this build has no handler of that kind";
        return MSG_REFUSED;
    }
    due_id(due, &id);
    run_init(&run, tm->svc, tx, a, &id, due->district);
    run.c.timer_key = due->key;
    run.c.timer_due_at = due->at;
    r = fn(&run.c);
    if (r == 0)
        r = run.failed;
    if (r)
        *ret_error = run_error(&run, r, tx_error(tx));
    *ret_timers |= run.timers;
    return r;
}

/* Find and claim the first; 0 with due->kind NULL when none is due. ROUND_BLOCKED: another instance
 * has it. */
static int claim(struct timers *tm, struct tx *tx, struct due *due)
{
    struct service *svc = tm->svc;
    struct rows *rows;
    int r;

    r = sql_query(tx, &sql_frame_timer_next, &rows,
                  TA((const char *const *)svc->districts, svc->n_districts), AT(due->now));
    if (r || rows_count(rows) == 0)
        return r;
    due->district = rows_text(rows, 0, "district");
    due->kind = rows_text(rows, 0, "kind");
    due->key = rows_text(rows, 0, "key");
    r = sql_query(tx, &sql_frame_timer_claim, &rows, T(due->district), T(due->kind), T(due->key),
                  AT(due->now));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return -EAGAIN;
    due->at = rows_at(rows, 0, "due_at");
    return 0;
}

/* Keep the error with the timer; it is tried again later. */
static int note_failure(struct pg *pg, struct arena *a, const struct due *due, const char *error)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, a);

    log_line(LOG_ERROR, "timer failed", "kind", due->kind, "key", due->key, "district",
             due->district, "error", error, NULL);
    sql_exec(tx, &sql_frame_timer_failed, T(due->district), T(due->kind), T(due->key), AT(due->now),
             T(error));
    return tx_commit(tx, NULL);
}

/* One timer, once. ROUND_MORE: one was run (or failed and was noted). */
static int run_once(struct timers *tm, struct pg *pg, int tries)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct due due = {.now = clock_now(tm->svc->clock)};
    struct tx *tx = tx_begin(pg, TX_WRITE, a);
    const char *error = "";
    struct errtext e = {0};
    bool timers = false;
    int r = claim(tm, tx, &due);

    if (r == -EAGAIN || (r == 0 && !due.kind)) {
        tx_rollback(tx);
        return r ? ROUND_BLOCKED : ROUND_DRAINED;
    }
    if (r == 0)
        r = run_handler(tm, tx, a, &due, &timers, &error);
    else
        error = arena_strdup(a, tx_error(tx)->text);
    if (r) {
        tx_rollback(tx);
    } else {
        r = tx_commit(tx, &e);
        error = e.text;
    }
    if (r == 0) {
        aftermath_note(&tm->after, pg, false, tm->arena);
        if (!clock_is_manual(tm->svc->clock))
            frame_gauge_timer_lag_us(due.now - due.at);
        return ROUND_MORE;
    }
    if (r == TX_E_LOST)
        return ROUND_AWAY;
    if ((r == TX_E_RETRY || r == MSG_LATER) && tries < RUN_TRIES)
        return TX_E_RETRY + 100;
    if (!due.kind || note_failure(pg, a, &due, error) != 0)
        return ROUND_AWAY;
    return ROUND_MORE;
}

static int run_one(struct timers *tm, struct pg *pg)
{
    int tries = 0, r;

    while ((r = run_once(tm, pg, ++tries)) == TX_E_RETRY + 100)
        run_collided(tm->svc, tries);
    return r;
}

static void read_earliest(struct timers *tm, struct pg *pg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, a);
    struct service *svc = tm->svc;
    struct rows *rows;

    if (sql_query(tx, &sql_frame_timer_earliest, &rows,
                  TA((const char *const *)svc->districts, svc->n_districts)) == 0) {
        tm->due_at = rows_at(rows, 0, "due_at");
        tm->retry_at = rows_at(rows, 0, "retry_at");
    } else {
        tm->end = ROUND_AWAY;
    }
    tx_rollback(tx);
}

static void round_run(struct job *job, void *worker)
{
    struct timers *tm = container_of(job, struct timers, job);
    struct pg *pg = worker_pg(worker, 0);
    int r = ROUND_MORE;

    tm->due_at = tm->retry_at = INSTANT_NONE;
    if (!pg) {
        tm->end = ROUND_AWAY;
        return;
    }
    for (int i = 0; i < ROUND_MAX && r == ROUND_MORE && !service_is_stopping(tm->svc); i++)
        r = run_one(tm, pg);
    tm->end = (enum round_end)r;
    if (r == ROUND_DRAINED)
        read_earliest(tm, pg);
}

/* ---- on the loop ---- */

static void on_timer(uv_timer_t *timer)
{
    struct timers *tm = timer->data;

    timers_kick(tm->svc);
}

static void answer_waiting(struct timers *tm)
{
    for (struct task **at = &tm->waiting; *at;) {
        struct task *t = *at;
        bool drained = tm->end == ROUND_DRAINED && t->target <= tm->round;

        if (!drained && !task_expired(t) && !tm->stopped) {
            at = &t->parked_next;
            continue;
        }
        *at = t->parked_next;
        if (!drained)
            task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
        task_answer(t);
    }
}

/* Milliseconds until there is something to look for. */
static int64_t sleep_ms(const struct timers *tm)
{
    int64_t ms = POLL_MS, left;

    if (tm->end == ROUND_AWAY)
        return AWAY_MS;
    if (tm->end == ROUND_BLOCKED)
        return BLOCKED_MS;
    if (tm->due_at != INSTANT_NONE &&
        (!clock_is_manual(tm->svc->clock) || tm->due_at <= clock_now(tm->svc->clock))) {
        left = (tm->due_at - clock_now(tm->svc->clock) + 999) / 1000;
        ms = left < ms ? left : ms;
    }
    if (tm->retry_at != INSTANT_NONE) {
        left = (tm->retry_at - wall_now_us() + 999) / 1000;
        /* it goes by the database's clock, which may be behind ours: do not ask without a pause */
        left = left > BLOCKED_MS ? left : BLOCKED_MS;
        ms = left < ms ? left : ms;
    }
    return ms > 0 ? ms : 0;
}

static void round_done(struct job *job)
{
    struct timers *tm = container_of(job, struct timers, job);

    tm->running = false;
    aftermath_apply(tm->svc, &tm->after);
    arena_free(TAKE(tm->arena));
    answer_waiting(tm);
    if (tm->stopped)
        return;
    if (tm->again || tm->end == ROUND_MORE) {
        timers_kick(tm->svc);
        return;
    }
    uv_timer_start(&tm->timer, on_timer, (uint64_t)sleep_ms(tm), 0);
}

void timers_kick(struct service *svc)
{
    struct timers *tm = svc->timers;

    if (tm->stopped)
        return;
    if (tm->running) {
        tm->again = true;
        return;
    }
    uv_timer_stop(&tm->timer);
    tm->running = true;
    tm->again = false;
    tm->round++;
    tm->arena = arena_new();
    tm->after = (struct aftermath){0};
    tm->job = (struct job){.run = round_run, .done = round_done};
    workers_submit_own(svc->workers, &tm->job);
}

void timers_await_drained(struct task *t)
{
    struct timers *tm = t->svc->timers;

    t->target = tm->round + 1;
    t->parked_next = tm->waiting;
    tm->waiting = t;
    if (tm->stopped)
        answer_waiting(tm);
    else
        timers_kick(t->svc);
}

int timers_new(struct service *svc)
{
    struct timers *tm = calloc(1, sizeof(*tm));

    if (!tm)
        return err_raise(-ENOMEM);
    tm->svc = svc;
    uv_timer_init(&svc->loop, &tm->timer);
    tm->timer.data = tm;
    svc->timers = tm;
    return 0;
}

void timers_stop(struct service *svc)
{
    struct timers *tm = svc->timers;

    tm->stopped = true;
    if (!tm->running)
        answer_waiting(tm);
    uv_close((uv_handle_t *)&tm->timer, NULL);
}

void timers_free(struct service *svc)
{
    free(svc->timers);
    svc->timers = NULL;
}
