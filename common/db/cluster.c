/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/cluster.h"

#include <errno.h>
#include <ftw.h>
#include <libpq-fe.h>
#include <poll.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/db/cluster_proc.h"

#include "common/base/banned.h"

enum {
    STEP_MS = 10,
    INIT_LIMIT_S = 120,
    SILENT_LIMIT_S = 60, /* a server answers at its socket at once, or never will */
    START_LIMIT_S = 300, /* one that answers "not yet" may have much to replay after a crash */
    STOP_LIMIT_S = 30,   /* then the hard way, which the next start repairs */
};

static void log_path(const struct cluster_spec *spec, char *buf, size_t size)
{
    snprintf(buf, size, "%s%s", spec->log ? spec->log : spec->dir, spec->log ? "" : ".log");
}

static long file_size(const char *path)
{
    struct stat st;

    return stat(path, &st) == 0 ? (long)st.st_size : 0;
}

static void step(void)
{
    (void)poll(NULL, 0, STEP_MS);
}

/* Whether a SIGTERM or SIGINT that the caller blocks has come: it is left for the caller. */
static bool told_to_stop(void)
{
    sigset_t pending;

    return sigpending(&pending) == 0 &&
           (sigismember(&pending, SIGTERM) || sigismember(&pending, SIGINT));
}

/* Wait for @pid's end at most @limit_s. 0, -ETIMEDOUT, or -EINTR if @heed and told to stop. */
static int wait_end(pid_t pid, int limit_s, bool heed, int *ret_status)
{
    int64_t end = monotonic_now_us() + limit_s * SECOND_US;

    for (;;) {
        pid_t got = waitpid(pid, ret_status, WNOHANG);

        if (got == pid)
            return 0;
        if (got < 0 && errno != EINTR)
            return err_raise(-errno);
        if (monotonic_now_us() > end)
            return -ETIMEDOUT;
        if (heed && told_to_stop())
            return -EINTR;
        step();
    }
}

static int remove_one(const char *path, const struct stat *st, int type, struct FTW *ftw)
{
    (void)st;
    (void)type;
    (void)ftw;
    return remove(path);
}

static void remove_tree(const char *path)
{
    nftw(path, remove_one, 16, FTW_DEPTH | FTW_PHYS);
}

static int run_initdb(const struct cluster_spec *spec, const struct cluster_user *user, char *dir,
                      struct errtext *e)
{
    char bin[CLUSTER_PATH], initdb[CLUSTER_PATH + 16], log[CLUSTER_PATH], line[512];
    char *argv[] = {initdb,
                    "-D",
                    dir,
                    "-U",
                    "postgres",
                    "-A",
                    "trust",
                    "--encoding=UTF8",
                    "--locale=C.UTF-8",
                    "--data-checksums",
                    "--no-instructions",
                    spec->durable ? NULL : "--no-sync",
                    NULL};
    long offset;
    int r, status;
    pid_t pid;

    r = cluster_find_bin(bin, sizeof(bin), e);
    if (r)
        return r;
    snprintf(initdb, sizeof(initdb), "%s/initdb", bin);
    log_path(spec, log, sizeof(log));
    offset = file_size(log);
    r = cluster_spawn(user, argv, log, &pid);
    if (r)
        return err_pass(r);
    r = wait_end(pid, INIT_LIMIT_S, true, &status);
    if (r == -ETIMEDOUT || r == -EINTR) {
        kill(-pid,
             SIGKILL); /* with the server it runs for a moment: it leads a session of its own */
        kill(pid, SIGKILL);
        waitpid(pid, &status, 0);
    } else if (r) {
        return err_pass(r);
    }
    if (!r && WIFEXITED(status) && WEXITSTATUS(status) == 0)
        return 0;
    cluster_last_line(log, offset, line, sizeof(line));
    if (r == -EINTR)
        errtext_set(e, "interrupted while initdb ran");
    else
        errtext_set(e, r ? "initdb does not end: %s" : "initdb failed: %s", line);
    return CLUSTER_E_FAILED;
}

/* 1 if it holds a database, 0 if it is absent or empty, -1 if it holds something else. */
static int what_is_in(const char *dir)
{
    char version[CLUSTER_PATH + 16];
    bool empty;

    snprintf(version, sizeof(version), "%s/PG_VERSION", dir);
    if (access(version, F_OK) == 0)
        return 1;
    empty = rmdir(dir) == 0 || errno == ENOENT;
    return empty ? 0 : -1;
}

/* The limits of what a path may be: see cluster.h. */
static int check_spec(const struct cluster_spec *spec, struct errtext *e)
{
    if (strlen(spec->dir) > CLUSTER_PATH - 32 ||
        strlen(spec->socket_dir) > 107 - sizeof("/.s.PGSQL.65535.lock")) {
        errtext_set(e, "%s: the path is too long for a unix socket", spec->socket_dir);
        return CLUSTER_E_FAILED;
    }
    if (strpbrk(spec->socket_dir, ",\"\n")) {
        errtext_set(e, "%s: a socket directory's path holds no commas and no quotes",
                    spec->socket_dir);
        return CLUSTER_E_FAILED;
    }
    return 0;
}

