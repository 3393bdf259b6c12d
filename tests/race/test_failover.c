/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The primary dies and its standby is promoted, while a service works that knows both.
 *
 * With a synchronous standby nothing that was acknowledged is lost. With one that lagged the end of the history is: the service
 * goes on behind what is there, and whoever heard the lost end says `diverged`.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"
#include "tests/support/servers.h"

static struct servers servers;
static struct echo_stack s;

/* echo on the two servers, mirror on one that stays. */
static void open_stack(void)
{
    char *dir = strdup(getenv("HP_TEST_PG_DIR")), *port = strdup(getenv("HP_TEST_PG_PORT"));

    servers_open(&servers);
    servers_add_standby(&servers);
    echo_open(&s);
    servers_use(&servers);
    pg_test_schema(&s.echo, "intake");
    setenv("HP_TEST_PG_DIR", dir, 1);
    setenv("HP_TEST_PG_PORT", port, 1);
    free(dir);
    free(port);
}

static void close_stack(void)
{
    echo_close(&s);
    servers_close(&servers);
}

TestSuite(failover, .init = open_stack, .fini = close_stack, .timeout = 240);

static void promote(void)
{
    servers_run(&servers, SERVERS_SECOND, "select pg_promote()");
    servers_await(&servers, SERVERS_SECOND, "select pg_is_in_recovery()", "f");
}

static void fail_over(void)
{
    servers_kill(&servers, SERVERS_FIRST);
    promote();
}

static const char *value(const char *sql)
{
    return echo_value(&s, &s.echo, sql);
}

static const char *id_of(const Hp__Envelope *env)
{
    char text[UUID_TEXT];
    struct uuid id;

    memcpy(id.bytes, env->message_id.data, sizeof(id.bytes));
    return arena_strdup(s.arena, uuid_format(&id, text));
}

/* ---- a synchronous standby ---- */

enum { N = 300, BEFORE = 150 };

static void be_synchronous(void)
{
    servers_run(&servers, SERVERS_FIRST, "alter system set synchronous_standby_names = '*'");
    servers_run(&servers, SERVERS_FIRST, "select pg_reload_conf()");
    servers_await(&servers, SERVERS_FIRST, "select sync_state from pg_stat_replication", "sync");
}

static bool same_id(const Hp__Envelope *env, const Hp__Reply *reply)
{
    return env->message_id.len == reply->message_id.len &&
           memcmp(env->message_id.data, reply->message_id.data, reply->message_id.len) == 0;
}

/* Of those acknowledged so far the ids, as a list of SQL. */
static const char *note_done(Hp__Envelope *const *envs, int n, const Hp__Reply *reply,
                             const char *list)
{
    cr_assert_eq(reply->status, HP__REPLY__STATUS__DONE);
    for (int i = 0; i < n; i++)
        if (same_id(envs[i], reply))
            return arena_printf(s.arena, "%s%s'%s'", list, *list ? "," : "", id_of(envs[i]));
    cr_assert(false, "an answer to nothing");
    return list;
}

static void post(void *socket, Hp__Envelope **envs, int from, int to)
{
    for (int i = from; i < to; i++) {
        envs[i] = wire_put(&s, ECHO_DISTRICT, arena_printf(s.arena, "k%d", i % 10), "one");
        wire_post(&s, socket, envs[i]);
    }
}

/* The standby takes nothing any more, and the primary's commits wait for it: nobody is told that they happened. */
static void hold_commits(void *socket, Hp__Envelope **envs)
{
    servers_run(&servers, SERVERS_SECOND,
                "copy (select pid from pg_stat_wal_receiver) to program 'xargs kill -STOP'");
    post(socket, envs, BEFORE, N);
    servers_await(&servers, SERVERS_FIRST,
                  "select count(*) > 0 from pg_stat_activity where wait_event = 'SyncRep'", "t");
}

static void let_go_and_fail_over(void)
{
    servers_kill(&servers, SERVERS_FIRST);
    servers_run(&servers, SERVERS_SECOND,
                "copy (select pid from pg_stat_wal_receiver) to program 'xargs kill -CONT'");
    promote();
}

