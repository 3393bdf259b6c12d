/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "common/base/clock.h"
#include "tests/support/echo_service/harness.h"
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

TestSuite(timers, .init = open_stack, .fini = close_stack, .timeout = 90);

static int64_t instant(const char *text)
{
    int64_t at = 0;

    cr_assert_eq(instant_parse(text, &at), 0);
    return at;
}

static void remind(const char *key, const char *due)
{
    Echo__Remind in = ECHO__REMIND__INIT;

    in.key = (char *)key;
    in.due_at = instant(due);
    echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &in.base));
}

static Hp__Reply *set_clock(const char *at)
{
    Hp__SetClock set = HP__SET_CLOCK__INIT;

    set.at = instant(at);
    return echo_ask(&s, "echo", echo_envelope(&s, "bus.SetClock", &set.base));
}

static const char *reminded(void)
{
    return echo_value(&s, &s.echo, "select string_agg(key, ' ' order by n) from reminded");
}

Test(timers, a_manual_clock_starts_where_it_is_told_and_runs_what_becomes_due_in_order)
{
    Hp__StateReply *state;

    echo_start(&s, "echo", "clock.mode=manual", "clock.start=2023-03-01T08:00:00+08:00", NULL);
    remind("third", "2023-05-01T00:00:00+08:00");
    remind("first", "2023-03-02T00:00:00+08:00");
    remind("second", "2023-04-01T00:00:00+08:00");
    remind("never", "2024-01-01T00:00:00+08:00");
    state = echo_state(&s, "echo");
    cr_assert(state->manual_clock);
    cr_assert_eq(state->now_at, instant("2023-03-01T08:00:00+08:00"));
    cr_assert_eq(state->next_due_at, instant("2023-03-02T00:00:00+08:00"));
    cr_assert_eq(set_clock("2023-03-02T00:00:00+08:00")->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(reminded(), "first");
    cr_assert_eq(set_clock("2023-06-01T00:00:00+08:00")->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(reminded(), "first second third");
    cr_assert_eq(echo_state(&s, "echo")->next_due_at, instant("2024-01-01T00:00:00+08:00"));
    cr_assert_str_eq(echo_value(&s, &s.echo, "select iso(max(at)) from stream"),
                     "2023-05-31T16:00:00.000000Z");
}

Test(timers, a_manual_clock_goes_only_forward_and_outlives_the_process)
{
    pid_t pid = echo_start(&s, "echo", "clock.mode=manual", NULL);
    Hp__Reply *reply;

    cr_assert_eq(set_clock("2023-06-01T00:00:00+08:00")->status, HP__REPLY__STATUS__DONE);
    reply = set_clock("2023-05-31T00:00:00+08:00");
    cr_assert_str_eq(reply->code, "clock_backwards");
    cr_assert_str_eq(reply->args[0], "2023-06-01T00:00:00+08:00");
    echo_end(&s, pid, SIGKILL);
    echo_start(&s, "echo", "clock.mode=manual", NULL);
    cr_assert_eq(echo_state(&s, "echo")->now_at, instant("2023-06-01T00:00:00+08:00"));
}

/* Nothing was written yet that would hold it. */
Test(timers, a_clock_that_was_set_does_not_go_back_whatever_the_next_start_says)
{
    pid_t pid =
        echo_start(&s, "echo", "clock.mode=manual", "clock.start=2023-06-01T00:00:00+08:00", NULL);

    echo_end(&s, pid, SIGKILL);
    pid =
        echo_start(&s, "echo", "clock.mode=manual", "clock.start=2023-03-01T00:00:00+08:00", NULL);
    cr_assert_eq(echo_state(&s, "echo")->now_at, instant("2023-06-01T00:00:00+08:00"));
    cr_assert_eq(set_clock("2123-06-01T00:00:00+08:00")->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from log"), "0");
    echo_end(&s, pid, SIGKILL);
    pid = echo_start(&s, "echo", NULL);
    cr_assert_not(echo_state(&s, "echo")->manual_clock);
    cr_assert_geq(echo_state(&s, "echo")->now_at, instant("2123-06-01T00:00:00+08:00"));
}

Test(timers, an_effect_is_not_dated_before_its_cause_though_the_hearers_clock_is_set_later)
{
    echo_start(&s, "echo", "clock.mode=manual", "clock.start=2023-06-01T00:00:00+08:00", NULL);
    echo_start(&s, "mirror", "clock.mode=manual", "clock.start=2023-03-01T00:00:00+08:00", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select iso(at) from heard"),
                     "2023-05-31T16:00:00.000000Z");
}

Test(timers, the_machines_clock_cannot_be_set)
{
    echo_start(&s, "echo", NULL);
    cr_assert_str_eq(set_clock("2033-06-01T00:00:00+08:00")->code, "clock_not_manual");
}

Test(timers, a_service_that_was_down_catches_up_in_order)
{
    Echo__Remind in = ECHO__REMIND__INIT;
    char key[16];
    pid_t pid = echo_start(&s, "echo", "clock.mode=manual", NULL);

    for (int i = 19; i >= 0; i--) {
        snprintf(key, sizeof(key), "%02d", i);
        in.key = key;
        in.due_at = instant("2023-02-01T00:00:00+08:00") + i * HOUR_US;
        echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &in.base));
    }
    echo_end(&s, pid, SIGKILL);
    echo_start(&s, "echo", NULL); /* the machine's clock: all are long due */
    echo_start(&s, "mirror", NULL);
    cr_assert_eq(echo_await(&s, 20), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(reminded(), "00 01 02 03 04 05 06 07 08 09 10 11 12 13 14 15 16 17 18 19");
}

Test(timers, with_the_machines_clock_a_timer_runs_when_it_is_due)
{
    Echo__Remind in = ECHO__REMIND__INIT;

    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    in.key = (char *)"soon";
    in.due_at = wall_now_us() + SECOND_US / 5;
    echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &in.base));
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__DONE);
    cr_assert_geq(wall_now_us(), in.due_at);
    cr_assert_str_eq(reminded(), "soon");
}

