/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Faults of the machine, of the data, and of the connection: what each of them may and may not do to commands, events and timers.
 *
 * Triggers stand in for the disk and the administrator; sequences count the tries, whatever is rolled back.
 */
#include <criterion/criterion.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <unistd.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

static struct echo_stack s;

static void open_stack(void)
{
    echo_open(&s);
}

/* Roles are every test's: none may stay read only. */
static void set_read_only(const char *on)
{
    pg_test_run(&s.echo,
                arena_printf(s.arena,
                             "alter role hongping_intake set default_transaction_read_only = %s;"
                             "alter role hongping_scoring set default_transaction_read_only = %s",
                             on, on));
}

static char small[64]; /* a folder that is a small file system, "" for none */

static void close_stack(void)
{
    set_read_only("off");
    echo_close(&s);
    if (small[0]) {
        umount2(small, MNT_DETACH);
        rmdir(small);
    }
}

TestSuite(faults, .init = open_stack, .fini = close_stack, .timeout = 120);

/* From now on an insert into @table of @t counts in sequence tries_<table> and raises @state. */
static void raise_on(const struct pg_test *t, const char *table, const char *state)
{
    pg_test_run(
        t,
        arena_printf(
            s.arena,
            "create sequence if not exists tries_%s; grant usage on sequence tries_%s to public; "
            "create function raise_%s() returns trigger language plpgsql as $$ begin "
            "perform nextval('tries_%s'); raise exception 'sample fault' using errcode = '%s'; "
            "end $$; create trigger raise_it before insert on %s for each row execute function "
            "raise_%s()",
            table, table, table, table, state, table, table));
}

static void raise_no_more(const struct pg_test *t, const char *table)
{
    pg_test_run(t,
                arena_printf(
                    s.arena,
                    "drop trigger raise_it on %s; drop function raise_%s(); drop sequence tries_%s",
                    table, table, table));
}

/* Until it was tried @n times. */
static void await_tries(const struct pg_test *t, const char *table, int n)
{
    wire_await(&s, t, arena_printf(s.arena, "select last_value >= %d from tries_%s", n, table),
               "t");
}

static const char *subscription(void)
{
    return echo_value(
        &s, &s.mirror,
        "select state || ' ' || position from subscription where district = '310105'");
}

static const char *sums(void)
{
    return echo_value(
        &s, &s.echo,
        "select (select coalesce(sum(writes), 0) from item) || ' ' || (select count(*) from "
        "stream) || ' ' || (select count(*) from log)");
}

/* 25006 is a primary that is none any more, 0A000 what a standby says of "begin read write": not the machine's, and treated like
 * its faults. */
static const char *const passing[] = {"53100", "53200", "53300", "57014", "58030",
                                      "XX000", "25006", "0A000", "57P01"};

/* ---- of the machine ---- */

Test(faults, of_the_machine_at_the_hearer_park_no_event)
{
    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    for (size_t i = 0; i < ARRAY_LEN(passing); i++) {
        raise_on(&s.mirror, "heard", passing[i]);
        echo_done(&s, "echo", echo_put(&s, "a", "one"));
        await_tries(&s.mirror, "heard", 2);
        cr_assert_str_eq(subscription(), arena_printf(s.arena, "following %d", (int)i), "%s",
                         passing[i]);
        raise_no_more(&s.mirror, "heard");
        cr_assert_eq(echo_await(&s, (int64_t)i + 1), HP__REPLY__STATUS__DONE, "%s", passing[i]);
    }
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select count(*) || ' ' || max(n) from heard"),
                     "9 9");
}

Test(faults, of_the_machine_break_no_command)
{
    void *socket;

    echo_start(&s, "echo", NULL);
    socket = wire_open(&s, NULL, "echo");
    for (size_t i = 0; i < ARRAY_LEN(passing); i++) {
        Hp__Envelope *env = echo_put(&s, "a", "one");

        raise_on(&s.echo, "item", passing[i]);
        wire_post(&s, socket, env);
        cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__UNAVAILABLE, "%s",
                     passing[i]);
        raise_no_more(&s.echo, "item");
        echo_done(&s, "echo", env);
        echo_done(&s, "echo", env);
    }
    cr_assert_str_eq(sums(), "9 9 9");
    zmq_close(socket);
}

