/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/echo_service/wire.h"

#include <errno.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <zmq.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"

enum { PATIENCE_MS = 60000 };

static void give_up(const char *what, const char *why)
{
    fprintf(stderr, "wire: %s: %s\n", what, why);
    abort();
}

/* ---- a plain socket ---- */

void *wire_open(struct echo_stack *s, const char *dir, const char *service)
{
    static void *context; /* of the process: a test is one */
    char endpoint[160];
    void *socket;

    if (!context)
        context = zmq_ctx_new();
    socket = zmq_socket(context, ZMQ_DEALER);
    zmq_setsockopt(socket, ZMQ_LINGER, &(int){0}, sizeof(int));
    zmq_setsockopt(socket, ZMQ_RCVTIMEO, &(int){PATIENCE_MS}, sizeof(int));
    zmq_setsockopt(socket, ZMQ_SNDHWM, &(int){0}, sizeof(int));
    zmq_setsockopt(socket, ZMQ_RCVHWM, &(int){0}, sizeof(int));
    snprintf(endpoint, sizeof(endpoint), "ipc://%s/%s.sock", dir ? dir : s->dir, service);
    if (zmq_connect(socket, endpoint) != 0)
        give_up(endpoint, zmq_strerror(errno));
    return socket;
}

void wire_post(struct echo_stack *s, void *socket, const Hp__Envelope *env)
{
    struct bytes packed = bus_pack(s->arena, &env->base);

    if (zmq_send(socket, packed.data, packed.size, 0) != (int)packed.size)
        give_up(env->type, zmq_strerror(errno));
}

struct bytes wire_hear_bytes(struct echo_stack *s, void *socket)
{
    struct bytes reply;
    zmq_msg_t msg;

    zmq_msg_init(&msg);
    if (zmq_msg_recv(&msg, socket, 0) < 0)
        give_up("a reply", zmq_strerror(errno));
    reply.size = zmq_msg_size(&msg);
    reply.data = arena_memdup(s->arena, zmq_msg_data(&msg), reply.size);
    zmq_msg_close(&msg);
    return reply;
}

Hp__Reply *wire_hear(struct echo_stack *s, void *socket)
{
    struct bytes bytes = wire_hear_bytes(s, socket);
    Hp__Reply *reply = hp__reply__unpack(arena_pb(s->arena), bytes.size, bytes.data);

    if (!reply)
        give_up("a reply", "cannot be read");
    return reply;
}

/* ---- commands ---- */

Hp__Envelope *wire_city(Hp__Envelope *env, const char *district)
{
    env->actor->bindings[0]->role = (char *)"city";
    env->actor->bindings[0]->region = (char *)"310000";
    env->district = (char *)district;
    env->left_ms = PATIENCE_MS;
    return env;
}

Hp__Envelope *wire_put(struct echo_stack *s, const char *district, const char *key,
                       const char *text)
{
    return wire_city(echo_put(s, key, text), district);
}

Hp__Envelope *wire_hold(struct echo_stack *s, const char *district, const char *key)
{
    Echo__Hold m = ECHO__HOLD__INIT;

    m.key = (char *)key;
    m.text = (char *)"held";
    return wire_city(echo_envelope(s, "echo.Hold", &m.base), district);
}

/* ---- sessions ---- */

static void run(PGconn *conn, const char *sql)
{
    PGresult *res = PQexec(conn, sql);

    if (PQresultStatus(res) != PGRES_COMMAND_OK && PQresultStatus(res) != PGRES_TUPLES_OK)
        give_up(sql, PQerrorMessage(conn));
    PQclear(res);
}

PGconn *wire_session(const struct pg_test *t, const char *sql)
{
    PGconn *conn = PQconnectdb(t->superuser);
    char path[128];

    if (PQstatus(conn) != CONNECTION_OK)
        give_up("a session", PQerrorMessage(conn));
    snprintf(path, sizeof(path), "set search_path = %s, pg_temp", t->schema);
    run(conn, path);
    run(conn, "begin");
    run(conn, sql);
    return conn;
}

void wire_session_end(PGconn *conn)
{
    PQfinish(conn); /* its server rolls back */
}

/* ---- waiting for what can be seen ---- */

static int64_t end_of_patience(void)
{
    return monotonic_now_us() + PATIENCE_MS * INT64_C(1000);
}

void wire_await(struct echo_stack *s, const struct pg_test *t, const char *sql, const char *want)
{
    int64_t end = end_of_patience();
    const char *got;

    while (strcmp(got = echo_value(s, t, sql), want) != 0)
        if (monotonic_now_us() > end) {
            fprintf(stderr, "wire: it is \"%s\"\n", got);
            give_up(sql, "not what was waited for");
        }
}

void wire_await_waits(struct echo_stack *s, const struct pg_test *t, int n)
{
    char sql[128];

    snprintf(sql, sizeof(sql), "select count(*) >= %d from pg_locks where not granted", n);
    wire_await(s, t, sql, "t");
}

const Hp__SubscriptionState *wire_await_state(struct echo_stack *s, const char *district,
                                              const char *want)
{
    int64_t end = end_of_patience();

    for (;;) {
        const Hp__StateReply *state = echo_state(s, "mirror");

        for (size_t i = 0; i < state->n_subscriptions; i++)
            if (strcmp(state->subscriptions[i]->district, district) == 0 &&
                strcmp(state->subscriptions[i]->state, want) == 0)
                return state->subscriptions[i];
        if (monotonic_now_us() > end)
            give_up(want, "the subscription does not come to this state");
    }
}

/* ---- processes that stand still ---- */

static bool is_stopped(pid_t pid)
{
    char path[64], line[512], state = '?', *at;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    f = fopen(path, "re");
    if (!f)
        give_up(path, strerror(errno));
    if (fgets(line, sizeof(line), f) && (at = strrchr(line, ')')))
        sscanf(at + 1, " %c", &state);
    fclose(f);
    return state == 'T';
}

void wire_freeze(pid_t pid)
{
    if (kill(pid, SIGSTOP) != 0)
        give_up("SIGSTOP", strerror(errno));
    while (!is_stopped(pid))
        ;
}

void wire_thaw(pid_t pid)
{
    if (kill(pid, SIGCONT) != 0)
        give_up("SIGCONT", strerror(errno));
}

/* ---- what the services say ---- */

static const char *log_path(const struct echo_stack *s)
{
    static char path[96];

    snprintf(path, sizeof(path), "%s/log", s->dir);
    return path;
}

void wire_log_to(struct echo_stack *s)
{
    s->log = log_path(s);
}

void wire_await_line(struct echo_stack *s, const char *text)
{
    int64_t end = end_of_patience();
    char line[4096];

    for (;;) {
        FILE *f = fopen(log_path(s), "re");
        bool found = false;

        while (f && !found && fgets(line, sizeof(line), f))
            found = strstr(line, text) != NULL;
        if (f)
            fclose(f);
        if (found)
            return;
        if (monotonic_now_us() > end)
            give_up(text, "no such line in the log");
    }
}