Test(timers, one_that_fails_is_shown_holds_up_no_other_and_is_tried_again)
{
    Hp__StateReply *state;

    echo_start(&s, "echo", "clock.mode=manual", NULL);
    echo_start(&s, "mirror", NULL);
    remind("bad-one", "2023-02-01T00:00:00+08:00");
    remind("good", "2023-02-02T00:00:00+08:00");
    cr_assert_eq(set_clock("2023-03-01T00:00:00+08:00")->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(reminded(), "good");
    state = echo_state(&s, "echo");
    cr_assert_eq(state->n_due, 1);
    cr_assert_not_null(strstr(state->due[0], "remind bad-one: failed"));
    pg_test_run(&s.echo, "insert into cure values ('310105', 'bad-one')");
    cr_assert_eq(echo_await(&s, 2), HP__REPLY__STATUS__DONE,
                 "the second event is the cured timer's");
    cr_assert_str_eq(reminded(), "good bad-one");
    cr_assert_eq(echo_state(&s, "echo")->n_due, 0);
}

/* ---- a claim that fails ---- */

static void remind_now(const char *key)
{
    Echo__Remind in = ECHO__REMIND__INIT;

    in.key = (char *)key;
    in.due_at = wall_now_us();
    echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &in.base));
}

/* Wait for a line of the service's log that says @what, with @why in it. */
static void await_line(const char *what, const char *why)
{
    char line[8192];
    bool found = false;

    while (!found) { /* the suite's time ends it */
        FILE *f = fopen(s.log, "re");

        cr_assert_not_null(f);
        while (!found && fgets(line, sizeof(line), f))
            found = strstr(line, what) && strstr(line, why);
        fclose(f);
    }
}

static void with_a_log(void)
{
    s.log = arena_printf(s.arena, "%s/echo.log", s.dir);
    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
}

Test(timers, a_claim_that_fails_says_so_and_what_is_due_runs_once_it_can)
{
    with_a_log();
    pg_test_run(&s.echo, "revoke delete on timer from hongping_intake");
    remind_now("first");
    remind_now("second");
    await_line("timers cannot be claimed", "\"sqlstate\":\"42501\"");
    cr_assert_str_eq(reminded(), "");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from timer where error is null"), "2",
                     "a fault of the database is none of the timers");
    pg_test_run(&s.echo, "grant delete on timer to hongping_intake");
    cr_assert_eq(echo_await(&s, 2), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(reminded(), "first second");
}

Test(timers, reading_when_they_are_due_that_fails_says_so_and_goes_on)
{
    with_a_log();
    pg_test_run(&s.echo, "revoke select on timer from hongping_intake");
    await_line("timers cannot be read", "\"sqlstate\":\"42501\"");
    pg_test_run(&s.echo, "grant select on timer to hongping_intake");
    remind_now("one");
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(reminded(), "one");
}
