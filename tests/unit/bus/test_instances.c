/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A client and two instances of one service, on real sockets in one loop: routes by district,
 * routes that change under open calls, calls that wait.
 */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/str.h"
#include "common/bus/bus.h"
#include "common/bus/server.h"
#include "common/metrics/metrics.h"

enum { MAX_TAKEN = 64 };

struct instance {
    char dir[96], endpoint[BUS_ENDPOINT];
    struct bus_conf conf;
    struct bus_server *server;
    bool holds;       /* take and say nothing */
    const char *code; /* of a refusal; NULL: DONE */
    int n;
    struct {
        struct bus_peer from;
        uint8_t id[16];
    } taken[MAX_TAKEN];
};

static struct {
    uv_loop_t loop;
    char dir[64];
    struct instance a, b; /* a is the one under the client's folder */
    struct bus_conf conf;
    char peers[400];
    struct bus_client *client;
    struct arena *arena;
    int n_answers;
    const char *moved_to; /* what to do about the answer district_moved */
    Hp__Envelope *again;
    Hp__Reply__Status status;
} t;

/* ---- instances ---- */

static void reply(struct instance *i, int nth, const char *code)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Reply r = HP__REPLY__INIT;
    struct bytes packed;

    r.message_id = (ProtobufCBinaryData){16, i->taken[nth].id};
    r.status = code ? HP__REPLY__STATUS__REFUSED : HP__REPLY__STATUS__DONE;
    r.code = (char *)code;
    packed = bus_pack(a, &r.base);
    bus_server_send(i->server, &i->taken[nth].from, packed.data, packed.size);
}

static void take(const struct bus_peer *from, const void *data, size_t size, void *arg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Envelope *env = hp__envelope__unpack(arena_pb(a), size, data);
    struct instance *i = arg;

    cr_assert(env && i->n < MAX_TAKEN);
    i->taken[i->n].from = *from;
    memcpy(i->taken[i->n++].id, env->message_id.data, 16);
    if (!i->holds)
        reply(i, i->n - 1, i->code);
}

static void start(struct instance *i)
{
    struct errtext e;

    cr_assert_eq(bus_server_new(&t.loop, &i->conf, "credit", take, i, &i->server, &e), 0, "%s",
                 e.text);
}

static void open_instance(struct instance *i, const char *name)
{
    snprintf(i->dir, sizeof(i->dir), "%s/%s", t.dir, name);
    cr_assert_eq(mkdir(i->dir, 0700), 0);
    i->conf.dir = i->dir;
    cr_assert_eq(bus_endpoint_local(i->dir, "credit", i->endpoint, NULL), 0);
    start(i);
}

static void close_instance(struct instance *i)
{
    char path[128];

    snprintf(path, sizeof(path), "%s/credit.sock", i->dir);
    unlink(path);
    snprintf(path, sizeof(path), "%s/credit.lock", i->dir);
    unlink(path);
    rmdir(i->dir);
}

/* How often @id reached @i. */
static int times(const struct instance *i, const Hp__Envelope *env)
{
    int n = 0;

    for (int k = 0; k < i->n; k++)
        n += memcmp(i->taken[k].id, env->message_id.data, 16) == 0;
    return n;
}

/* ---- the client ---- */

static void open_all(void)
{
    memset(&t, 0, sizeof(t));
    strncpy(t.dir, "/tmp/hp-inst-XXXXXX", sizeof(t.dir) - 1);
    cr_assert_not_null(mkdtemp(t.dir));
    t.arena = arena_new();
    uv_loop_init(&t.loop);
    open_instance(&t.a, "a");
    open_instance(&t.b, "b");
    t.conf.dir = t.a.dir;
}

static void connect_with(const char *format)
{
    struct errtext e;

    snprintf(t.peers, sizeof(t.peers), format, t.b.endpoint);
    t.conf.peers = t.peers;
    cr_assert_eq(bus_client_new(&t.loop, &t.conf, &t.client, &e), 0, "%s", e.text);
}

static void closed(void *arg)
{
    (void)arg;
}

static void close_all(void)
{
    bus_client_close(t.client, closed, NULL);
    bus_server_free(t.a.server);
    bus_server_free(t.b.server);
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&t.loop), 0);
    close_instance(&t.a);
    close_instance(&t.b);
    rmdir(t.dir);
    arena_free(t.arena);
}

