/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Two instances of a service, or two transactions of one, meet on the same schema.
 *
 * The second instance has a socket folder of its own; where it has to find the others, a link to
 * their socket stands in it. Advisory locks of PostgreSQL hold a transaction at the point that
 * matters, so that every order below is made and not hoped for.
 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <stdlib.h>
#include <unistd.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "common/service/tell/events.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

static const struct sql_stmt lock = {"lock", 0,
                                     "select 1 as one from (select pg_advisory_lock(42)) l"};
static const struct sql_stmt unlock = {"unlock", 0,
                                       "select 1 as one from (select pg_advisory_unlock(42)) l"};
/* any kind of lock: a row is waited for by way of the transaction that holds it */
static const struct sql_stmt waits = {"waits", 0,
                                      "select count(*) as n from pg_locks where not granted"};
static const struct sql_stmt *const list[] = {&lock, &unlock, &waits, NULL};
static const struct sql_stmt *const *const lists[] = {list, NULL};

static struct echo_stack s;
static char dir_b[96];
static struct bus_conf conf_b;
static struct bus_link *link_b;
static void *context;

static void open_stack(void)
{
    /* what is held here is held until the test lets go, however slow the machine */
    setenv("PGOPTIONS", "-c lock_timeout=60s", 1);
    echo_open(&s);
    snprintf(dir_b, sizeof(dir_b), "%s/b", s.dir);
    cr_assert_eq(mkdir(dir_b, 0700), 0);
    conf_b = s.conf;
    conf_b.dir = dir_b;
    cr_assert_eq(bus_link_new(&conf_b, &link_b, NULL), 0);
    context = zmq_ctx_new();
}

static void close_stack(void)
{
    bus_link_free(link_b);
    zmq_ctx_term(context);
    echo_close(&s);
}

TestSuite(instances, .init = open_stack, .fini = close_stack, .timeout = 120);

/* ---- both instances ---- */

static Hp__Reply *ask_b(const char *service, const Hp__Envelope *env)
{
    char endpoint[128];
    Hp__Reply *reply = NULL;

    /* that one, whoever leads the district */
    snprintf(endpoint, sizeof(endpoint), "ipc://%s/%s.sock", dir_b, service);
    cr_assert_eq(bus_ask_at(link_b, s.arena, service, endpoint, env, &reply), 0,
                 "the second one answers");
    return reply;
}

static pid_t start_b(const char *service, const char *const *sets)
{
    Hp__GetState get = HP__GET_STATE__INIT;
    pid_t pid = echo_spawn(&s, service, dir_b, sets);
    Hp__Envelope *env = bus_envelope(s.arena, "bus.GetState", ECHO_DISTRICT, &get.base, 30000);

    cr_assert_eq(ask_b(service, env)->status, HP__REPLY__STATUS__DONE);
    return pid;
}

static void *dealer(const char *dir)
{
    void *socket = zmq_socket(context, ZMQ_DEALER);
    char endpoint[160];

    zmq_setsockopt(socket, ZMQ_LINGER, &(int){0}, sizeof(int));
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &(int){30000}, sizeof(int));
    snprintf(endpoint, sizeof(endpoint), "ipc://%s/echo.sock", dir);
    cr_assert_eq(zmq_connect(socket, endpoint), 0);
    return socket;
}

static void post(void *socket, const Hp__Envelope *env)
{
    size_t size = hp__envelope__get_packed_size(env);
    uint8_t *data = arena_alloc(s.arena, size);

    hp__envelope__pack(env, data);
    cr_assert_eq(zmq_send(socket, data, size, 0), (int)size);
}

static struct bytes hear(void *socket)
{
    zmq_msg_t msg;
    struct bytes reply;

    zmq_msg_init(&msg);
    cr_assert_geq(zmq_msg_recv(&msg, socket, 0), 0, "a reply within 30 s");
    reply.size = zmq_msg_size(&msg);
    reply.data = arena_memdup(s.arena, zmq_msg_data(&msg), reply.size);
    zmq_msg_close(&msg);
    /* who leads the district is said behind what was stored, by the one that does not */
    Hp__Reply *whole = hp__reply__unpack(arena_pb(s.arena), reply.size, reply.data);

