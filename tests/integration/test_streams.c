/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/service/tell/events.h"
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

TestSuite(streams, .init = open_stack, .fini = close_stack, .timeout = 90);

static const char *heard(void)
{
    return echo_value(&s, &s.mirror, "select string_agg(key || n, ' ' order by n) from heard");
}

static const Hp__SubscriptionState *followed(const Hp__StateReply *state)
{
    for (size_t i = 0; i < state->n_subscriptions; i++)
        if (strcmp(state->subscriptions[i]->district, ECHO_DISTRICT) == 0)
            return state->subscriptions[i];
    fprintf(stderr, "no subscription of the district\n");
    abort();
}

Test(streams, what_one_service_says_the_other_applies_in_order)
{
    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    echo_done(&s, "echo", echo_put(&s, "b", "one"));
    echo_done(&s, "echo", echo_put(&s, "c", "one"));
    cr_assert_eq(echo_await(&s, 3), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(heard(), "a1 b2 c3");
}

/* What the next build of echo has said by then: 1 Said, 2 Told, 3 Said, 4 Said of @key, 5 Told, 6 Said. */
static void say_both(const char *key)
{
    echo_start(&s, "echo_next", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    echo_done(&s, "echo", echo_put(&s, "b", "tell"));
    echo_done(&s, "echo", echo_put(&s, key, "one"));
    echo_done(&s, "echo", echo_put(&s, "d", "tell"));
    echo_start(&s, "mirror_next", NULL);
}

static const char *batches(void)
{
    return echo_value(&s, &s.mirror,
                      "select string_agg(first || '+' || n, ' ' order by first) from batch");
}

static const char *told(void)
{
    return echo_value(&s, &s.mirror, "select string_agg(key || n, ' ' order by n) from told");
}

Test(streams, a_batch_handler_is_given_neighbours_of_all_its_types_at_once)
{
    say_both("c");
    cr_assert_eq(echo_await(&s, 6), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(batches(), "1+6");
    cr_assert_str_eq(heard(), "a1 b3 c4 d6");
    cr_assert_str_eq(told(), "b2 d5");
}

Test(streams, of_a_batch_that_fails_the_event_that_does_is_named_and_those_before_it_are_applied)
{
    const Hp__SubscriptionState *sub;

    say_both("bad");
    cr_assert_eq(echo_await(&s, 6), HP__REPLY__STATUS__REFUSED);
    sub = followed(echo_state(&s, "mirror"));
    cr_assert_str_eq(sub->state, "parked");
    cr_assert_eq(sub->position, 3);
    cr_assert_str_eq(sub->event_type, "echo.Said");
    cr_assert_str_eq(batches(), "1+1 2+1 3+1");
    cr_assert_str_eq(heard(), "a1 b3");
    cr_assert_str_eq(told(), "b2");
}

Test(streams, a_subscriber_that_was_down_catches_up_and_one_killed_applies_nothing_twice)
{
    pid_t mirror;
    char key[16];

    echo_start(&s, "echo", NULL);
    for (int round = 0; round < 6; round++) {
        mirror = echo_spawn(&s, "mirror", NULL, NULL);
        for (int i = 0; i < 20; i++) {
            snprintf(key, sizeof(key), "k%d", i);
            echo_done(&s, "echo", echo_put(&s, key, "one"));
        }
        echo_end(&s, mirror, SIGKILL);
    }
    echo_start(&s, "mirror", NULL);
    cr_assert_eq(echo_await(&s, 120), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select count(*) || ' ' || max(n) from heard"),
                     "120 120");
}

static void park_one(void)
{
    const Hp__SubscriptionState *sub;

    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    echo_done(&s, "echo", echo_put(&s, "bad", "one"));
    echo_done(&s, "echo", echo_put(&s, "c", "one"));
    cr_assert_eq(echo_await(&s, 3), HP__REPLY__STATUS__REFUSED);
    sub = followed(echo_state(&s, "mirror"));
    cr_assert_str_eq(sub->state, "parked");
    cr_assert_eq(sub->position, 1);
    cr_assert_str_eq(sub->event_type, "echo.Said");
    cr_assert_str_not_empty(sub->error);
    cr_assert_str_eq(heard(), "a1");
}

Test(streams, an_event_that_fails_parks_and_is_applied_by_a_retry)
{
    Hp__RetryParked retry = HP__RETRY_PARKED__INIT;

    park_one();
    retry.source = (char *)"echo";
    retry.district = (char *)ECHO_DISTRICT;
    /* too early: it parks again */
    echo_done(&s, "mirror", echo_envelope(&s, "bus.RetryParked", &retry.base));
    cr_assert_eq(echo_await(&s, 2), HP__REPLY__STATUS__REFUSED);
    cr_assert_eq(followed(echo_state(&s, "mirror"))->attempts, 2);
    pg_test_run(&s.mirror, "insert into cure values ('310105', 'bad')");
    echo_done(&s, "mirror", echo_envelope(&s, "bus.RetryParked", &retry.base));
    cr_assert_eq(echo_await(&s, 3), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(heard(), "a1 bad2 c3");
    cr_assert_str_eq(
        echo_ask(&s, "mirror", echo_envelope(&s, "bus.RetryParked", &retry.base))->code,
        "not_parked");
}

Test(streams, a_parked_event_is_skipped_only_with_a_reason_which_is_logged)
{
    Hp__SkipParked skip = HP__SKIP_PARKED__INIT;
    Hp__Reply *reply;

    park_one();
    skip.source = (char *)"echo";
    skip.district = (char *)ECHO_DISTRICT;
    skip.event_id = followed(echo_state(&s, "mirror"))->event_id;
    skip.reason = (char *)"";
    reply = echo_ask(&s, "mirror", echo_envelope(&s, "bus.SkipParked", &skip.base));
    cr_assert_str_eq(reply->code, "text_missing");
    cr_assert_str_eq(reply->field, "reason");
    skip.reason = (char *)"a sample event that cannot be applied";
    echo_done(&s, "mirror", echo_envelope(&s, "bus.SkipParked", &skip.base));
    cr_assert_eq(echo_await(&s, 3), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(heard(), "a1 c3");
    cr_assert_not_null(strstr(
        echo_value(&s, &s.mirror, "select note from log where outcome = 'done'"), skip.reason));
    cr_assert_str_eq(echo_ask(&s, "mirror", echo_envelope(&s, "bus.SkipParked", &skip.base))->code,
                     "not_parked");
}

Test(streams, an_event_is_not_parked_for_collisions_that_pass)
{
    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__DONE);
    /* the sequence counts the tries, whatever is rolled back: more than one go has */
    pg_test_run(&s.mirror,
                "create sequence tries; grant usage on sequence tries to public; "
                "create function collide() returns trigger language plpgsql as $$ begin "
                "if nextval('tries') <= 12 then raise exception 'sample' using errcode = '40001'; "
                "end if; return new; end $$; "
                "create trigger collide before insert on heard for each row "
                "execute function collide()");
    echo_done(&s, "echo", echo_put(&s, "b", "one"));
    cr_assert_eq(echo_await(&s, 2), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(heard(), "a1 b2");
}

static struct events fetch(int64_t after, int32_t wait_ms)
{
    struct events events;

    cr_assert_eq(events_fetch(s.link, s.arena, "echo", ECHO_DISTRICT, after, 0, wait_ms,
                              EVENTS_PATIENCE_MS, &events, NULL),
                 0);
    return events;
}

Test(streams, a_fetch_is_answered_at_once_when_there_is_something_and_empty_when_its_wait_is_over)
{
    struct events got;

    echo_start(&s, "echo", NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    echo_done(&s, "echo", echo_put(&s, "b", "one"));
    got = fetch(1, 5000);
    cr_assert_eq(got.n, 1);
    cr_assert_eq(got.head, 2);
    cr_assert_eq(got.list[0]->position, 2);
    cr_assert_str_eq(got.list[0]->type, "echo.Said");
    cr_assert_str_eq(got.list[0]->account, "sample-officer");
    cr_assert_eq(got.upto->last, 2);
    cr_assert_eq(got.at->last, 1);
    got = fetch(2, 50);
    cr_assert_eq(got.n, 0);
}

static void raw_send(void *socket, const char *type, const ProtobufCMessage *message)
{
    Hp__Envelope *env = bus_envelope(s.arena, type, ECHO_DISTRICT, message, 60000);
    size_t size = hp__envelope__get_packed_size(env);
    uint8_t *data = arena_alloc(s.arena, size);

    hp__envelope__pack(env, data);
    cr_assert_eq(zmq_send(socket, data, size, 0), (int)size);
}

static Hp__Reply *raw_answer(void *socket)
{
    static uint8_t buf[65536];
    int n = zmq_recv(socket, buf, sizeof(buf), 0);
    Hp__Reply *reply;

    cr_assert(n > 0, "a reply within 20 s");
    reply = hp__reply__unpack(arena_pb(s.arena), (size_t)n, buf);
    cr_assert_not_null(reply);
    return reply;
}

static Hp__Reply *raw_reply(void *socket)
{
    Hp__Reply *reply = raw_answer(socket);

    cr_assert_eq(reply->status, HP__REPLY__STATUS__DONE);
    return reply;
}

Test(streams, those_that_wait_are_bounded_and_one_more_is_told_busy)
{
    void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_DEALER);
    Hp__AwaitApplied await = HP__AWAIT_APPLIED__INIT;
    char endpoint[128];

    echo_start(&s, "mirror", NULL);
    snprintf(endpoint, sizeof(endpoint), "ipc://%s/mirror.sock", s.dir);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &(int){20000}, sizeof(int));
    zmq_setsockopt(socket, ZMQ_LINGER, &(int){0}, sizeof(int));
    cr_assert_eq(zmq_connect(socket, endpoint), 0);
    await.source = (char *)"echo";
    await.district = (char *)ECHO_DISTRICT;
    await.position = 1;
    for (int i = 0; i < 8193; i++)
        raw_send(socket, "bus.AwaitApplied", &await.base);
    cr_assert_eq(raw_answer(socket)->status, HP__REPLY__STATUS__BUSY);
    zmq_close(socket);
    zmq_ctx_term(context);
}

#define ARCHIVE_SCANS \
    "select seq_scan + coalesce(idx_scan, 0) from pg_stat_user_tables where relname = 'archive' " \
    "and schemaname = current_schema()"

static void wait_for(const char *sql)
{
    while (strcmp(echo_value(&s, &s.echo, sql), "t") != 0)
        ;
}

/*
 * The reader waits at one instance while another one, on the same schema, commits. The second has
 * one worker, so the answer to GetState shows that the Fetch before it has read nothing and is
 * parked; its 50 s are longer than the test listens, so only a notice can end them.
 */
Test(streams, a_commit_of_another_instance_wakes_a_parked_fetch)
{
    static const char *const sets[] = {"workers=1", NULL};
    void *context = zmq_ctx_new(), *socket = zmq_socket(context, ZMQ_DEALER);
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__FetchFrom from = HP__FETCH_FROM__INIT, *list[] = {&from};
    Hp__Fetch wish = HP__FETCH__INIT;
    Hp__FetchReply *batch;
    Hp__Reply *reply;
    char dir[80], endpoint[128];

    echo_start(&s, "echo", "workers=1", NULL);
    snprintf(dir, sizeof(dir), "%s/b", s.dir);
    echo_spawn(&s, "echo", dir, sets);
    snprintf(endpoint, sizeof(endpoint), "ipc://%s/echo.sock", dir);
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &(int){20000}, sizeof(int));
    zmq_setsockopt(socket, ZMQ_LINGER, &(int){0}, sizeof(int));
    cr_assert_eq(zmq_connect(socket, endpoint), 0);
    from.district = (char *)ECHO_DISTRICT;
    wish.n_from = 1;
    wish.from = list;
    wish.has_wait_ms = true;
    wish.wait_ms = 50000;
    raw_send(socket, "bus.Fetch", &wish.base);
    raw_send(socket, "bus.GetState", &get.base);
    reply = raw_reply(socket);
    cr_assert_str_eq(reply->type, "bus.StateReply");
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    reply = raw_reply(socket);
    cr_assert_str_eq(reply->type, "bus.FetchReply");
    batch = hp__fetch_reply__unpack(arena_pb(s.arena), reply->payload.len, reply->payload.data);
    cr_assert_eq(batch->n_streams, 1);
    cr_assert_eq(batch->streams[0]->n_events, 1);
    zmq_close(socket);
    zmq_ctx_term(context);
}

/* The newest event is not there (an archive's table is only looked into by a question that finds so): it is waited for, not asked
 * for again and again; and told once it is back. */
Test(streams, a_missing_event_is_not_asked_for_without_a_pause)
{
    struct events got;
    pid_t echo;

    setenv("PGAPPNAME", s.echo.schema, 1);
    echo = echo_start(&s, "echo", NULL);
    for (int i = 0; i < 3; i++)
        echo_done(&s, "echo", echo_put(&s, "a", "one"));
    echo_end(&s, echo, SIGTERM);
    pg_test_run(&s.echo, "create table kept as select * from stream where seq = 3");
    pg_test_run(&s.echo, "delete from stream where seq = 3");
    echo = echo_start(&s, "echo", NULL);
    got = fetch(2, 1500);
    cr_assert_eq(got.n, 0);
    echo_end(&s, echo, SIGTERM); /* what its sessions counted is told when they end */
    wait_for("select count(*) = 1 from pg_stat_activity where application_name = current_schema()");
    cr_assert_leq(atoi(echo_value(&s, &s.echo, ARCHIVE_SCANS)), 8);
    cr_assert_geq(atoi(echo_value(&s, &s.echo, ARCHIVE_SCANS)), 1);
    echo_start(&s, "echo", NULL);
    pg_test_run(&s.echo, "insert into stream select * from kept");
    got = fetch(2, 1500);
    cr_assert_eq(got.n, 1);
}

Test(streams, broken_database_connections_lose_and_double_nothing)
{
    static const char kill[] = "select pg_terminate_backend(pid) from pg_stat_activity "
                               "where usename in ('hongping_intake', 'hongping_scoring')";
    char key[16];

    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", NULL);
    for (int i = 0; i < 60; i++) {
        if (i % 10 == 5)
            pg_test_run(i % 20 == 5 ? &s.echo : &s.mirror, kill);
        snprintf(key, sizeof(key), "k%d", i);
        echo_done(&s, "echo", echo_put(&s, key, "one"));
    }
    cr_assert_eq(echo_await(&s, 60), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select count(*) || ' ' || max(n) from heard"),
                     "60 60");
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) || ' ' || max(writes) from item"),
                     "60 1");
}
