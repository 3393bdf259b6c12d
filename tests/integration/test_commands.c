/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

static struct echo_stack s;

static void open_stack(void)
{
    /* what is held here is held until the test lets go, however slow the machine */
    setenv("PGOPTIONS", "-c lock_timeout=60s", 1);
    echo_open(&s);
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(commands, .init = open_stack, .fini = close_stack, .timeout = 60);

static int64_t writes(const Hp__Reply *reply)
{
    Echo__PutReply *put =
        echo__put_reply__unpack(arena_pb(s.arena), reply->payload.len, reply->payload.data);

    cr_assert_not_null(put);
    return put->writes;
}

Test(commands, the_same_id_twice_gives_the_same_reply_and_one_effect)
{
    Hp__Envelope *env = echo_put(&s, "a", "one");

    echo_start(&s, "echo", NULL);
    cr_assert_eq(writes(echo_done(&s, "echo", env)), 1);
    cr_assert_eq(writes(echo_done(&s, "echo", env)), 1);
    cr_assert_eq(writes(echo_done(&s, "echo", echo_put(&s, "a", "two"))), 2,
                 "another id is another effect");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select writes from item"), "2");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from stream"), "2");
}

Test(commands, the_same_id_with_other_content_is_refused)
{
    Hp__Envelope *env = echo_put(&s, "a", "one"), *other = echo_put(&s, "a", "two");
    Hp__Reply *reply;

    echo_start(&s, "echo", NULL);
    echo_done(&s, "echo", env);
    other->message_id = env->message_id;
    reply = echo_ask(&s, "echo", other);
    cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED);
    cr_assert_str_eq(reply->code, "message_reused");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select text from item"), "one");
}

Test(commands, a_refusal_is_stored_and_leaves_nothing_else)
{
    Hp__Envelope *env = echo_put(&s, "a", "refuse");

    echo_start(&s, "echo", NULL);
    for (int i = 0; i < 2; i++) {
        Hp__Reply *reply = echo_ask(&s, "echo", env);

        cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED);
        cr_assert_str_eq(reply->code, "already_exists");
        cr_assert_str_eq(reply->field, "text");
        cr_assert_eq(reply->n_args, 1);
    }
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from item"), "0");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from stream"), "0");
    cr_assert_str_eq(
        echo_value(&s, &s.echo,
                   "select outcome || ' ' || code || ' ' || field || ' ' || account from log"),
        "refused already_exists text sample-officer");
}

Test(commands, who_may_not_and_what_cannot_be_read_is_refused)
{
    Hp__Envelope *env = echo_put(&s, "a", "one");
    Hp__Reply *reply;

    echo_start(&s, "echo", NULL);
    env->actor->bindings[0]->region = (char *)"310104";
    reply = echo_ask(&s, "echo", env);
    cr_assert_str_eq(reply->code, "forbidden");

    env = echo_put(&s, "a", "one");
    env->actor = NULL;
    reply = echo_ask(&s, "echo", env);
    cr_assert_str_eq(reply->code, "forbidden");

    env = echo_put(&s, "a", "one");
    env->district = (char *)"310104";
    reply = echo_ask(&s, "echo", env);
    cr_assert_str_eq(reply->code, "district_unknown");

    env = echo_put(&s, "a", "one");
    env->payload.len -= 2;
    reply = echo_ask(&s, "echo", env);
    cr_assert_str_eq(reply->code, "message_malformed");

    env = echo_put(&s, "a", "\xff\xfe");
    reply = echo_ask(&s, "echo", env);
    cr_assert_str_eq(reply->code, "message_malformed");
    cr_assert_str_eq(reply->field, "text");

    env = echo_put(&s, "a", "one");
    env->type = (char *)"echo.Nothing";
    reply = echo_ask(&s, "echo", env);
    cr_assert_str_eq(reply->code, "message_unknown");

    reply = echo_ask(&s, "echo", echo_put(&s, "", "one"));
    cr_assert_str_eq(reply->code, "text_missing");
    cr_assert_str_eq(reply->field, "key");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from item"), "0");
}

Test(commands, our_own_failure_is_answered_broken_and_may_be_repeated)
{
    echo_start(&s, "echo", NULL);
    cr_assert_eq(echo_ask(&s, "echo", echo_put(&s, "a", "broken"))->status,
                 HP__REPLY__STATUS__BROKEN);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from item"), "0");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from log"), "0");
}

