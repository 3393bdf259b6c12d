/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two builds of a service side by side, as during an upgrade: the older one lacks the newer one's last migration, events and timers.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

static struct echo_stack s;
static char dir_b[96];

static void open_stack(void)
{
    echo_open(&s);
    snprintf(dir_b, sizeof(dir_b), "%s/b", s.dir);
    cr_assert_eq(mkdir(dir_b, 0700), 0);
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(upgrade, .init = open_stack, .fini = close_stack, .timeout = 120);

/* @program beside the one in the stack's folder; a socket to it. */
static void *start_beside(const char *program, const char *service, pid_t *ret_pid)
{
    Hp__GetState get = HP__GET_STATE__INIT;
    void *socket;

    *ret_pid = echo_spawn(&s, program, dir_b, NULL);
    socket = wire_open(&s, dir_b, service);
    wire_post(&s, socket, echo_envelope(&s, "bus.GetState", &get.base));
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE);
    return socket;
}

static const char *heard(void)
{
    return echo_value(&s, &s.mirror, "select string_agg(key || n, ' ' order by n) from heard");
}

/* The old build runs while the new one migrates, goes on beside it, and can be started again. */
Test(upgrade, an_older_build_goes_on_and_starts_again_beside_a_newer_one)
{
    pid_t old = echo_start(&s, "echo", NULL), next;
    void *socket;

    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    socket = start_beside("echo_next", "echo", &next);
    cr_assert_str_eq(
        echo_value(&s, &s.echo,
                   "select count(*) from information_schema.columns where table_schema = "
                   "current_schema() and table_name = 'item' and column_name = 'note'"),
        "1");
    for (int i = 0; i < 10; i++) {
        echo_done(&s, "echo", echo_put(&s, "a", "one"));
        wire_post(&s, socket, echo_put(&s, "a", "one"));
        cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE);
        if (i == 5) { /* a crash of the old one in the middle of the upgrade */
            echo_end(&s, old, SIGKILL);
            old = echo_start(&s, "echo", NULL);
        }
    }
    /* and the way back: the new one goes, the old one stays */
    cr_assert_eq(echo_end(&s, next, SIGTERM), 0);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    cr_assert_str_eq(echo_value(&s, &s.echo, "select writes from item"), "22");
    zmq_close(socket);
    cr_assert_eq(echo_end(&s, old, SIGTERM), 0);
}

/* What a hearer does not know stops it, before the event and without a loss, until a build runs that knows it. */
Test(upgrade, an_event_of_a_newer_build_stops_an_older_hearer_until_it_is_replaced)
{
    const Hp__SubscriptionState *sub;
    pid_t mirror;

    echo_start(&s, "echo_next", NULL);
    mirror = echo_start(&s, "mirror", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    echo_done(&s, "echo", echo_put(&s, "b", "tell")); /* Told, then Said */
    echo_done(&s, "echo", echo_put(&s, "c", "one"));
    sub = wire_await_state(&s, ECHO_DISTRICT, "unknown");
    cr_assert_eq(sub->position, 1);
    cr_assert_str_eq(sub->event_type, "echo.Told");
    cr_assert_str_eq(heard(), "a1");
    cr_assert_eq(echo_await(&s, 2), HP__REPLY__STATUS__REFUSED);
    /* the same build again knows no more than before */
    echo_end(&s, mirror, SIGTERM);
    mirror = echo_start(&s, "mirror", NULL);
    cr_assert_eq(wire_await_state(&s, ECHO_DISTRICT, "unknown")->position, 1);
    echo_end(&s, mirror, SIGTERM);
    echo_start(&s, "mirror_next", NULL);
    cr_assert_eq(echo_await(&s, 4), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(heard(), "a1 b3 c4");
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select string_agg(key || n, ' ') from told"), "b2");
}

/* Both builds of the hearer at once: the older one stands still, the newer one goes on, and nothing is heard twice. */
Test(upgrade, a_newer_hearer_beside_an_older_one_goes_on)
{
    char link_path[160], socket_path[160];
    pid_t next;
    void *socket;

    echo_start(&s, "echo_next", NULL);
    snprintf(link_path, sizeof(link_path), "%s/echo.sock", dir_b);
    snprintf(socket_path, sizeof(socket_path), "%s/echo.sock", s.dir);
    cr_assert_eq(symlink(socket_path, link_path), 0);
    echo_start(&s, "mirror", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "tell"));
    wire_await_state(&s, ECHO_DISTRICT, "unknown");
    socket = start_beside("mirror_next", "mirror", &next);
    wire_await(&s, &s.mirror, "select position from subscription where district = '310105'", "2");
    echo_done(&s, "echo", echo_put(&s, "b", "one"));
    wire_await(&s, &s.mirror, "select position from subscription where district = '310105'", "3");
    cr_assert_str_eq(heard(), "a2 b3");
    zmq_close(socket);
}

Test(upgrade, an_event_that_may_be_skipped_is_passed_over)
{
    echo_start(&s, "echo_next", NULL);
    echo_start(&s, "mirror", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "whisper"));
    echo_done(&s, "echo", echo_put(&s, "b", "one"));
    cr_assert_eq(echo_await(&s, 3), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(heard(), "a2 b3");
}

/* A timer of a kind that a build does not know is not its business: neither run, nor failed, nor in the way. */
Test(upgrade, timers_of_a_newer_build_wait_for_it)
{
    Echo__Remind in = ECHO__REMIND__INIT;
    pid_t next, old;

    next = echo_start(&s, "echo_next", "clock.mode=manual", "clock.start=2023-03-01T08:00:00+08:00",
                      NULL);
    in.due_at = INT64_C(1680000000) * SECOND_US;
    for (int i = 0; i < 3; i++) {
        in.key = (char *)(const char *[]){"next one", "plain", "next two"}[i];
        echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &in.base));
    }
    echo_end(&s, next, SIGTERM);
    old = echo_start(&s, "echo", NULL); /* the machine's clock: all are long due */
    wire_await(&s, &s.echo, "select string_agg(key, ', ' order by n) from reminded", "plain");
    cr_assert_str_eq(
        echo_value(&s, &s.echo,
                   "select count(*) || ' ' || sum(attempts) from timer where error is null"),
        "2 0");
    echo_end(&s, old, SIGTERM);
    echo_start(&s, "echo_next", NULL);
    wire_await(&s, &s.echo, "select string_agg(key, ', ' order by n) from reminded",
               "plain, next one, next two");
    wire_await(&s, &s.echo, "select count(*) from timer", "0");
}