static void answered(const struct bus_answer *answer, void *arg)
{
    (void)arg;
    cr_assert_not_null(answer->reply);
    t.status = answer->reply->status;
    if (t.moved_to && answer->reply->code && strcmp(answer->reply->code, "district_moved") == 0) {
        cr_assert_eq(bus_client_route(t.client, "credit", t.again->district, t.moved_to), 0);
        cr_assert_eq(bus_call(t.client, "credit", t.again, answered, NULL), 0);
        return;
    }
    t.n_answers++;
}

static Hp__Envelope *message(const char *district)
{
    return bus_envelope(t.arena, "credit.Sample", district, NULL, 60000);
}

static Hp__Envelope *ask(const char *district)
{
    Hp__Envelope *env = message(district);

    cr_assert_eq(bus_call(t.client, "credit", env, answered, NULL), 0);
    return env;
}

#define RUN_UNTIL(condition) \
    while (!(condition)) \
    uv_run(&t.loop, UV_RUN_ONCE)

static long long dropped(const char *why)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    char label[64];
    const char *at;

    metrics_print(&text);
    snprintf(label, sizeof(label), "hongping_bus_dropped_total{why=\"%s\"} ", why);
    at = strstr(text.text, label);
    return at ? strtoll(at + strlen(label), NULL, 10) : 0;
}

TestSuite(instances, .init = open_all, .fini = close_all, .timeout = 60);

Test(instances, each_district_goes_to_its_own_over_one_connection)
{
    connect_with("credit@310104+310106=%s");
    ask("310104");
    ask("310105");
    ask("310106");
    ask("310000");
    RUN_UNTIL(t.n_answers == 4);
    cr_assert_eq(t.a.n, 2);
    cr_assert_eq(t.b.n, 2);
    cr_assert_eq(t.b.taken[0].from.size, t.b.taken[1].from.size);
    cr_assert_eq(memcmp(t.b.taken[0].from.id, t.b.taken[1].from.id, t.b.taken[0].from.size), 0);
}

Test(instances, one_can_be_asked_whatever_the_district)
{
    Hp__Envelope *env;

    connect_with("credit@310104=%s");
    env = message("310105");
    cr_assert_eq(bus_call_at(t.client, "credit", t.b.endpoint, env, answered, NULL), 0);
    cr_assert_eq(bus_call_at(t.client, "credit", t.a.endpoint, message("310104"), answered, NULL),
                 0);
    RUN_UNTIL(t.n_answers == 2);
    cr_assert_eq(t.a.n, 1);
    cr_assert_eq(t.b.n, 1);
    cr_assert_eq(bus_call_at(t.client, "credit", "b", env, answered, NULL), -EINVAL);
}

Test(instances, the_blocking_client_routes_alike)
{
    /* in a loop of its own the instances' would stand still: nobody answers, all else is as it is */
    CLEANUP(bus_link_free) struct bus_link *link = NULL;
    Hp__Envelope *by_district, *by_endpoint;
    Hp__Reply *none;

    connect_with("credit@310104=%s");
    cr_assert_eq(bus_link_new(&t.conf, &link, NULL), 0);
    by_district = bus_envelope(t.arena, "credit.Sample", "310104", NULL, 500);
    cr_assert_eq(bus_ask(link, t.arena, "credit", by_district, &none), BUS_E_TIMEOUT);
    by_endpoint = bus_envelope(t.arena, "credit.Sample", "310104", NULL, 500);
    cr_assert_eq(bus_ask_at(link, t.arena, "credit", t.a.endpoint, by_endpoint, &none),
                 BUS_E_TIMEOUT);
    RUN_UNTIL(times(&t.b, by_district) && times(&t.a, by_endpoint));
    cr_assert_eq(times(&t.a, by_district) + times(&t.b, by_endpoint), 0);
}

