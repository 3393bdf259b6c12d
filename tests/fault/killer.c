/* SPDX-License-Identifier: Apache-2.0 */
/*
 * killer - SIGKILL to a service, to PostgreSQL's postmaster or to one of its backends, at any
 * instant, and other troubles between
 *
 * Every step draws from dice of its own, so that the same seed gives the same steps. A kill waits
 * for its victim to be there, mostly also for its coming back (its service answers, the server lets
 * in), sometimes not, so that also what is just starting dies. Every few steps something else goes
 * wrong for a while, each kind once a round, and more kills may fall into it. Only processes of the
 * stack's own supervisor are touched.
 */
#include <errno.h>
#include <signal.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "trouble.h"

enum { UP_LIMIT_S = 120, LINE = 96, TROUBLE_EVERY = 8, TRIES = 200, TRY_MS = 25 };

static pthread_t thread;
static pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
static pthread_cond_t cond = PTHREAD_COND_INITIALIZER;
static char (*lines)[LINE];
static size_t n_lines;
static int n_done, n_troubles[N_TROUBLES];
static int64_t began_us;
static bool clock_moves, in_step; /* no second instance any more; a step is under way */

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

static void wait_a_second(void)
{
    struct timespec until;

    clock_gettime(CLOCK_REALTIME, &until);
    until.tv_sec++; /* a failure elsewhere does not signal */
    pthread_cond_timedwait(&cond, &mutex, &until);
}

void killer_await(int n)
{
    pthread_mutex_lock(&mutex);
    while (!failed() && n_done < n)
        wait_a_second();
    pthread_mutex_unlock(&mutex);
}

void killer_clock_moves(void)
{
    pthread_mutex_lock(&mutex);
    clock_moves = true;
    while (!failed() && in_step)
        wait_a_second();
    pthread_mutex_unlock(&mutex);
}

/* A line of the log; @kills is added to their number. */
static void __attribute__((format(printf, 2, 3))) note(int kills, const char *fmt, ...)
{
    char *line;
    va_list ap;
    int size;

    pthread_mutex_lock(&mutex);
    n_done += kills;
    lines = grow(lines, n_lines, sizeof(*lines));
    line = lines[n_lines++];
    size = snprintf(line, LINE, "%4d %8.3f s  ", n_done, (double)(now_us() - began_us) / 1e6);
    va_start(ap, fmt);
    vsnprintf(line + size, LINE - (size_t)size, fmt, ap);
    va_end(ap);
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
}

/* ---- the stack's processes ---- */

/* A pid in stack.json may be a moment old: it must still be a child of the supervisor. */
bool is_child(pid_t pid, pid_t parent)
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

pid_t scene_pid(struct scene *sc, const char *name)
{
    const json_t *p;
    pid_t pid = 0;
    size_t i;

    if (stack_refresh(sc->stack, NULL) != 0)
        return 0;
    json_array_foreach(json_object_get(sc->stack->json, "processes"), i, p)
    {
        if (strcmp(json_string_value(json_object_get(p, "name")), name) == 0 &&
            strcmp(json_string_value(json_object_get(p, "state")), "running") == 0)
            pid = (pid_t)json_integer_value(json_object_get(p, "pid"));
    }
    return pid && is_child(pid, sc->stack->pid) ? pid : 0;
}

PGconn *scene_connect(void)
{
    char conninfo[600];

    return PQconnectdb(superuser(conninfo));
}

pid_t scene_backend(struct scene *sc)
{
    PGconn *conn = scene_connect();
    PGresult *res =
        PQexec(conn, "select pid from pg_stat_activity where usename like 'hongping_%'");
    pid_t pid = 0, postmaster = scene_pid(sc, "postgresql");

    if (PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) > 0)
        pid = (pid_t)strtol(PQgetvalue(res, dice_below(&sc->dice, PQntuples(res)), 0), NULL, 10);
    PQclear(res);
    PQfinish(conn);
    return pid && postmaster && is_child(pid, postmaster) ? pid : 0;
}

static bool is_up(struct scene *sc, const char *name)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__Reply *reply;
    PGconn *conn;
    bool up;

    if (strcmp(name, "postgresql") != 0)
        return bus_ask(sc->link, a, name, bus_envelope(a, "bus.GetState", CITY, &get.base, 1000),
                       &reply) == 0 &&
               reply->status == HP__REPLY__STATUS__DONE;
    conn = scene_connect();
    up = PQstatus(conn) == CONNECTION_OK;
    PQfinish(conn);
    if (!up)
        pause_ms(20);
    return up;
}

static void await_up(struct scene *sc, const char *name)
{
    int64_t end = now_us() + UP_LIMIT_S * SECOND_US;

    while (!failed() && !is_up(sc, name))
        if (now_us() > end)
            fail("%s did not come back within %d s", name, UP_LIMIT_S);
}

/* ---- steps ---- */

/* One session of a service (the server then ends all others too and recovers by itself), a service,
 * or the server. @wait: for the victim to be there. */
