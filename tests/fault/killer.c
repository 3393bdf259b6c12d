/* SPDX-License-Identifier: Apache-2.0 */
/*
 * killer - SIGKILL to a service, to PostgreSQL's postmaster or to one of its backends, at any
 * instant
 *
 * Most of the time the next one comes when the last one's restart was seen (its service answers,
 * the server lets in), sometimes at once, so that also what is just starting dies. Only processes
 * of the stack's own supervisor are touched.
 */
#include <errno.h>
#include <libpq-fe.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/db/cluster.h"
#include "fault.h"

enum { UP_LIMIT_S = 120, LINE = 96 };

static pthread_t thread;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static char (*lines)[LINE];
static int n_done;
static int64_t began_us;

int killer_count(void)
{
    int n;

    pthread_mutex_lock(&mutex);
    n = n_done;
    pthread_mutex_unlock(&mutex);
    return n;
}

void pause_ms(int ms)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec += ms / 1000;
    until.tv_nsec += ms % 1000 * 1000000L;
    if (until.tv_nsec >= 1000000000L) {
        until.tv_nsec -= 1000000000L;
        until.tv_sec++;
    }
    pthread_mutex_lock(&mutex);
    while (!failed() && pthread_cond_timedwait(&cond, &mutex, &until) != ETIMEDOUT)
        ;
    pthread_mutex_unlock(&mutex);
}

void killer_await(int n)
{
    struct timespec until;

    pthread_mutex_lock(&mutex);
    while (!failed() && n_done < n) {
        clock_gettime(CLOCK_REALTIME, &until);
        until.tv_sec++; /* a failure elsewhere does not signal */
        pthread_cond_timedwait(&cond, &mutex, &until);
    }
    pthread_mutex_unlock(&mutex);
}

static void note(const char *what, pid_t pid)
{
    pthread_mutex_lock(&mutex);
    n_done++;
    snprintf(lines[n_done - 1], LINE, "%3d %8.3f s  %-10s %d", n_done,
             (double)(now_us() - began_us) / 1e6, what, (int)pid);
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
}

/* 0 when it does not run at the moment. */
static pid_t pid_of(struct stack *s, const char *name)
{
    const json_t *p;
    size_t i;

    if (stack_refresh(s, NULL) != 0)
        return 0;
    json_array_foreach(json_object_get(s->json, "processes"), i, p)
    {
        if (strcmp(json_string_value(json_object_get(p, "name")), name) == 0 &&
            strcmp(json_string_value(json_object_get(p, "state")), "running") == 0)
            return (pid_t)json_integer_value(json_object_get(p, "pid"));
    }
    return 0;
}

/* A pid in stack.json may be a moment old: it must still be a child of the supervisor. */
static bool is_child(pid_t pid, pid_t parent)
{
    char path[64], line[512], *at;
    int is = 0;
    FILE *f;

    snprintf(path, sizeof(path), "/proc/%d/stat", (int)pid);
    f = fopen(path, "re");
    if (!f)
        return false;
    if (fgets(line, sizeof(line), f) && (at = strrchr(line, ')')))
        is = sscanf(at + 1, " %*c %d", &is) == 1 ? is : 0;
    fclose(f);
    return is == parent;
}

static bool kill_process(struct stack *s, const char *name)
{
    pid_t pid = pid_of(s, name);

    if (!pid || !is_child(pid, s->pid) || kill(pid, SIGKILL) != 0)
        return false;
    note(name, pid);
    return true;
}

static PGconn *connect_super(const struct stack *s)
{
    struct cluster_spec spec = {.dir = s->data, .socket_dir = s->bus_dir, .port = 5432};
    char conninfo[512];

    cluster_conninfo(&spec, NULL, conninfo, sizeof(conninfo));
    return PQconnectdb(conninfo);
}

/* One session of a service; the server then ends all others too and recovers by itself. */
static bool kill_backend(struct stack *s, struct dice *dice)
{
    PGconn *conn = connect_super(s);
    PGresult *res =
        PQexec(conn, "select pid from pg_stat_activity where usename like 'hongping_%'");
    pid_t pid = 0, postmaster = pid_of(s, "postgresql");
    bool done = false;

    if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) > 0)
        pid = (pid_t)strtol(PQgetvalue(res, dice_below(dice, PQntuples(res)), 0), NULL, 10);
    PQclear(res);
    PQfinish(conn);
    if (pid && postmaster && is_child(pid, postmaster) && kill(pid, SIGKILL) == 0) {
        note("backend", pid);
        done = true;
    }
    return done;
}

static bool is_up(struct stack *s, struct bus_link *link, const char *name)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__Reply *reply;
    PGconn *conn;
    bool up;

    if (strcmp(name, "postgresql") != 0)
        return bus_ask(link, a, name, bus_envelope(a, "bus.GetState", CITY, &get.base, 1000),
                       &reply) == 0 &&
               reply->status == HP__REPLY__STATUS__DONE;
    conn = connect_super(s);
    up = PQstatus(conn) == CONNECTION_OK;
    PQfinish(conn);
    if (!up)
        pause_ms(20);
    return up;
}

static void await_up(struct stack *s, struct bus_link *link, const char *name)
{
    int64_t end = now_us() + UP_LIMIT_S * SECOND_US;

    while (!failed() && !is_up(s, link, name))
        if (now_us() > end)
            fail("%s did not come back within %d s", name, UP_LIMIT_S);
}

static void *kill_many(void *arg)
{
    struct dice dice = {.state = run.seed ^ 0x6b696c6c};
    struct bus_conf conf = {.dir = run.stack->bus_dir,
                            .peers = (char *)"",
                            .listen = (char *)"",
                            .curve_secret = (char *)"",
                            .curve_allow = (char *)"",
                            .curve_servers = (char *)""};
    CLEANUP(bus_link_free) struct bus_link *link = NULL;
    CLEANUP(stack_free) struct stack *s = NULL;
    struct errtext e = {0};

    (void)arg;
    if (stack_find(run.stack->data, &s, &e) != 0 || bus_link_new(&conf, &link, &e) != 0) {
        fail("the killer cannot begin: %s", e.text);
        return NULL;
    }
    while (!failed() && killer_count() < run.n_kills) {
        int what = dice_below(&dice, 20), wait = dice_below(&dice, 4);
        const char *name = what < 16 ? stack_services[what % STACK_N_SERVICES] : "postgresql";
        bool done;

        pause_ms(dice_below(&dice, 900));
        done = what < 19 ? kill_process(s, name) : kill_backend(s, &dice);
        if (done && wait)
            await_up(s, link, name);
    }
    for (const char *const *name = stack_services; *name && !failed(); name++)
        await_up(s, link, *name);
    return NULL;
}

int killer_start(void)
{
    lines = calloc((size_t)run.n_kills + 1, sizeof(*lines));
    began_us = now_us();
    return lines ? pthread_create(&thread, NULL, kill_many, NULL) : -1;
}

void killer_join(void)
{
    pthread_join(thread, NULL);
}

void killer_print(void)
{
    for (int i = 0; i < n_done; i++)
        fprintf(stderr, "fault: kill %s\n", lines[i]);
}
