/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a command is promised while others stand in the way: a district that is held, a process or a server's process that stands
 * still, a key that is taken, an id that was used, a queue that is full.
 *
 * Locks hold what must be held and order is seen in the order of the replies on one socket: no test measures time.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

#define A "310105"
#define B "310106"
#define C "310107"
#define THREE "districts=310105,310106,310107"
#define HOLD_HEADS "select 1 from head where district = any (array['310105', '310106']) for update"

static struct echo_stack s;

static void open_stack(void)
{
    echo_open(&s);
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(promises, .init = open_stack, .fini = close_stack, .timeout = 120);

static bool is_of(const Hp__Reply *reply, const Hp__Envelope *env)
{
    return memcmp(reply->message_id.data, env->message_id.data, 16) == 0;
}

/* Replies on @socket before the one to @env, which must be DONE. */
static int heard_before(void *socket, const Hp__Envelope *env)
{
    for (int n = 0;; n++) {
        Hp__Reply *reply = wire_hear(&s, socket);

        if (!is_of(reply, env))
            continue;
        cr_assert_eq(reply->status, HP__REPLY__STATUS__DONE);
        return n;
    }
}

static const char *sums(void)
{
    return echo_value(
        &s, &s.echo,
        "select (select coalesce(sum(writes), 0) from item) || ' ' || (select count(*) from "
        "stream) || ' ' || (select count(*) from log)");
}

static void verify_clean(const char *service)
{
    cr_assert_eq(echo_verify(&s, service)->n_faults, 0);
}

/* Until @n commands are in their lanes, those being carried out among them. */
static void await_waiting(int64_t n)
{
    while (echo_state(&s, "echo")->waiting < n)
        ;
}

/* ---- held districts ---- */

/* Two workers, two districts whose heads are held: from their first command that waited in vain on, they get one worker between them,
 * and the third district is answered before more than those that were under way; theirs are done once the heads are free. */
Test(promises, two_held_districts_of_three_do_not_stop_the_third)
{
    enum { N = 32 };
    Hp__Envelope *held[2 * N], *other;
    PGconn *holder;
    void *socket;
    char key[16];

    echo_start(&s, "echo", THREE, "workers=2", NULL);
    holder = wire_session(&s.echo, HOLD_HEADS);
    socket = wire_open(&s, NULL, "echo");
    for (int i = 0; i < 2 * N; i++) {
        snprintf(key, sizeof(key), "k%d", i);
        held[i] = wire_put(&s, i % 2 ? A : B, key, "one");
        wire_post(&s, socket, held[i]);
    }
    for (int i = 0; i < 4; i++) /* both have waited, or one of them again and again */
        cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__UNAVAILABLE);
    wire_await_waits(&s, &s.echo, 1);
    other = wire_put(&s, C, "c", "one");
    wire_post(&s, socket, other);
    cr_assert_leq(heard_before(socket, other), 2, "those under way when it came");
    wire_session_end(holder);
    for (int i = 0; i < 2 * N; i++)
        echo_done(&s, "echo", held[i]);
    cr_assert_str_eq(sums(), "65 65 65");
    verify_clean("echo");
    zmq_close(socket);
}

/* A row of a handler's own is held: the district's other commands go on, and so do other districts. */
Test(promises, a_row_that_a_handler_waits_for_stops_neither_its_district_nor_others)
{
    Hp__Envelope *held, *same, *other;
    PGconn *holder;
    void *socket;

    echo_start(&s, "echo", THREE, "workers=1", NULL);
    echo_done(&s, "echo", wire_put(&s, A, "a", "one"));
    holder = wire_session(&s.echo, "select 1 from item where key = 'a' for update");
    socket = wire_open(&s, NULL, "echo");
    held = wire_put(&s, A, "a", "two");
    same = wire_put(&s, A, "b", "one");
    other = wire_put(&s, B, "b", "one");
    wire_post(&s, socket, held);
    wire_await_waits(&s, &s.echo, 1);
    wire_post(&s, socket, same);
    wire_post(&s, socket, other);
    for (int done = 0; done < 2;) {
        Hp__Reply *reply = wire_hear(&s, socket);

        cr_assert_eq(reply->status,
                     is_of(reply, held) ? HP__REPLY__STATUS__UNAVAILABLE : HP__REPLY__STATUS__DONE);
        done += !is_of(reply, held);
    }
    wire_session_end(holder);
    echo_done(&s, "echo", held);
    cr_assert_str_eq(sums(), "4 4 4");
    zmq_close(socket);
}

