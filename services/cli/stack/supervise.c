/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/supervise.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/db/cluster.h"
#include "common/log/log.h"
#include "services/cli/file.h"
#include "services/cli/say.h"
#include "services/cli/stack/ports.h"
#include "services/cli/stack/spawn.h"
#include "services/cli/stack/stack_json.h"
#include "services/cli/stack/supervisor.h"

#include "common/base/banned.h"

enum {
    PG_PORT = 5432, /* part of the socket's name only */
    BACKOFF_MS = 1000,
    BACKOFF_GROWTH = 30,
    LIVED_US = 60000000,
    STOP_LIMIT_S = 20,
    OLD_SERVER_LIMIT_S =
        60, /* a server left by a supervisor that was killed may still be shutting down */
};

/* ---- what others are told ---- */

static void note(struct supervisor *sv, struct process *p, enum process_state state)
{
    p->state = state;
    p->since_at = wall_now_us();
    if (state != RUNNING)
        p->pid = 0;
    stack_json_write(sv);
}

static void report(const struct supervisor *sv, const char *line)
{
    struct str text = STR_INIT;

    if (sv->spec->report_fd < 0)
        return;
    str_printf(&text, "%s\n", line);
    if (write(sv->spec->report_fd, text.text, text.size) < 0)
        log_line(LOG_WARN, "nobody heard how the start went", NULL);
    close(sv->spec->report_fd);
    str_release(&text);
}

/* ---- starting ---- */

static int64_t first_backoff_ms(const struct supervisor *sv)
{
    return sv->spec->restart_ms > 0 ? sv->spec->restart_ms : BACKOFF_MS;
}

/* Put it off: it ended, or could not be started. */
static void put_off(struct supervisor *sv, struct process *p, const char *why)
{
    int64_t longest_ms = first_backoff_ms(sv) * BACKOFF_GROWTH;
    char wait[32];

    if (monotonic_now_us() - p->started_us > LIVED_US)
        p->backoff_ms = first_backoff_ms(sv);
    p->retry_us = monotonic_now_us() + p->backoff_ms * 1000;
    snprintf(wait, sizeof(wait), "%lld", (long long)p->backoff_ms);
    log_line(LOG_WARN, "ended; it will be started again", "process", p->name, "reason", why,
             "wait_ms", wait, NULL);
    p->backoff_ms = p->backoff_ms * 2 < longest_ms ? p->backoff_ms * 2 : longest_ms;
    p->restarts++;
    note(sv, p, WAITING);
}

static void start(struct supervisor *sv, struct process *p)
{
    struct errtext e = {0};
    char pid[16];
    int r;

    p->started_us = monotonic_now_us();
    if (p == &sv->all[POSTGRESQL])
        r = cluster_start(&sv->cluster, &p->pid, &e);
    else
        r = spawn_service(sv, p, &e);
    if (r) {
        put_off(sv, p, e.text);
        return;
    }
    snprintf(pid, sizeof(pid), "%d", (int)p->pid);
    log_line(LOG_INFO, "started", "process", p->name, "pid", pid, NULL);
    note(sv, p, RUNNING);
}

/* After a start that failed, only another server's lock is still there. */
static bool old_server_holds(const struct supervisor *sv)
{
    char path[STACK_PATH + 32];

    snprintf(path, sizeof(path), "%s/postmaster.pid", sv->pg);
    return access(path, F_OK) == 0;
}

/* A server that a killed supervisor left is still shutting down: try until it is gone. */
static int start_database(struct supervisor *sv, struct errtext *e)
{
    int64_t end = monotonic_now_us() + OLD_SERVER_LIMIT_S * SECOND_US;
    struct process *p = &sv->all[POSTGRESQL];
    const struct timespec pause = {.tv_nsec = 500000000};
    sigset_t stop;
    int r;

    sigemptyset(&stop);
    sigaddset(&stop, SIGTERM);
    sigaddset(&stop, SIGINT);
    r = cluster_init(&sv->cluster, e);
    if (r)
        return r;
    for (;;) {
        p->started_us = monotonic_now_us();
        r = cluster_start(&sv->cluster, &p->pid, e);
        if (r != CLUSTER_E_FAILED || !old_server_holds(sv) || monotonic_now_us() > end)
            break;
        if (sigtimedwait(&stop, NULL, &pause) > 0)
            break;
    }
    if (r)
        return r;
    note(sv, p, RUNNING);
    return cluster_prepare(&sv->cluster, stack_services, e);
}