Test(instances, a_reroute_moves_open_calls_and_drops_the_old_ones_answer)
{
    Hp__Envelope *moves, *stays, *pinned;
    long long late;

    connect_with("");
    t.a.holds = t.b.holds = true;
    moves = ask("310104");
    stays = ask("310105");
    pinned = message("310104");
    cr_assert_eq(bus_call_at(t.client, "credit", t.a.endpoint, pinned, answered, NULL), 0);
    RUN_UNTIL(times(&t.a, moves) && times(&t.a, stays) && times(&t.a, pinned));
    cr_assert_eq(bus_client_route(t.client, "credit", "310104", t.b.endpoint), 0);
    RUN_UNTIL(times(&t.b, moves));
    late = dropped("late");
    for (int i = 0; i < t.a.n; i++)
        if (memcmp(t.a.taken[i].id, moves->message_id.data, 16) == 0) {
            reply(&t.a, i, "district_moved");
            break;
        }
    RUN_UNTIL(dropped("late") > late);
    cr_assert_eq(t.n_answers, 0, "the old one's word does not count any more");
    reply(&t.b, 0, NULL);
    reply(&t.b, 0, NULL);
    RUN_UNTIL(t.n_answers == 1);
    cr_assert_eq(t.status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(times(&t.b, stays) + times(&t.b, pinned), 0);
    t.a.holds = false; /* the others are asked again, and answered */
    RUN_UNTIL(t.n_answers == 3);
    RUN_UNTIL(dropped("late") > late + 1);
    cr_assert_eq(t.n_answers, 3);
}

Test(instances, an_answer_that_tells_the_way_is_followed)
{
    connect_with("");
    t.a.code = "district_moved";
    t.moved_to = t.b.endpoint;
    t.again = ask("310104");
    RUN_UNTIL(t.n_answers == 1);
    cr_assert_eq(t.status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(times(&t.b, t.again), 1);
    ask("310104");
    RUN_UNTIL(t.n_answers == 2);
    cr_assert_eq(t.b.n, 2, "and remembered");
    cr_assert_eq(bus_client_route(t.client, "credit", "310104", "elsewhere"), -EINVAL);
}

Test(instances, a_route_forgotten_leads_back_and_its_connection_is_closed)
{
    long long gone;

    connect_with("");
    cr_assert_eq(bus_client_route(t.client, "credit", NULL, t.b.endpoint), 0);
    ask("310104");
    RUN_UNTIL(t.n_answers == 1);
    cr_assert_eq(t.b.n, 1);
    cr_assert_eq(bus_client_route(t.client, "credit", NULL, NULL), 0);
    ask("310104");
    RUN_UNTIL(t.n_answers == 2);
    cr_assert_eq(t.a.n, 1);
    gone = dropped("gone");
    while (dropped("gone") == gone) { /* the answer finds nobody there */
        reply(&t.b, 0, NULL);
        uv_run(&t.loop, UV_RUN_NOWAIT);
    }
}

static void wait_at_a(Hp__Envelope **ret_waiting)
{
    *ret_waiting = message("310104");
    cr_assert_eq(bus_call_waiting(t.client, "credit", *ret_waiting, answered, NULL), 0);
}

Test(instances, a_waiting_call_is_sent_once_while_the_peer_lives_and_again_after_its_restart)
{
    Hp__Envelope *waiting, *twin, *other;

    connect_with("");
    t.a.holds = true;
    wait_at_a(&waiting);
    RUN_UNTIL(times(&t.a, waiting));
    twin = waiting; /* the same call once more shares the answer and is not sent either */
    cr_assert_eq(bus_call_waiting(t.client, "credit", twin, answered, NULL), 0);
    other = ask("310104");
    RUN_UNTIL(times(&t.a, other) >= 4); /* the clock has repeated this one three times */
    cr_assert_eq(times(&t.a, waiting), 1);
    bus_server_free(TAKE(t.a.server));
    t.a.holds = false;
    start(&t.a);
    RUN_UNTIL(t.n_answers == 3);
    cr_assert_geq(times(&t.a, waiting), 2);
}

Test(instances, a_waiting_call_follows_its_route)
{
    Hp__Envelope *waiting;

    connect_with("");
    t.a.holds = true;
    wait_at_a(&waiting);
    RUN_UNTIL(times(&t.a, waiting));
    cr_assert_eq(bus_client_route(t.client, "credit", "310104", t.b.endpoint), 0);
    RUN_UNTIL(t.n_answers == 1);
    cr_assert_eq(times(&t.a, waiting), 1);
    cr_assert_eq(times(&t.b, waiting), 1);
}

Test(instances, a_peer_that_cannot_be_opened_says_why)
{
    const char *error;

    connect_with("credit@310104=tcp://127.0.0.1:1,credit@310105=%s");
    cr_assert_str_eq(bus_client_error(t.client, "credit"), "");
    for (int i = 0; i < 2; i++) {
        cr_assert_eq(bus_call(t.client, "credit", message("310104"), answered, NULL), -EINVAL);
        error = bus_client_error(t.client, "credit");
        cr_assert(strstr(error, "curve.servers is not set"), "%s", error);
    }
    cr_assert_str_eq(bus_client_error(t.client, "intake"), "");
    ask("310105");
    RUN_UNTIL(t.n_answers == 1);
}

Test(instances, bad_peers_are_named_before_the_first_call)
{
    struct bus_client *c;
    struct bus_link *l;
    struct errtext e;

    connect_with("");
    t.conf.peers = (char *)"credit=10.0.0.1:7301";
    cr_assert_eq(bus_client_new(&t.loop, &t.conf, &c, &e), -EINVAL);
    cr_assert(strstr(e.text, "bus.peers: credit"), "%s", e.text);
    cr_assert_eq(bus_link_new(&t.conf, &l, &e), -EINVAL);
}

/* ---- a peer that falls silent ---- */

/* Carries bytes between a client and instance a; the first connection can be frozen: it stays open
 * and carries nothing. */
struct pair {
    uv_pipe_t near, far;
};
static struct {
    uv_pipe_t listener;
    struct pair pairs[4];
    int n;
} proxy;

static void give_room(uv_handle_t *handle, size_t size, uv_buf_t *buf)
{
    (void)handle;
    *buf = uv_buf_init(malloc(size), (unsigned)size);
}

static void on_written(uv_write_t *write, int status)
{
    (void)status;
    free(write->data);
    free(write);
}

static void on_bytes(uv_stream_t *from, ssize_t n, const uv_buf_t *buf)
{
    uv_buf_t out = uv_buf_init(buf->base, n > 0 ? (unsigned)n : 0);
    uv_write_t *write;

    if (n <= 0) {
        free(buf->base);
        if (n < 0)
            uv_read_stop(from);
        return;
    }
    write = malloc(sizeof(*write));
    write->data = buf->base;
    if (uv_write(write, from->data, &out, 1, on_written) != 0)
        on_written(write, 0);
}

static void on_far(uv_connect_t *connect, int status)
{
    struct pair *pair = container_of((uv_pipe_t *)connect->handle, struct pair, far);

    cr_assert_eq(status, 0);
    free(connect);
    uv_read_start((uv_stream_t *)&pair->near, give_room, on_bytes);
    uv_read_start((uv_stream_t *)&pair->far, give_room, on_bytes);
}

static void on_near(uv_stream_t *listener, int status)
{
    struct pair *pair = &proxy.pairs[proxy.n++];

    cr_assert(status == 0 && proxy.n <= (int)ARRAY_LEN(proxy.pairs));
    uv_pipe_init(&t.loop, &pair->near, 0);
    uv_pipe_init(&t.loop, &pair->far, 0);
    pair->near.data = &pair->far;
    pair->far.data = &pair->near;
    cr_assert_eq(uv_accept(listener, (uv_stream_t *)&pair->near), 0);
    uv_pipe_connect(malloc(sizeof(uv_connect_t)), &pair->far, t.a.endpoint + strlen("ipc://"),
                    on_far);
}

static void proxy_open(const char *path)
{
    memset(&proxy, 0, sizeof(proxy));
    uv_pipe_init(&t.loop, &proxy.listener, 0);
    cr_assert_eq(uv_pipe_bind(&proxy.listener, path), 0);
    cr_assert_eq(uv_listen((uv_stream_t *)&proxy.listener, 8, on_near), 0);
}

static void proxy_freeze(void)
{
    uv_read_stop((uv_stream_t *)&proxy.pairs[0].near);
    uv_read_stop((uv_stream_t *)&proxy.pairs[0].far);
}

static void proxy_close(void)
{
    uv_close((uv_handle_t *)&proxy.listener, NULL); /* and its path is removed */
    for (int i = 0; i < proxy.n; i++) {
        uv_close((uv_handle_t *)&proxy.pairs[i].near, NULL);
        uv_close((uv_handle_t *)&proxy.pairs[i].far, NULL);
    }
}

Test(instances, a_peer_that_falls_silent_is_left_and_asked_anew)
{
    char path[128];
    Hp__Envelope *waiting;

    snprintf(path, sizeof(path), "%s/proxy.sock", t.dir);
    proxy_open(path);
    snprintf(t.b.endpoint, sizeof(t.b.endpoint), "ipc://%s", path);
    connect_with("credit=%s");
    t.a.holds = true;
    wait_at_a(&waiting);
    RUN_UNTIL(times(&t.a, waiting));
    proxy_freeze();
    t.a.holds = false;
    RUN_UNTIL(t.n_answers == 1);
    cr_assert_eq(times(&t.a, waiting), 2);
    cr_assert_eq(proxy.n, 2);
    proxy_close();
}