static void kill_step(struct scene *sc, bool wait)
{
    int what = dice_below(&sc->dice, 20), back = dice_below(&sc->dice, 5);
    const char *name = what < 16 ? stack_services[what % STACK_N_SERVICES] : "postgresql";
    pid_t pid = 0;

    for (int i = 0; !failed() && i < (wait ? TRIES : 1); i++) {
        pid = what < 19 ? scene_pid(sc, name) : scene_backend(sc);
        if (pid && kill(pid, SIGKILL) == 0)
            break;
        pid = 0;
        pause_ms(TRY_MS);
    }
    if (!pid)
        return;
    note(1, "%s %d killed", what < 19 ? name : "backend", (int)pid);
    if (wait && back > 1)
        await_up(sc, name);
}

static bool allowed(const struct trouble *t)
{
    bool is;

    pthread_mutex_lock(&mutex);
    is = !(t->instances && clock_moves);
    in_step = is;
    pthread_mutex_unlock(&mutex);
    return is;
}

static void trouble_step(struct scene *sc, int kind)
{
    const struct trouble *t = &troubles[kind];
    char what[WHAT] = "";
    bool there = false;

    if (!allowed(t))
        return;
    for (int i = 0; !failed() && i < TRIES && !there; i++) {
        there = t->begin(sc, what);
        if (!there)
            pause_ms(TRY_MS);
    }
    if (there) {
        note(0, "%s: %s", t->name, what);
        n_troubles[kind]++;
        for (int n = dice_below(&sc->dice, 3); n > 0; n--) {
            pause_ms(dice_below(&sc->dice, 700));
            kill_step(sc, false);
        }
        pause_ms(300 + dice_below(&sc->dice, 1000));
        t->end(sc);
        note(0, "%s is over", t->name);
    }
    pthread_mutex_lock(&mutex);
    in_step = false;
    pthread_cond_broadcast(&cond);
    pthread_mutex_unlock(&mutex);
}

/* The kinds in an order of the seed's, a new one each round. */
static int kind_of(int turn)
{
    struct dice dice = {.state = run.seed ^ 0x74726f75 ^ (uint64_t)(turn / N_TROUBLES) << 32};
    int order[N_TROUBLES];

    for (int i = 0; i < N_TROUBLES; i++) {
        int at = dice_below(&dice, i + 1);

        order[i] = order[at];
        order[at] = i;
    }
    return order[turn % N_TROUBLES];
}

static void step(struct scene *sc, int i)
{
    sc->dice.state = (run.seed ^ 0x6b696c6c) + (uint64_t)i * 0x9e3779b97f4a7c15U;
    (void)dice_roll(&sc->dice);
    pause_ms(dice_below(&sc->dice, 350));
    if (i % TROUBLE_EVERY == TROUBLE_EVERY - 1)
        trouble_step(sc, kind_of(i / TROUBLE_EVERY));
    else
        kill_step(sc, true);
}

static void *kill_many(void *arg)
{
    struct bus_conf conf = {.dir = run.stack->bus_dir,
                            .peers = (char *)"",
                            .listen = (char *)"",
                            .curve_secret = (char *)"",
                            .curve_allow = (char *)"",
                            .curve_servers = (char *)""};
    struct scene sc = {0};
    struct errtext e = {0};

    (void)arg;
    if (stack_find(run.stack->data, &sc.stack, &e) != 0 || bus_link_new(&conf, &sc.link, &e) != 0)
        fail("the killer cannot begin: %s", e.text);
    for (int i = 0; !failed() && killer_count() < run.n_kills; i++)
        step(&sc, i);
    for (const char *const *name = stack_services; *name && !failed(); name++)
        await_up(&sc, *name);
    bus_link_free(sc.link);
    stack_free(sc.stack);
    return NULL;
}

int killer_start(void)
{
    trouble_prepare();
    began_us = now_us();
    return pthread_create(&thread, NULL, kill_many, NULL);
}

/* Each kind was there, and the full disk was met, if there was time for a round. */
static void count_troubles(void)
{
    char text[400] = "";
    size_t size = 0;
    long felt = disk_full_felt();

    for (int i = 0; i < N_TROUBLES; i++)
        size += (size_t)snprintf(text + size, sizeof(text) - size, "%s%d %s", i ? ", " : "",
                                 n_troubles[i], troubles[i].name);
    tell("troubles: %s; a full disk was met %ld times", text, felt);
    if (run.n_kills < N_TROUBLES * TROUBLE_EVERY * 2)
        return;
    for (int i = 0; i < N_TROUBLES; i++)
        if (!n_troubles[i])
            fail("there never was: %s", troubles[i].name);
    if (felt <= 0)
        fail("nobody met the full disk");
}

void killer_join(void)
{
    pthread_join(thread, NULL);
    if (!failed())
        count_troubles();
}

void killer_print(void)
{
    for (size_t i = 0; i < n_lines; i++)
        fprintf(stderr, "fault: %s\n", lines[i]);
}