/* ---- watching ---- */

static void describe_end(int status, char *buf, size_t size)
{
    if (WIFSIGNALED(status))
        snprintf(buf, size, "signal %d", WTERMSIG(status));
    else
        snprintf(buf, size, "exit code %d", WEXITSTATUS(status));
}

static void reap(struct supervisor *sv)
{
    char why[32];
    int status;

    for (int i = 0; i < N_PROCESSES; i++) {
        struct process *p = &sv->all[i];

        if (p->state != RUNNING || waitpid(p->pid, &status, WNOHANG) != p->pid)
            continue;
        describe_end(status, why, sizeof(why));
        put_off(sv, p, why);
    }
}

static void start_due(struct supervisor *sv)
{
    for (int i = 0; i < N_PROCESSES; i++)
        if (sv->all[i].state == WAITING && sv->all[i].retry_us <= monotonic_now_us())
            start(sv, &sv->all[i]);
}

/* Until the next start is due; a minute when none is. */
static struct timespec until_due(const struct supervisor *sv)
{
    int64_t now = monotonic_now_us(), wait = 60 * SECOND_US;

    for (int i = 0; i < N_PROCESSES; i++)
        if (sv->all[i].state == WAITING && sv->all[i].retry_us - now < wait)
            wait = sv->all[i].retry_us > now ? sv->all[i].retry_us - now : 0;
    return (struct timespec){.tv_sec = wait / SECOND_US, .tv_nsec = wait % SECOND_US * 1000};
}

static void watch(struct supervisor *sv)
{
    sigset_t heard;

    sigemptyset(&heard);
    sigaddset(&heard, SIGCHLD);
    sigaddset(&heard, SIGTERM);
    sigaddset(&heard, SIGINT);
    for (;;) {
        struct timespec wait = until_due(sv);
        int got = sigtimedwait(&heard, NULL, &wait);

        if (got == SIGTERM || got == SIGINT)
            return;
        reap(sv);
        start_due(sv);
    }
}

/* ---- stopping ---- */

static void stop_services(struct supervisor *sv, int first, int last)
{
    int64_t end = monotonic_now_us() + STOP_LIMIT_S * SECOND_US;
    const struct timespec step = {.tv_nsec = 20000000};
    bool any = true, killed = false;

    for (int i = first; i <= last; i++)
        if (sv->all[i].state == RUNNING)
            kill(sv->all[i].pid, SIGTERM);
    while (any) {
        any = false;
        for (int i = first; i <= last; i++) {
            struct process *p = &sv->all[i];

            if (p->state == RUNNING && waitpid(p->pid, NULL, WNOHANG) == 0)
                any = true;
            else if (p->state != STOPPED)
                note(sv, p, STOPPED);
        }
        if (any && !killed && monotonic_now_us() > end) {
            killed = true;
            for (int i = first; i <= last; i++)
                if (sv->all[i].state == RUNNING) {
                    log_line(LOG_WARN, "did not stop in time and was killed", "process",
                             sv->all[i].name, NULL);
                    kill(sv->all[i].pid, SIGKILL);
                }
        }
        if (any)
            nanosleep(&step, NULL);
    }
}

/* What PostgreSQL and the services left there: sockets and their locks. */
static void remove_sockets(const struct supervisor *sv)
{
    DIR *dir = opendir(sv->socket_dir);
    const struct dirent *entry;

    while (dir && (entry = readdir(dir)))
        if (entry->d_name[0] != '.' || strncmp(entry->d_name, ".s.PGSQL", 8) == 0)
            unlinkat(dirfd(dir), entry->d_name, 0);
    if (dir)
        closedir(dir);
    rmdir(sv->socket_dir);
}

static void stop_all(struct supervisor *sv)
{
    struct process *pg = &sv->all[POSTGRESQL];
    char path[STACK_PATH];

    stop_services(sv, GATEWAY, GATEWAY); /* nothing new comes in */
    stop_services(sv, 1, GATEWAY - 1);
    if (pg->state == RUNNING && cluster_stop(pg->pid) != 0)
        log_line(LOG_WARN, "PostgreSQL did not stop cleanly", NULL);
    remove_sockets(sv);
    unlink(stack_path(sv->spec->data, "stack.json", path));
    log_line(LOG_INFO, "stopped", NULL);
}

