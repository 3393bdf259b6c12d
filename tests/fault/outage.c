/* SPDX-License-Identifier: Apache-2.0 */
/*
 * outage - PostgreSQL stopped for a while, commits that overtake, and hostile peers on every socket
 * while others work
 *
 *     outage [--seed N] [--keep]
 *
 * Away: every service says so within the caller's time, over the bus (UNAVAILABLE) and over HTTP
 * (503); who waits is served when the server is back. Hostile: garbage, oversize frames, messages
 * broken off in the middle and thousands of connections, and the clients at work are answered. At
 * the end the same count as after the kills.
 */
#include <errno.h>
#include <getopt.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/db/cluster.h"
#include "fault.h"
#include "services/cli/talk/advance.h"

enum { N_BUS = 3, N_HTTP = 2, SHORT_MS = 3000, HOSTILE_COMMANDS = 150 };

/* ---- PostgreSQL away ---- */

static pid_t postmaster(void)
{
    CLEANUP(stack_free) struct stack *s = NULL; /* others borrow from the run's own */
    const json_t *p;
    size_t i;

    if (stack_find(run.stack->data, &s, NULL) != 0)
        return 0;
    json_array_foreach(json_object_get(s->json, "processes"), i, p)
    {
        if (strcmp(json_string_value(json_object_get(p, "name")), "postgresql") == 0)
            return (pid_t)json_integer_value(json_object_get(p, "pid"));
    }
    return 0;
}

static bool lets_in(const struct stack *s)
{
    struct cluster_spec spec = {.dir = s->data, .socket_dir = s->bus_dir, .port = 5432};
    char conninfo[512];
    PGconn *conn;
    bool in;

    cluster_conninfo(&spec, NULL, conninfo, sizeof(conninfo));
    conn = PQconnectdb(conninfo);
    in = PQstatus(conn) == CONNECTION_OK;
    PQfinish(conn);
    return in;
}

/* A supervisor that stands still starts nothing again. */
static void stop_database(const struct stack *s)
{
    pid_t pid = postmaster();

    CHECK(pid > 0);
    kill(s->pid, SIGSTOP);
    kill(pid, SIGINT); /* fast shutdown */
    while (lets_in(s))
        pause_ms(20);
}

/* A command and the state: answered, and with what they must. */
static void need_unavailable_bus(struct client *c, struct arena *a)
{
    Hp__GetState get = HP__GET_STATE__INIT;

    for (const char *const *service = stack_services; *service; service++) {
        Hp__Envelope *env = bus_envelope(a, "bus.GetState", CITY, &get.base, 1000);
        Hp__Reply *reply;
        int r = bus_ask(c->link, a, *service, env, &reply);

        if (r || reply->status != HP__REPLY__STATUS__UNAVAILABLE)
            fail("%s without its database answers %d, status %d", *service, r,
                 r ? -1 : (int)reply->status);
    }
}

static void need_answer(struct client *c, struct arena *a, int64_t limit_us)
{
    struct plan p = {.district = DISTRICT};
    int64_t began = now_us();
    struct answer answer;

    plan_one_off(c, a, &p);
    client_abandon(c, a, &p, SHORT_MS, &answer);
    if (answer.kind != ANSWER_AWAY)
        fail("client %d: without a database %s was answered with %d %s", c->index, p.type,
             (int)answer.kind, answer.code);
    if (now_us() - began > limit_us)
        fail("client %d: without a database the answer came after %.1f s", c->index,
             (double)(now_us() - began) / 1e6);
}

static void *one_surely(void *client)
{
    struct client *c = client;
    struct arena *a = arena_new();
    struct plan p;

    mix_draw(c, a, &p);
    client_do(c, a, &p);
    arena_free(a);
    return NULL;
}

