/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls open are in one table by message id; one timer wakes for the earliest repeat or
 * deadline. A call is sent only while its end is up: what is written between the loss of a
 * connection and the news of it goes nowhere, and only a later handshake tells that there is a
 * connection again. So after each handshake everything unanswered goes out, and nothing before.
 */
#include "common/bus/call.h"

#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/bus/server.h"
#include "common/loop/loop.h"
#include "common/base/banned.h"

enum {
    BUCKETS = 1024,
    TICK_MS = 10,
    SHARED_WAIT_MS = 300,
    FIRST_BUSY_WAIT_MS = 40,
    MAX_BUSY_WAIT_MS = 2000
};

struct call {
    struct call *next; /* in its bucket, oldest first */
    struct calls *calls;
    struct bus_end *end;
    uint8_t id[ID_SIZE];
    int64_t deadline_us, next_us; /* monotonic */
    int64_t wait_ms, busy_wait_ms;
    bool waiting, pinned;
    bool unsent;
    bool reused;        /* another call with this id and other content is open: answered so */
    struct arena *kept; /* of @last */
    Hp__Reply *last;    /* BUSY or UNAVAILABLE, the answer if none better comes */
    bus_answer_fn *fn;
    void *arg;
    char *district;
    size_t size;
    uint8_t data[]; /* the packed envelope, then the district */
};

struct calls {
    uv_timer_t timer;
    struct call *buckets[BUCKETS];
    int64_t armed_us; /* INT64_MAX: not armed */
    bool stopped;
    const struct calls_fns *fns;
    void *arg;
    void (*closed)(void *arg);
    void *closed_arg;
};

/* ---- the table ---- */

static struct call **bucket_of(struct calls *calls, const uint8_t id[ID_SIZE])
{
    /* the last bytes of an id are the random ones */
    return &calls->buckets[(id[15] | id[14] << 8) % BUCKETS];
}

static void call_free(struct call *call)
{
    arena_free(call->kept);
    free(call);
}

/* The one end of a call: out of the table first, so that the callback may call again. */
static void call_finish(struct call *call, const Hp__Reply *reply, struct arena *arena)
{
    struct bus_answer answer = {.reply = reply, .arena = arena};
    struct call **at = bucket_of(call->calls, call->id);

    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    call->end->n_calls--;
    if (!call->pinned && !call->calls->stopped && (!reply || reply->leader))
        call->calls->fns->moved(call->calls->arg, call->end->service, call->district,
                                reply ? reply->leader : NULL);
    call->fn(&answer, call->arg);
    call_free(call);
}

/* ---- when ---- */

static void on_tick(uv_timer_t *timer);

void calls_wake(struct calls *calls, int64_t at_us)
{
    int64_t now = monotonic_now_us();
    int64_t ms = at_us > now ? (at_us - now + 999) / 1000 : 0;

    if (at_us >= calls->armed_us || calls->stopped)
        return;
    calls->armed_us = at_us;
    uv_timer_start(&calls->timer, on_tick, (uint64_t)(ms > TICK_MS ? ms : TICK_MS), 0);
}

static void call_due(struct call *call, int64_t at_us)
{
    call->next_us = at_us < call->deadline_us ? at_us : call->deadline_us;
    calls_wake(call->calls, call->next_us);
}

static void call_wait(struct call *call, int64_t wait_ms)
{
    call_due(call, monotonic_now_us() + wait_ms * 1000);
}

static void call_send(struct call *call)
{
    struct bus_end *end = call->end;

    if (!end->up) {
        call->unsent = true;
        call_due(call, INT64_MAX); /* or when it comes up */
        return;
    }
    bus_patch_left(call->data, call->size, (call->deadline_us - monotonic_now_us()) / 1000);
    call->unsent = zmq_send(end->socket, call->data, call->size, ZMQ_DONTWAIT) < 0;
    if (call->unsent) {
        zwatch_want_write(end->watch);
    } else {
        arena_free(TAKE(call->kept));
        call->last = NULL;
    }
    if (call->waiting && !call->unsent) {
        call_due(call, INT64_MAX);
        return;
    }
    call->wait_ms = bus_next_wait_ms(call->wait_ms);
    call_wait(call, call->wait_ms);
}

static void finish_reused(struct call *call)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Reply reply = HP__REPLY__INIT;

    reply.message_id = (ProtobufCBinaryData){ID_SIZE, call->id};
    reply.status = HP__REPLY__STATUS__REFUSED;
    reply.code = arena_strdup(a, "message_reused");
    call_finish(call, &reply, a);
}

