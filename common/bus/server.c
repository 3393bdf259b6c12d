/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/server.h"

#include <errno.h>
#include <fcntl.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "common/bus/bus.h"
#include "common/loop/loop.h"
#include "common/metrics/metrics.h"
#include "common/base/banned.h"

enum {
    PORTS = 2,
    LINGER_MS = 1000,
    FILES = 65536,
};

struct port {
    struct bus_server *server;
    void *socket;
    struct zwatch *watch;
};

struct bus_server {
    struct port ports[PORTS];
    struct bus_gate *gate;
    bus_message_fn *fn;
    void *arg;
    int lock; /* of the socket's folder and name; -1 for none */
};

void bus_count_dropped(const char *why)
{
    static struct metric *dropped;

    if (!dropped)
        dropped = metric_register(METRIC_COUNTER, "hongping_bus_dropped_total", "why",
                                  "Frames and answers that could not be used or delivered.");
    metric_add(dropped, why, 1);
}

/* Read what is left of a multipart message; the number of parts thrown away. */
static int swallow(void *socket)
{
    int more = 1, n = 0;

    for (;;) {
        size_t size = sizeof(more);
        zmq_msg_t part;

        if (zmq_getsockopt(socket, ZMQ_RCVMORE, &more, &size) != 0 || !more)
            return n;
        zmq_msg_init(&part);
        if (zmq_msg_recv(&part, socket, ZMQ_DONTWAIT) < 0) {
            zmq_msg_close(&part);
            return n;
        }
        zmq_msg_close(&part);
        n++;
    }
}

/* zwatch: one message. */
static void on_readable(struct zwatch *watch, void *arg)
{
    struct port *p = arg;
    struct bus_peer from = {.socket = p->socket};
    zmq_msg_t id, body;

    (void)watch;
    zmq_msg_init(&id);
    if (zmq_msg_recv(&id, p->socket, ZMQ_DONTWAIT) < 0) {
        zmq_msg_close(&id);
        return;
    }
    zmq_msg_init(&body);
    if (!zmq_msg_more(&id) || zmq_msg_recv(&body, p->socket, ZMQ_DONTWAIT) < 0 ||
        zmq_msg_size(&id) > sizeof(from.id) || zmq_msg_more(&body)) {
        swallow(p->socket);
        bus_count_dropped("frames");
    } else {
        from.size = zmq_msg_size(&id);
        memcpy(from.id, zmq_msg_data(&id), from.size);
        p->server->fn(&from, zmq_msg_data(&body), zmq_msg_size(&body), p->server->arg);
    }
    zmq_msg_close(&body);
    zmq_msg_close(&id);
}

static void router_options(void *socket)
{
    /* MANDATORY: an answer to a peer that left is an error we count, not silence. */
    CHECK(bus_set_int(socket, ZMQ_ROUTER_MANDATORY, 1) == 0);
    CHECK(bus_set_int(socket, ZMQ_LINGER, LINGER_MS) == 0);
    CHECK(bus_set_int(socket, ZMQ_BACKLOG, 512) == 0);
}

static int port_open(struct bus_server *s, struct port *p, uv_loop_t *loop,
                     const struct bus_conf *conf, const char *endpoint, bool curve,
                     struct errtext *e)
{
    int r;

    p->server = s;
    r = bus_socket(ZMQ_ROUTER, &p->socket, e);
    if (r)
        return err_pass(r);
    router_options(p->socket);
    if (curve)
        r = bus_curve_server(p->socket, conf, &s->gate, e);
    if (r)
        return err_pass(r);
    if (zmq_bind(p->socket, endpoint) != 0) {
        errtext_set(e, "cannot listen on %s: %s", endpoint, zmq_strerror(errno));
        return err_raise(-EADDRINUSE);
    }
    r = zwatch_new(loop, p->socket, on_readable, NULL, p, &p->watch);
    if (r)
        errtext_set(e, "cannot watch %s", endpoint);
    return err_fold(r);
}

