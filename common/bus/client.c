/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The calls open are in one table by message id; one timer wakes for the earliest repeat or
 * deadline. A call that could not be sent (its service is not there, or its queue is full) waits
 * for the socket to become writable, which is also how a service that comes back is noticed.
 */
#include "common/bus/client.h"

#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "common/bus/server.h"
#include "common/loop/loop.h"
#include "common/base/banned.h"

enum { BUCKETS = 1024, MAX_OPEN = 4096, TICK_MS = 10, ID_SIZE = 16, FIRST_BUSY_WAIT_MS = 40 };

struct peer {
    struct peer *next;
    struct bus_client *client;
    char *service;
    void *socket;
    struct zwatch *watch;
    struct bus_monitor *monitor;
    int n_open;
};

struct call {
    struct call *next; /* in its bucket, oldest first */
    struct peer *peer;
    uint8_t id[ID_SIZE];
    uint8_t *data; /* the packed envelope */
    size_t size;
    int64_t deadline_us, next_us; /* monotonic */
    int64_t wait_ms, busy_wait_ms;
    bool unsent;
    bool reused;        /* another call with this id and other content is open: answered so */
    struct arena *kept; /* of @last */
    Hp__Reply *last;    /* BUSY or UNAVAILABLE, the answer if none better comes */
    bus_answer_fn *fn;
    void *arg;
};

struct bus_client {
    uv_timer_t timer;
    uv_loop_t *loop;
    struct bus_conf conf;
    struct peer *peers;
    struct call *buckets[BUCKETS];
    int64_t armed_us; /* INT64_MAX: not armed */
    void (*closed)(void *arg);
    void *closed_arg;
};

static struct call **bucket_of(struct bus_client *c, const uint8_t id[ID_SIZE])
{
    /* the last bytes of an id are the random ones */
    return &c->buckets[(id[15] | id[14] << 8) % BUCKETS];
}

static void call_free(struct call *call)
{
    arena_free(call->kept);
    free(call->data);
    free(call);
}

static void call_unlink(struct bus_client *c, struct call *call)
{
    struct call **at = bucket_of(c, call->id);

    while (*at != call)
        at = &(*at)->next;
    *at = call->next;
    call->peer->n_open--;
}

/* The one end of a call: out of the table first, so that the callback may call again. */
static void call_finish(struct bus_client *c, struct call *call, const Hp__Reply *reply,
                        struct arena *arena)
{
    struct bus_answer answer = {.reply = reply, .arena = arena};

    call_unlink(c, call);
    call->fn(&answer, call->arg);
    call_free(call);
}

static void on_tick(uv_timer_t *timer);

static void arm(struct bus_client *c, int64_t at_us)
{
    int64_t now = monotonic_now_us();
    int64_t ms = at_us > now ? (at_us - now + 999) / 1000 : 0;

    if (at_us >= c->armed_us || c->closed)
        return;
    c->armed_us = at_us;
    uv_timer_start(&c->timer, on_tick, (uint64_t)(ms > TICK_MS ? ms : TICK_MS), 0);
}

static void call_wait(struct call *call, int64_t wait_ms)
{
    int64_t at = monotonic_now_us() + wait_ms * 1000;

    call->next_us = at < call->deadline_us ? at : call->deadline_us;
    arm(call->peer->client, call->next_us);
}

static void call_send(struct call *call)
{
    call->unsent = zmq_send(call->peer->socket, call->data, call->size, ZMQ_DONTWAIT) < 0;
    if (call->unsent) {
        zwatch_want_write(call->peer->watch);
    } else {
        arena_free(TAKE(call->kept));
        call->last = NULL;
    }
    call->wait_ms = bus_next_wait_ms(call->wait_ms);
    call_wait(call, call->wait_ms);
}

static void finish_reused(struct bus_client *c, struct call *call)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Reply reply = HP__REPLY__INIT;

    reply.message_id = (ProtobufCBinaryData){ID_SIZE, call->id};
    reply.status = HP__REPLY__STATUS__REFUSED;
    reply.code = arena_strdup(a, "message_reused");
    call_finish(c, call, &reply, a);
}

static void finish_late(struct bus_client *c, struct call *call)
{
    struct arena *kept = TAKE(call->kept);
    CLEANUP(arena_free) struct arena *a = kept ? kept : arena_new();

    call_finish(c, call, call->last, a);
}

