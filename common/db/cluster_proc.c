/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/cluster_proc.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <pwd.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/banned.h"

#define DEBIAN_SERVERS "/usr/lib/postgresql"

static bool has_server(const char *dir)
{
    char initdb[CLUSTER_PATH + 16], postgres[CLUSTER_PATH + 16];

    snprintf(initdb, sizeof(initdb), "%s/initdb", dir);
    snprintf(postgres, sizeof(postgres), "%s/postgres", dir);
    return access(initdb, X_OK) == 0 && access(postgres, X_OK) == 0;
}

static bool find_debian(char *buf, size_t size)
{
    DIR *versions = opendir(DEBIAN_SERVERS);
    long newest = 0;
    struct dirent *d;

    while (versions && (d = readdir(versions))) {
        long version = strtol(d->d_name, NULL, 10);
        char bin[CLUSTER_PATH];

        snprintf(bin, sizeof(bin), DEBIAN_SERVERS "/%s/bin", d->d_name);
        if (version > newest && has_server(bin)) {
            newest = version;
            snprintf(buf, size, "%s", bin);
        }
    }
    if (versions)
        closedir(versions);
    return newest > 0;
}

int cluster_find_bin(char *buf, size_t size, struct errtext *e)
{
    const char *path = getenv("PATH");

    if (find_debian(buf, size))
        return 0;
    while (path && *path) {
        size_t n = strcspn(path, ":");

        snprintf(buf, size, "%.*s", (int)n, path);
        if (n && has_server(buf))
            return 0;
        path += n + (path[n] == ':');
    }
    errtext_set(e, "PostgreSQL's server programs were not found: install the package postgresql");
    return CLUSTER_E_NO_BINARY;
}

int cluster_find_user(const char *dir, struct cluster_user *ret_user, struct errtext *e)
{
    struct cluster_user user = {.change = geteuid() == 0};
    struct stat st;
    struct passwd pw, *found = NULL;
    char buf[4096];

    if (user.change && stat(dir, &st) == 0 && st.st_uid != 0) {
        user.uid = st.st_uid;
        user.gid = st.st_gid;
    } else if (user.change) {
        if (getpwnam_r("postgres", &pw, buf, sizeof(buf), &found) || !found) {
            errtext_set(e, "PostgreSQL does not run as root and there is no user postgres: install "
                           "the package "
                           "postgresql");
            return CLUSTER_E_NO_BINARY;
        }
        user.uid = pw.pw_uid;
        user.gid = pw.pw_gid;
    }
    *ret_user = user;
    return 0;
}

/* In a child: only calls that are safe between fork and exec. */
static bool become(const struct cluster_user *user)
{
    return !user->change ||
           (setgroups(1, &user->gid) == 0 && setgid(user->gid) == 0 && setuid(user->uid) == 0);
}

/*
 * Asked in a child that is that user, because only the kernel knows all rules. It exits with the
 * number of the component that is closed, from 1.
 */
static int first_closed(const struct cluster_user *user, char *path)
{
    int n = 0;

    if (!become(user))
        return 255;
    for (char *p = strchr(path + 1, '/'); p; p = strchr(p + 1, '/')) {
        n++;
        *p = 0;
        if (access(path, X_OK) != 0)
            return n < 254 ? n : 254;
        *p = '/';
    }
    return 0;
}

int cluster_can_enter(const struct cluster_user *user, const char *path, struct errtext *e)
{
    char full[CLUSTER_PATH];
    char *p = full;
    int status, n;
    pid_t pid;

    if (path[0] != '/') {
        errtext_set(e, "%s is not an absolute path", path);
        return CLUSTER_E_UNREACHABLE;
    }
    if (!user->change)
        return 0;
    snprintf(full, sizeof(full), "%s", path);
    pid = fork();
    if (pid < 0)
        return err_raise(-errno);
    if (pid == 0)
        _exit(first_closed(user, full));
    while (waitpid(pid, &status, 0) < 0)
        if (errno != EINTR)
            return err_raise(-errno);
    n = WIFEXITED(status) ? WEXITSTATUS(status) : 255;
    if (n == 0)
        return 0;
    for (int i = 0; i < n && (p = strchr(p + 1, '/'));)
        if (++i == n)
            *p = 0;
    errtext_set(e,
                "PostgreSQL's user (uid %d) cannot enter %s: choose a data directory it can reach",
                (int)user->uid, full);
    return CLUSTER_E_UNREACHABLE;
}

int cluster_make_dir(const struct cluster_user *user, const char *path, struct errtext *e)
{
    bool made = mkdir(path, 0700) == 0;

    if (!made && errno != EEXIST) {
        errtext_set(e, "%s: %s", path, strerror(errno));
        return err_raise(-errno);
    }
    /* what was there keeps its owner: it may be a directory shared with others */
    if (made && user->change && chown(path, user->uid, user->gid) != 0) {
        errtext_set(e, "%s: %s", path, strerror(errno));
        return err_raise(-errno);
    }
    return 0;
}

static void run_child(const struct cluster_user *user, char *const argv[], int log, pid_t parent)
{
    sigset_t none;

    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    for (int s = 1; s < NSIG; s++)
        signal(s, SIG_DFL);
    setsid(); /* a Ctrl-C at the terminal is for our caller, who stops the server last */
    if (dup2(log, STDOUT_FILENO) < 0 || dup2(log, STDERR_FILENO) < 0 || !become(user))
        _exit(126);
    close_range(3, ~0U, 0);
    /* after setuid, which forgets it */
    prctl(PR_SET_PDEATHSIG, SIGINT);
    if (getppid() != parent || chdir("/") != 0)
        _exit(126);
    execv(argv[0], argv);
    _exit(127);
}

int cluster_spawn(const struct cluster_user *user, char *const argv[], const char *log,
                  pid_t *ret_pid)
{
    int fd = open(log, O_WRONLY | O_CREAT | O_APPEND | O_CLOEXEC, 0600);
    int null;
    pid_t parent = getpid(), pid;

    if (fd < 0)
        return err_raise(-errno);
    pid = fork();
    if (pid == 0) {
        null = open("/dev/null", O_RDONLY);
        if (null < 0 || dup2(null, STDIN_FILENO) < 0)
            _exit(126);
        run_child(user, argv, fd, parent);
    }
    close(fd);
    if (pid < 0)
        return err_raise(-errno);
    *ret_pid = pid;
    return 0;
}

void cluster_last_line(const char *log, long offset, char *buf, size_t size)
{
    FILE *f = fopen(log, "re");
    char line[512];

    buf[0] = 0;
    if (!f)
        return;
    if (fseek(f, offset, SEEK_SET) == 0)
        while (fgets(line, sizeof(line), f)) {
            line[strcspn(line, "\n")] = 0;
            if (line[0])
                snprintf(buf, size, "%s", line);
        }
    fclose(f);
}