/* One district has a thousand commands waiting: another's is answered after a batch or two of them. */
Test(promises, a_flooded_district_lets_others_in_after_a_batch)
{
    enum { N = 1000, BATCHES = 64 };
    Hp__Envelope *other = wire_put(&s, B, "b", "one");
    PGconn *holder;
    void *socket;
    char key[16];

    echo_start(&s, "echo", THREE, "workers=1", "queue=2000", NULL);
    holder = wire_session(&s.echo, WIRE_LOCK);
    socket = wire_open(&s, NULL, "echo");
    wire_post(&s, socket, wire_hold(&s, A, "held"));
    wire_await_waits(&s, &s.echo, 1);
    for (int i = 0; i < N; i++) {
        snprintf(key, sizeof(key), "k%d", i % 50);
        wire_post(&s, socket, wire_put(&s, A, key, "one"));
    }
    wire_post(&s, socket, other);
    await_waiting(N + 2);
    wire_session_end(holder);
    cr_assert_leq(heard_before(socket, other), BATCHES);
    zmq_close(socket);
}

/* ---- who stands still ---- */

/* The server's process that carries out a lane's command stands still in the middle: other districts go on, and what it held is
 * done once when it wakes. */
Test(promises, a_frozen_backend_holds_up_its_own_district_only)
{
    Hp__Envelope *held = wire_hold(&s, A, "a"), *other = wire_put(&s, B, "b", "one");
    PGconn *holder;
    void *socket;
    pid_t backend;

    echo_start(&s, "echo", THREE, "workers=2", NULL);
    holder = wire_session(&s.echo, WIRE_LOCK);
    socket = wire_open(&s, NULL, "echo");
    wire_post(&s, socket, held);
    wire_await_waits(&s, &s.echo, 1);
    backend = (pid_t)strtol(
        echo_value(&s, &s.echo,
                   "select pid from pg_locks where locktype = 'advisory' and not granted"),
        NULL, 10);
    cr_assert_gt(backend, 1);
    wire_freeze(backend);
    for (int i = 0; i < 20; i++)
        echo_done(&s, "echo", wire_put(&s, i % 2 ? B : C, "k", "one"));
    wire_post(&s, socket, other);
    cr_assert_eq(heard_before(socket, other), 0);
    wire_session_end(holder);
    wire_thaw(backend);
    cr_assert_eq(heard_before(socket, held), 0);
    echo_done(&s, "echo", held);
    cr_assert_str_eq(sums(), "22 22 22");
    zmq_close(socket);
}

/* Whose lease it is differs with the moment; the rest of a reply does not. Its size. */
static size_t without_leader(struct bytes *reply)
{
    Hp__Reply *r = hp__reply__unpack(arena_pb(s.arena), reply->size, reply->data);

    r->leader = NULL;
    *reply = bus_pack(s.arena, &r->base);
    return reply->size;
}

/* An instance stands still inside a transaction: the server ends that session after a while, another instance carries the same
 * command out, and the first one, awake again, gives the same answer and does nothing. */
