/* SPDX-License-Identifier: Apache-2.0 */
/*
 * One turn of the loop: prepare looks whether anything waits and if so starts the idle handle, so
 * that the poll does not block; the poll sleeps otherwise, woken by ZMQ_FD; check does the work,
 * and asks the socket only if one of the two has something for it: asking costs a system call.
 *
 * Prepare cannot be left out: any send or receive on the socket, wherever it is made, takes in
 * the commands that ZMQ_FD announces, and the descriptor then stays silent about messages that
 * wait.
 */
#include "common/loop/loop.h"

#include <errno.h>
#include <zmq.h>

#include "common/base/banned.h"

enum { BUDGET = 64, N_HANDLES = 4 };

struct zwatch {
    uv_poll_t poll;
    uv_prepare_t prepare;
    uv_check_t check;
    uv_idle_t idle;
    int n_handles; /* that are not closed yet */
    void *socket;
    zwatch_fn *on_readable, *on_writable;
    void *arg;
    bool wants_write, closing, lost;
    bool due; /* prepare or the poll found something */
};

/* What the socket is ready for, of what is wanted. A socket whose context has ended is left alone.
 */
static int events_of(struct zwatch *w)
{
    int events = 0, wanted = 0;
    size_t size = sizeof(events);

    if (w->closing || w->lost)
        return 0;
    if (w->on_readable)
        wanted |= ZMQ_POLLIN;
    if (w->wants_write && w->on_writable)
        wanted |= ZMQ_POLLOUT;
    while (zmq_getsockopt(w->socket, ZMQ_EVENTS, &events, &size)) {
        if (zmq_errno() == EINTR)
            continue;
        w->lost = true;
        uv_poll_stop(&w->poll); /* its descriptor would stay readable, and the loop would spin */
        return 0;
    }
    return events & wanted;
}

static void on_idle(uv_idle_t *handle)
{
    (void)handle; /* only its being active counts: the poll then does not block */
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    (void)status;
    (void)events;
    container_of(handle, struct zwatch, poll)->due = true; /* check does the rest */
}

static void on_prepare(uv_prepare_t *handle)
{
    struct zwatch *w = container_of(handle, struct zwatch, prepare);

    w->due = events_of(w) != 0;
    if (w->due)
        uv_idle_start(&w->idle, on_idle);
}

/*
 * Asking the socket costs a system call, an empty receive about as much: so the batches between
 * two questions double, and a lone message is followed by one question only.
 */
static void receive(struct zwatch *w)
{
    int left = BUDGET;

    for (int batch = 1; left > 0; batch *= 2) {
        for (int i = 0; i < batch && left > 0 && !w->closing; i++, left--)
            w->on_readable(w, w->arg);
        if (!(events_of(w) & ZMQ_POLLIN))
            return;
    }
}

static void on_check(uv_check_t *handle)
{
    struct zwatch *w = container_of(handle, struct zwatch, check);
    int events;

    if (w->closing || !w->due)
        return;
    uv_idle_stop(&w->idle);
    events = events_of(w);
    if (events & ZMQ_POLLOUT) {
        w->wants_write = false;
        w->on_writable(w, w->arg);
    }
    if (!w->closing && events & ZMQ_POLLIN)
        receive(w);
}

int zwatch_new(uv_loop_t *loop, void *zmq_socket, zwatch_fn *on_readable, zwatch_fn *on_writable,
               void *arg, struct zwatch **ret_w)
{
    struct zwatch *w;
    int fd, r;
    size_t size = sizeof(fd);

    if (zmq_getsockopt(zmq_socket, ZMQ_FD, &fd, &size))
        return err_raise(-zmq_errno());
    w = calloc(1, sizeof(*w));
    if (!w)
        return err_raise(-ENOMEM);
    r = uv_poll_init(loop, &w->poll, fd);
    if (r) {
        free(w);
        return err_raise(r);
    }
    w->socket = zmq_socket;
    w->on_readable = on_readable;
    w->on_writable = on_writable;
    w->arg = arg;
    w->n_handles = N_HANDLES;
    uv_prepare_init(loop, &w->prepare);
    uv_check_init(loop, &w->check);
    uv_idle_init(loop, &w->idle);
    uv_prepare_start(&w->prepare, on_prepare);
    uv_check_start(&w->check, on_check);
    r = uv_poll_start(&w->poll, UV_READABLE, on_poll);
    if (r) {
        zwatch_close(w);
        return err_raise(r);
    }
    *ret_w = w;
    return 0;
}

void zwatch_want_write(struct zwatch *w)
{
    w->wants_write = true;
}

static void handle_closed(struct zwatch *w)
{
    if (--w->n_handles == 0)
        free(w);
}

static void poll_closed(uv_handle_t *h)
{
    handle_closed(container_of((uv_poll_t *)h, struct zwatch, poll));
}

static void prepare_closed(uv_handle_t *h)
{
    handle_closed(container_of((uv_prepare_t *)h, struct zwatch, prepare));
}

static void check_closed(uv_handle_t *h)
{
    handle_closed(container_of((uv_check_t *)h, struct zwatch, check));
}

static void idle_closed(uv_handle_t *h)
{
    handle_closed(container_of((uv_idle_t *)h, struct zwatch, idle));
}

void zwatch_close(struct zwatch *w)
{
    if (w->closing)
        return;
    w->closing = true;
    uv_close((uv_handle_t *)&w->poll, poll_closed);
    uv_close((uv_handle_t *)&w->prepare, prepare_closed);
    uv_close((uv_handle_t *)&w->check, check_closed);
    uv_close((uv_handle_t *)&w->idle, idle_closed);
}