    whole->leader = NULL;
    return bus_pack(s.arena, &whole->base);
}

static void hold_lock(struct pg *pg, struct tx **ret_tx)
{
    struct rows *rows;

    *ret_tx = tx_begin(pg, TX_WRITE, s.arena);
    cr_assert_eq(tx_query(*ret_tx, &lock, NULL, 0, &rows), 0);
}

static void release_lock(struct tx *tx)
{
    struct rows *rows;

    cr_assert_eq(tx_query(tx, &unlock, NULL, 0, &rows), 0);
    tx_rollback(tx);
}

/* Until @n locks are waited for. */
static void await_waits(struct tx *tx, int64_t n)
{
    struct rows *rows;

    do
        cr_assert_eq(tx_query(tx, &waits, NULL, 0, &rows), 0);
    while (rows_i64(rows, 0, "n") < n);
}

static Hp__Envelope *hold(const char *key, const char *text)
{
    Echo__Hold m = ECHO__HOLD__INIT;

    m.key = (char *)key;
    m.text = (char *)text;
    return echo_envelope(&s, "echo.Hold", &m.base);
}

/* ---- one message, two instances ---- */

/*
 * Both look into the log and find nothing; both carry the command out; one commits. The other must
 * find out at its commit, undo all, and give the first one's answer.
 */
Test(instances, the_same_message_inside_both_at_once_takes_effect_once)
{
    struct pg *pg = pg_test_open(&s.echo, lists);
    struct bytes first, second;
    Hp__Envelope *env = hold("a", "one");
    void *a, *b;
    struct tx *tx;

    echo_start(&s, "echo", NULL);
    start_b("echo", NULL);
    a = dealer(s.dir);
    b = dealer(dir_b);
    hold_lock(pg, &tx);
    post(a, env);
    post(b, env);
    await_waits(tx, 2); /* one waits for the lock, the other for the row the first one wrote */
    release_lock(tx);
    first = hear(a);
    second = hear(b);
    cr_assert_eq(first.size, second.size);
    cr_assert_eq(memcmp(first.data, second.data, first.size), 0, "the same reply to the byte");
    cr_assert_eq(hp__reply__unpack(arena_pb(s.arena), first.size, first.data)->status,
                 HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.echo,
                                "select (select sum(writes) from item) || ' ' || (select count(*) "
                                "from stream) || ' ' || (select count(*) from log)"),
                     "1 1 1");
    zmq_close(a);
    zmq_close(b);
    pg_close(pg);
}

Test(instances, a_hundred_messages_to_both_at_once_take_effect_once_each)
{
    enum { N = 100 };
    struct bytes replies[2];
    void *a, *b;
    char key[16];

    echo_start(&s, "echo", "workers=3", NULL);
    start_b("echo", NULL);
    a = dealer(s.dir);
    b = dealer(dir_b);
    for (int i = 0; i < N; i++) {
        snprintf(key, sizeof(key), "k%d", i % 7);
        Hp__Envelope *env = echo_put(&s, key, i % 5 ? "one" : "refuse");

        post(i % 2 ? a : b, env);
        post(i % 2 ? b : a, env);
        replies[0] = hear(a);
        replies[1] = hear(b);
        cr_assert_eq(replies[0].size, replies[1].size);
        cr_assert_eq(memcmp(replies[0].data, replies[1].data, replies[0].size), 0);
    }
    cr_assert_str_eq(echo_value(&s, &s.echo,
                                "select (select sum(writes) from item) || ' ' || (select count(*) "
                                "from stream) || ' ' || (select count(*) from log)"),
                     "80 80 100");
    zmq_close(a);
    zmq_close(b);
}

/* ---- commits ---- */

/*
 * The later-begun transaction of another instance commits first, and the reader has it before the
 * earlier one is there at all: with positions from a sequence it would pass over the earlier one.
 */
