/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/client.h"

#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "common/base/banned.h"

struct end {
    struct end *next;
    char *service;
    void *socket;
};

struct bus_link {
    struct bus_conf conf;
    struct end *ends;
};

int bus_link_new(const struct bus_conf *conf, struct bus_link **ret_l, struct errtext *e)
{
    struct bus_link *l;

    if (!bus_context()) {
        errtext_set(e, "ZeroMQ cannot start: %s", zmq_strerror(errno));
        return err_raise(-EMFILE);
    }
    l = calloc(1, sizeof(*l));
    if (!l)
        return err_raise(-ENOMEM);
    l->conf = *conf;
    *ret_l = l;
    return 0;
}

void bus_link_free(struct bus_link *l)
{
    if (!l)
        return;
    while (l->ends) {
        struct end *end = l->ends;

        l->ends = end->next;
        zmq_close(end->socket);
        free(end->service);
        free(end);
    }
    free(l);
}

static int end_for(struct bus_link *l, const char *service, void **ret_socket)
{
    struct end *end;
    int r;

    for (end = l->ends; end; end = end->next)
        if (strcmp(end->service, service) == 0) {
            *ret_socket = end->socket;
            return 0;
        }
    end = calloc(1, sizeof(*end));
    if (!end)
        return err_raise(-ENOMEM);
    r = bus_dealer(&l->conf, service, &end->socket, NULL);
    if (r) {
        free(end);
        return err_pass(r);
    }
    end->service = strdup(service);
    end->next = l->ends;
    l->ends = end;
    *ret_socket = end->socket;
    return 0;
}

/* Take one reply if it is to @env. */
static Hp__Reply *take(void *socket, struct arena *a, const Hp__Envelope *env)
{
    Hp__Reply *reply = NULL;
    zmq_msg_t msg;

    zmq_msg_init(&msg);
    if (zmq_msg_recv(&msg, socket, ZMQ_DONTWAIT) >= 0 && !zmq_msg_more(&msg))
        reply = hp__reply__unpack(arena_pb(a), zmq_msg_size(&msg), zmq_msg_data(&msg));
    zmq_msg_close(&msg);
    if (!reply || reply->message_id.len != env->message_id.len ||
        memcmp(reply->message_id.data, env->message_id.data, env->message_id.len) != 0)
        return NULL; /* late, or not a reply at all */
    return reply;
}

static bool is_put_off(const Hp__Reply *reply)
{
    return reply->status == HP__REPLY__STATUS__BUSY ||
           reply->status == HP__REPLY__STATUS__UNAVAILABLE;
}

static int64_t earlier(int64_t a, int64_t b)
{
    return a < b ? a : b;
}

int bus_ask(struct bus_link *l, struct arena *a, const char *service, const Hp__Envelope *env,
            Hp__Reply **ret_reply)
{
    struct bytes packed = bus_pack(a, &env->base);
    int64_t wait_ms = 0, busy_ms = 20, next_us = 0, deadline_us;
    Hp__Reply *last = NULL;
    bool unsent = true;
    void *socket;
    int r = packed.size > BUS_MAX_MESSAGE ? err_raise(-EMSGSIZE) : end_for(l, service, &socket);

    if (r)
        return err_pass(r);
    deadline_us = monotonic_now_us() + env->deadline_at - wall_now_us();
    for (;;) {
        int64_t now = monotonic_now_us();
        zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};
        Hp__Reply *reply;

        if (now >= deadline_us)
            break;
        if (now >= next_us) {
            unsent = zmq_send(socket, packed.data, packed.size, ZMQ_DONTWAIT) < 0;
            wait_ms = bus_next_wait_ms(wait_ms);
            next_us = now + wait_ms * 1000;
            last = unsent ? last : NULL;
        }
        if (unsent)
            item.events |= ZMQ_POLLOUT;
        if (zmq_poll(&item, 1, (earlier(next_us, deadline_us) - now + 999) / 1000) < 0 &&
            errno != EINTR)
            return err_raise(-errno);
        if (unsent && (item.revents & ZMQ_POLLOUT))
            next_us = 0; /* it is there now */
        reply = item.revents & ZMQ_POLLIN ? take(socket, a, env) : NULL;
        if (reply && !is_put_off(reply)) {
            *ret_reply = reply;
            return 0;
        }
        if (reply) {
            last = reply;
            busy_ms = busy_ms < 1000 ? busy_ms * 2 : 2000;
            next_us = monotonic_now_us() + busy_ms * 1000;
        }
    }
    if (!last)
        return BUS_E_TIMEOUT;
    *ret_reply = last;
    return 0;
}
