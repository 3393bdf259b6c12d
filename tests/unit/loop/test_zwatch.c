/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <errno.h>
#include <poll.h>
#include <string.h>
#include <unistd.h>
#include <zmq.h>

#include "common/loop/loop.h"

enum { DEADLINE_MS = 20000 };

static uv_loop_t loop;
static void *ctx;
static uv_timer_t deadline;

static void on_deadline(uv_timer_t *t)
{
    (void)t;
    cr_assert_fail("nothing came for %d ms", DEADLINE_MS);
}

static void setup(void)
{
    ctx = zmq_ctx_new();
    cr_assert_eq(uv_loop_init(&loop), 0);
    uv_timer_init(&loop, &deadline);
    uv_timer_start(&deadline, on_deadline, DEADLINE_MS, 0);
    uv_unref((uv_handle_t *)&deadline);
}

static void close_any(uv_handle_t *h, void *arg)
{
    (void)arg;
    if (!uv_is_closing(h))
        uv_close(h, NULL);
}

static void teardown(void)
{
    uv_walk(&loop, close_any, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
    zmq_ctx_term(ctx);
}

/* Not .init and .fini: an assertion that fails there is printed but does not count. */
#define ZWATCH_TEST(name) \
    static void name(void); \
    Test(zwatch, name, .timeout = 60) \
    { \
        setup(); \
        name(); \
        teardown(); \
    } \
    static void name(void)

static void *socket_new(int type, const char *address, bool bind)
{
    void *s = zmq_socket(ctx, type);
    int zero = 0;

    cr_assert_not_null(s);
    zmq_setsockopt(s, ZMQ_LINGER, &zero, sizeof(zero));
    cr_assert_eq(bind ? zmq_bind(s, address) : zmq_connect(s, address), 0, "%s: %s", address,
                 zmq_strerror(zmq_errno()));
    return s;
}

static bool fd_readable(void *socket)
{
    struct pollfd p = {.events = POLLIN};
    size_t size = sizeof(p.fd);

    zmq_getsockopt(socket, ZMQ_FD, &p.fd, &size);
    return poll(&p, 1, 0) == 1;
}

/* Waits until a message is there, and by asking eats the edge that would announce it. */
static void eat_edge(void *socket)
{
    zmq_pollitem_t item = {.socket = socket, .events = ZMQ_POLLIN};

    cr_assert_eq(zmq_poll(&item, 1, DEADLINE_MS), 1);
}

struct counter {
    void *socket;
    int n_received, stop_at, n_turn, n_turn_max, n_writable;
    uv_timer_t timer;
    uv_prepare_t prepare;
    bool close_on_first;
};

static bool receive_one(void *socket)
{
    char buf[64];

    return zmq_recv(socket, buf, sizeof(buf), ZMQ_DONTWAIT) >= 0;
}

static void count(struct zwatch *w, void *arg)
{
    struct counter *c = arg;

    cr_assert_not(c->close_on_first && c->n_received);
    if (!receive_one(c->socket))
        return;
    c->n_received++;
    c->n_turn++;
    if (c->n_turn > c->n_turn_max)
        c->n_turn_max = c->n_turn;
    if (c->close_on_first)
        zwatch_close(w);
    if (c->n_received == c->stop_at)
        uv_stop(&loop);
}

static void count_writable(struct zwatch *w, void *arg)
{
    struct counter *c = arg;

    (void)w;
    c->n_writable++;
    uv_stop(&loop);
}

ZWATCH_TEST(hears_a_message_whose_edge_was_eaten_before_the_loop_ran)
{
    void *in = socket_new(ZMQ_PULL, "inproc://a", true);
    void *out = socket_new(ZMQ_PUSH, "inproc://a", false);
    struct counter c = {.socket = in, .stop_at = 3};
    struct zwatch *w;

    for (int i = 0; i < 3; i++)
        zmq_send(out, "x", 1, 0);
    eat_edge(in);
    cr_assert_not(fd_readable(in)); /* a loop that trusts the descriptor would sleep now */
    cr_assert_eq(zwatch_new(&loop, in, count, NULL, &c, &w), 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(c.n_received, 3);
    cr_assert_gt(uv_timer_get_due_in(&deadline), 0); /* not woken by the deadline */
    zwatch_close(w);
    zmq_close(in);
    zmq_close(out);
}

static void *eaten_out;

/* A send made in a timer: it takes in the commands that announced the answer. */
static void eat_in_timer(uv_timer_t *t)
{
    struct counter *c = container_of(t, struct counter, timer);

    zmq_send(eaten_out, "there", 5, 0);
    eat_edge(c->socket);
    zmq_send(c->socket, "back", 4, 0);
    cr_assert_not(fd_readable(c->socket));
}

ZWATCH_TEST(hears_a_message_whose_edge_a_send_elsewhere_ate)
{
    void *mine = socket_new(ZMQ_DEALER, "inproc://b", true);
    struct counter c = {.socket = mine, .stop_at = 1};
    struct zwatch *w;

    eaten_out = socket_new(ZMQ_DEALER, "inproc://b", false);
    cr_assert_eq(zwatch_new(&loop, mine, count, NULL, &c, &w), 0);
    uv_timer_init(&loop, &c.timer);
    uv_timer_start(&c.timer, eat_in_timer, 1, 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(c.n_received, 1);
    zwatch_close(w);
    uv_close((uv_handle_t *)&c.timer, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    zmq_close(mine);
    zmq_close(eaten_out);
}

static void new_turn(uv_prepare_t *p)
{
    container_of(p, struct counter, prepare)->n_turn = 0;
}

ZWATCH_TEST(takes_at_most_64_a_turn_and_leaves_none)
{
    void *in = socket_new(ZMQ_PULL, "inproc://c", true);
    void *out = socket_new(ZMQ_PUSH, "inproc://c", false);
    struct counter c = {.socket = in, .stop_at = 1000};
    struct zwatch *w;

    for (int i = 0; i < 1000; i++)
        cr_assert_eq(zmq_send(out, "x", 1, ZMQ_DONTWAIT), 1);
    cr_assert_eq(zwatch_new(&loop, in, count, NULL, &c, &w), 0);
    uv_prepare_init(&loop, &c.prepare);
    uv_prepare_start(&c.prepare, new_turn);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(c.n_received, 1000);
    cr_assert_eq(c.n_turn_max, 64);
    zwatch_close(w);
    uv_close((uv_handle_t *)&c.prepare, NULL);
    uv_run(&loop, UV_RUN_NOWAIT);
    zmq_close(in);
    zmq_close(out);
}

ZWATCH_TEST(says_once_when_a_full_socket_takes_messages_again)
{
    void *in = zmq_socket(ctx, ZMQ_PULL), *out = zmq_socket(ctx, ZMQ_PUSH);
    struct counter c = {.socket = out};
    struct zwatch *w;
    int one = 1;

    zmq_setsockopt(in, ZMQ_RCVHWM, &one, sizeof(one));
    zmq_setsockopt(out, ZMQ_SNDHWM, &one, sizeof(one));
    cr_assert_eq(zmq_bind(in, "inproc://d"), 0);
    cr_assert_eq(zmq_connect(out, "inproc://d"), 0);
    while (zmq_send(out, "x", 1, ZMQ_DONTWAIT) == 1)
        ;
    cr_assert_eq(zmq_errno(), EAGAIN);
    cr_assert_eq(zwatch_new(&loop, out, NULL, count_writable, &c, &w), 0);
    zwatch_want_write(w);
    for (int i = 0; i < 5; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
    cr_assert_eq(c.n_writable, 0);
    while (receive_one(in))
        ;
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(c.n_writable, 1);
    for (int i = 0; i < 5; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
    cr_assert_eq(c.n_writable, 1);
    zwatch_close(w);
    zmq_close(in);
    zmq_close(out);
}

ZWATCH_TEST(may_be_closed_in_its_own_callback_and_the_socket_right_after)
{
    void *in = socket_new(ZMQ_PULL, "inproc://e", true);
    void *out = socket_new(ZMQ_PUSH, "inproc://e", false);
    struct counter c = {.socket = in, .close_on_first = true};
    struct zwatch *w;

    for (int i = 0; i < 10; i++)
        zmq_send(out, "x", 1, 0);
    cr_assert_eq(zwatch_new(&loop, in, count, NULL, &c, &w), 0);
    uv_run(&loop, UV_RUN_DEFAULT); /* ends by itself: no handle is left */
    cr_assert_eq(c.n_received, 1);
    cr_assert(receive_one(in));
    zmq_close(in);
    zmq_close(out);
}

ZWATCH_TEST(a_quiet_socket_lets_the_loop_sleep)
{
    void *in = socket_new(ZMQ_PULL, "inproc://f", true);
    struct counter c = {.socket = in};
    struct zwatch *w;

    cr_assert_eq(zwatch_new(&loop, in, count, NULL, &c, &w), 0);
    uv_run(&loop, UV_RUN_NOWAIT);
    cr_assert_neq(uv_backend_timeout(&loop), 0);
    zwatch_close(w);
    zmq_close(in);
}

ZWATCH_TEST(what_is_not_a_socket_is_refused)
{
    struct zwatch *w = NULL;
    int nothing[64] = {0};

    cr_assert_eq(zwatch_new(&loop, nothing, count, NULL, NULL, &w), -ENOTSOCK);
    cr_assert_null(w);
}

/* Requests and answers between two watched sockets, a window of them under way. */
struct trip {
    void *client, *server;
    int n_sent, n_back, n_all;
};

static void echo(struct zwatch *w, void *arg)
{
    struct trip *t = arg;
    char who[16], body[16];
    int n_who = zmq_recv(t->server, who, sizeof(who), ZMQ_DONTWAIT), n_body;

    (void)w;
    if (n_who < 0)
        return;
    n_body = zmq_recv(t->server, body, sizeof(body), 0);
    zmq_send(t->server, who, (size_t)n_who, ZMQ_SNDMORE);
    zmq_send(t->server, body, (size_t)n_body, 0);
}

static void next_trip(struct zwatch *w, void *arg)
{
    struct trip *t = arg;
    int got;

    (void)w;
    if (zmq_recv(t->client, &got, sizeof(got), ZMQ_DONTWAIT) < 0)
        return;
    cr_assert_eq(got, t->n_back++);
    if (t->n_sent < t->n_all) {
        zmq_send(t->client, &t->n_sent, sizeof(t->n_sent), 0);
        t->n_sent++;
    }
    if (t->n_back == t->n_all)
        uv_stop(&loop);
}

static void round_trips(const char *address, int window, int n)
{
    struct trip t = {.n_all = n};
    struct zwatch *a, *b;

    t.server = socket_new(ZMQ_ROUTER, address, true);
    t.client = socket_new(ZMQ_DEALER, address, false);
    cr_assert_eq(zwatch_new(&loop, t.server, echo, NULL, &t, &a), 0);
    cr_assert_eq(zwatch_new(&loop, t.client, next_trip, NULL, &t, &b), 0);
    for (; t.n_sent < window; t.n_sent++)
        zmq_send(t.client, &t.n_sent, sizeof(t.n_sent), 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.n_back, n);
    zwatch_close(a);
    zwatch_close(b);
    zmq_close(t.client);
    zmq_close(t.server);
    uv_run(&loop, UV_RUN_NOWAIT);
}

ZWATCH_TEST(round_trips_over_ipc_never_stall)
{
    char address[64];

    snprintf(address, sizeof(address), "ipc:///tmp/hongping-zwatch-%d", (int)getpid());
    round_trips(address, 1, 2000);
    round_trips(address, 16, 10000);
    round_trips(address, 256, 20000);
    unlink(address + strlen("ipc://"));
}

ZWATCH_TEST(round_trips_inproc_never_stall)
{
    round_trips("inproc://g1", 1, 5000);
    round_trips("inproc://g256", 256, 20000);
}