/* A plain DEALER, for what our own client would not send. */

static void *raw_socket(void)
{
    static void *context;
    char endpoint[128];
    void *socket;

    if (!context)
        context = zmq_ctx_new();
    socket = zmq_socket(context, ZMQ_DEALER);
    zmq_setsockopt(socket, ZMQ_LINGER, &(int){0}, sizeof(int));
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &(int){20000}, sizeof(int));
    snprintf(endpoint, sizeof(endpoint), "ipc://%s/echo.sock", s.dir);
    cr_assert_eq(zmq_connect(socket, endpoint), 0);
    return socket;
}

static void raw_send(void *socket, const Hp__Envelope *env)
{
    size_t size = hp__envelope__get_packed_size(env);
    uint8_t *data = arena_alloc(s.arena, size);

    hp__envelope__pack(env, data);
    cr_assert_eq(zmq_send(socket, data, size, 0), (int)size);
}

static Hp__Reply *raw_reply(void *socket)
{
    uint8_t buf[65536];
    int n = zmq_recv(socket, buf, sizeof(buf), 0);
    Hp__Reply *reply;

    cr_assert(n > 0, "a reply within 20 s");
    reply = hp__reply__unpack(arena_pb(s.arena), (size_t)n, buf);
    cr_assert_not_null(reply);
    return reply;
}

/* Asked once: who repeats until a deadline may meet it in the middle of a try. */
Test(commands, later_beyond_the_tries_is_unavailable)
{
    void *socket;

    echo_start(&s, "echo", NULL);
    socket = raw_socket();
    raw_send(socket, echo_put(&s, "a", "later"));
    cr_assert_eq(raw_reply(socket)->status, HP__REPLY__STATUS__UNAVAILABLE);
    zmq_close(socket);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from item"), "0");
}

Test(commands, what_is_begun_after_its_deadline_is_expired)
{
    Hp__Envelope *env = echo_put(&s, "a", "one");
    void *socket;

    echo_start(&s, "echo", NULL);
    socket = raw_socket();
    env->left_ms = 0;
    raw_send(socket, env);
    cr_assert_eq(raw_reply(socket)->status, HP__REPLY__STATUS__EXPIRED);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from item"), "0");
    zmq_close(socket);
}

/* Key "slow" is looked up for as long as a test holds advisory lock 42. */
static const char slow_item[] =
    "create function wait() returns boolean language sql stable as"
    " 'select pg_advisory_xact_lock_shared(42)::text is not null';"
    "create policy slow on item using (key <> 'slow' or wait());"
    "alter table item enable row level security; alter table item force row level security";

static Hp__Envelope *get_of(const char *key, int64_t left_ms)
{
    Echo__Get q = ECHO__GET__INIT;
    Hp__Envelope *env;

    q.key = (char *)key;
    env = echo_envelope(&s, "echo.Get", &q.base);
    bus_set_left(env, left_ms);
    return env;
}

/* As many as there are workers for queries; what is behind them does not wait until they would have been done. */
Test(commands, a_query_ends_in_the_database_when_its_caller_waits_no_more)
{
    pid_t pid = echo_start(&s, "echo", NULL);
    PGconn *holder;
    void *socket;

    echo_done(&s, "echo", echo_put(&s, "slow", "one"));
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    echo_end(&s, pid, SIGTERM);
    pg_test_run(&s.echo, slow_item);
    echo_start(&s, "echo", NULL);
    holder = wire_session(&s.echo, WIRE_LOCK);
    socket = raw_socket();
    for (int i = 0; i < 2; i++)
        raw_send(socket, get_of("slow", 5000));
    wire_await_waits(&s, &s.echo, 2);
    cr_assert_eq(echo_ask(&s, "echo", get_of("a", 24000))->status, HP__REPLY__STATUS__DONE);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(raw_reply(socket)->status, HP__REPLY__STATUS__EXPIRED);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from pg_locks where not granted"),
                     "0");
    wire_session_end(holder);
    zmq_close(socket);
}