static void finish_late(struct call *call)
{
    struct arena *kept = TAKE(call->kept);
    CLEANUP(arena_free) struct arena *a = kept ? kept : arena_new();

    call_finish(call, call->last, a);
}

/* The first call of a bucket that is due, or NULL; next_us: the earliest of the others. */
static struct call *due_in(struct call *list, int64_t now, int64_t *next_us)
{
    for (struct call *call = list; call; call = call->next) {
        if (call->next_us <= now || call->deadline_us <= now)
            return call;
        if (call->next_us < *next_us)
            *next_us = call->next_us;
    }
    return NULL;
}

static void on_tick(uv_timer_t *timer)
{
    struct calls *calls = timer->data;
    int64_t now = monotonic_now_us(), next_us;
    struct call *call;

    calls->armed_us = INT64_MAX;
    next_us = calls->fns->ends_due(calls->arg, now);
    for (int i = 0; i < BUCKETS; i++)
        /* a callback may change the list: look again from its start after each */
        while ((call = due_in(calls->buckets[i], now, &next_us))) {
            if (call->reused)
                finish_reused(call);
            else if (call->deadline_us <= now)
                finish_late(call);
            else
                call_send(call);
        }
    if (next_us != INT64_MAX)
        calls_wake(calls, next_us);
}

/* ---- answers ---- */

static bool same_id(const struct call *call, const struct bus_end *end, const uint8_t *id)
{
    return call->end == end && !call->reused && memcmp(call->id, id, ID_SIZE) == 0;
}

/* A BUSY or UNAVAILABLE answer: kept, and asked again a little later each time. */
static void call_put_off(struct call *call, const void *data, size_t size)
{
    arena_free(call->kept);
    call->kept = arena_new();
    call->last = hp__reply__unpack(arena_pb(call->kept), size, data);
    call->unsent = false;
    call->busy_wait_ms = call->busy_wait_ms ? call->busy_wait_ms * 2 : FIRST_BUSY_WAIT_MS;
    if (call->busy_wait_ms > MAX_BUSY_WAIT_MS)
        call->busy_wait_ms = MAX_BUSY_WAIT_MS;
    /* spread, so that those turned away together do not come back together */
    call_wait(call,
              call->busy_wait_ms / 2 + (int64_t)(call->id[15] % 64) * call->busy_wait_ms / 128);
}

static void take_reply(struct calls *calls, const struct bus_end *end, const void *data,
                       size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Reply *reply = hp__reply__unpack(arena_pb(a), size, data);
    struct call *call, *next;
    bool found = false;

    if (!reply || reply->message_id.len != ID_SIZE || bus_text_fault(a, &reply->base)) {
        bus_count_dropped("reply");
        return;
    }
again:
    for (call = *bucket_of(calls, reply->message_id.data); call; call = next) {
        next = call->next;
        if (!same_id(call, end, reply->message_id.data))
            continue;
        found = true;
        if (reply->status == HP__REPLY__STATUS__BUSY ||
            reply->status == HP__REPLY__STATUS__UNAVAILABLE) {
            call_put_off(call, data, size);
            continue;
        }
        call_finish(call, reply, a);
        goto again; /* the callback may have changed the list */
    }
    if (!found)
        bus_count_dropped("late");
}

void calls_readable(struct calls *calls, struct bus_end *end)
{
    zmq_msg_t msg;
    bool extra = false;

    zmq_msg_init(&msg);
    if (zmq_msg_recv(&msg, end->socket, ZMQ_DONTWAIT) >= 0) {
        while (zmq_msg_more(&msg)) {
            extra = true;
            if (zmq_msg_recv(&msg, end->socket, ZMQ_DONTWAIT) < 0)
                break;
        }
        if (extra)
            bus_count_dropped("frames");
        else
            take_reply(calls, end, zmq_msg_data(&msg), zmq_msg_size(&msg));
    }
    zmq_msg_close(&msg);
}

/* ---- what becomes of the ends ---- */

void calls_writable(struct calls *calls, struct bus_end *end)
{
    for (int i = 0; i < BUCKETS; i++)
        for (struct call *call = calls->buckets[i]; call; call = call->next)
            if (call->end == end && call->unsent) {
                call_send(call);
                if (call->unsent)
                    return;
            }
}