Test(instances, the_later_begun_transaction_of_another_instance_commits_first)
{
    struct pg *pg = pg_test_open(&s.echo, lists);
    Hp__Envelope *slow = hold("slow", "one");
    struct tx *tx;
    void *a;

    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    start_b("echo", NULL);
    a = dealer(s.dir);
    hold_lock(pg, &tx);
    post(a, slow);
    await_waits(tx, 1);
    cr_assert_eq(ask_b("echo", echo_put(&s, "fast", "one"))->status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(ask_b("echo", echo_put(&s, "faster", "one"))->status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(echo_await(&s, 2), HP__REPLY__STATUS__DONE);
    release_lock(tx);
    (void)hear(a);
    cr_assert_eq(echo_await(&s, 3), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(
        echo_value(&s, &s.mirror, "select string_agg(key || n, ' ' order by n) from heard"),
        "fast1 faster2 slow3");
    zmq_close(a);
    pg_close(pg);
}

/*
 * The worst moment: the event has its position and its row, and the COMMIT is under way (a deferred
 * trigger holds it there). Whoever commits next waits behind it, so that no reader can see a
 * position beyond one that is not there yet.
 */
Test(instances, behind_a_commit_under_way_nobody_overtakes)
{
    struct pg *pg = pg_test_open(&s.echo, lists);
    Hp__Envelope *first = echo_put(&s, "held", "one"), *second = echo_put(&s, "next", "one");
    struct bus_conf conf = s.conf;
    struct bus_link *link;
    struct events batch;
    struct tx *tx;
    void *a, *b;

    echo_start(&s, "echo", "workers=3", NULL);
    echo_start(&s, "mirror", NULL);
    start_b("echo", NULL);
    echo_done(&s, "echo", echo_put(&s, "zero", "one"));
    pg_test_run(&s.echo,
                "create function hold_commit() returns trigger language plpgsql security definer "
                "as $$ begin if position('held' in encode(new.payload, 'escape')) > 0 then perform "
                "pg_advisory_xact_lock(42); end if; return null; end $$;"
                "create constraint trigger hold_commit after insert on stream deferrable initially "
                "deferred for each row execute function hold_commit()");
    a = dealer(s.dir);
    b = dealer(dir_b);
    hold_lock(pg, &tx);
    post(a, first);
    await_waits(tx, 1); /* inside its COMMIT */
    post(b, second);
    await_waits(tx, 2); /* behind the head it holds */
    conf.dir = dir_b;
    cr_assert_eq(bus_link_new(&conf, &link, NULL), 0);
    cr_assert_eq(events_fetch(link, s.arena, "echo", ECHO_DISTRICT, 0, 0, 0, EVENTS_PATIENCE_MS,
                              &batch, NULL),
                 0);
    bus_link_free(link);
    cr_assert_eq(batch.n, 1, "neither is there for a reader");
    cr_assert_eq(batch.head, 1);
    release_lock(tx);
    (void)hear(a);
    (void)hear(b);
    cr_assert_eq(echo_await(&s, 3), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(
        echo_value(&s, &s.mirror, "select string_agg(key || n, ' ' order by n) from heard"),
        "zero1 held2 next3");
    zmq_close(a);
    zmq_close(b);
    pg_close(pg);
}

/* ---- two subscribers ---- */

Test(instances, two_that_follow_one_stream_apply_each_event_once_and_in_order)
{
    enum { N = 200, KILL_EVERY = 40 };
    char key[16], link_path[160], socket_path[160];
    pid_t mirror_b;

    echo_start(&s, "echo", NULL);
    snprintf(link_path, sizeof(link_path), "%s/echo.sock", dir_b);
    snprintf(socket_path, sizeof(socket_path), "%s/echo.sock", s.dir);
    cr_assert_eq(symlink(socket_path, link_path), 0);
    echo_start(&s, "mirror", NULL);
    /* numbers drawn by aborted goes are lost, so there may be gaps: the order is what counts */
    pg_test_run(&s.mirror, "alter table heard add arrived bigint generated always as identity");
    mirror_b = start_b("mirror", NULL);
    for (int i = 0; i < N; i++) {
        snprintf(key, sizeof(key), "k%d", i);
        echo_done(&s, "echo", echo_put(&s, key, "one"));
        if (i % KILL_EVERY == KILL_EVERY / 2) {
            echo_end(&s, mirror_b, SIGKILL);
            mirror_b = echo_spawn(&s, "mirror", dir_b, NULL);
        }
    }
    cr_assert_eq(echo_await(&s, N), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(
        echo_value(&s, &s.mirror,
                   "select count(*) || ' ' || min(n) || ' ' || max(n) || ' ' || "
                   "(count(*) filter (where arrived < before)) from (select n, arrived, "
                   "coalesce(lag(arrived) over (order by n), 0) as before from heard) h"),
        "200 1 200 0");
    cr_assert_str_eq(echo_value(&s, &s.mirror,
                                "select state || ' ' || position from subscription "
                                "where district = '310105' and source = 'echo'"),
                     "following 200");
}

/* ---- timers ---- */

Test(instances, a_timer_is_run_by_one_of_two)
{
    enum { N = 120 };
    Echo__Remind in = ECHO__REMIND__INIT;
    char key[16];

    echo_start(&s, "echo", "workers=2", NULL);
    echo_start(&s, "mirror", NULL);
    start_b("echo", NULL);
    for (int i = 0; i < N; i++) {
        snprintf(key, sizeof(key), "t%d", i);
        in.key = key;
        in.due_at = wall_now_us() + (i % 2 ? SECOND_US / 4 : 0);
        if (i % 3)
            echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &in.base));
        else
            cr_assert_eq(ask_b("echo", echo_envelope(&s, "echo.Remind", &in.base))->status,
                         HP__REPLY__STATUS__DONE);
    }
    cr_assert_eq(echo_await(&s, N), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(
        echo_value(&s, &s.echo,
                   "select (select count(*) || ' ' || count(distinct key) from reminded) || ' ' || "
                   "(select count(*) from stream) || ' ' || (select count(*) from timer)"),
        "120 120 120 0");
}

/* Asked of the one that does not lead, the clock is set for both; the answer comes when the other has run what was due. */
Test(instances, a_clock_set_at_one_waits_for_the_timers_of_the_other)
{
    static const char *const sets[] = {"clock.mode=manual", "clock.start=2023-03-01T08:00:00+08:00",
                                       NULL};
    Echo__Remind remind = ECHO__REMIND__INIT;
    Hp__SetClock set = HP__SET_CLOCK__INIT;

    echo_start(&s, "echo", sets[0], sets[1], NULL);
    start_b("echo", sets);
    for (int i = 0; i < 300; i++) {
        remind.key = (char *)arena_printf(s.arena, "k%d", i);
        remind.due_at = INT64_C(1680000000) * SECOND_US;
        echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &remind.base));
    }
    set.at = INT64_C(1690000000) * SECOND_US;
    cr_assert_eq(ask_b("echo", echo_envelope(&s, "bus.SetClock", &set.base))->status,
                 HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from timer"), "0");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from reminded"), "300");
}

/* connections for notices, of processes whose PGAPPNAME is the schema */
#define LISTENING \
    "from pg_stat_activity where application_name = current_schema() and state = 'idle' " \
    "and query similar to '%(listen|pg_notify)%'"

/* The other, which leads, does not listen at the moment that it is told of the clock: it finds out, and runs what is due. */
Test(instances, a_clock_set_while_another_cannot_hear_reaches_it)
{
    static const char *const sets[] = {"clock.mode=manual", "clock.start=2023-03-01T08:00:00+08:00",
                                       NULL};
    Echo__Remind remind = ECHO__REMIND__INIT;
    Hp__SetClock set = HP__SET_CLOCK__INIT;
    Hp__Envelope *env;
    void *one;

    setenv("PGAPPNAME", s.echo.schema, 1);
    start_b("echo", sets);
    wire_await(&s, &s.echo, "select count(*) from lease", "2");
    unsetenv("PGAPPNAME");
    echo_start(&s, "echo", sets[0], sets[1], NULL);
    remind.key = (char *)"k";
    remind.due_at = INT64_C(1680000000) * SECOND_US;
    echo_done(&s, "echo", echo_envelope(&s, "echo.Remind", &remind.base));
    one = wire_open(&s, NULL, "echo"); /* asks that one, whoever leads */
    wire_await(&s, &s.echo, "select count(*) " LISTENING, "1");
    pg_test_run(&s.echo, "select pg_terminate_backend(pid, 10000) " LISTENING);
    set.at = INT64_C(1690000000) * SECOND_US;
    env = echo_envelope(&s, "bus.SetClock", &set.base);
    env->left_ms = 30000;
    wire_post(&s, one, env);
    cr_assert_eq(wire_hear(&s, one)->status, HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from reminded"), "1");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from timer"), "0");
    zmq_close(one);
}

