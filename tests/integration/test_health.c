/* SPDX-License-Identifier: Apache-2.0 */
/* /readyz and /healthz of a service whose database goes away and comes back, and of one that stops. */
#include <criterion/criterion.h>
#include <jansson.h>
#include <signal.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"
#include "tests/support/plain_http.h"
#include "tests/support/servers.h"

static struct servers servers;
static struct echo_stack s;
static char metrics[64];
static int port;

static void open_stack(void)
{
    servers_open(&servers);
    servers_use(&servers);
    echo_open(&s);
    port = plain_http_port();
    snprintf(metrics, sizeof(metrics), "metrics=127.0.0.1:%d", port);
}

static void close_stack(void)
{
    echo_close(&s);
    servers_close(&servers);
}

TestSuite(health, .init = open_stack, .fini = close_stack, .timeout = 120);

/* The status, and the body. */
static int get(const char *path, const char **ret_body)
{
    const char *answer, *body;
    int status = plain_http_get(s.arena, port, path, &answer);

    body = strstr(answer, "\r\n\r\n");
    *ret_body = body ? body + 4 : "";
    return status;
}

static json_t *ready(int *ret_status)
{
    const char *body;
    json_t *doc;

    *ret_status = get("/readyz", &body);
    doc = json_loads(body, 0, NULL);
    cr_assert_not_null(doc, "%s", body);
    cr_assert_eq(json_is_true(json_object_get(doc, "ready")), *ret_status == 200);
    cr_assert_eq(json_array_size(json_object_get(doc, "reasons")) == 0, *ret_status == 200);
    return doc;
}

/* Ask until it is ready, or is not for @reason. */
static void await_ready(const char *reason)
{
    int64_t end = monotonic_now_us() + 60 * SECOND_US;
    bool is = false;
    int status;

    while (!is) {
        json_t *doc = ready(&status);
        const char *first = json_string_value(json_array_get(json_object_get(doc, "reasons"), 0));

        is = reason ? first && strcmp(first, reason) == 0 : status == 200;
        cr_assert_lt(monotonic_now_us(), end, "not %s", reason ? reason : "ready");
        json_decref(doc);
    }
}

static long long number(const json_t *doc, const char *name)
{
    cr_assert(json_is_integer(json_object_get(doc, name)), "%s", name);
    return json_integer_value(json_object_get(doc, name));
}

static void need_alive(void)
{
    const char *body;

    cr_assert_eq(get("/healthz", &body), 200);
    cr_assert_str_eq(body, "alive\n");
}

Test(health, a_service_without_its_database_is_alive_and_not_ready)
{
    const char *text;

    echo_start(&s, "echo", metrics, "lease.seconds=2", NULL);
    await_ready(NULL);
    need_alive();
    servers_kill(&servers, SERVERS_FIRST);
    await_ready("database");
    need_alive();
    get("/metrics", &text);
    cr_assert_not_null(strstr(text, "\nhongping_ready 0\n"));
    servers_start(&servers, SERVERS_FIRST);
    await_ready(NULL);
    need_alive();
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    get("/metrics", &text);
    cr_assert_not_null(strstr(text, "\nhongping_ready 1\n"));
    cr_assert_not_null(strstr(text, "\nhongping_lane_depth{district=\"310105\"} 0\n"));
}

/* The look neither succeeds nor fails: it does not come back. */
Test(health, a_database_that_stands_still_is_no_answer)
{
    const char *body;
    PGconn *holder;

    pg_test_run(&s.echo, "alter role hongping_intake set lock_timeout = '60s'");
    echo_start(&s, "echo", metrics, "lease.seconds=2", NULL);
    await_ready(NULL);
    holder = wire_session(&s.echo, "lock table instance");
    await_ready("database");
    need_alive();
    cr_assert_eq(get("/readyz", &body), 503);
    wire_session_end(holder);
    await_ready(NULL);
}