void calls_lost(struct calls *calls, struct bus_end *end)
{
    for (int i = 0; i < BUCKETS; i++)
        for (struct call *call = calls->buckets[i]; call; call = call->next)
            if (call->end == end && !call->reused) {
                call->unsent = true;
                call->wait_ms = 0;
            }
}

void calls_move(struct calls *calls, const char *service,
                struct bus_end *(*where)(void *arg, const char *district), void *arg)
{
    for (int i = 0; i < BUCKETS; i++)
        for (struct call *call = calls->buckets[i]; call; call = call->next) {
            struct bus_end *to;

            if (call->pinned || call->reused || strcmp(call->end->service, service) != 0)
                continue;
            to = where(arg, call->district);
            if (!to || to == call->end)
                continue;
            call->end->n_calls--;
            to->n_calls++;
            call->end = to;
            call->wait_ms = 0;
            call_send(call);
        }
}

/* ---- a new call ---- */

static const char *account_of(const Hp__Envelope *env)
{
    return env->actor ? env->actor->account : "";
}

/* Whether an open call with @env's id carries something else, or is somebody else's. */
static bool is_reuse(const struct call *open, const Hp__Envelope *env)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Envelope *other = hp__envelope__unpack(arena_pb(a), open->size, open->data);

    CHECK(other);
    return strcmp(other->type, env->type) != 0 || strcmp(other->district, env->district) != 0 ||
           strcmp(account_of(other), account_of(env)) != 0 ||
           other->payload.len != env->payload.len ||
           (env->payload.len &&
            memcmp(other->payload.data, env->payload.data, env->payload.len) != 0);
}

static struct call *call_new(struct calls *calls, struct bus_end *end, const struct call_spec *spec)
{
    const Hp__Envelope *env = spec->env;
    size_t size = hp__envelope__get_packed_size(env), room = strlen(env->district) + 1;
    struct call *call = calloc(1, sizeof(*call) + size + room);

    if (!call)
        return NULL;
    call->calls = calls;
    call->end = end;
    call->waiting = spec->waiting;
    call->pinned = spec->pinned;
    call->fn = spec->fn;
    call->arg = spec->arg;
    call->size = size;
    hp__envelope__pack(env, call->data);
    call->district = (char *)call->data + size;
    memcpy(call->district, env->district, room);
    memcpy(call->id, env->message_id.data, ID_SIZE);
    call->deadline_us = monotonic_now_us() + (int64_t)env->left_ms * 1000;
    return call;
}

int calls_add(struct calls *calls, struct bus_end *end, const struct call_spec *spec)
{
    struct call *call = call_new(calls, end, spec), **at;
    bool shared = false;

    if (!call)
        return err_raise(-ENOMEM);
    for (at = bucket_of(calls, call->id); *at; at = &(*at)->next)
        if (same_id(*at, end, call->id)) {
            shared = true;
            call->reused |= is_reuse(*at, spec->env);
        }
    *at = call;
    end->n_calls++;
    if (!shared)
        call_send(call);
    else if (call->waiting && !call->reused)
        call_due(call, INT64_MAX);
    else /* its answer comes with the other's, or at once when it is another message */
        call_wait(call, call->reused ? 0 : SHARED_WAIT_MS);
    return 0;
}

/* ---- from new to closed ---- */

struct calls *calls_new(uv_loop_t *loop, const struct calls_fns *fns, void *arg)
{
    struct calls *calls = calloc(1, sizeof(*calls));

    if (!calls)
        return NULL;
    calls->armed_us = INT64_MAX;
    calls->fns = fns;
    calls->arg = arg;
    uv_timer_init(loop, &calls->timer);
    calls->timer.data = calls;
    return calls;
}

void calls_stop(struct calls *calls)
{
    CLEANUP(arena_free) struct arena *a = arena_new();

    calls->stopped = true;
    uv_timer_stop(&calls->timer);
    for (int i = 0; i < BUCKETS; i++)
        while (calls->buckets[i])
            call_finish(calls->buckets[i], NULL, a);
}

static void on_closed(uv_handle_t *handle)
{
    struct calls *calls = handle->data;

    calls->closed(calls->closed_arg);
    free(calls);
}

void calls_close(struct calls *calls, void (*closed)(void *arg), void *arg)
{
    calls->closed = closed;
    calls->closed_arg = arg;
    uv_close((uv_handle_t *)&calls->timer, on_closed);
}
