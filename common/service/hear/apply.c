/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A batch of another service's events on a worker: the position and the effects in one transaction.
 * If the batch fails, its events are applied one by one, so that all before the failing one are
 * done and that one is named. Only a fault of the data parks an event; a fault of the machine is
 * waited out.
 */
#include "common/service/hear/apply.h"

#include <string.h>

#include "common/log/log.h"
#include "proto/events.h"
#include "common/service/aftermath.h"
#include "common/service/handling.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

/* The outcome of a range besides 0 and APPLY_*. */
enum { RANGE_FAILED = 100 };

static const struct hearing *hearing_for(const struct apply *ap, const char *type)
{
    for (const struct hearing *h = ap->svc->spec->hearings; h && h->source; h++)
        if (strcmp(h->source, ap->source) == 0 && strcmp(h->message->name, type) == 0)
            return h;
    return NULL;
}

/* An event that this build does not know at all, and whose source did not say that it may be passed over. */
static bool is_unknown(const struct apply *ap, const Hp__Event *event)
{
    const ProtobufCMessageDescriptor *const *own = ap->svc->spec->known;

    for (; own && *own; own++)
        if (strcmp((*own)->name, event->type) == 0)
            return false;
    return !hearing_for(ap, event->type) && !event->may_skip && !message_is_known(event->type);
}

/* One call of a handler: one event, or neighbours of one batch handler. */
struct call {
    const struct hearing *const *hearings; /* of each event: its own */
    const Hp__Event *const *events;
    size_t n;
};

static void *unpack(const struct call *call, size_t i, struct arena *a)
{
    return protobuf_c_message_unpack(call->hearings[i]->message, arena_pb(a),
                                     call->events[i]->payload.len, call->events[i]->payload.data);
}

static int run_call(struct apply *ap, struct tx *tx, struct arena *a, const struct call *call,
                    int64_t *timer_at)
{
    const void **requests = arena_new_array(a, const void *, call->n);
    const Hp__Event *first = call->events[0];
    struct uuid id;
    struct handling run;
    int r;

    memcpy(id.bytes, first->event_id.data, sizeof(id.bytes));
    handling_init(&run, ap->svc, tx, a, &id, first->district);
    run.c.event = first;
    run.c.events = call->events;
    run.c.n_events = call->n;
    run.c.requests = requests;
    run.c.source = ap->source;
    for (size_t i = 0; i < call->n; i++) {
        /* Clocks are set one after the other, and machines differ: no effect is dated before its
         * cause. */
        if (call->events[i]->at > run.c.now)
            run.c.now = call->events[i]->at;
        requests[i] = unpack(call, i, a);
        if (!requests[i]) {
            ap->error = "the event cannot be unpacked";
            return MSG_REFUSED;
        }
    }
    run.c.request = requests[0];
    run.c.account = first->account ? first->account : "";
    run.trace_id = first->trace_id;
    log_trace(first->trace_id);
    r = call->hearings[0]->fn(&run.c);
    log_trace(NULL);
    r = handling_outcome(&run, r);
    if (run.timer_at != INSTANT_NONE && (*timer_at == INSTANT_NONE || run.timer_at < *timer_at))
        *timer_at = run.timer_at;
    if (r)
        ap->error = arena_strdup(ap->arena, handling_error(&run, r, tx_error(tx)));
    return r;
}

/* Whether an event heard as @next belongs into the call of its neighbour before, heard as @h. */
static bool joins(const struct hearing *h, const struct hearing *next)
{
    return h->batch && next && next->batch && next->fn == h->fn;
}

/* Events [@from, @to), by their handlers. */
static int run_calls(struct apply *ap, struct tx *tx, struct arena *a, size_t from, size_t to,
                     int64_t *timer_at)
{
    const Hp__Event *const *events = (const Hp__Event *const *)&ap->events[from];
    const struct hearing **heard = arena_new_array(a, const struct hearing *, to - from);
    size_t all = to - from;
    int r = 0;

    for (size_t i = 0; i < all; i++)
        heard[i] = hearing_for(ap, events[i]->type);
    for (size_t i = 0, n; i < all && r == 0; i += n) {
        n = 1;
        while (heard[i] && i + n < all && joins(heard[i], heard[i + n]))
            n++;
        if (heard[i])
            r = run_call(ap, tx, a, &(struct call){&heard[i], &events[i], n}, timer_at);
    }
    return r;
}

/* frame_subscription_move found another position, or a subscription that stands still. */
static bool is_moved(const struct errtext *e)
{
    return strcmp(e->sqlstate, "22012") == 0 &&
           strncmp(e->text, sql_frame_subscription_move.name,
                   strlen(sql_frame_subscription_move.name)) == 0;
}

