/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A source whose history changed behind its hearer's back, as after a failover to a standby that lacked the last commits, or a
 * restore of one service's database: the hearer says `diverged` and stands still, until an operator says how to go on.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

#define A "310105"
#define B "310106"
#define TWO "districts=310105,310106"

static struct echo_stack s;
static pid_t echo;

static void close_stack(void)
{
    echo_close(&s);
}

static void put(const char *district, const char *key)
{
    echo_done(&s, "echo", wire_put(&s, district, key, "one"));
}

static void await_position(const char *district, const char *position)
{
    wire_await(
        &s, &s.mirror,
        arena_printf(s.arena, "select position from subscription where district = '%s'", district),
        position);
}

static const char *heard(void)
{
    return echo_value(
        &s, &s.mirror,
        "select string_agg(key || n, ' ' order by n) from heard where district = '310105'");
}

/* Three events were said and heard in one district, one in another. */
static void open_stack(void)
{
    echo_open(&s);
    wire_log_to(&s);
    echo = echo_start(&s, "echo", TWO, NULL);
    echo_start(&s, "mirror", TWO, NULL);
    put(A, "a");
    put(A, "b");
    put(A, "c");
    put(B, "z");
    await_position(A, "3");
    await_position(B, "1");
}

TestSuite(diverged, .init = open_stack, .fini = close_stack, .timeout = 120);

/* What an asynchronous standby lacked: all behind the first event. */
#define LOSE_THE_END \
    "delete from stream where district = '310105' and seq > 1; delete from log where district = " \
    "'310105' and seq > 1;" \
    "delete from message where district = '310105' and seq > 1;" \
    "delete from seal where district = '310105' and last > 1;" \
    "update head h set stream_seq = 1, log_seq = 1," \
    " stream_hash = (select hash from seal s where s.district = h.district and ledger = 'stream' " \
    "and last = 1)," \
    " log_hash = (select hash from seal s where s.district = h.district and ledger = 'log' and " \
    "last = 1)" \
    " where district = '310105'"
/* Another third event in the place of the one that was heard. */
#define CHANGE_THE_END \
    "update stream set payload = '\\x0a01781201796f6e65' where district = '310105' and seq = 3;" \
    "update seal set hash = decode(repeat('07', 32), 'hex') where district = '310105' and ledger " \
    "= 'stream' and last = 3;" \
    "update head set stream_hash = decode(repeat('07', 32), 'hex') where district = '310105'"

/* It is seen, said loudly, and nothing more of it is applied; the other district goes on. */
static void need_diverged(void)
{
    const Hp__SubscriptionState *sub = wire_await_state(&s, A, "diverged");

    cr_assert_eq(sub->position, 3);
    cr_assert_not_null(strstr(sub->error, "streams rejoin"));
    wire_await_line(&s, "\"diverged\"");
    cr_assert_str_eq(heard(), "a1 b2 c3");
    put(B, "y");
    await_position(B, "2");
    put(A, "later");
    wire_await_state(&s, A, "diverged");
    cr_assert_str_eq(heard(), "a1 b2 c3");
    cr_assert_eq(echo_await(&s, 4), HP__REPLY__STATUS__REFUSED, "who waits hears it at once");
}

static Hp__Reply *rejoin(int64_t from, const char *reason)
{
    Hp__Rejoin m = HP__REJOIN__INIT;

    m.source = (char *)"echo";
    m.district = (char *)A;
    m.from = from;
    m.reason = (char *)reason;
    return echo_ask(&s, "mirror", echo_envelope(&s, "bus.Rejoin", &m.base));
}

/* The issue's own case: the end was lost, and as much and more is written anew. */
Test(diverged, an_end_that_was_lost_and_written_anew_is_noticed)
{
    pg_test_run(&s.echo, LOSE_THE_END);
    put(A, "new2");
    put(A, "new3");
    put(A, "new4");
    need_diverged();
}

/* ... and as much exactly, after which the source is idle. */
Test(diverged, an_end_that_was_written_anew_to_the_same_position_is_noticed)
{
    pg_test_run(&s.echo, LOSE_THE_END);
    put(A, "new2");
    put(A, "new3");
    need_diverged();
}

