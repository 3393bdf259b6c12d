/* SPDX-License-Identifier: Apache-2.0 */
/*
 * trouble_process - a process that stands still for a while, and connections that are cut under it
 *
 * Connections are cut from outside: a copy of the descriptor is taken from the process and shut
 * down, which both ends notice as they would a cable.
 */
#include <dirent.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/syscall.h>
#include <sys/un.h>
#include <unistd.h>

#include "trouble.h"

static pid_t frozen;

void freeze(pid_t pid)
{
    if (kill(pid, SIGSTOP) == 0)
        frozen = pid;
}

/* It may have been killed meanwhile. */
void thaw(struct scene *sc)
{
    (void)sc;
    if (frozen)
        kill(frozen, SIGCONT);
    frozen = 0;
}

void nothing_to_end(struct scene *sc)
{
    (void)sc;
}

bool service_frozen_begin(struct scene *sc, char what[WHAT])
{
    int drawn = dice_below(&sc->dice, STACK_N_SERVICES + 1);
    const char *name = drawn < STACK_N_SERVICES ? stack_services[drawn] : "postgresql";
    pid_t pid = scene_pid(sc, name);

    snprintf(what, WHAT, "%s", name);
    if (pid)
        freeze(pid);
    return pid != 0;
}

/* ---- connections ---- */

/* Of a caller over HTTP, or of the bus at either end; not one to PostgreSQL. */
static bool is_ours(const struct scene *sc, int fd)
{
    struct sockaddr_storage at[2] = {0};
    socklen_t size[2] = {sizeof(at[0]), sizeof(at[1])};

    if (getsockname(fd, (struct sockaddr *)&at[0], &size[0]) != 0 ||
        getpeername(fd, (struct sockaddr *)&at[1], &size[1]) != 0)
        return false;
    if (at[0].ss_family == AF_INET)
        return true;
    for (int i = 0; i < 2 && at[0].ss_family == AF_UNIX; i++) {
        const char *path = ((struct sockaddr_un *)&at[i])->sun_path;

        if (strncmp(path, sc->stack->bus_dir, strlen(sc->stack->bus_dir)) == 0 &&
            !strstr(path, "/.s.PGSQL"))
            return true;
    }
    return false;
}

static int cut(const struct scene *sc, int process, int number)
{
    int fd = (int)syscall(SYS_pidfd_getfd, process, number, 0), n = 0;

    if (fd < 0) {
        if (errno == EPERM || errno == ENOSYS)
            fail("connections cannot be cut: %s", strerror(errno));
        return 0;
    }
    if (is_ours(sc, fd))
        n = shutdown(fd, SHUT_RDWR) == 0;
    close(fd);
    return n;
}

bool sockets_cut_begin(struct scene *sc, char what[WHAT])
{
    const char *name = dice_below(&sc->dice, 2)
                           ? "gateway"
                           : stack_services[dice_below(&sc->dice, STACK_N_SERVICES)];
    pid_t pid = scene_pid(sc, name);
    const struct dirent *entry;
    int process, n = 0;
    char path[64];
    DIR *dir;

    if (!pid)
        return false;
    process = (int)syscall(SYS_pidfd_open, pid, 0);
    snprintf(path, sizeof(path), "/proc/%d/fd", (int)pid);
    dir = opendir(path);
    while (process >= 0 && dir && !failed() && (entry = readdir(dir)))
        if (entry->d_name[0] != '.')
            n += cut(sc, process, (int)strtol(entry->d_name, NULL, 10));
    if (dir)
        closedir(dir);
    if (process >= 0)
        close(process);
    snprintf(what, WHAT, "%s, %d of them", name, n);
    return n > 0;
}