Test(commands, hostile_frames_are_counted_and_hurt_nobody)
{
    Hp__Envelope *env = echo_put(&s, "a", "one");
    char garbage[4096];
    void *socket;
    Hp__Reply *reply;

    echo_start(&s, "echo", NULL);
    socket = raw_socket();
    zmq_send(socket, "", 0, 0);
    zmq_send(socket, "three", 5, ZMQ_SNDMORE);
    zmq_send(socket, "frames", 6, ZMQ_SNDMORE);
    zmq_send(socket, "here", 4, 0);
    for (int i = 0; i < 200; i++) {
        for (size_t k = 0; k < sizeof(garbage); k++)
            garbage[k] = (char)((i * 131 + (int)k * 31 + (int)k / 7) & 0xff);
        zmq_send(socket, garbage, (size_t)(i * 20), 0);
    }
    env->message_id.len = 5;
    raw_send(socket, env);
    reply = raw_reply(socket);
    cr_assert_str_eq(reply->code, "message_malformed");
    cr_assert_str_eq(reply->field, "message_id");

    env = echo_put(&s, "a", "one");
    env->actor->account = (char *)"\xc3\x28";
    raw_send(socket, env);
    reply = raw_reply(socket);
    cr_assert_str_eq(reply->code, "message_malformed");
    cr_assert_str_eq(reply->field, "actor/account");
    zmq_close(socket);

    /* 9 MiB: the peer is cut off, the service lives */
    socket = raw_socket();
    zmq_send(socket, arena_zalloc(s.arena, 9 << 20), 9 << 20, 0);
    cr_assert_eq(writes(echo_done(&s, "echo", echo_put(&s, "a", "one"))), 1);
    zmq_close(socket);
}