/* Leases are renewed once in twenty minutes here: who asks makes the look. */
Test(health, an_outage_is_seen_however_long_the_leases_are)
{
    const char *body;

    echo_start(&s, "echo", metrics, "lease.seconds=3600", NULL);
    await_ready(NULL);
    servers_kill(&servers, SERVERS_FIRST);
    await_ready("database");
    cr_assert_eq(get("/readyz", &body), 503);
    servers_start(&servers, SERVERS_FIRST);
    await_ready(NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
}

/* One event that cannot be applied is told, and takes nobody out: the next instance would stand at the same place. */
Test(health, a_parked_event_is_told_and_leaves_the_service_ready)
{
    const json_t *one;
    json_t *doc;
    int status;

    echo_start(&s, "echo", NULL);
    echo_start(&s, "mirror", metrics, NULL);
    await_ready(NULL);
    pg_test_run(&s.mirror, "alter table heard add constraint never check (text <> 'poison')");
    echo_done(&s, "echo", echo_put(&s, "a", "poison"));
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__REFUSED);
    doc = ready(&status);
    cr_assert_eq(status, 200);
    cr_assert_str_eq(json_string_value(json_object_get(doc, "service")), "mirror");
    cr_assert_eq(number(json_object_get(doc, "subscriptions"), "parked"), 1);
    cr_assert_eq(number(json_object_get(doc, "subscriptions"), "lag"), 1);
    cr_assert_eq(json_array_size(json_object_get(doc, "stopped")), 1);
    one = json_array_get(json_object_get(doc, "stopped"), 0);
    cr_assert_str_eq(json_string_value(json_object_get(one, "source")), "echo");
    cr_assert_str_eq(json_string_value(json_object_get(one, "district")), "310105");
    cr_assert_str_eq(json_string_value(json_object_get(one, "state")), "parked");
    cr_assert_eq(number(one, "position"), 0);
    cr_assert_eq(number(one, "lag"), 1);
    json_decref(doc);
}

static void await_metric(const char *line)
{
    int64_t end = monotonic_now_us() + 60 * SECOND_US;
    const char *text;

    do {
        cr_assert_lt(monotonic_now_us(), end, "never %s", line);
        get("/metrics", &text);
    } while (!strstr(text, line));
}

static long long stopped_lag(void)
{
    int status;
    json_t *doc = ready(&status);
    long long lag = number(json_array_get(json_object_get(doc, "stopped"), 0), "lag");

    json_decref(doc);
    return lag;
}

/* What stands still asks on how far its source is; and says that it is not known when that is silent. */
Test(health, the_lag_of_a_parked_subscription_grows_with_its_source)
{
    pid_t echo = echo_start(&s, "echo", NULL), mirror;

    mirror = echo_start(&s, "mirror", metrics, NULL);
    await_ready(NULL);
    pg_test_run(&s.mirror, "alter table heard add constraint never check (text <> 'poison')");
    echo_done(&s, "echo", echo_put(&s, "a", "poison"));
    cr_assert_eq(echo_await(&s, 1), HP__REPLY__STATUS__REFUSED);
    echo_done(&s, "echo", echo_put(&s, "b", "two"));
    echo_done(&s, "echo", echo_put(&s, "c", "three"));
    await_metric("\nhongping_subscription_lag{source_district=\"echo 310105\"} 3\n");
    cr_assert_eq(stopped_lag(), 3);
    echo_end(&s, mirror, SIGKILL);
    echo_start(&s, "mirror", metrics, NULL);
    await_metric("\nhongping_subscription_lag{source_district=\"echo 310105\"} 3\n");
    echo_end(&s, echo, SIGKILL);
    await_metric("\nhongping_subscription_silent{source_district=\"echo 310105\"} 1\n");
}

/* It finishes what it has begun, says so, and gets nothing new. */
Test(health, a_service_that_stops_is_not_ready_until_it_is_gone)
{
    PGconn *holder;
    void *socket;
    pid_t echo;

    echo = echo_start(&s, "echo", metrics, NULL);
    await_ready(NULL);
    holder = wire_session(&s.echo, WIRE_LOCK);
    socket = wire_open(&s, NULL, "echo");
    wire_post(&s, socket, wire_hold(&s, ECHO_DISTRICT, "a"));
    wire_await_waits(&s, &s.echo, 1);
    kill(echo, SIGTERM);
    await_ready("stopping");
    need_alive();
    wire_session_end(holder);
    cr_assert_eq(echo_end(&s, echo, SIGTERM), 0);
    zmq_close(socket);
}

/* More than the queue holds waits: send it elsewhere until there is room. */
Test(health, a_full_queue_is_a_reason)
{
    PGconn *holder;
    void *socket;

    echo_start(&s, "echo", metrics, "queue=2", NULL);
    await_ready(NULL);
    holder = wire_session(&s.echo, WIRE_LOCK);
    socket = wire_open(&s, NULL, "echo");
    wire_post(&s, socket, wire_hold(&s, ECHO_DISTRICT, "a"));
    wire_post(&s, socket, wire_hold(&s, ECHO_DISTRICT, "b"));
    await_ready("queue");
    wire_session_end(holder);
    await_ready(NULL);
    for (int i = 0; i < 2; i++)
        cr_assert_eq(wire_hear(&s, socket)->status, HP__REPLY__STATUS__DONE);
    zmq_close(socket);
}
