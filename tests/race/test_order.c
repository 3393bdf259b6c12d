/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Commands of one district of which the later needs what the earlier wrote, while the earlier one's commit is lost.
 *
 * Writing key "second" waits for lock 43 and then fails unless "first" is there; the commits of what writes "held" and "first" wait
 * for locks 42 and 44.
 */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

#define A "310105"
#define B "310106"
#define LOCK(n) "select pg_advisory_xact_lock(" #n ")"

static struct echo_stack s;
static void *sock;

static void open_stack(void)
{
    setenv("PGOPTIONS", "-c lock_timeout=60s", 1);
    echo_open(&s);
    echo_start(&s, "echo", "districts=" A "," B, "workers=4", NULL);
    pg_test_run(&s.echo,
                "create sequence tried; grant usage on sequence tried to public;"
                "create function need() returns trigger language plpgsql as $$ begin if new.key = "
                "'second' then perform pg_advisory_xact_lock_shared(43); perform nextval('tried'); "
                "if not exists (select from item where key = 'first') then raise exception "
                "'first is not there' using errcode = '23503'; end if; end if; return new; end $$;"
                "create trigger need before insert on item for each row execute function need();"
                "create function hold_commit() returns trigger language plpgsql security definer "
                "as $$ begin if position('held' in encode(new.payload, 'escape')) > 0 then perform "
                "pg_advisory_xact_lock_shared(42); elsif position('first' in encode(new.payload, "
                "'escape')) > 0 then perform pg_advisory_xact_lock_shared(44); end if; "
                "return null; end $$; create constraint trigger hold_commit after insert on stream "
                "deferrable initially deferred for each row execute function hold_commit()");
    sock = wire_open(&s, NULL, "echo");
}

static void close_stack(void)
{
    zmq_close(sock);
    echo_close(&s);
}

TestSuite(order, .init = open_stack, .fini = close_stack, .timeout = 120);

static const char *waiter_of(int lock)
{
    return echo_value(&s, &s.echo,
                      arena_printf(s.arena,
                                   "select coalesce(max(pid), 0) from pg_locks where locktype = "
                                   "'advisory' and not granted and objid = %d",
                                   lock));
}

static const char *await_waiter(int lock, const char *but)
{
    wire_await(&s, &s.echo,
               arena_printf(s.arena,
                            "select count(*) from pg_locks where locktype = 'advisory' and not "
                            "granted and objid = %d and pid <> %s",
                            lock, but),
               "1");
    return waiter_of(lock);
}

static void end_server(const char *pid)
{
    (void)echo_value(&s, &s.echo, arena_printf(s.arena, "select pg_terminate_backend(%s)", pid));
}

static Hp__Reply__Status status_of(const Hp__Envelope *env, Hp__Reply *const *replies, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (memcmp(replies[i]->message_id.data, env->message_id.data, 16) == 0)
            return replies[i]->status;
    cr_assert_fail("no reply");
    return 0;
}

Test(order, what_failed_beside_a_commit_that_is_lost_waits_for_what_was_before_it)
{
    Hp__Envelope *first = wire_put(&s, A, "first", "one"),
                 *second = wire_put(&s, A, "second", "one"),
                 *other = wire_put(&s, B, "other", "one");
    PGconn *at_commit = wire_session(&s.echo, LOCK(44)), *at_need = wire_session(&s.echo, LOCK(43));
    Hp__Reply *replies[3];
    const char *pid;

    wire_post(&s, sock, first);
    pid = await_waiter(44, "0");
    wire_post(&s, sock, second);
    (void)await_waiter(43, "0");
    end_server(pid);
    (void)await_waiter(44, pid);
    wire_session_end(at_need);
    wire_await(&s, &s.echo, "select is_called from tried", "t");
    wire_post(&s, sock, other);
    replies[0] = wire_hear(&s, sock);
    wire_session_end(at_commit);
    for (int i = 1; i < 3; i++)
        replies[i] = wire_hear(&s, sock);
    cr_assert_eq(status_of(first, replies, 3), HP__REPLY__STATUS__DONE);
    cr_expect_eq(status_of(second, replies, 3), HP__REPLY__STATUS__DONE);
    cr_assert_eq(status_of(other, replies, 3), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) || ' ' || sum(writes) from item"),
                     "3 3");
}

/* The first began beside a commit itself. */
Test(order, two_that_go_back_stay_in_their_order)
{
    Hp__Envelope *held = wire_put(&s, A, "held", "one"), *first = wire_put(&s, A, "first", "one"),
                 *second = wire_put(&s, A, "second", "one");
    PGconn *at_held = wire_session(&s.echo, LOCK(42)), *at_first = wire_session(&s.echo, LOCK(44)),
           *at_need = wire_session(&s.echo, LOCK(43));
    Hp__Reply *replies[3];
    const char *pid;

    wire_post(&s, sock, held);
    (void)await_waiter(42, "0");
    wire_post(&s, sock, first);
    wire_await_waits(&s, &s.echo, 2); /* for the head */
    wire_session_end(at_held);
    pid = await_waiter(44, "0");
    wire_post(&s, sock, second);
    (void)await_waiter(43, "0");
    end_server(pid);
    wire_await(&s, &s.echo,
               arena_printf(s.arena, "select count(*) from pg_stat_activity where pid = %s", pid),
               "0");
    wire_session_end(at_first);
    replies[0] = wire_hear(&s, sock);
    wire_session_end(at_need);
    for (int i = 1; i < 3; i++)
        replies[i] = wire_hear(&s, sock);
    cr_assert_eq(status_of(held, replies, 3), HP__REPLY__STATUS__DONE);
    cr_assert_eq(status_of(first, replies, 3), HP__REPLY__STATUS__DONE);
    cr_expect_eq(status_of(second, replies, 3), HP__REPLY__STATUS__DONE);
}