/* Once: events [@from, @to) and the position behind them. */
static int apply_once(struct apply *ap, struct pg *pg, size_t from, size_t to, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_REDONE, a);
    bool all = to == ap->n_events && ap->has_seal;
    int64_t last = ap->events[to - 1]->position, timer_at = INSTANT_NONE;
    int r;

    /* not waited for by itself: it fails when the position is another */
    sql_exec(tx, &sql_frame_subscription_move, T(ap->district), T(ap->source), I(ap->position),
             I(last), all ? I(ap->sealed_last) : T(NULL),
             BY(all ? ap->sealed_hash : NULL, DIGEST_SIZE));
    r = run_calls(ap, tx, a, from, to, &timer_at);
    if (r) {
        *e = *tx_error(tx);
        tx_rollback(tx);
    } else {
        r = tx_commit(tx, e);
    }
    if (r == 0) {
        aftermath_note(&ap->after, pg);
        if (timer_at != INSTANT_NONE)
            aftermath_timer(&ap->after, ap->district, timer_at);
        ap->position = last;
        return 0;
    }
    if (is_moved(e))
        return APPLY_MOVED;
    if (tx_failed(r))
        ap->error = arena_strdup(ap->arena, e->text);
    return r;
}

static int apply_range(struct apply *ap, struct pg *pg, size_t from, size_t to)
{
    struct errtext e = {0};
    int tries = 0, r;

    do
        r = apply_once(ap, pg, from, to, &e);
    while (handling_again(ap->svc, r, &e, &tries));
    if (r == 0 || r == APPLY_MOVED)
        return r;
    if (r == TX_E_LOST || r == TX_E_MACHINE || r == TX_E_COLLISION) {
        if (r != TX_E_LOST)
            log_line(LOG_WARN, "events put off", "source", ap->source, "district", ap->district,
                     "error", ap->error, "sqlstate", e.sqlstate, NULL);
        return APPLY_LATER;
    }
    return RANGE_FAILED;
}

int apply_stop(struct apply *ap, struct pg *pg, const char *state, const Hp__Event *event)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_WRITE, a);
    char id_text[UUID_TEXT] = "";
    int64_t changed = 0;
    struct uuid id;
    int r;

    if (event) {
        memcpy(id.bytes, event->event_id.data, sizeof(id.bytes));
        uuid_format(&id, id_text);
    }
    r = sql_change(tx, &sql_frame_subscription_park, &changed, T(ap->district), T(ap->source),
                   I(ap->position), T(event ? id_text : NULL), T(event ? event->type : NULL),
                   T(ap->error ? ap->error : "unknown"), T(state));
    if (r) {
        tx_rollback(tx);
        return APPLY_LATER;
    }
    if (tx_commit(tx, NULL) != 0)
        return APPLY_LATER;
    if (!changed)
        return APPLY_MOVED;
    log_line(LOG_ERROR, "subscription stands still", "state", state, "source", ap->source,
             "district", ap->district, "type", event ? event->type : "", "event", id_text, "error",
             ap->error, NULL);
    ap->state = state;
    return APPLY_STOPPED;
}

/* Until the build runs that knows it: nothing of the source is lost, nothing is taken out of turn. */
static int stop_unknown(struct apply *ap, struct pg *pg, const Hp__Event *event)
{
    ap->error = arena_printf(ap->arena, "this build does not know %s: install the one that does",
                             event->type);
    return apply_stop(ap, pg, "unknown", event);
}

static int apply_batch(struct apply *ap, struct pg *pg)
{
    size_t n = 0;
    int r = 0;

    while (n < ap->n_events && !is_unknown(ap, ap->events[n]))
        n++;
    if (n)
        r = apply_range(ap, pg, 0, n);
    for (size_t i = 0; r == RANGE_FAILED && i < n; i++) {
        int one = n == 1 ? RANGE_FAILED : apply_range(ap, pg, i, i + 1);

        if (one == RANGE_FAILED)
            return apply_stop(ap, pg, "parked", ap->events[i]);
        if (one)
            return one;
        if (i + 1 == n)
            r = 0;
    }
    return r == 0 && n < ap->n_events ? stop_unknown(ap, pg, ap->events[n]) : r;
}

void apply_run(struct apply *ap, struct worker *w)
{
    struct pg *pg = worker_pg(w, 0); /* waiting is done on the loop, which costs no worker */

    if (!pg)
        ap->result = APPLY_LATER;
    else if (ap->n_events)
        ap->result = apply_batch(ap, pg);
    else
        ap->result = apply_stop(ap, pg, ap->state, NULL);
}
