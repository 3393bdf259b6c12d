/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What is said must be so: nothing that was done is denied, nothing that was lost is claimed, and a fault of the data is one also when
 * the server words it as a limit of its own.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

#define A "310105"
#define B "310106"
#define TWO "districts=310105,310106"

static struct echo_stack s;

static void open_stack(void)
{
    echo_open(&s);
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(answers, .init = open_stack, .fini = close_stack, .timeout = 120);

/* ---- what was done elsewhere ---- */

static void *one, *two;

static void open_two(void)
{
    const char *dir = arena_printf(s.arena, "%s/b", s.dir);

    cr_assert_eq(mkdir(dir, 0700), 0);
    echo_start(&s, "echo", NULL);
    echo_spawn(&s, "echo", dir, NULL);
    one = wire_open(&s, NULL, "echo");
    two = wire_open(&s, dir, "echo");
    wire_post(&s, two, wire_put(&s, A, "warm", "x"));
    cr_assert_eq(wire_hear(&s, two)->status, HP__REPLY__STATUS__DONE);
}

static void close_two(void)
{
    zmq_close(one);
    zmq_close(two);
}

Test(answers, what_another_instance_did_is_not_called_expired)
{
    Hp__Envelope *envs[5];

    open_two();
    for (int i = 0; i < 5; i++) {
        envs[i] = wire_put(&s, A, "k", "one");
        wire_post(&s, one, envs[i]);
        cr_assert_eq(wire_hear(&s, one)->status, HP__REPLY__STATUS__DONE);
        envs[i]->left_ms = 0;
    }
    for (int i = 0; i < 5; i++) /* alone and together */
        wire_post(&s, two, envs[i]);
    for (int i = 0; i < 5; i++)
        cr_assert_eq(wire_hear(&s, two)->status, HP__REPLY__STATUS__DONE);
    envs[0] = wire_put(&s, A, "k", "one");
    envs[0]->left_ms = 0;
    wire_post(&s, two, envs[0]);
    cr_assert_eq(wire_hear(&s, two)->status, HP__REPLY__STATUS__EXPIRED, "that one is new");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select sum(writes) from item"), "6");
    close_two();
}

Test(answers, what_another_instance_did_is_not_called_broken)
{
    Hp__Envelope *env = wire_put(&s, A, "k", "one");

    open_two();
    wire_post(&s, one, env);
    cr_assert_eq(wire_hear(&s, one)->status, HP__REPLY__STATUS__DONE);
    pg_test_run(&s.echo, "alter table item add check (writes <> 2) not valid");
    wire_post(&s, two, env);
    cr_assert_eq(wire_hear(&s, two)->status, HP__REPLY__STATUS__DONE);
    wire_post(&s, two, wire_put(&s, A, "k", "one"));
    cr_assert_eq(wire_hear(&s, two)->status, HP__REPLY__STATUS__BROKEN, "that one is new");
    close_two();
}

/* ---- what a crash took back ---- */

static void await_server(void)
{
    int64_t end = monotonic_now_us() + 60 * SECOND_US;

    while (PQping(s.mirror.superuser) != PQPING_OK)
        cr_assert_lt(monotonic_now_us(), end);
}

/* The hearer's commit is not waited for to reach the disk, and the process that would write it stands still; when that one is killed the
 * server starts over without the commit. The hearer reads where it stands, hears again, and says DONE only then. */
Test(answers, what_a_crash_took_back_is_heard_again)
{
    pid_t writer;

    /* the server of the tests waits for no commit; here the source's must be waited for */
    setenv("PGOPTIONS", "-c synchronous_commit=on", 1);
    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "x"));
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__DONE);
    writer = (pid_t)strtol(
        echo_value(&s, &s.mirror,
                   "select pid from pg_stat_activity where backend_type = 'walwriter'"),
        NULL, 10);
    wire_freeze(writer);
    echo_done(&s, "echo", echo_put(&s, "b", "x"));
    cr_assert_eq(echo_await(&s, 2), HP__REPLY__STATUS__DONE);
    kill(writer, SIGKILL);
    await_server();
    cr_assert_eq(echo_await(&s, 2), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(
        echo_value(&s, &s.mirror, "select position from subscription where district = '310105'"),
        "2");
    cr_assert_str_eq(
        echo_value(&s, &s.mirror, "select string_agg(key || n, ' ' order by n) from heard"),
        "a1 b2");
}

/* ---- a limit of the server that the data reached ---- */

/* Too long for an index and not to be compressed. */
static const char *long_text(size_t n)
{
    char *text = arena_zalloc(s.arena, n + 1);
    unsigned x = 12345;

    for (size_t i = 0; i < n; i++) {
        x = x * 1103515245u + 12345u;
        text[i] = (char)(33 + (x >> 16) % 90);
    }
    return text;
}

Test(answers, a_value_too_long_for_an_index_parks_its_event)
{
    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    pg_test_run(&s.mirror, "create index on heard (text)");
    echo_done(&s, "echo", echo_put(&s, "a", long_text(9000)));
    cr_assert_str_eq(wire_await_state(&s, ECHO_DISTRICT, "parked")->event_type, "echo.Said");
}

Test(answers, a_value_too_long_for_an_index_fails_its_timer_alone)
{
    Echo__Remind m = ECHO__REMIND__INIT;

    echo_start(&s, "echo", NULL);
    pg_test_run(&s.echo, "create index on reminded (key, reverse(key))");
    m.due_at = wall_now_us();
    for (int i = 0; i < 6; i++) {
        m.key = i ? arena_printf(s.arena, "ok%d", i) : (char *)long_text(2000);
        m.due_at += 1000;
        echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &m.base));
    }
    wire_await(&s, &s.echo, "select count(*) from reminded", "5");
    wire_await(&s, &s.echo, "select count(*) from timer where error is not null", "1");
}

Test(answers, a_value_too_long_for_an_index_breaks_its_command)
{
    Echo__Remind m = ECHO__REMIND__INIT;
    void *socket;

    echo_start(&s, "echo", NULL);
    m.key = (char *)long_text(9000);
    m.due_at = wall_now_us() + 3600 * SECOND_US;
    socket = wire_open(&s, NULL, "echo");
    wire_post(&s, socket, echo_envelope(&s, "echo.Remind", &m.base));
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__BROKEN);
    zmq_close(socket);
}

/* ---- a flood ---- */

Test(answers, a_flood_of_one_district_is_busy_to_nobody_else)
{
    enum { QUEUE = 20 };
    PGconn *holder;
    void *socket, *other;

    echo_start(&s, "echo", TWO, "workers=2", "queue=20", NULL);
    holder = wire_session(&s.echo, WIRE_LOCK);
    socket = wire_open(&s, NULL, "echo");
    other = wire_open(&s, NULL, "echo");
    for (int i = 0; i < QUEUE + 10; i++)
        wire_post(&s, socket, wire_hold(&s, A, arena_printf(s.arena, "k%d", i)));
    for (int i = 0; i < 10; i++)
        cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__BUSY);
    wire_post(&s, other, wire_put(&s, B, "b", "one"));
    cr_assert_eq(wire_hear(&s, other)->status, HP__REPLY__STATUS__DONE);
    wire_session_end(holder);
    zmq_close(socket);
    zmq_close(other);
}
