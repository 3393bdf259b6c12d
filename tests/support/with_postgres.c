/* SPDX-License-Identifier: Apache-2.0 */
/*
 * with_postgres [--durable] COMMAND [ARGUMENT...] - run a command on a throw-away PostgreSQL
 *
 * Starts a private server in a new directory under /tmp, makes the database and the roles and
 * schemas of all six services, exports HP_TEST_PG_DIR (the socket's directory) and HP_TEST_PG_PORT,
 * runs the command, stops the server and removes everything. Exits as the command did (128 + n if
 * signal n ended it), 2 for wrong usage, 125 when there is no server to be had.
 *
 * initdb takes a second, so its result is kept in the build directory and copied for each run.
 */
#include <errno.h>
#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/db/cluster.h"

#include "common/base/banned.h"

enum { EXIT_NO_SERVER = 125, PORT = 5432 };

static const char *const services[] = {"intake",    "scoring", "publicity", "credit",
                                       "reporting", "gateway", NULL};

struct run {
    char top[64], data[80], sockets[80];
    struct cluster_spec spec;
    pid_t server;
};

static pid_t command; /* for the signal handler */

static int complain(const char *what, const struct errtext *e)
{
    fprintf(stderr, "with_postgres: %s: %s\n", what, e->text);
    return EXIT_NO_SERVER;
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

static int run_and_wait(char *const argv[], bool handle)
{
    pid_t parent = getpid(), pid = fork();
    int status;

    if (pid < 0)
        return EXIT_NO_SERVER;
    if (pid == 0) {
        prctl(PR_SET_PDEATHSIG, SIGTERM);
        if (getppid() != parent)
            _exit(126);
        execvp(argv[0], argv);
        fprintf(stderr, "with_postgres: %s: %s\n", argv[0], strerror(errno));
        _exit(127);
    }
    if (handle)
        command = pid;
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return EXIT_NO_SERVER;
    command = 0;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128 + WTERMSIG(status);
}

/* cp keeps owners and modes, which the server insists on. */
static int copy(const char *from, const char *to)
{
    char *argv[] = {"cp", "-a", "--reflink=auto", (char *)from, (char *)to, NULL};

    return run_and_wait(argv, false);
}

/*
 * A new data directory for @run: a copy of the template, or if there is none yet, a fresh one that
 * becomes the template. Two runs at once are kept apart by a lock; who owns the files differs by
 * user, so the template's name has the uid.
 */
static int make_data(struct run *run, struct errtext *e)
{
    char template[PATH_MAX], making[PATH_MAX + 8], lock[PATH_MAX + 8];
    int fd, r = 0;

    snprintf(template, sizeof(template), HP_BUILD_DIR "/tests/postgres-template-%d",
             (int)geteuid());
    snprintf(making, sizeof(making), "%s.making", template);
    snprintf(lock, sizeof(lock), "%s.lock", template);
    fd = open(lock, O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    if (fd < 0 || flock(fd, LOCK_EX) != 0) {
        errtext_set(e, "%s: %s", lock, strerror(errno));
        if (fd >= 0)
            close(fd);
        return err_raise(-EIO);
    }
    if (access(template, F_OK) == 0) {
        if (copy(template, run->data) != 0) {
            errtext_set(e, "%s cannot be copied to %s", template, run->data);
            r = -EIO;
        }
    } else {
        r = cluster_init(&run->spec, e);
        remove_tree(making);
        if (!r && (copy(run->data, making) != 0 || rename(making, template) != 0)) {
            errtext_set(e, "%s cannot be made", template);
            r = -EIO;
        }
    }
    close(fd);
    return r;
}

static int start(struct run *run)
{
    struct errtext e = {0};

    snprintf(run->top, sizeof(run->top), "/tmp/hp-test-XXXXXX");
    if (!mkdtemp(run->top) || chmod(run->top, 0711) != 0) { /* the server's user may pass through */
        errtext_set(&e, "%s", strerror(errno));
        return complain(run->top, &e);
    }
    snprintf(run->data, sizeof(run->data), "%s/data", run->top);
    snprintf(run->sockets, sizeof(run->sockets), "%s/s", run->top);
    run->spec.dir = run->data;
    run->spec.socket_dir = run->sockets;
    run->spec.port = PORT;
    if (make_data(run, &e))
        return complain("no data directory", &e);
    if (cluster_start(&run->spec, &run->server, &e))
        return complain("no server", &e);
    if (cluster_prepare(&run->spec, services, &e))
        return complain("no roles", &e);
    return 0;
}

static void pass_on(int signal_number)
{
    if (command)
        kill(command, signal_number);
}

static void watch_signals(void)
{
    struct sigaction on = {.sa_handler = pass_on};

    sigaction(SIGINT, &on, NULL);
    sigaction(SIGTERM, &on, NULL);
    sigaction(SIGHUP, &on, NULL);
}

int main(int argc, char **argv)
{
    struct run run = {0};
    char port[16];
    int code;

    argv++;
    if (argc > 1 && !strcmp(*argv, "--durable")) {
        run.spec.durable = true;
        argv++;
    }
    if (!*argv) {
        fprintf(stderr, "usage: with_postgres [--durable] COMMAND [ARGUMENT...]\n");
        return 2;
    }
    watch_signals();
    code = start(&run);
    if (code == 0) {
        snprintf(port, sizeof(port), "%d", PORT);
        setenv("HP_TEST_PG_DIR", run.sockets, 1);
        setenv("HP_TEST_PG_PORT", port, 1);
        code = run_and_wait(argv, true);
    }
    if (run.server > 0 && cluster_stop(run.server) != 0)
        fprintf(stderr, "with_postgres: the server did not stop\n");
    remove_tree(run.top);
    return code;
}
