/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch of another service's events on a worker: the position and the effects in one transaction.
 * If the batch fails, its events are applied one by one, so that all before the failing one are
 * done and that one is named.
 */
#include <string.h>

#include "common/log/log.h"
#include "common/service/frame.h"
#include "common/base/banned.h"

/*
 * The outcomes of a range besides 0 and APPLY_*. Crowded: a deadlock, a lock not got in time, a
 * serialization failure. Those pass by themselves, so they never park an event; a unique key may be
 * taken for good, so that does.
 */
enum { RANGE_FAILED = 100, RANGE_AGAIN, RANGE_CROWDED };
#define UNIQUE_VIOLATION "23505"

static const struct hearing *hearing_for(const struct apply *ap, const char *type)
{
    for (const struct hearing *h = ap->svc->spec->hearings; h && h->source; h++)
        if (strcmp(h->source, ap->source) == 0 && strcmp(h->message->name, type) == 0)
            return h;
    return NULL;
}

/* @ret_timers is raised when the handler set some. */
static int apply_event(struct apply *ap, struct tx *tx, struct arena *a, const Hp__Event *event,
                       bool *ret_timers, const char **ret_error)
{
    const struct hearing *h = hearing_for(ap, event->type);
    struct uuid id;
    struct run run;
    int r;

    if (!h)
        return 0; /* not for us, or newer than us */
    memcpy(id.bytes, event->event_id.data, sizeof(id.bytes));
    run_init(&run, ap->svc, tx, a, &id, event->district);
    run.c.event = event;
    run.c.source = ap->source;
    /* Clocks are set one after the other, and machines differ: no effect is dated before its cause.
     */
    if (event->at > run.c.now)
        run.c.now = event->at;
    run.c.account = event->account ? event->account : "";
    run.trace_id = event->trace_id;
    run.c.request =
        protobuf_c_message_unpack(h->message, arena_pb(a), event->payload.len, event->payload.data);
    if (!run.c.request) {
        *ret_error = "the event cannot be unpacked";
        return MSG_REFUSED;
    }
    log_trace(event->trace_id);
    r = h->fn(&run.c);
    log_trace(NULL);
    if (r == 0)
        r = run.failed;
    *ret_timers |= run.timers;
    if (r)
        *ret_error = arena_strdup(ap->arena, run_error(&run, r, tx_error(tx)));
    return r;
}

/* Once: events [@from, @to) and the position behind them. */
static int apply_once(struct apply *ap, struct pg *pg, size_t from, size_t to)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_WRITE, a);
    int64_t last = ap->batch->events[to - 1]->position, changed = 0;
    struct errtext e = {0};
    bool timers = false;
    int r;

    r = sql_change(tx, &sql_frame_subscription_move, &changed, T(ap->district), T(ap->source),
                   I(ap->position), I(last));
    if (r == 0 && changed == 0) {
        tx_rollback(tx);
        return APPLY_MOVED;
    }
    if (r)
        ap->error = arena_strdup(ap->arena, tx_error(tx)->text);
    for (size_t i = from; i < to && r == 0; i++)
        r = apply_event(ap, tx, a, ap->batch->events[i], &timers, &ap->error);
    if (r) {
        e = *tx_error(tx);
        tx_rollback(tx);
    } else {
        r = tx_commit(tx, &e);
        if (r)
            ap->error = arena_strdup(ap->arena, e.text);
    }
    if (r == 0) {
        aftermath_note(&ap->after, pg, timers, ap->arena);
        ap->position = last;
        return 0;
    }
    if (r == TX_E_LOST)
        return APPLY_LOST;
    if (r == TX_E_RETRY && strcmp(e.sqlstate, UNIQUE_VIOLATION) != 0)
        return RANGE_CROWDED;
    return r == TX_E_RETRY || r == MSG_LATER ? RANGE_AGAIN : RANGE_FAILED;
}

static int apply_range(struct apply *ap, struct pg *pg, size_t from, size_t to)
{
    int r = RANGE_AGAIN;

    for (int tries = 1; (r == RANGE_AGAIN || r == RANGE_CROWDED) && tries <= RUN_TRIES; tries++) {
        if (tries > 1)
            run_collided(ap->svc, tries);
        r = apply_once(ap, pg, from, to);
    }
    if (r == RANGE_CROWDED) {
        log_line(LOG_WARN, "events put off", "source", ap->source, "district", ap->district,
                 "error", ap->error, NULL);
        return APPLY_LOST;
    }
    return r == RANGE_AGAIN ? RANGE_FAILED : r;
}

/* Stand still before @event until an operator decides. */
static int park(struct apply *ap, struct pg *pg, const Hp__Event *event)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_WRITE, a);
    char id_text[UUID_TEXT];
    int64_t changed = 0;
    struct uuid id;
    int r;

    memcpy(id.bytes, event->event_id.data, sizeof(id.bytes));
    uuid_format(&id, id_text);
    r = sql_change(tx, &sql_frame_subscription_park, &changed, T(ap->district), T(ap->source),
                   I(ap->position), T(id_text), T(event->type),
                   T(ap->error ? ap->error : "unknown"));
    if (r) {
        tx_rollback(tx);
        return APPLY_LOST;
    }
    if (tx_commit(tx, NULL) != 0)
        return APPLY_LOST;
    if (!changed)
        return APPLY_MOVED;
    log_line(LOG_ERROR, "event parked", "source", ap->source, "district", ap->district, "type",
             event->type, "event", id_text, "error", ap->error, NULL);
    return APPLY_PARKED;
}

static int apply_batch(struct apply *ap, struct pg *pg)
{
    size_t n = ap->batch->n_events;
    int r = apply_range(ap, pg, 0, n);

    for (size_t i = 0; r == RANGE_FAILED && i < n; i++) {
        int one = n == 1 ? RANGE_FAILED : apply_range(ap, pg, i, i + 1);

        if (one == RANGE_FAILED)
            return park(ap, pg, ap->batch->events[i]);
        if (one || i + 1 == n)
            return one;
    }
    return r;
}

static int read_position(struct apply *ap, struct pg *pg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_WRITE, a);
    struct rows *rows;
    int r;

    sql_exec(tx, &sql_frame_subscription_add, T(ap->district), T(ap->source));
    r = sql_query(tx, &sql_frame_subscription_get, &rows, T(ap->district), T(ap->source));
    if (r || rows_count(rows) != 1) {
        tx_rollback(tx);
        return APPLY_LOST;
    }
    ap->position = rows_i64(rows, 0, "position");
    ap->parked = strcmp(rows_text(rows, 0, "state"), "parked") == 0;
    return tx_commit(tx, NULL) == 0 ? 0 : APPLY_LOST;
}

void apply_run(struct job *job, void *worker)
{
    struct apply *ap = container_of(job, struct apply, job);
    struct pg *pg = worker_pg(worker, 0); /* waiting is done on the loop, which costs no worker */

    if (!pg)
        ap->result = APPLY_LOST;
    else
        ap->result = ap->batch ? apply_batch(ap, pg) : read_position(ap, pg);
}