/* Where the log and the events are written, which is behind every handler. */
Test(faults, of_the_machine_in_the_commit_break_no_command)
{
    static const char *const tables[] = {"stream", "log", "seal", "message"};
    void *socket;

    echo_start(&s, "echo", NULL);
    socket = wire_open(&s, NULL, "echo");
    for (size_t i = 0; i < ARRAY_LEN(tables); i++) {
        Hp__Envelope *env = echo_put(&s, "a", "one");

        raise_on(&s.echo, tables[i], "53100");
        wire_post(&s, socket, env);
        cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__UNAVAILABLE, "%s",
                     tables[i]);
        raise_no_more(&s.echo, tables[i]);
        echo_done(&s, "echo", env);
    }
    cr_assert_str_eq(sums(), "4 4 4");
    zmq_close(socket);
}

Test(faults, of_the_machine_in_a_timer_leave_it_due_and_not_failed)
{
    Echo__Remind in = ECHO__REMIND__INIT;

    echo_start(&s, "echo", NULL);
    raise_on(&s.echo, "reminded", "53100");
    in.key = (char *)"soon";
    in.due_at = wall_now_us();
    echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &in.base));
    await_tries(&s.echo, "reminded", 2);
    cr_assert_str_eq(
        echo_value(&s, &s.echo, "select attempts || coalesce(error, ' none') from timer"),
        "0 none");
    raise_no_more(&s.echo, "reminded");
    wire_await(&s, &s.echo, "select string_agg(key, ' ') from reminded", "soon");
    wire_await(&s, &s.echo, "select count(*) from timer", "0");
}

/* ---- of the data ---- */

Test(faults, of_the_data_park_the_event)
{
    static const char *const states[] = {"22000", "22P02", "22003", "23514", "23502"};
    Hp__RetryParked retry = HP__RETRY_PARKED__INIT;

    retry.source = (char *)"echo";
    retry.district = (char *)ECHO_DISTRICT;
    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    for (size_t i = 0; i < ARRAY_LEN(states); i++) {
        raise_on(&s.mirror, "heard", states[i]);
        echo_done(&s, "echo", echo_put(&s, "a", "one"));
        cr_assert_eq(echo_await(&s, (int64_t)i + 1), HP__REPLY__STATUS__REFUSED, "%s", states[i]);
        cr_assert_str_eq(subscription(), arena_printf(s.arena, "parked %d", (int)i), "%s",
                         states[i]);
        raise_no_more(&s.mirror, "heard");
        echo_done(&s, "mirror", echo_envelope(&s, "bus.RetryParked", &retry.base));
        cr_assert_eq(echo_await(&s, (int64_t)i + 1), HP__REPLY__STATUS__DONE);
    }
}

Test(faults, of_the_data_break_the_command_at_once)
{
    void *socket;

    echo_start(&s, "echo", NULL);
    raise_on(&s.echo, "item", "23514");
    socket = wire_open(&s, NULL, "echo");
    wire_post(&s, socket, echo_put(&s, "a", "one"));
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__BROKEN);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select last_value from tries_item"), "1",
                     "not run again");
    cr_assert_str_eq(sums(), "0 0 0");
    zmq_close(socket);
}

/* ---- a disk that is full indeed ---- */

/* A few megabytes in memory, which only root can mount: where the hearer writes. */
static bool mount_small(void)
{
    char dir[] = "/tmp/hp-full-XXXXXX";

    if (geteuid() != 0 || !mkdtemp(dir))
        return false;
    if (mount("tmpfs", dir, "tmpfs", 0, "size=4m,mode=0777") != 0) {
        rmdir(dir);
        return false;
    }
    snprintf(small, sizeof(small), "%s", dir);
    return true;
}

