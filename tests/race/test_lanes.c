/* SPDX-License-Identifier: Apache-2.0 */
/*
 * What a lane does beside a commit that is under way, and what lanes do that wait for others.
 *
 * A deferred trigger holds a commit open; a sequence counts how often an item was written, whatever was rolled back.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "common/base/str.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

#define A "310105"
#define B "310106"

static struct echo_stack s;
static void *sock;
static PGconn *holder;

static void open_stack(void)
{
    echo_open(&s);
}

static void close_stack(void)
{
    wire_session_end(holder);
    zmq_close(sock);
    echo_close(&s);
}

TestSuite(lanes, .init = open_stack, .fini = close_stack, .timeout = 120);

/* echo runs; the commit of what writes key "held" stands still until holder ends. */
static void hold_a_commit(void)
{
    echo_start(&s, "echo", "districts=" A "," B, "workers=2", NULL);
    pg_test_run(&s.echo,
                "create sequence tried; grant usage on sequence tried to public;"
                "create function count_try() returns trigger language plpgsql as $$ begin "
                "perform nextval('tried'); return new; end $$; create trigger count_try before "
                "insert or update on item for each row execute function count_try();"
                "create function hold_commit() returns trigger language plpgsql security definer "
                "as $$ begin if position('held' in encode(new.payload, 'escape')) > 0 then perform "
                "pg_advisory_xact_lock(42); end if; return null; end $$;"
                "create constraint trigger hold_commit after insert on stream deferrable initially "
                "deferred for each row execute function hold_commit()");
    holder = wire_session(&s.echo, WIRE_LOCK);
    sock = wire_open(&s, NULL, "echo");
}

static void let_go(void)
{
    wire_session_end(TAKE(holder));
}

static void await_tries(int n)
{
    wire_await(&s, &s.echo,
               arena_printf(s.arena, "select last_value >= %d and is_called from tried", n), "t");
}

static const char *sums(void)
{
    return echo_value(&s, &s.echo,
                      "select (select coalesce(sum(writes), 0) from item) || ' ' || (select "
                      "count(*) from stream) || ' ' || (select count(*) from log)");
}

static bool is_of(const Hp__Reply *reply, const Hp__Envelope *env)
{
    return memcmp(reply->message_id.data, env->message_id.data, 16) == 0;
}

static Hp__Reply__Status hear_of(const Hp__Envelope *env)
{
    Hp__Reply *reply = wire_hear(&s, sock);

    cr_assert(is_of(reply, env), "another's reply comes first");
    return reply->status;
}