Test(commands, a_reply_beyond_the_limit_is_answered_broken_and_cuts_off_nobody)
{
    Echo__Get get = ECHO__GET__INIT;
    Hp__Reply *reply;

    echo_start(&s, "echo", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    pg_test_run(&s.echo, "update item set text = repeat('x', 9 << 20)");
    get.key = (char *)"a";
    reply = echo_ask(&s, "echo", echo_envelope(&s, "echo.Get", &get.base));
    cr_assert_eq(reply->status, HP__REPLY__STATUS__BROKEN);
    cr_assert_eq(writes(echo_done(&s, "echo", echo_put(&s, "a", "two"))), 2);
}

Test(commands, a_full_queue_is_answered_busy_and_a_repeat_succeeds)
{
    struct pg_test *t = &s.echo;
    struct arena *a = arena_new();
    static const struct sql_stmt lock = {"lock", 0,
                                         "select 1 as one from (select pg_advisory_lock(42)) l"};
    static const struct sql_stmt unlock = {
        "unlock", 0, "select 1 as one from (select pg_advisory_unlock(42)) l"};
    static const struct sql_stmt *const list[] = {&lock, &unlock, NULL};
    static const struct sql_stmt *const *const lists[] = {list, NULL};
    struct pg *pg = pg_test_open(t, lists);
    Hp__Envelope *held[3], *busy = echo_put(&s, "d", "one");
    Echo__Hold hold = ECHO__HOLD__INIT;
    struct rows *rows;
    struct tx *tx;
    void *socket;

    echo_start(&s, "echo", "workers=1", "queue=2", NULL);
    tx = tx_begin(pg, TX_WRITE, a);
    cr_assert_eq(tx_query(tx, &lock, NULL, 0, &rows), 0);
    socket = raw_socket();
    hold.text = (char *)"held";
    for (int i = 0; i < 3; i++) {
        hold.key = (char *)(const char *[]){"a", "b", "c"}[i];
        held[i] = echo_envelope(&s, "echo.Hold", &hold.base);
        raw_send(socket, held[i]);
    }
    /* one is in the worker, two wait: the next is turned away, whichever of the four it is */
    raw_send(socket, busy);
    cr_assert_eq(raw_reply(socket)->status, HP__REPLY__STATUS__BUSY);
    cr_assert_eq(tx_query(tx, &unlock, NULL, 0, &rows), 0);
    tx_rollback(tx);
    for (int i = 0; i < 3; i++)
        echo_done(&s, "echo", held[i]);
    cr_assert_eq(writes(echo_done(&s, "echo", busy)), 1);
    cr_assert_str_eq(echo_value(&s, t, "select count(*) || ' ' || max(writes) from item"), "4 1");
    zmq_close(socket);
    pg_close(pg);
    arena_free(a);
}

Test(commands, killed_at_any_moment_every_acknowledged_command_took_effect_once)
{
    enum { N = 40, KILL_EVERY = 5 };
    pid_t pid = echo_start(&s, "echo", NULL);
    char text[32];
    void *socket = NULL;

    for (int i = 0; i < N; i++) {
        snprintf(text, sizeof(text), "%d", i);
        Hp__Envelope *env = echo_put(&s, text, "one");

        env->left_ms = 30 * 1000;
        if (i % KILL_EVERY == 0) {
            /* killed while the first copy is on its way through; the repeat goes to the next
             * process */
            socket = raw_socket();
            raw_send(socket, env);
            if (i % (2 * KILL_EVERY) == 0) {
                cr_assert_eq(raw_reply(socket)->status, HP__REPLY__STATUS__DONE);
            }
            echo_end(&s, pid, SIGKILL);
            pid = echo_spawn(&s, "echo", NULL, NULL);
            zmq_close(socket);
        }
        cr_assert_eq(writes(echo_done(&s, "echo", env)), 1);
    }
    snprintf(text, sizeof(text), "%d %d %d", N, N, N);
    cr_assert_str_eq(echo_value(&s, &s.echo,
                                "select (select sum(writes) from item) || ' ' || (select count(*) "
                                "from stream) || ' ' || "
                                "(select count(*) from log)"),
                     text);
}

Test(commands, sigterm_ends_it_cleanly)
{
    pid_t pid = echo_start(&s, "echo", NULL);
    int status;

    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    status = echo_end(&s, pid, SIGTERM);
    cr_assert(WIFEXITED(status));
    cr_assert_eq(WEXITSTATUS(status), 0, "no leak, nothing left open");
}

Test(commands, what_was_begun_before_sigterm_is_finished_and_answered)
{
    static const struct sql_stmt lock = {"lock", 0,
                                         "select 1 as one from (select pg_advisory_lock(42)) l"};
    static const struct sql_stmt unlock = {
        "unlock", 0, "select 1 as one from (select pg_advisory_unlock(42)) l"};
    static const struct sql_stmt waits = {
        "waits", 0,
        "select count(*) as n from pg_locks where locktype = 'advisory' and not granted"};
    static const struct sql_stmt *const list[] = {&lock, &unlock, &waits, NULL};
    static const struct sql_stmt *const *const lists[] = {list, NULL};
    struct pg *pg = pg_test_open(&s.echo, lists);
    Echo__Hold hold = ECHO__HOLD__INIT;
    pid_t pid = echo_start(&s, "echo", NULL);
    void *socket = raw_socket();
    struct tx *tx = tx_begin(pg, TX_WRITE, s.arena);
    struct rows *rows;
    int status;

    cr_assert_eq(tx_query(tx, &lock, NULL, 0, &rows), 0);
    hold.key = (char *)"a";
    hold.text = (char *)"held";
    raw_send(socket, echo_envelope(&s, "echo.Hold", &hold.base));
    do
        cr_assert_eq(tx_query(tx, &waits, NULL, 0, &rows), 0);
    while (rows_i64(rows, 0, "n") == 0);
    kill(pid, SIGTERM);
    cr_assert_eq(tx_query(tx, &unlock, NULL, 0, &rows), 0);
    tx_rollback(tx);
    cr_assert_eq(raw_reply(socket)->status, HP__REPLY__STATUS__DONE);
    status = echo_end(&s, pid, SIGTERM);
    cr_assert(WIFEXITED(status) && WEXITSTATUS(status) == 0);
    zmq_close(socket);
    pg_close(pg);
}

Test(commands, a_database_that_goes_away_costs_nothing_but_time)
{
    echo_start(&s, "echo", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    pg_test_run(&s.echo, "select pg_terminate_backend(pid) from pg_stat_activity "
                         "where usename = 'hongping_intake' and pid <> pg_backend_pid()");
    cr_assert_eq(writes(echo_done(&s, "echo", echo_put(&s, "a", "two"))), 2);
}

Test(commands, verify_finds_a_changed_byte)
{
    Hp__VerifyReply *reply;

    echo_start(&s, "echo", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    echo_done(&s, "echo", echo_put(&s, "b", "one"));
    reply = echo_verify(&s, "echo");
    cr_assert_eq(reply->rows, 4);
    cr_assert_eq(reply->n_faults, 0);
    pg_test_run(&s.echo, "update log set account = 'sample-officeR' where seq = 2");
    reply = echo_verify(&s, "echo");
    cr_assert_eq(reply->n_faults, 1);
    cr_assert_str_eq(reply->faults[0]->ledger, "log");
    cr_assert_eq(reply->faults[0]->seq, 2);
}