Test(failover, to_a_synchronous_standby_loses_nothing_that_was_acknowledged)
{
    Hp__Envelope *envs[N];
    const char *done = "";
    void *socket;

    be_synchronous();
    echo_start(&s, "echo", "workers=2", "lease.seconds=2", NULL);
    echo_start(&s, "mirror", NULL);
    socket = wire_open(&s, NULL, "echo");
    post(socket, envs, 0, BEFORE);
    for (int i = 0; i < BEFORE; i++)
        done = note_done(envs, BEFORE, wire_hear(&s, socket), done);
    hold_commits(socket, envs);
    let_go_and_fail_over();
    cr_assert_str_eq(
        value(arena_printf(s.arena, "select count(*) from log where message_id in (%s)", done)),
        arena_printf(s.arena, "%d", BEFORE));
    for (int i = 0; i < N; i++) { /* all of them with their ids, until each is answered */
        envs[i]->left_ms = 60 * 1000;
        echo_done(&s, "echo", envs[i]);
    }
    cr_assert_str_eq(
        value(
            "select (select sum(writes) from item) || ' ' || (select count(*) from stream) || ' ' "
            "|| (select count(*) from log)"),
        "300 300 300");
    cr_assert_eq(echo_await(&s, N), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.mirror,
                                "select (select count(*) from heard) || ' ' || (select state from "
                                "subscription where district = '310105')"),
                     "300 following");
    zmq_close(socket);
}

/* ---- one that lagged ---- */

static void put(const char *key)
{
    Hp__Envelope *env = wire_put(&s, ECHO_DISTRICT, key, "one");

    env->left_ms = 60 * 1000;
    echo_done(&s, "echo", env);
}

static const char *heard(void)
{
    return echo_value(&s, &s.mirror, "select string_agg(key || n, ' ' order by n) from heard");
}

/* It has all up to here, and nothing that comes. */
static void standby_falls_behind(void)
{
    servers_await(&servers, SERVERS_FIRST,
                  "select replay_lsn >= pg_current_wal_lsn() from pg_stat_replication", "t");
    servers_run(&servers, SERVERS_SECOND, "alter system set primary_conninfo = ''");
    servers_run(&servers, SERVERS_SECOND, "select pg_reload_conf()");
    servers_await(&servers, SERVERS_FIRST, "select count(*) from pg_stat_replication", "0");
}

Test(failover, to_a_standby_that_lagged_makes_hearers_of_the_lost_end_diverge)
{
    const Hp__SubscriptionState *sub;

    echo_start(&s, "echo", "lease.seconds=2", NULL);
    echo_start(&s, "mirror", NULL);
    put("a");
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__DONE);
    standby_falls_behind();
    put("lost");
    put("lost");
    cr_assert_eq(echo_await(&s, 3), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(heard(), "a1 lost2 lost3");
    fail_over();
    sub = wire_await_state(&s, ECHO_DISTRICT, "diverged"); /* also while the source is idle */
    cr_assert_eq(sub->position, 3);
    /* what is there goes on behind what is left, and nothing of it is taken for the lost end's continuation */
    put("b");
    put("c");
    put("d");
    cr_assert_str_eq(value("select string_agg(key, ' ' order by key) from item"), "a b c d");
    cr_assert_str_eq(value("select max(seq) from stream"), "4");
    wire_await_state(&s, ECHO_DISTRICT, "diverged");
    cr_assert_str_eq(heard(), "a1 lost2 lost3");
}

/* ... and when new events stand where the lost ones stood before the hearer asks again. */
Test(failover, an_end_that_was_written_anew_on_the_new_primary_is_not_taken_for_the_lost_one)
{
    pid_t mirror;

    echo_start(&s, "echo", "lease.seconds=2", NULL);
    mirror = echo_start(&s, "mirror", NULL);
    put("a");
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__DONE);
    standby_falls_behind();
    put("lost");
    cr_assert_eq(echo_await(&s, 2), HP__REPLY__STATUS__DONE);
    wire_freeze(mirror);
    fail_over();
    put("b");
    put("c");
    wire_thaw(mirror);
    wire_await_state(&s, ECHO_DISTRICT, "diverged");
    cr_assert_str_eq(heard(), "a1 lost2");
}
