/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble_second - a second instance of a service comes, the first stands still until the second
 * leads, and then both are there until the second one dies or goes
 */
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "trouble.h"

enum { UP_LIMIT_S = 30, LEAD_LIMIT_S = 40, PATH = 256 };

static pid_t second;
static const char *service;

static const char *own_path(const char *name, const char *end, char buf[PATH])
{
    CHECK(snprintf(buf, PATH, "%s/second/%s%s", run.stack->data, name, end) < PATH);
    return buf;
}

/* Its folder: links to where the others listen, its own socket when it comes. */
static void make_folder(void)
{
    char path[PATH], to[PATH];

    snprintf(path, sizeof(path), "%s/second", run.stack->data);
    if (mkdir(path, 0700) != 0 && errno != EEXIST)
        fail("%s: %s", path, strerror(errno));
    for (const char *const *name = stack_services; *name; name++) {
        unlink(own_path(*name, ".sock", path));
        snprintf(to, sizeof(to), "%s/%s.sock", run.stack->bus_dir, *name);
        if (strcmp(*name, service) != 0 && symlink(to, path) != 0)
            fail("%s: %s", path, strerror(errno));
    }
}

static void become(char *const *argv, int log)
{
    char program[PATH];

    prctl(PR_SET_PDEATHSIG, SIGKILL);
    if (dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0)
        _exit(126);
    snprintf(program, sizeof(program), HP_BUILD_DIR "/bin/%s", service);
    execv(program, argv);
    _exit(127);
}

static bool spawn(void)
{
    char config[PATH], dir[PATH + 16], seals[PATH + 16], path[PATH], log_path[PATH];
    char *argv[] = {(char *)service, (char *)"--config", config,          (char *)"--set", dir,
                    (char *)"--set", (char *)"metrics=", (char *)"--set", seals,           NULL};
    int log;

    make_folder();
    snprintf(config, sizeof(config), "%s/conf/%s.yaml", run.stack->data, service);
    snprintf(dir, sizeof(dir), "bus.dir=%s/second", run.stack->data);
    snprintf(seals, sizeof(seals), "seal.file=%s", own_path(service, ".jsonl", path));
    snprintf(log_path, sizeof(log_path), "%s/log/second.log", run.stack->data);
    log = open(log_path, O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC, 0600);
    if (log < 0)
        return false;
    second = fork();
    if (second == 0)
        become(argv, log);
    close(log);
    return second > 0;
}

static bool gone(void)
{
    if (second && waitpid(second, NULL, WNOHANG) == second)
        second = 0;
    return !second;
}

static const char *endpoint(char buf[PATH + 8])
{
    char path[PATH];

    snprintf(buf, PATH + 8, "ipc://%s", own_path(service, ".sock", path));
    return buf;
}

static bool answers(struct scene *sc)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__GetState get = HP__GET_STATE__INIT;
    char at[PATH + 8];
    Hp__Reply *reply;

    return bus_ask_at(sc->link, a, service, endpoint(at),
                      bus_envelope(a, "bus.GetState", CITY, &get.base, 1000), &reply) == 0 &&
           reply->status == HP__REPLY__STATUS__DONE;
}

/* By what the database says. */
static bool leads(void)
{
    char sql[PATH * 2], at[PATH + 8];
    PGconn *conn = scene_connect();
    PGresult *res;
    bool is;

    snprintf(sql, sizeof(sql),
             "select 1 from %s.lease l join %s.instance i using (instance) where i.endpoint = '%s'",
             service, service, endpoint(at));
    res = PQexec(conn, sql);
    is = PQresultStatus(res) == PGRES_TUPLES_OK && PQntuples(res) > 0;
    PQclear(res);
    PQfinish(conn);
    return is;
}

static void finish_it(int signal)
{
    if (gone())
        return;
    kill(second, signal);
    while (waitpid(second, NULL, 0) < 0 && errno == EINTR)
        ;
    second = 0;
}

bool second_begin(struct scene *sc, char what[WHAT])
{
    int64_t end = now_us() + UP_LIMIT_S * SECOND_US;
    pid_t first;

    service = stack_services[dice_below(&sc->dice, STACK_N_SERVICES - 1)]; /* not the gateway */
    snprintf(what, WHAT, "%s", service);
    if (!spawn())
        return false;
    while (!failed() && !gone() && !answers(sc) && now_us() < end)
        ;
    first = scene_pid(sc, service);
    if (gone() || !first || failed()) {
        finish_it(SIGKILL);
        return false;
    }
    freeze(first);
    end = now_us() + LEAD_LIMIT_S * SECOND_US;
    while (!failed() && !gone() && !leads()) {
        if (now_us() > end)
            fail("a second %s does not lead, where the first stands still", service);
        pause_ms(20);
    }
    thaw(sc);
    return true;
}

void second_end(struct scene *sc)
{
    finish_it(dice_below(&sc->dice, 2) ? SIGKILL : SIGTERM);
}