/*
 * libzmq aborts the process when a connection over ipc finds no descriptor left (ipc_listener.cpp),
 * and the usual limit of 1024 is soon met: take as many as we are allowed to.
 */
static void raise_file_limit(void)
{
    struct rlimit limit;
    rlim_t want = FILES;

    if (getrlimit(RLIMIT_NOFILE, &limit) != 0)
        return;
    if (limit.rlim_max != RLIM_INFINITY && limit.rlim_max < want)
        want = limit.rlim_max;
    if (limit.rlim_cur == RLIM_INFINITY || limit.rlim_cur >= want)
        return;
    limit.rlim_cur = want;
    (void)!setrlimit(RLIMIT_NOFILE, &limit);
}

static int make_dir(const char *dir, struct errtext *e)
{
    if (mkdir(dir, 0700) == 0 || errno == EEXIST)
        return 0;
    errtext_set(e, "bus.dir: cannot make %s: %s", dir, strerror(errno));
    return err_raise(-errno);
}

/* ZeroMQ would take the socket's path away from a process that listens there: only one may. */
static int take_lock(struct bus_server *s, const char *dir, const char *service, struct errtext *e)
{
    char path[BUS_ENDPOINT];

    snprintf(path, sizeof(path), "%s/%s.lock", dir, service);
    s->lock = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (s->lock < 0) {
        errtext_set(e, "cannot open %s: %s", path, strerror(errno));
        return err_raise(-errno);
    }
    if (flock(s->lock, LOCK_EX | LOCK_NB) != 0) {
        errtext_set(e, "another %s listens in %s", service, dir);
        return err_raise(-EADDRINUSE);
    }
    return 0;
}

int bus_server_new(uv_loop_t *loop, const struct bus_conf *conf, const char *service,
                   bus_message_fn *fn, void *arg, struct bus_server **ret_s, struct errtext *e)
{
    char endpoint[BUS_ENDPOINT];
    struct bus_server *s;
    int r;

    raise_file_limit();
    r = bus_endpoint_local(conf->dir, service, endpoint, e); /* our own is always there */
    if (!r)
        r = make_dir(conf->dir, e);
    if (r)
        return err_pass(r);
    s = calloc(1, sizeof(*s));
    if (!s)
        return err_raise(-ENOMEM);
    s->lock = -1;
    s->fn = fn;
    s->arg = arg;
    r = take_lock(s, conf->dir, service, e);
    if (!r)
        r = port_open(s, &s->ports[0], loop, conf, endpoint, false, e);
    if (!r && conf->listen && *conf->listen)
        r = port_open(s, &s->ports[1], loop, conf, conf->listen, true, e);
    if (r) {
        bus_server_free(s);
        return err_pass(r);
    }
    *ret_s = s;
    return 0;
}

void bus_server_send(struct bus_server *s, const struct bus_peer *to, const void *data, size_t size)
{
    (void)s;
    /* The first part decides: unreachable, or the peer's queue is full. */
    if (zmq_send(to->socket, to->id, to->size, ZMQ_SNDMORE | ZMQ_DONTWAIT) < 0) {
        bus_count_dropped(errno == EAGAIN ? "slow" : "gone");
        return;
    }
    if (zmq_send(to->socket, data, size, ZMQ_DONTWAIT) < 0)
        bus_count_dropped("gone");
}

void bus_server_stop(struct bus_server *s)
{
    for (int i = 0; i < PORTS; i++)
        if (s->ports[i].watch)
            zwatch_close(TAKE(s->ports[i].watch));
}

void bus_server_free(struct bus_server *s)
{
    if (!s)
        return;
    bus_server_stop(s);
    for (int i = 0; i < PORTS; i++)
        if (s->ports[i].socket)
            zmq_close(s->ports[i].socket);
    bus_gate_free(s->gate);
    if (s->lock >= 0)
        close(s->lock);
    free(s);
}
