/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What happens to a socket's connection, told in the loop. Without it a lost connection would only
 * be noticed by the next repeat, and a refused one never: libzmq gives it up in silence.
 */
#include <errno.h>
#include <string.h>
#include <zmq.h>

#include "common/bus/bus.h"
#include "common/loop/loop.h"
#include "common/base/banned.h"

enum {
    EVENTS = ZMQ_EVENT_DISCONNECTED | ZMQ_EVENT_CONNECT_RETRIED | ZMQ_EVENT_HANDSHAKE_SUCCEEDED |
             ZMQ_EVENT_HANDSHAKE_FAILED_NO_DETAIL | ZMQ_EVENT_HANDSHAKE_FAILED_PROTOCOL |
             ZMQ_EVENT_HANDSHAKE_FAILED_AUTH
};

struct bus_monitor {
    void *watched, *events;
    struct zwatch *watch;
    bus_monitor_fn *fn;
    void *arg;
};

static void on_event(struct zwatch *watch, void *arg)
{
    struct bus_monitor *m = arg;
    uint16_t event = 0;
    uint32_t value = 0;
    zmq_msg_t part;
    int more;

    (void)watch;
    zmq_msg_init(&part);
    if (zmq_msg_recv(&part, m->events, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&part);
        return;
    }
    if (zmq_msg_size(&part) >= sizeof(event) + sizeof(value)) {
        memcpy(&event, zmq_msg_data(&part), sizeof(event));
        memcpy(&value, (const char *)zmq_msg_data(&part) + sizeof(event), sizeof(value));
    }
    more = zmq_msg_more(&part);
    zmq_msg_close(&part);
    while (more) { /* the address */
        zmq_msg_init(&part);
        more = zmq_msg_recv(&part, m->events, ZMQ_DONTWAIT) >= 0 && zmq_msg_more(&part);
        zmq_msg_close(&part);
    }
    m->fn(event, value, m->arg); /* the last: it may free @m */
}

static int monitor_open(struct bus_monitor *m, uv_loop_t *loop)
{
    static unsigned n;
    char address[64];

    snprintf(address, sizeof(address), "inproc://hp-monitor-%u",
             __atomic_add_fetch(&n, 1, __ATOMIC_RELAXED));
    if (zmq_socket_monitor(m->watched, address, EVENTS) != 0)
        return err_raise(-errno);
    m->events = zmq_socket(bus_context(), ZMQ_PAIR);
    if (!m->events || zmq_setsockopt(m->events, ZMQ_LINGER, &(int){0}, sizeof(int)) != 0 ||
        zmq_connect(m->events, address) != 0)
        return err_raise(-errno);
    return err_fold(zwatch_new(loop, m->events, on_event, NULL, m, &m->watch));
}

int bus_monitor_new(uv_loop_t *loop, void *socket, bus_monitor_fn *fn, void *arg,
                    struct bus_monitor **ret_m)
{
    struct bus_monitor *m = calloc(1, sizeof(*m));
    int r;

    if (!m)
        return err_raise(-ENOMEM);
    *m = (struct bus_monitor){.watched = socket, .fn = fn, .arg = arg};
    r = monitor_open(m, loop);
    if (r) {
        bus_monitor_free(m);
        return err_pass(r);
    }
    *ret_m = m;
    return 0;
}

void bus_monitor_free(struct bus_monitor *m)
{
    if (!m)
        return;
    if (m->watch)
        zwatch_close(m->watch);
    zmq_socket_monitor(m->watched, NULL, 0);
    if (m->events)
        zmq_close(m->events);
    free(m);
}