/* How far both histories can agree is said, with the command. */
static void need_most(const char *from)
{
    const char *error = wire_await_state(&s, A, "diverged")->error;

    cr_assert_not_null(strstr(error, arena_printf(s.arena, "behind position %s counts", from)),
                       "%s", error);
    cr_assert_not_null(
        strstr(error, arena_printf(s.arena,
                                   "hongping streams rejoin echo 310105 --in mirror --from %s "
                                   "--reason TEXT",
                                   from)),
        "%s", error);
}

Test(diverged, a_source_that_stands_before_its_hearer_is_noticed)
{
    pg_test_run(&s.echo, LOSE_THE_END);
    need_most("1");
    need_diverged();
}

Test(diverged, a_source_that_lost_everything_is_noticed)
{
    pg_test_run(
        &s.echo,
        "delete from stream where district = '310105'; delete from log where district = '310105';"
        "delete from message where district = '310105'; delete from seal where district = '310105';"
        "update head set stream_seq = 0, log_seq = 0 where district = '310105'");
    need_most("0");
    need_diverged();
}

Test(diverged, a_source_that_was_restarted_with_an_older_state_is_noticed)
{
    echo_end(&s, echo, SIGKILL);
    pg_test_run(&s.echo, LOSE_THE_END);
    echo_start(&s, "echo", TWO, NULL);
    need_diverged();
}

Test(diverged, a_source_restarted_between_two_commits_written_anew_is_noticed)
{
    echo_end(&s, echo, SIGKILL);
    pg_test_run(&s.echo, LOSE_THE_END);
    echo = echo_spawn(&s, "echo", NULL, (const char *[]){TWO, NULL});
    put(A, "new2");
    put(A, "new3");
    put(A, "new4");
    need_diverged();
}

/* Nothing is said and nothing asked for: only the hash at the head differs. */
Test(diverged, an_idle_source_with_another_end_is_noticed)
{
    pg_test_run(&s.echo, CHANGE_THE_END);
    need_most("2");
    need_diverged();
}

Test(diverged, an_idle_source_restarted_with_another_end_is_noticed)
{
    echo_end(&s, echo, SIGKILL);
    pg_test_run(&s.echo, CHANGE_THE_END);
    echo_start(&s, "echo", TWO, NULL);
    need_diverged();
}

/* The next commit stands on an end that this process never wrote. */
Test(diverged, another_end_under_the_next_event_is_noticed)
{
    pg_test_run(&s.echo, CHANGE_THE_END);
    put(A, "d");
    need_diverged();
}

Test(diverged, an_operator_mends_it_with_a_reason_that_is_kept)
{
    pg_test_run(&s.echo, LOSE_THE_END);
    put(A, "new2");
    wire_await_state(&s, A, "diverged");
    cr_assert_str_eq(rejoin(1, "")->code, "text_missing");
    cr_assert_str_eq(rejoin(-1, "a sample restore")->code, "number_out_of_range");
    /* where its effects stand is the operator's to say: these two were undone by hand */
    pg_test_run(&s.mirror, "delete from heard where district = '310105' and n > 1");
    cr_assert_eq(rejoin(1, "a sample restore")->status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(echo_await(&s, 2), HP__REPLY__STATUS__DONE);
    put(A, "new3");
    cr_assert_eq(echo_await(&s, 3), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(heard(), "a1 new22 new33");
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select note from log where outcome = 'done'"),
                     "echo 310105 from 1: a sample restore");
    cr_assert_str_eq(rejoin(1, "once more")->code, "not_diverged");
}

/* Nothing of this is said of a history that only went on, whoever wrote it and whoever was restarted. */
Test(diverged, a_history_that_goes_on_is_followed_through_restarts_of_both)
{
    pid_t mirror;

    for (int round = 0; round < 3; round++) {
        echo_end(&s, echo, SIGKILL);
        echo = echo_start(&s, "echo", TWO, NULL);
        put(A, "d");
        mirror = s.pids[0] == echo ? s.pids[1] : s.pids[0];
        echo_end(&s, mirror, SIGKILL);
        put(A, "e");
        put(A, "f");
        echo_start(&s, "mirror", TWO, NULL);
    }
    cr_assert_eq(echo_await(&s, 12), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(
        echo_value(&s, &s.mirror, "select string_agg(distinct state, ' ') from subscription"),
        "following");
}