/* ---- notices ---- */

static void await_notice(PGconn *conn, const char *text)
{
    int64_t end = monotonic_now_us() + 30 * SECOND_US;
    bool found = false;

    while (!found) {
        PGnotify *notice;

        PQclear(PQexec(conn, "select 1")); /* reads what has come */
        while (!found && (notice = PQnotifies(conn))) {
            found = notice->be_pid != PQbackendPID(conn) && strcmp(notice->extra, text) == 0;
            PQfreemem(notice);
        }
        cr_assert_lt(monotonic_now_us(), end, "%s is not told", text);
    }
}

/* One that comes, and comes again as after a restart, is answered each time, and told of commits from then on. */
Test(instances, whoever_comes_is_answered_though_others_are_known)
{
    PGconn *third = PQconnectdb(s.echo.superuser);

    setenv("PGAPPNAME", s.echo.schema, 1);
    echo_start(&s, "echo", NULL);
    start_b("echo", NULL);
    unsetenv("PGAPPNAME");
    wire_await(&s, &s.echo, "select count(*) " LISTENING, "2");
    PQclear(PQexec(third, arena_printf(s.arena, "listen \"hp_%s\"", s.echo.schema)));
    for (int i = 0; i < 4; i++) {
        PQclear(PQexec(third, arena_printf(s.arena, "notify \"hp_%s\", 'hello'", s.echo.schema)));
        await_notice(third, "here"); /* by both */
        await_notice(third, "here");
    }
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    await_notice(third, "310105 1");
    PQfinish(third);
}