Test(promises, a_frozen_instance_is_overtaken_and_does_nothing_when_it_wakes)
{
    static const char *const sets[] = {NULL};
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__Envelope *held = wire_hold(&s, A, "a"), *ready;
    struct bytes first, second;
    char dir[96];
    PGconn *holder;
    void *a, *b;
    pid_t frozen;

    snprintf(dir, sizeof(dir), "%s/b", s.dir);
    cr_assert_eq(mkdir(dir, 0700), 0);
    frozen = echo_start(&s, "echo", NULL);
    echo_spawn(&s, "echo", dir, sets);
    a = wire_open(&s, NULL, "echo");
    b = wire_open(&s, dir, "echo");
    ready = echo_envelope(&s, "bus.GetState", &get.base);
    wire_post(&s, b, ready);
    cr_assert_eq(heard_before(b, ready), 0);
    holder = wire_session(&s.echo, WIRE_LOCK);
    wire_post(&s, a, held);
    wire_await_waits(&s, &s.echo, 1);
    wire_freeze(frozen);
    wire_session_end(
        holder); /* it has its answer and will not read it: idle in transaction, the row locked */
    do { /* UNAVAILABLE while the row is held; then the server has ended the sleeper's session */
        wire_post(&s, b, held);
        second = wire_hear_bytes(&s, b);
    } while (hp__reply__unpack(arena_pb(s.arena), second.size, second.data)->status ==
             HP__REPLY__STATUS__UNAVAILABLE);
    cr_assert_eq(hp__reply__unpack(arena_pb(s.arena), second.size, second.data)->status,
                 HP__REPLY__STATUS__DONE);
    wire_thaw(frozen);
    first = wire_hear_bytes(&s, a);
    cr_assert_eq(without_leader(&first), without_leader(&second));
    cr_assert_eq(memcmp(first.data, second.data, first.size), 0, "the same reply to the byte");
    cr_assert_str_eq(sums(), "1 1 1");
    verify_clean("echo");
    zmq_close(a);
    zmq_close(b);
}

/* ---- keys and ids ---- */

/* Run twice, since someone may have been faster, and then answered; nobody repeats it until a deadline. */
Test(promises, a_unique_key_taken_for_good_is_answered)
{
    Hp__Envelope *env = echo_put(&s, "b", "same");
    void *socket;

    echo_start(&s, "echo", NULL);
    pg_test_run(
        &s.echo,
        "alter table item add unique (text); create sequence tries; grant usage on sequence "
        "tries to public; create function count_() returns trigger language plpgsql as $$ begin "
        "perform nextval('tries'); return new; end $$; create trigger count_ before insert on "
        "item for each row execute function count_()");
    echo_done(&s, "echo", echo_put(&s, "a", "same"));
    socket = wire_open(&s, NULL, "echo");
    wire_post(&s, socket, env);
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__BROKEN);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select last_value from tries"), "3",
                     "one for the first, two for the second");
    cr_assert_str_eq(sums(), "1 1 1");
    zmq_close(socket);
}

/* The one that took it goes away: the next run finds it free. */
Test(promises, a_unique_key_that_was_taken_for_a_moment_is_no_failure)
{
    Hp__Envelope *env = echo_put(&s, "b", "same");
    PGconn *holder;
    void *socket;

    echo_start(&s, "echo", NULL);
    pg_test_run(&s.echo, "alter table item add unique (text)");
    holder = wire_session(
        &s.echo,
        "insert into item (district, key, text, writes) values ('310105', 'a', 'same', 1)");
    socket = wire_open(&s, NULL, "echo");
    wire_post(&s, socket, env);
    wire_await_waits(&s, &s.echo, 1);
    wire_session_end(holder);
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(sums(), "1 1 1");
    zmq_close(socket);
}

Test(promises, one_id_in_two_districts_takes_effect_once)
{
    Hp__Envelope *one = wire_put(&s, A, "a", "one"), *two = wire_put(&s, B, "a", "one");
    Hp__Reply *reply;
    pid_t pid;

    two->message_id = one->message_id;
    pid = echo_start(&s, "echo", THREE, NULL);
    echo_done(&s, "echo", one);
    for (int round = 0; round < 2; round++) {
        reply = echo_ask(&s, "echo", two);
        cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED);
        cr_assert_str_eq(reply->code, "message_reused");
        echo_end(&s, pid, SIGKILL); /* a process that has not seen the id itself says the same */
        pid = echo_start(&s, "echo", THREE, NULL);
    }
    cr_assert_str_eq(sums(), "1 1 1");
}

/* ... and when both are under way at once, whichever is first. */
Test(promises, one_id_in_two_districts_at_once_takes_effect_once)
{
    enum { N = 40 };
    void *socket;
    int done = 0, refused = 0;

    echo_start(&s, "echo", THREE, "workers=3", NULL);
    socket = wire_open(&s, NULL, "echo");
    for (int i = 0; i < N; i++) {
        Hp__Envelope *one = wire_put(&s, A, "a", "one"), *two = wire_put(&s, B, "a", "one");

        two->message_id = one->message_id;
        wire_post(&s, socket, one);
        wire_post(&s, socket, two);
        for (int k = 0; k < 2; k++) {
            Hp__Reply *reply = wire_hear(&s, socket);

            done += reply->status == HP__REPLY__STATUS__DONE;
            refused += reply->status == HP__REPLY__STATUS__REFUSED &&
                       strcmp(reply->code, "message_reused") == 0;
        }
    }
    cr_assert_eq(done, N);
    cr_assert_eq(refused, N);
    cr_assert_str_eq(sums(), "40 40 40");
    zmq_close(socket);
}