/* ---- the whole ---- */

static int make_dirs(const struct supervise_spec *spec, struct errtext *e)
{
    static const char *const names[] = {"conf", "log", "files", STACK_SEALS};
    char path[STACK_PATH];

    for (size_t i = 0; i < ARRAY_LEN(names); i++)
        if (mkdir(stack_path(spec->data, names[i], path), 0700) != 0 && errno != EEXIST) {
            int r = -errno;

            errtext_set(e, "%s: %s", path, strerror(errno));
            return r;
        }
    return 0;
}

/* /tmp is everybody's: a directory of our name that is not ours alone may be a trap. */
static int check_socket_dir(const char *dir, struct errtext *e)
{
    struct stat st;

    if (lstat(dir, &st) != 0)
        return errno == ENOENT ? 0 : err_raise(-errno);
    if (S_ISDIR(st.st_mode) && !(st.st_mode & 077) && (st.st_uid == geteuid() || geteuid() == 0))
        return 0;
    errtext_set(e, tr("%s exists and is not a private directory of ours"), dir);
    return -EPERM;
}

static int prepare(struct supervisor *sv, struct errtext *e)
{
    int ports[1 + STACK_N_SERVICES];
    int r;

    r = ports_pick(sv->spec->address, sv->spec->port, ARRAY_LEN(ports), ports, e);
    if (r)
        return r;
    sv->port = ports[0];
    for (int i = 1; i < N_PROCESSES; i++)
        sv->all[i].metrics_port = ports[i];
    r = make_dirs(sv->spec, e);
    if (!r)
        r = check_socket_dir(sv->socket_dir, e);
    return r ? r : start_database(sv, e);
}

static void init(struct supervisor *sv, const struct supervise_spec *spec)
{
    *sv = (struct supervisor){
        .spec = spec, .socket_dir = stack_socket_dir(spec->data), .started_at = wall_now_us()};
    sv->cluster =
        (struct cluster_spec){.dir = stack_path(spec->data, "pg", sv->pg),
                              .log = stack_path(spec->data, "log/postgresql.log", sv->pg_log),
                              .socket_dir = sv->socket_dir,
                              .port = PG_PORT,
                              .durable = spec->durable};
    for (int i = 0; i < N_PROCESSES; i++) {
        sv->all[i].name = i == POSTGRESQL ? "postgresql" : stack_services[i - 1];
        sv->all[i].backoff_ms = first_backoff_ms(sv);
    }
}

static void block_signals(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGCHLD);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGHUP);
    sigprocmask(SIG_BLOCK, &set, NULL);
    signal(SIGPIPE, SIG_IGN);
}

int supervise(const struct supervise_spec *spec)
{
    struct supervisor sv;
    struct errtext e = {0};
    char path[STACK_PATH], pid[16];
    int r, lock;

    log_init("hongping", "info");
    block_signals();
    if (spec->report_fd >= 0)
        fcntl(spec->report_fd, F_SETFD,
              FD_CLOEXEC); /* ours alone: whoever listens waits for its end */
    init(&sv, spec);
    r = stack_lock(spec->data, &lock, &e);
    if (r) {
        report(&sv, e.text);
        free(sv.socket_dir);
        return CLI_FINDING;
    }
    unlink(stack_path(spec->data, "stack.json", path));
    snprintf(pid, sizeof(pid), "%d\n", (int)getpid());
    if (ftruncate(lock, 0) != 0 || write(lock, pid, strlen(pid)) < 0)
        log_line(LOG_WARN, "hongping.pid cannot be written", NULL);
    r = prepare(&sv, &e);
    if (r) {
        log_line(LOG_ERROR, "the stack cannot be started", "reason",
                 e.text[0] ? e.text : strerror(-r), NULL);
        report(&sv, e.text[0] ? e.text : strerror(-r));
    } else {
        for (int i = 1; i < N_PROCESSES; i++)
            start(&sv, &sv.all[i]);
        report(&sv, "up");
        watch(&sv);
    }
    stop_all(&sv);
    if (ftruncate(lock, 0) != 0)
        log_line(LOG_WARN, "hongping.pid cannot be emptied", NULL);
    close(lock);
    free(sv.socket_dir);
    return r ? CLI_FINDING : CLI_DONE;
}
