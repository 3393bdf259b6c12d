/* SPDX-License-Identifier: Apache-2.0 */
/* Timers and the clock: many at one instant, one that fails among them, one that is cancelled by another, two instances. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

static struct echo_stack s;

static void open_stack(void)
{
    echo_open(&s);
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(promises_timers, .init = open_stack, .fini = close_stack, .timeout = 120);

#define START "clock.start=2023-03-01T08:00:00+08:00"

static int64_t instant(const char *text)
{
    int64_t at = 0;

    cr_assert_eq(instant_parse(text, &at), 0);
    return at;
}

static Hp__Envelope *clock_to(const char *at)
{
    Hp__SetClock set = HP__SET_CLOCK__INIT;

    set.at = instant(at);
    return echo_envelope(&s, "bus.SetClock", &set.base);
}

static void remind(const char *key, const char *due)
{
    Echo__Remind in = ECHO__REMIND__INIT;

    in.key = (char *)key;
    in.due_at = instant(due);
    echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &in.base));
}

static Hp__StateReply *state_of(void *socket)
{
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__Reply *reply;

    wire_post(&s, socket, echo_envelope(&s, "bus.GetState", &get.base));
    reply = wire_hear(&s, socket);
    cr_assert_eq(reply->status, HP__REPLY__STATUS__DONE);
    return hp__state_reply__unpack(arena_pb(s.arena), reply->payload.len, reply->payload.data);
}

static void *start_beside(char dir[96], pid_t *ret_pid)
{
    static const char *const sets[] = {"clock.mode=manual", START, NULL};
    void *socket;

    snprintf(dir, 96, "%s/b", s.dir);
    cr_assert_eq(mkdir(dir, 0700), 0);
    *ret_pid = echo_spawn(&s, "echo", dir, sets);
    socket = wire_open(&s, dir, "echo");
    (void)state_of(socket);
    return socket;
}

/* ---- many ---- */

/* Several claims' worth at one instant: each once, in the order of their keys, and one event each. */
Test(promises_timers, hundreds_of_one_instant_run_once_and_in_order)
{
    echo_start(&s, "echo", "clock.mode=manual", START, NULL);
    pg_test_run(&s.echo,
                "insert into timer (district, kind, key, due_at) select '310105', 'remind', "
                "lpad(i::text, 4, '0'), '2023-04-01' from generate_series(1, 500) i");
    cr_assert_eq(echo_ask(&s, "echo", clock_to("2023-05-01T00:00:00+08:00"))->status,
                 HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(
        echo_value(
            &s, &s.echo,
            "select count(*) || ' ' || count(distinct key) || ' ' || bool_and(sorted) from (select "
            "key, key > coalesce(lag(key) over (order by n), '') as sorted from reminded) r"),
        "500 500 true");
    cr_assert_str_eq(
        echo_value(&s, &s.echo,
                   "select count(*) || ' ' || (select count(*) from timer) from stream"),
        "500 0");
}

Test(promises_timers, those_that_fail_hold_up_none_of_their_instant)
{
    echo_start(&s, "echo", "clock.mode=manual", START, NULL);
    pg_test_run(&s.echo, "insert into timer (district, kind, key, due_at) select '310105', "
                         "'remind', case when i % 50 = 0 "
                         "then 'bad' else 'good' end || lpad(i::text, 4, '0'), '2023-04-01' from "
                         "generate_series(1, 200) i");
    cr_assert_eq(echo_ask(&s, "echo", clock_to("2023-05-01T00:00:00+08:00"))->status,
                 HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) || ' ' || min(key) from reminded"),
                     "196 good0001");
    cr_assert_str_eq(
        echo_value(
            &s, &s.echo,
            "select count(*) || ' ' || bool_and(attempts > 0 and error is not null) from timer"),
        "4 true");
    pg_test_run(&s.echo, "insert into cure select district, key from timer");
    wire_await(&s, &s.echo, "select count(*) || ' ' || count(distinct key) from reminded",
               "200 200");
    wire_await(&s, &s.echo, "select count(*) from timer", "0");
}