/* The first call of a bucket that is due, or NULL; ret_next: the earliest of the others. */
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
    struct bus_client *c = timer->data;
    int64_t now = monotonic_now_us(), next_us = INT64_MAX;
    struct call *call;

    c->armed_us = INT64_MAX;
    for (int i = 0; i < BUCKETS; i++)
        /* a callback may change the list: look again from its start after each */
        while ((call = due_in(c->buckets[i], now, &next_us))) {
            if (call->reused)
                finish_reused(c, call);
            else if (call->deadline_us <= now)
                finish_late(c, call);
            else
                call_send(call);
        }
    if (next_us != INT64_MAX)
        arm(c, next_us);
}

static bool same_id(const struct call *call, const struct peer *p, const uint8_t *id)
{
    return call->peer == p && !call->reused && memcmp(call->id, id, ID_SIZE) == 0;
}

/* A BUSY or UNAVAILABLE answer: kept, and asked again a little later each time. */
static void call_put_off(struct call *call, const void *data, size_t size)
{
    arena_free(call->kept);
    call->kept = arena_new();
    call->last = hp__reply__unpack(arena_pb(call->kept), size, data);
    call->unsent = false;
    call->busy_wait_ms = call->busy_wait_ms ? call->busy_wait_ms * 2 : FIRST_BUSY_WAIT_MS;
    if (call->busy_wait_ms > 2000)
        call->busy_wait_ms = 2000;
    /* spread, so that those turned away together do not come back together */
    call_wait(call,
              call->busy_wait_ms / 2 + (int64_t)(call->id[15] % 64) * call->busy_wait_ms / 128);
}

static void take_reply(struct peer *p, const void *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct bus_client *c = p->client;
    Hp__Reply *reply = hp__reply__unpack(arena_pb(a), size, data);
    struct call *call, *next;
    bool found = false;

    if (!reply || reply->message_id.len != ID_SIZE || bus_text_fault(a, &reply->base)) {
        bus_count_dropped("reply");
        return;
    }
again:
    for (call = *bucket_of(c, reply->message_id.data); call; call = next) {
        next = call->next;
        if (!same_id(call, p, reply->message_id.data))
            continue;
        found = true;
        if (reply->status == HP__REPLY__STATUS__BUSY ||
            reply->status == HP__REPLY__STATUS__UNAVAILABLE) {
            call_put_off(call, data, size);
            continue;
        }
        call_finish(c, call, reply, a);
        goto again; /* the callback may have changed the list */
    }
    if (!found)
        bus_count_dropped("late");
}

static void on_readable(struct zwatch *watch, void *arg)
{
    struct peer *p = arg;
    zmq_msg_t msg;
    bool extra = false;

    (void)watch;
    zmq_msg_init(&msg);
    if (zmq_msg_recv(&msg, p->socket, ZMQ_DONTWAIT) >= 0) {
        while (zmq_msg_more(&msg)) {
            extra = true;
            if (zmq_msg_recv(&msg, p->socket, ZMQ_DONTWAIT) < 0)
                break;
        }
        if (extra)
            bus_count_dropped("frames");
        else
            take_reply(p, zmq_msg_data(&msg), zmq_msg_size(&msg));
    }
    zmq_msg_close(&msg);
}

static void on_writable(struct zwatch *watch, void *arg)
{
    struct peer *p = arg;

    (void)watch;
    for (int i = 0; i < BUCKETS; i++)
        for (struct call *call = p->client->buckets[i]; call; call = call->next)
            if (call->peer == p && call->unsent) {
                call_send(call);
                if (call->unsent)
                    return;
            }
}

/* The connection broke: what was sent over it goes out again as soon as there is a new one. */
static void on_lost(void *arg)
{
    struct peer *p = arg;

    for (int i = 0; i < BUCKETS; i++)
        for (struct call *call = p->client->buckets[i]; call; call = call->next)
            if (call->peer == p && !call->reused) {
                call->unsent = true;
                call->wait_ms = 0;
            }
    zwatch_want_write(p->watch);
}

static void peer_free(struct peer *p)
{
    bus_monitor_free(p->monitor);
    if (p->watch)
        zwatch_close(p->watch);
    if (p->socket)
        zmq_close(p->socket);
    free(p->service);
    free(p);
}