Test(lanes, the_next_command_begins_beside_the_commit_of_the_one_before)
{
    Hp__Envelope *held = wire_put(&s, A, "held", "one"), *next = wire_put(&s, A, "next", "one");

    hold_a_commit();
    wire_post(&s, sock, held);
    wire_await_waits(&s, &s.echo, 1);
    wire_post(&s, sock, next);
    await_tries(2);
    let_go();
    cr_assert_eq(hear_of(held), HP__REPLY__STATUS__DONE);
    cr_assert_eq(hear_of(next), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(sums(), "2 2 2");
}

/* It might have been refused for what it could not see yet. */
Test(lanes, a_refusal_beside_a_commit_is_gone_over_again_behind_it)
{
    Hp__Envelope *held = wire_put(&s, A, "held", "one"), *next = wire_put(&s, A, "next", "refuse");

    hold_a_commit();
    wire_post(&s, sock, held);
    wire_await_waits(&s, &s.echo, 1);
    wire_post(&s, sock, next);
    await_tries(2);
    let_go();
    cr_assert_eq(hear_of(held), HP__REPLY__STATUS__DONE);
    cr_assert_eq(hear_of(next), HP__REPLY__STATUS__REFUSED);
    await_tries(3);
    cr_assert_str_eq(sums(), "1 1 2");
}

/* Several that arrived beside the commit are one batch; the held one, asked for again meanwhile, is answered once. */
Test(lanes, a_batch_begins_beside_a_commit_and_all_of_it_is_done_once)
{
    Hp__Envelope *held = wire_put(&s, A, "held", "one");
    Hp__Envelope *batch[4];

    hold_a_commit();
    wire_post(&s, sock, held);
    wire_await_waits(&s, &s.echo, 1);
    wire_post(&s, sock, held);
    for (size_t i = 0; i < ARRAY_LEN(batch); i++) {
        batch[i] = wire_put(&s, A, "b", "one");
        wire_post(&s, sock, batch[i]);
    }
    await_tries(2);
    let_go();
    for (size_t i = 0; i < 1 + ARRAY_LEN(batch); i++)
        cr_assert_eq(wire_hear(&s, sock)->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(sums(), "5 5 5");
}

/* Two workers, one in a commit that stands still, one with what began beside it: that goes back, and others have the worker. */
Test(lanes, a_commit_that_stands_still_keeps_one_worker)
{
    Hp__Envelope *held = wire_put(&s, A, "held", "one"), *next = wire_put(&s, A, "next", "one"),
                 *other = wire_put(&s, B, "other", "one");
    pid_t frozen;

    hold_a_commit();
    wire_post(&s, sock, held);
    wire_await_waits(&s, &s.echo, 1);
    frozen = (pid_t)atoi(echo_value(
        &s, &s.echo, "select pid from pg_locks where locktype = 'advisory' and not granted"));
    wire_freeze(frozen);
    wire_post(&s, sock, next);
    await_tries(2);
    wire_post(&s, sock, other);
    cr_assert_eq(hear_of(other), HP__REPLY__STATUS__DONE);
    let_go();
    wire_thaw(frozen);
    for (int i = 0; i < 2;
         i++) /* the held one's time for the lock is over when its server goes on */
        (void)wire_hear(&s, sock);
    echo_done(&s, "echo", held);
    echo_done(&s, "echo", next);
    cr_assert_str_eq(sums(), "3 3 3");
}

/* The connection goes while its commit is under way: it did not happen. What began beside it stands, and it is done behind that. */
Test(lanes, a_commit_that_is_lost_is_gone_over_again_and_what_began_beside_it_is_done)
{
    Hp__Envelope *held = wire_put(&s, A, "held", "one"), *next = wire_put(&s, A, "next", "one");
    Hp__Verify verify = HP__VERIFY__INIT;

    hold_a_commit();
    wire_post(&s, sock, held);
    wire_await_waits(&s, &s.echo, 1);
    wire_post(&s, sock, next);
    await_tries(2);
    pg_test_run(&s.echo, "select pg_terminate_backend(pid) from pg_locks where locktype = "
                         "'advisory' and not granted");
    let_go();
    for (int i = 0; i < 2; i++)
        cr_assert_eq(wire_hear(&s, sock)->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(sums(), "2 2 2");
    echo_done(&s, "echo", echo_envelope(&s, "bus.Verify", &verify.base));
}

/* Six districts whose heads are held and one that is free, two workers. Once each of them was met as held, they have one worker
 * between them. */
Test(lanes, many_held_districts_leave_a_worker_to_the_one_that_is_free)
{
    enum { HELD = 6, EACH = 4 };
    CLEANUP(str_release) struct str codes = STR_INIT;
    Hp__Envelope *put[HELD * EACH], *free_one;
    bool met[HELD] = {false};
    int before = 0;

    for (int i = 0; i <= HELD; i++)
        str_printf(&codes, "%s%d", i ? "," : "districts=", 310101 + i);
    echo_start(&s, "echo", codes.text, "workers=2", NULL);
    holder = wire_session(&s.echo, "select 1 from head where district <> '310107' for update");
    sock = wire_open(&s, NULL, "echo");
    for (int i = 0; i < HELD * EACH; i++) {
        put[i] = wire_put(&s, arena_printf(s.arena, "%d", 310101 + i % HELD), "a", "one");
        wire_post(&s, sock, put[i]);
    }
    for (int n = 0; n < HELD;) {
        Hp__Reply *reply = wire_hear(&s, sock);

        cr_assert_eq(reply->status, HP__REPLY__STATUS__UNAVAILABLE);
        for (int i = 0; i < HELD * EACH; i++)
            if (is_of(reply, put[i]) && !met[i % HELD]) {
                met[i % HELD] = true;
                n++;
            }
    }
    free_one = wire_put(&s, "310107", "a", "one");
    wire_post(&s, sock, free_one);
    while (!is_of(wire_hear(&s, sock), free_one))
        before++;
    cr_assert_leq(before, 2, "%d of the held ones were waited for", before);
}

/* All of it is answered before the process ends. */
Test(lanes, a_stop_beside_a_commit_answers_what_waits_behind_it)
{
    Hp__Envelope *held = wire_put(&s, A, "held", "one");
    enum { N = 8 };
    int status, n_done = 0;

    hold_a_commit();
    wire_post(&s, sock, held);
    wire_await_waits(&s, &s.echo, 1);
    for (int i = 0; i < N; i++)
        wire_post(&s, sock, wire_put(&s, A, "k", i % 2 ? "refuse" : "one"));
    await_tries(2);
    cr_assert_eq(kill(s.pids[0], SIGTERM), 0);
    let_go();
    for (int i = 0; i < 1 + N; i++)
        n_done += wire_hear(&s, sock)->status == HP__REPLY__STATUS__DONE;
    cr_assert_eq(n_done, 1 + N / 2);
    status = echo_end(&s, s.pids[0], SIGTERM);
    cr_assert_eq(status, 0, "it ended with %d", status);
    cr_assert_str_eq(sums(), "5 5 9");
}