/* ---- one endpoint ---- */

#define ROWS "select count(*) from instance"
#define LED "select count(*) from lease join instance using (instance)"

/* None takes the other for a former one of itself again and again, and both say what is wrong. */
Test(instances, two_that_announce_one_endpoint_live_side_by_side_and_say_so)
{
    static const char *const sets[] = {"lease.seconds=2", "bus.announce=ipc:///run/sample.sock",
                                       NULL};
    const char *rows;

    wire_log_to(&s);
    echo_start(&s, "echo", sets[0], sets[1], NULL);
    start_b("echo", sets);
    wire_await_line(&s, "another instance announces the same endpoint");
    wire_await(&s, &s.echo, ROWS, "2");
    wire_await(&s, &s.echo, LED, "2");
    rows = echo_value(&s, &s.echo,
                      "select string_agg(instance::text, ' ' order by instance) from instance");
    /* each has beaten since */
    wire_await(
        &s, &s.echo,
        arena_printf(s.arena, "select bool_and(until > %s) from instance",
                     arena_printf(s.arena, "'%s'::timestamptz",
                                  echo_value(&s, &s.echo, "select max(until) from instance"))),
        "t");
    cr_assert_str_eq(
        echo_value(&s, &s.echo,
                   "select string_agg(instance::text, ' ' order by instance) from instance"),
        rows);
}

/* However long the leases are: what was killed is not there, for its successor is. */
Test(instances, a_successor_at_the_endpoint_leads_at_once)
{
    static const char *const sets[] = {"lease.seconds=3600", "bus.announce=ipc:///run/sample.sock"};
    pid_t pid = echo_start(&s, "echo", sets[0], sets[1], NULL);
    const char *first;

    wire_await(&s, &s.echo, LED, "2");
    first = echo_value(&s, &s.echo, "select instance from instance");
    echo_end(&s, pid, SIGKILL);
    echo_start(&s, "echo", sets[0], sets[1], NULL);
    wire_await(&s, &s.echo,
               arena_printf(s.arena, "select count(*) from lease where instance <> '%s'", first),
               "2");
    cr_assert_str_eq(echo_value(&s, &s.echo, ROWS), "1");
}