/* Carried out by the server, whose user the files must belong to. */
static void server_shell(const char *command)
{
    pg_test_run(&s.mirror,
                arena_printf(s.arena, "copy (select 1) to program 'cat >/dev/null; %s'", command));
}

Test(faults, a_disk_that_is_full_parks_no_event_and_is_caught_up_with)
{
    char *text = arena_zalloc(s.arena, 7001);

    if (!mount_small())
        cr_skip_test("a small file system takes root, and the right to mount");
    memset(text, 'x', 7000);
    server_shell(arena_printf(s.arena, "mkdir -m 700 %s/space", small));
    pg_test_run(&s.mirror,
                arena_printf(s.arena, "create tablespace small location '%s/space'", small));
    wire_log_to(&s);
    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    pg_test_run(&s.mirror, "alter table heard alter text set storage plain, set tablespace small");
    server_shell(
        arena_printf(s.arena, "dd if=/dev/zero of=%s/filler bs=64k 2>/dev/null; true", small));
    for (int i = 0; i < 4; i++)
        echo_done(&s, "echo", echo_put(&s, "a", text));
    wire_await_line(&s, "53100");
    cr_assert_str_eq(
        echo_value(
            &s, &s.mirror,
            "select state || ' ' || (position < 4) from subscription where district = '310105'"),
        "following true");
    server_shell(arena_printf(s.arena, "rm %s/filler", small));
    cr_assert_eq(echo_await(&s, 4), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select count(*) || ' ' || max(n) from heard"),
                     "4 4");
    pg_test_run(&s.mirror, "alter table heard set tablespace pg_default");
    pg_test_run(&s.mirror, "drop tablespace small");
}

/* ---- a server that is no primary ---- */

Test(faults, a_read_only_server_is_left_and_found_again)
{
    enum { N = 6 };
    Hp__Envelope *envs[N];
    void *socket;

    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    echo_done(&s, "echo", echo_put(&s, "z", "one"));
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__DONE);
    set_read_only("on");
    pg_test_run(&s.echo, "select pg_terminate_backend(pid) from pg_stat_activity where usename in "
                         "('hongping_intake', 'hongping_scoring')");
    socket = wire_open(&s, NULL, "echo");
    for (int i = 0; i < N; i++) {
        envs[i] = echo_put(&s, "a", "one");
        envs[i]->left_ms = 60 * 1000;
        wire_post(&s, socket, envs[i]);
    }
    for (int i = 0; i < N; i++)
        cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__UNAVAILABLE);
    set_read_only("off");
    for (int i = 0; i < N; i++)
        echo_done(&s, "echo", envs[i]);
    cr_assert_eq(echo_await(&s, N + 1), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(sums(), "7 7 7");
    zmq_close(socket);
}

/* ---- connections cut ---- */

/*
 * The connection is cut while its COMMIT is under way (a deferred trigger holds it there) and the caller's time runs out meanwhile:
 * nobody knows whether it happened, so EXPIRED, which says that nothing did, is not the answer.
 */
Test(faults, expired_is_never_said_after_a_commit_of_unknown_outcome)
{
    Hp__Envelope *env = echo_put(&s, "held", "one");
    PGconn *holder;
    int64_t begun;
    void *socket;

    echo_start(&s, "echo", NULL);
    pg_test_run(&s.echo,
                "create function hold_commit() returns trigger language plpgsql security definer "
                "as $$ begin perform "
                "pg_advisory_xact_lock(42); return null; end $$; create constraint trigger "
                "hold_commit after insert on "
                "stream deferrable initially deferred for each row execute function hold_commit()");
    holder = wire_session(&s.echo, WIRE_LOCK);
    socket = wire_open(&s, NULL, "echo");
    env->left_ms = 1000;
    wire_post(&s, socket, env);
    wire_await_waits(&s, &s.echo, 1);
    begun = monotonic_now_us(); /* it has been received by now */
    while (monotonic_now_us() <= begun + SECOND_US)
        (void)echo_value(&s, &s.echo, "select 1");
    pg_test_run(&s.echo, "select pg_terminate_backend(pid) from pg_locks where locktype = "
                         "'advisory' and not granted");
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__UNAVAILABLE);
    wire_session_end(holder);
    env->left_ms = 30 * 1000;
    echo_done(&s, "echo", env);
    cr_assert_str_eq(sums(), "1 1 1");
    zmq_close(socket);
}