/* ---- replies ---- */

/* A row of the database is input: one that somebody changed ends nobody. */
Test(promises, a_changed_reply_in_the_log_is_answered_and_ends_nobody)
{
    static const char *const changes[] = {
        "update log set reply = '\\xffff'", "update log set reply = ''",
        "update log set request_digest = ''",
        "update log set reply = decode(repeat('0a', 100000), 'hex')"};
    Hp__Envelope *env = echo_put(&s, "a", "one");
    pid_t pid = echo_start(&s, "echo", NULL);
    void *socket = wire_open(&s, NULL, "echo");

    echo_done(&s, "echo", env);
    for (size_t i = 0; i < ARRAY_LEN(changes); i++) {
        pg_test_run(&s.echo, changes[i]);
        wire_post(&s, socket, env);
        cr_assert_neq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE, "%s", changes[i]);
        cr_assert_eq(kill(pid, 0), 0);
    }
    echo_done(&s, "echo", echo_put(&s, "b", "one"));
    cr_assert_str_eq(echo_value(&s, &s.echo, "select sum(writes) from item"), "2");
    zmq_close(socket);
    cr_assert_eq(echo_end(&s, pid, SIGTERM), 0);
}

/* ... alone and in the middle of a batch, whose others are done. */
Test(promises, a_reply_too_large_to_send_means_that_nothing_was_done)
{
    Hp__Envelope *large = echo_put(&s, "a", "large"), *around[4];
    PGconn *holder;
    void *socket;
    int done = 0;

    echo_start(&s, "echo", "workers=1", NULL);
    socket = wire_open(&s, NULL, "echo");
    wire_post(&s, socket, large);
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__BROKEN);
    cr_assert_str_eq(sums(), "0 0 0");
    holder = wire_session(&s.echo, WIRE_LOCK);
    wire_post(&s, socket, wire_hold(&s, A, "held"));
    wire_await_waits(&s, &s.echo, 1);
    for (int i = 0; i < 4; i++) {
        around[i] = echo_put(&s, (const char *[]){"b", "c", "d", "e"}[i], "one");
        if (i == 2)
            wire_post(&s, socket, large);
        wire_post(&s, socket, around[i]);
    }
    wire_session_end(holder);
    for (int i = 0; i < 6; i++) {
        Hp__Reply *reply = wire_hear(&s, socket);

        cr_assert_eq(reply->status,
                     is_of(reply, large) ? HP__REPLY__STATUS__BROKEN : HP__REPLY__STATUS__DONE);
        done += !is_of(reply, large);
    }
    cr_assert_eq(done, 5);
    cr_assert_str_eq(sums(), "5 5 5");
    zmq_close(socket);
}

/* The queue is full and its worker held: who comes now hears so before anything of the queue moves. */
Test(promises, busy_is_said_while_everything_before_it_is_held)
{
    enum { QUEUE = 20 };
    PGconn *holder;
    void *socket;
    char key[16];

    echo_start(&s, "echo", "workers=1", "queue=20", NULL);
    holder = wire_session(&s.echo, WIRE_LOCK);
    socket = wire_open(&s, NULL, "echo");
    for (int i = 0; i < QUEUE + 5; i++) {
        snprintf(key, sizeof(key), "k%d", i);
        wire_post(&s, socket, wire_hold(&s, A, key));
    }
    for (int i = 0; i < 5; i++)
        cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__BUSY);
    wire_session_end(holder);
    for (int i = 0; i < QUEUE; i++)
        cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(sums(), "20 20 20");
    zmq_close(socket);
}

/* A handler refuses, or asks to be run again, though a statement of its failed: it is a failure, alone and among others of a batch, and
 * nothing is stored of it. */