static void database_away(struct client *clients, int n)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    int64_t began;

    stop_database(run.stack);
    need_unavailable_bus(&clients[0], a);
    need_answer(&clients[0], a, (SHORT_MS + 2000) * INT64_C(1000));
    need_answer(&clients[N_BUS], a, (SHORT_MS + 2000) * INT64_C(1000));
    tell("without PostgreSQL every service says so, over the bus and over HTTP");
    for (int i = 0; i < n; i++) /* these wait for it */
        CHECK(pthread_create(&clients[i].thread, NULL, one_surely, &clients[i]) == 0);
    began = now_us();
    kill(run.stack->pid, SIGCONT);
    for (int i = 0; i < n; i++)
        pthread_join(clients[i].thread, NULL);
    tell("those who waited were served %.1f s after it was let back",
         (double)(now_us() - began) / 1e6);
}

/* ---- hostile peers ---- */

static void *work(void *client)
{
    struct client *c = client;
    struct arena *a = arena_new();

    for (int i = 0; i < HOSTILE_COMMANDS && !failed(); i++) {
        int64_t began = now_us();
        struct plan p;

        arena_reset(a);
        mix_draw(c, a, &p);
        client_do(c, a, &p);
        if (now_us() - began > 20 * SECOND_US)
            fail("client %d: %s took %.1f s beside hostile peers", c->index, p.type,
                 (double)(now_us() - began) / 1e6);
    }
    arena_free(a);
    return NULL;
}

static void hostile_peers(struct client *clients, int n)
{
    struct hostile_sum sum;

    hostile_start();
    for (int i = 0; i < n; i++)
        CHECK(pthread_create(&clients[i].thread, NULL, work, &clients[i]) == 0);
    for (int i = 0; i < n; i++)
        pthread_join(clients[i].thread, NULL);
    sum = hostile_stop();
    tell("%d commands answered beside %ld connections (%ld held), %ld pieces of garbage, %ld "
         "oversize frames and %ld broken off messages",
         n * HOSTILE_COMMANDS, sum.connections, sum.held, sum.garbage, sum.oversize, sum.halves);
    if (!sum.connections || !sum.garbage || !sum.oversize || !sum.halves)
        fail("the hostile peers did not do their part");
}

static void test(void)
{
    enum { N = N_BUS + N_HTTP };
    struct client clients[N];
    char conninfo[600];
    CLEANUP(operator_free) struct operator* op = NULL;
    struct errtext e = {0};

    for (int i = 0; i < N; i++)
        client_init(&clients[i], i, i >= N_BUS);
    if (operator_new(run.stack, &op, &e) != 0)
        fail("no operator: %s", e.text);
    else if (setup(op, clients, N) == 0)
        database_away(clients, N);
    if (!failed())
        overtake(superuser(conninfo), op, &clients[0], &clients[1]);
    if (!failed())
        hostile_peers(clients, N);
    if (!failed() && advance_settle(op, &e) != 0)
        fail("it does not come to rest: %s", e.text);
    if (!failed())
        check_all(op, clients, N);
    if (!failed() && atomic_load(&run.n_broken))
        fail("%d answers were 'broken'", atomic_load(&run.n_broken));
    for (int i = 0; i < N; i++)
        client_release(&clients[i]);
}

int main(int argc, char **argv)
{
    char data[64];
    bool keep = false;

    run.seed = (uint64_t)wall_now_us() & 0xffffffff;
    for (int i = 1; i < argc; i++) {
        if (strcmp(argv[i], "--keep") == 0)
            keep = true;
        else if (strcmp(argv[i], "--seed") == 0 && i + 1 < argc)
            run.seed = strtoull(argv[++i], NULL, 10);
        else
            return 2;
    }
    snprintf(data, sizeof(data), "/tmp/hp-outage-%d", (int)getpid());
    tell("seed %llu", (unsigned long long)run.seed);
    hostile_usual_files();
    if (start_stack(data, false) != 0)
        return 1;
    test();
    kill(run.stack->pid, SIGCONT);
    return finish(data, keep);
}