/* ... and whoever looks in the log afterwards finds what was committed. */
Test(faults, a_commit_whose_answer_was_lost_is_found_in_the_log)
{
    enum { N = 10 };
    void *socket;

    echo_start(&s, "echo", "workers=2", NULL);
    socket = wire_open(&s, NULL, "echo");
    for (int i = 0; i < N; i++) {
        Hp__Envelope *env = echo_put(&s, "a", "one");

        env->left_ms = 30 * 1000;
        wire_post(&s, socket, env);
        pg_test_run(&s.echo, "select pg_terminate_backend(pid) from pg_stat_activity where usename "
                             "= 'hongping_intake'");
        cr_assert(wire_hear(&s, socket)->status != HP__REPLY__STATUS__BROKEN);
        echo_done(&s, "echo", env);
    }
    cr_assert_str_eq(sums(), "10 10 10");
    zmq_close(socket);
}

/* ---- the bell between instances ---- */

/* Those of both instances that listen, or have told, since the cut. */
#define LISTENING \
    "select count(*) from pg_stat_activity where usename = 'hongping_intake' and (query like " \
    "'%; listen %' or query like 'select pg_notify%') and pid not in (select pid from cut)"

/* Until @conn, which listens, was told @text. */
static void await_notice(PGconn *conn, const char *text)
{
    int64_t end = monotonic_now_us() + 60 * SECOND_US;
    bool told = false;

    while (!told) {
        struct pollfd fd = {.fd = PQsocket(conn), .events = POLLIN};
        PGnotify *notice;

        cr_assert_lt(monotonic_now_us(), end, "told \"%s\"", text);
        cr_assert_geq(poll(&fd, 1, 1000), 0);
        cr_assert(PQconsumeInput(conn));
        while ((notice = PQnotifies(conn))) {
            told |= strcmp(notice->extra, text) == 0;
            PQfreemem(notice);
        }
    }
}

/* All connections of both instances are cut, those that listen too; what one commits afterwards is told to the other. */
Test(faults, others_are_told_after_the_listening_connections_were_cut)
{
    static const char *const sets[] = {NULL};
    Hp__GetState get = HP__GET_STATE__INIT;
    PGconn *listener;
    char dir[96];
    void *socket;

    snprintf(dir, sizeof(dir), "%s/b", s.dir);
    cr_assert_eq(mkdir(dir, 0700), 0);
    echo_start(&s, "echo", NULL);
    echo_spawn(&s, "echo", dir, sets);
    socket = wire_open(&s, dir, "echo");
    wire_post(&s, socket, echo_envelope(&s, "bus.GetState", &get.base));
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE);
    pg_test_run(&s.echo, "create table cut (pid int)");
    wire_await(&s, &s.echo, LISTENING, "2");
    pg_test_run(&s.echo, "insert into cut select pid from pg_stat_activity where usename = "
                         "'hongping_intake'; select pg_terminate_backend(pid) from cut");
    wire_await(&s, &s.echo, LISTENING, "2");
    listener = wire_session(&s.echo, arena_printf(s.arena, "listen \"hp_%s\"", s.echo.schema));
    PQclear(PQexec(listener, "commit"));
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    await_notice(listener, "310105 1");
    wire_post(&s, socket, echo_put(&s, "a", "one"));
    cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE);
    await_notice(listener, "310105 2");
    wire_session_end(listener);
    zmq_close(socket);
}