static int peer_open(struct bus_client *c, const char *service, struct peer **ret_p)
{
    struct peer *p = calloc(1, sizeof(*p));
    int r;

    if (!p)
        return err_raise(-ENOMEM);
    p->client = c;
    p->service = strdup(service);
    r = bus_dealer(&c->conf, service, &p->socket, NULL);
    if (!r)
        r = err_fold(zwatch_new(c->loop, p->socket, on_readable, on_writable, p, &p->watch));
    if (!r)
        r = bus_monitor_new(c->loop, p->socket, on_lost, p, &p->monitor);
    if (r) {
        peer_free(p);
        return err_pass(r);
    }
    p->next = c->peers;
    c->peers = p;
    *ret_p = p;
    return 0;
}

static int peer_for(struct bus_client *c, const char *service, struct peer **ret_p)
{
    for (struct peer *p = c->peers; p; p = p->next)
        if (strcmp(p->service, service) == 0) {
            *ret_p = p;
            return 0;
        }
    return err_pass(peer_open(c, service, ret_p));
}

int bus_client_new(uv_loop_t *loop, const struct bus_conf *conf, struct bus_client **ret_c,
                   struct errtext *e)
{
    struct bus_client *c;

    if (!bus_context()) {
        errtext_set(e, "ZeroMQ cannot start: %s", zmq_strerror(errno));
        return err_raise(-EMFILE);
    }
    c = calloc(1, sizeof(*c));
    if (!c)
        return err_raise(-ENOMEM);
    c->loop = loop;
    c->conf = *conf;
    c->armed_us = INT64_MAX;
    uv_timer_init(loop, &c->timer);
    c->timer.data = c;
    *ret_c = c;
    return 0;
}

static void on_closed(uv_handle_t *handle)
{
    struct bus_client *c = handle->data;

    c->closed(c->closed_arg);
    free(c);
}

void bus_client_close(struct bus_client *c, void (*closed)(void *arg), void *arg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();

    c->closed = closed;
    c->closed_arg = arg;
    uv_timer_stop(&c->timer);
    for (int i = 0; i < BUCKETS; i++)
        while (c->buckets[i])
            call_finish(c, c->buckets[i], NULL, a);
    while (c->peers) {
        struct peer *p = c->peers;

        c->peers = p->next;
        peer_free(p);
    }
    uv_close((uv_handle_t *)&c->timer, on_closed);
}

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

static int call_new(struct peer *p, const Hp__Envelope *env, bus_answer_fn *fn, void *arg,
                    struct call **ret_call)
{
    struct call *call = calloc(1, sizeof(*call));
    int64_t left_us = env->deadline_at - wall_now_us();

    if (!call)
        return err_raise(-ENOMEM);
    *call =
        (struct call){.peer = p, .fn = fn, .arg = arg, .size = hp__envelope__get_packed_size(env)};
    call->data = malloc(call->size);
    if (!call->data) {
        free(call);
        return err_raise(-ENOMEM);
    }
    hp__envelope__pack(env, call->data);
    memcpy(call->id, env->message_id.data, ID_SIZE);
    call->deadline_us = monotonic_now_us() + (left_us > 0 ? left_us : 0);
    *ret_call = call;
    return 0;
}

int bus_call(struct bus_client *c, const char *service, const Hp__Envelope *env, bus_answer_fn *fn,
             void *arg)
{
    struct call *call, **at;
    struct peer *p;
    bool shared = false;
    int r;

    CHECK(env->has_deadline_at && env->message_id.len == ID_SIZE);
    if (c->closed)
        return err_raise(-ESHUTDOWN);
    if (hp__envelope__get_packed_size(env) > BUS_MAX_MESSAGE)
        return err_raise(-EMSGSIZE);
    r = peer_for(c, service, &p);
    if (r)
        return err_pass(r);
    if (p->n_open >= MAX_OPEN)
        return BUS_E_FULL;
    r = call_new(p, env, fn, arg, &call);
    if (r)
        return err_pass(r);
    for (at = bucket_of(c, call->id); *at; at = &(*at)->next)
        if (same_id(*at, p, call->id)) {
            shared = true;
            call->reused |= is_reuse(*at, env);
        }
    *at = call;
    p->n_open++;
    if (shared) /* its answer comes with the other's, or at once when it is another message */
        call_wait(call, call->reused ? 0 : 300);
    else
        call_send(call);
    return 0;
}
