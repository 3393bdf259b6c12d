/* SPDX-License-Identifier: Apache-2.0 */
/* The repeating client against a server that answers as each test says, both in one loop. */
#include <criterion/criterion.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "common/bus/server.h"

static struct {
    uv_loop_t loop;
    char dir[64];
    struct bus_conf conf;
    struct bus_server *server;
    struct bus_client *client;
    struct arena *arena;
    int n_taken;   /* messages that reached the server */
    int n_ignored; /* the first so many are not answered */
    int n_busy;    /* the next so many are answered BUSY */
    int copies;    /* of each answer */
    int n_answers;
    int n_wanted;
    int n_null;
    int n_refused;
    Hp__Reply__Status status;
} t;

static void take(const struct bus_peer *from, const void *data, size_t size, void *arg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Envelope *env = hp__envelope__unpack(arena_pb(a), size, data);
    Hp__Reply reply = HP__REPLY__INIT;
    struct bytes packed;

    (void)arg;
    cr_assert_not_null(env);
    t.n_taken++;
    if (t.n_taken <= t.n_ignored)
        return;
    reply.message_id = env->message_id;
    reply.status =
        t.n_taken <= t.n_ignored + t.n_busy ? HP__REPLY__STATUS__BUSY : HP__REPLY__STATUS__DONE;
    packed = bus_pack(a, &reply.base);
    for (int i = 0; i < t.copies; i++)
        bus_server_send(t.server, from, packed.data, packed.size);
}

static void closed(void *arg)
{
    (void)arg;
}

static void finish(void)
{
    bus_client_close(t.client, closed, NULL);
    bus_server_free(TAKE(t.server));
}

static void answered(const struct bus_answer *answer, void *arg)
{
    (void)arg;
    t.n_answers++;
    if (answer->reply)
        t.status = answer->reply->status;
    else
        t.n_null++;
    t.n_refused += answer->reply && answer->reply->status == HP__REPLY__STATUS__REFUSED;
    if (t.n_answers == t.n_wanted)
        finish();
}

static void open_all(void)
{
    struct errtext e;

    memset(&t, 0, sizeof(t));
    strncpy(t.dir, "/tmp/hp-bus-XXXXXX", sizeof(t.dir) - 1);
    cr_assert_not_null(mkdtemp(t.dir));
    t.conf.dir = t.dir;
    t.arena = arena_new();
    t.copies = 1;
    t.n_wanted = 1;
    uv_loop_init(&t.loop);
    cr_assert_eq(bus_client_new(&t.loop, &t.conf, &t.client, &e), 0);
}

static void open_server(void)
{
    struct errtext e;

    cr_assert_eq(bus_server_new(&t.loop, &t.conf, "credit", take, NULL, &t.server, &e), 0, "%s",
                 e.text);
}

static void close_all(void)
{
    char path[128];

    cr_assert_eq(uv_loop_close(&t.loop), 0);
    snprintf(path, sizeof(path), "%s/credit.sock", t.dir);
    unlink(path);
    snprintf(path, sizeof(path), "%s/credit.lock", t.dir);
    unlink(path);
    rmdir(t.dir);
    arena_free(t.arena);
}

TestSuite(client, .init = open_all, .fini = close_all, .timeout = 30);

static Hp__Envelope *message(int64_t timeout_ms)
{
    return bus_envelope(t.arena, "credit.Sample", "310105", NULL, timeout_ms);
}

static void ask(const Hp__Envelope *env)
{
    cr_assert_eq(bus_call(t.client, "credit", env, answered, NULL), 0);
}

Test(client, is_answered)
{
    open_server();
    ask(message(10000));
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.n_answers, 1);
    cr_assert_eq(t.status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(t.n_taken, 1);
}

Test(client, asks_again_while_there_is_no_answer)
{
    open_server();
    t.n_ignored = 2;
    ask(message(10000));
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(t.n_taken, 3);
}

Test(client, asks_again_after_busy)
{
    open_server();
    t.n_busy = 3;
    ask(message(10000));
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(t.n_taken, 4);
}