Test(promises, a_refusal_after_a_statement_failed_is_a_failure)
{
    static const char *const texts[] = {"one", "spoil", "one", "wait", "one"};
    Hp__Envelope *held, *env[ARRAY_LEN(texts)];
    PGconn *holder;
    void *socket;

    echo_start(&s, "echo", "workers=1", NULL);
    cr_assert_eq(echo_ask(&s, "echo", echo_put(&s, "a", "spoil"))->status,
                 HP__REPLY__STATUS__BROKEN);
    holder = wire_session(&s.echo, WIRE_LOCK);
    socket = wire_open(&s, NULL, "echo");
    held = wire_hold(&s, A, "held");
    wire_post(&s, socket, held);
    wire_await_waits(&s, &s.echo, 1);
    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        env[i] = wire_put(&s, A, arena_printf(s.arena, "k%zu", i), texts[i]);
        wire_post(&s, socket, env[i]);
    }
    await_waiting(ARRAY_LEN(texts) + 1);
    wire_session_end(holder);
    cr_assert(is_of(wire_hear(&s, socket), held));
    for (size_t i = 0; i < ARRAY_LEN(texts); i++)
        cr_assert_eq(wire_hear(&s, socket)->status,
                     i % 2 ? HP__REPLY__STATUS__BROKEN : HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(sums(), "4 4 4");
    zmq_close(socket);
}

/* Queries wait for a table that is held, far more than there are workers for: the lease is kept meanwhile, and an operator's question
 * is answered before most of them. */
Test(promises, queries_that_wait_hold_up_neither_the_lease_nor_control_messages)
{
    enum { N = 60 };
    Hp__ListJobs jobs = HP__LIST_JOBS__INIT;
    Echo__Get get = ECHO__GET__INIT;
    Hp__Envelope *asked;
    const char *beaten;
    PGconn *holder;
    void *socket;

    echo_start(&s, "echo", THREE, "lease.seconds=3", NULL);
    wire_await(&s, &s.echo, "select count(*) from lease", "4");
    holder = wire_session(&s.echo, "lock table item in access exclusive mode");
    socket = wire_open(&s, NULL, "echo");
    get.key = (char *)"k";
    for (int i = 0; i < N; i++)
        wire_post(&s, socket, wire_city(echo_envelope(&s, "echo.Get", &get.base), A));
    wire_await_waits(&s, &s.echo, 2);
    beaten = arena_printf(s.arena, "select until > '%s' from instance",
                          echo_value(&s, &s.echo, "select until from instance"));
    wire_await(&s, &s.echo, beaten, "t");
    asked = wire_city(echo_envelope(&s, "bus.ListJobs", &jobs.base), B);
    wire_post(&s, socket, asked);
    cr_assert_lt(heard_before(socket, asked), N / 2);
    wire_session_end(holder);
    zmq_close(socket);
}

/* ---- who waits ---- */

/*
 * Hundreds wait for a position at mirror, each with a follower (the same id, other content) that begins to wait when the first one
 * is answered; their times run out one by one. All are answered, and the service ends soundly.
 */
Test(promises, waiting_tasks_with_followers_all_end)
{
    enum { PAIRS = 150, MORE = 600 };
    Hp__AwaitApplied m = HP__AWAIT_APPLIED__INIT;
    pid_t mirror;
    void *socket;

    echo_start(&s, "echo", NULL);
    mirror = echo_start(&s, "mirror", NULL);
    socket = wire_open(&s, NULL, "mirror");
    m.source = (char *)"echo";
    m.district = (char *)A;
    for (int i = 0; i < PAIRS + MORE; i++) {
        Hp__Envelope *env, *follower;

        m.position = 1000;
        env = echo_envelope(&s, "bus.AwaitApplied", &m.base);
        env->left_ms = (uint32_t)(1000 + i);
        wire_post(&s, socket, env);
        if (i >= PAIRS)
            continue;
        m.position = 1001;
        follower = echo_envelope(&s, "bus.AwaitApplied", &m.base);
        follower->message_id = env->message_id;
        follower->left_ms = 2000;
        wire_post(&s, socket, follower);
    }
    for (int i = 0; i < 2 * PAIRS + MORE; i++)
        cr_assert_neq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__DONE);
    zmq_close(socket);
    cr_assert_eq(echo_end(&s, mirror, SIGTERM), 0);
}