/* initdb works beside @dir and the result is moved there, so that @dir is never half made. */
int cluster_init(const struct cluster_spec *spec, struct errtext *e)
{
    struct cluster_user user;
    char making[CLUSTER_PATH];
    int r;

    r = check_spec(spec, e);
    if (r)
        return r;
    r = cluster_find_user(spec->dir, &user, e);
    if (r)
        return r;
    r = cluster_can_enter(&user, spec->dir, e);
    if (r)
        return r;
    r = what_is_in(spec->dir);
    if (r > 0)
        return 0;
    if (r < 0) {
        errtext_set(e, "%s is not empty and holds no database", spec->dir);
        return CLUSTER_E_FAILED;
    }
    snprintf(making, sizeof(making), "%s.making", spec->dir);
    remove_tree(making);
    r = cluster_make_dir(&user, making, e);
    if (r)
        return r;
    r = run_initdb(spec, &user, making, e);
    if (r) {
        remove_tree(making);
        return r;
    }
    if (rename(making, spec->dir) != 0) {
        errtext_set(e, "%s: %s", spec->dir, strerror(errno));
        return err_raise(-errno);
    }
    return 0;
}

/* Until it answers, or ends before that. */
static int wait_ready(const struct cluster_spec *spec, pid_t pid, long log_offset,
                      struct errtext *e)
{
    int64_t began = monotonic_now_us();
    char conninfo[CLUSTER_PATH], ping[CLUSTER_PATH + 32], log[CLUSTER_PATH], line[512];
    int status, limit_s;
    PGPing answer;

    cluster_conninfo(spec, NULL, conninfo, sizeof(conninfo));
    snprintf(ping, sizeof(ping), "%s connect_timeout=5", conninfo);
    log_path(spec, log, sizeof(log));
    while ((answer = PQping(ping)) != PQPING_OK) {
        bool ended = waitpid(pid, &status, WNOHANG) != 0, stop = told_to_stop();

        limit_s = answer == PQPING_REJECT ? START_LIMIT_S : SILENT_LIMIT_S;
        if (ended || stop || monotonic_now_us() > began + limit_s * SECOND_US) {
            if (!ended && cluster_stop(pid) != 0)
                kill(pid, SIGKILL);
            cluster_last_line(log, log_offset, line, sizeof(line));
            errtext_set(e, "the PostgreSQL server in %s %s: %s", spec->dir,
                        stop ? "was interrupted as it started" : "does not start", line);
            return CLUSTER_E_FAILED;
        }
        step();
    }
    return 0;
}

int cluster_start(const struct cluster_spec *spec, pid_t *ret_pid, struct errtext *e)
{
    char bin[CLUSTER_PATH], postgres[CLUSTER_PATH + 16], log[CLUSTER_PATH];
    char port[16], sockets[160];
    /* fsync last: the list ends there for a durable server */
    char *argv[] = {postgres,
                    "-D",
                    (char *)spec->dir,
                    "-c",
                    sockets,
                    "-c",
                    "listen_addresses=",
                    "-c",
                    "unix_socket_permissions=0700",
                    "-c",
                    "max_connections=200",
                    "-c",
                    "log_timezone=UTC",
                    "-p",
                    port,
                    spec->durable ? NULL : "-c",
                    "fsync=off",
                    "-c",
                    "synchronous_commit=off",
                    "-c",
                    "full_page_writes=off",
                    NULL};
    struct cluster_user user;
    long offset;
    pid_t pid;
    int r;

    r = check_spec(spec, e);
    if (r)
        return r;
    r = cluster_find_bin(bin, sizeof(bin), e);
    if (r)
        return r;
    r = cluster_find_user(spec->dir, &user, e);
    if (r)
        return r;
    r = cluster_can_enter(&user, spec->socket_dir, e);
    if (r)
        return r;
    r = cluster_make_dir(&user, spec->socket_dir, e);
    if (r)
        return r;
    snprintf(postgres, sizeof(postgres), "%s/postgres", bin);
    snprintf(port, sizeof(port), "%d", spec->port);
    snprintf(sockets, sizeof(sockets), "unix_socket_directories=\"%s\"", spec->socket_dir);
    log_path(spec, log, sizeof(log));
    offset = file_size(log);
    r = cluster_spawn(&user, argv, log, &pid);
    if (r)
        return err_pass(r);
    r = wait_ready(spec, pid, offset, e);
    if (r)
        return r;
    *ret_pid = pid;
    return 0;
}

int cluster_stop(pid_t pid)
{
    int status, r;

    if (kill(pid, SIGINT) != 0)
        return err_raise(-errno);
    r = wait_end(pid, STOP_LIMIT_S, false, &status);
    if (r == -ETIMEDOUT) {
        kill(pid, SIGQUIT);
        r = wait_end(pid, STOP_LIMIT_S, false, &status);
    }
    return err_pass(r);
}

void cluster_conninfo(const struct cluster_spec *spec, const char *service, char *buf, size_t size)
{
    char host[256];
    size_t n = 0;

    /* quoted, for a path may hold blanks */
    for (const char *s = spec->socket_dir; *s && n < sizeof(host) - 2; s++) {
        if (*s == '\'' || *s == '\\')
            host[n++] = '\\';
        host[n++] = *s;
    }
    host[n] = 0;
    if (service)
        snprintf(buf, size, "host='%s' port=%d dbname=hongping user=hongping_%s", host, spec->port,
                 service);
    else
        snprintf(buf, size, "host='%s' port=%d dbname=postgres user=postgres", host, spec->port);
}