Test(client, gives_the_busy_answer_when_the_deadline_ends_with_it)
{
    open_server();
    t.n_busy = 1000;
    ask(message(200));
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.n_answers, 1);
    cr_assert_eq(t.n_null + (t.status == HP__REPLY__STATUS__BUSY), 1);
    cr_assert_geq(t.n_taken, 2);
}

Test(client, gives_no_answer_after_the_deadline_without_one)
{
    ask(message(200)); /* nobody is there */
    int64_t began = monotonic_now_us();

    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.n_null, 1);
    cr_assert_geq(monotonic_now_us() - began, 190000);
}

static void open_late(uv_timer_t *timer)
{
    open_server();
    uv_close((uv_handle_t *)timer, NULL);
}

Test(client, reaches_a_service_that_comes_up_later)
{
    uv_timer_t timer;

    uv_timer_init(&t.loop, &timer);
    uv_timer_start(&timer, open_late, 150, 0);
    ask(message(10000));
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(t.n_taken, 1, "nothing was queued for an absent service");
}

static void restart(uv_timer_t *timer)
{
    if (t.n_taken == 0)
        return; /* not yet arrived: look again */
    bus_server_free(TAKE(t.server));
    open_server();
    uv_close((uv_handle_t *)timer, NULL);
}

Test(client, asks_again_at_once_when_the_connection_broke)
{
    Hp__Envelope *env = message(20000);
    int64_t began;
    uv_timer_t timer;

    open_server();
    t.n_ignored = 3; /* the last of them arrives 900 ms after the first; the next repeat would be at
                        2100 ms */
    ask(env);
    while (t.n_taken < 3)
        uv_run(&t.loop, UV_RUN_ONCE);
    uv_timer_init(&t.loop, &timer);
    uv_timer_start(&timer, restart, 0, 1);
    began = monotonic_now_us();
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.status, HP__REPLY__STATUS__DONE);
    cr_assert_lt(monotonic_now_us() - began, 1000000, "before the next repeat");
}

Test(client, calls_back_once_though_answers_come_twice)
{
    open_server();
    t.copies = 3;
    t.n_wanted = 50;
    for (int i = 0; i < 50; i++)
        ask(message(10000));
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.n_answers, 50);
    cr_assert_eq(t.n_null, 0);
}

Test(client, two_calls_with_one_id_share_the_answer_and_another_message_is_refused)
{
    Hp__Envelope *env = message(10000), *other = message(10000);

    open_server();
    t.n_wanted = 3;
    other->message_id = env->message_id;
    other->district = (char *)"310104";
    ask(env);
    ask(env);
    ask(other);
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.n_answers, 3);
    cr_assert_eq(t.n_taken, 1);
    cr_assert_eq(t.n_refused, 1);
}

Test(client, an_answer_is_not_shared_with_another_account)
{
    Hp__Envelope *env = message(10000), *other = message(10000);
    Hp__Actor actor = HP__ACTOR__INIT;

    open_server();
    t.n_wanted = 2;
    other->message_id = env->message_id;
    actor.account = (char *)"sample-officer";
    other->actor = &actor;
    ask(env);
    ask(other);
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.n_refused, 1);
}

Test(client, closing_ends_open_calls_without_an_answer)
{
    t.n_wanted = 0;
    ask(message(10000));
    ask(message(10000));
    bus_client_close(t.client, closed, NULL);
    uv_run(&t.loop, UV_RUN_DEFAULT);
    cr_assert_eq(t.n_null, 2);
}

Test(client, a_message_beyond_the_limit_is_not_sent)
{
    Hp__Envelope *env = message(1000);

    env->payload.len = BUS_MAX_MESSAGE;
    env->payload.data = arena_zalloc(t.arena, BUS_MAX_MESSAGE);
    cr_assert_eq(bus_call(t.client, "credit", env, answered, NULL), -EMSGSIZE);
    bus_client_close(t.client, closed, NULL);
    uv_run(&t.loop, UV_RUN_DEFAULT);
}