/* Both are in one claim; the first one's handler cancels the second, which then does not run. */
Test(promises_timers, one_that_another_of_its_claim_cancels_does_not_run)
{
    echo_start(&s, "echo", "clock.mode=manual", START, NULL);
    remind("a", "2023-04-01T00:00:00+08:00");
    remind("cancel z", "2023-04-01T00:00:00+08:00");
    remind("y", "2023-04-01T00:00:00+08:00");
    remind("z", "2023-04-01T00:00:00+08:00");
    cr_assert_eq(echo_ask(&s, "echo", clock_to("2023-05-01T00:00:00+08:00"))->status,
                 HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(
        echo_value(&s, &s.echo, "select string_agg(key, ', ' order by n) from reminded"),
        "a, cancel z, y");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from timer"), "0");
}

/* ... and also when the claim has to be run one by one, because another one fails. */
Test(promises_timers, one_that_is_cancelled_does_not_run_beside_one_that_fails)
{
    echo_start(&s, "echo", "clock.mode=manual", START, NULL);
    remind("bad", "2023-04-01T00:00:00+08:00");
    remind("cancel z", "2023-04-01T00:00:00+08:00");
    remind("z", "2023-04-01T00:00:00+08:00");
    cr_assert_eq(echo_ask(&s, "echo", clock_to("2023-05-01T00:00:00+08:00"))->status,
                 HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(
        echo_value(&s, &s.echo, "select string_agg(key, ', ' order by n) from reminded"),
        "cancel z");
}

/* ---- the clock ---- */

/* Set at one, it is set at the other, which runs no timer twice and dates nothing before it. */
Test(promises_timers, a_clock_that_is_set_at_one_instance_is_set_at_both)
{
    char dir[96];
    void *socket;
    pid_t pid;

    echo_start(&s, "echo", "clock.mode=manual", START, NULL);
    socket = start_beside(dir, &pid);
    remind("a", "2023-04-01T00:00:00+08:00");
    cr_assert_eq(echo_ask(&s, "echo", clock_to("2023-05-01T00:00:00+08:00"))->status,
                 HP__REPLY__STATUS__DONE);
    while (state_of(socket)->now_at != instant("2023-05-01T00:00:00+08:00"))
        ;
    wire_post(&s, socket, echo_put(&s, "b", "one"));
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select iso(min(at)) || ' ' || count(*) from stream"),
                     "2023-04-30T16:00:00.000000Z 2");
    /* and the other way round */
    wire_post(&s, socket, clock_to("2023-06-01T00:00:00+08:00"));
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE);
    while (echo_state(&s, "echo")->now_at != instant("2023-06-01T00:00:00+08:00"))
        ;
    cr_assert_str_eq(echo_value(&s, &s.echo, "select string_agg(key, ' ') from reminded"), "a");
    zmq_close(socket);
}

/* Started again with a clock that begins earlier: it stands where it stood, and behind everything that was written. */
Test(promises_timers, business_time_never_goes_back_over_a_restart)
{
    pid_t pid =
        echo_start(&s, "echo", "clock.mode=manual", "clock.start=2023-09-01T08:00:00+08:00", NULL);

    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    echo_end(&s, pid, SIGKILL);
    pid = echo_start(&s, "echo", "clock.mode=manual", START, NULL);
    cr_assert_geq(echo_state(&s, "echo")->now_at, instant("2023-09-01T08:00:00+08:00"));
    echo_done(&s, "echo", echo_put(&s, "b", "one"));
    cr_assert_str_eq(echo_value(&s, &s.echo,
                                "select bool_and(at >= before) from (select at, coalesce(lag(at) "
                                "over (order by seq), at) "
                                "as before from stream) e"),
                     "t");
    cr_assert_str_eq(echo_ask(&s, "echo", clock_to("2023-08-01T00:00:00+08:00"))->code,
                     "clock_backwards");
}
