/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/scan.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <spawn.h>
#include <sys/pidfd.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/log/log.h"

#include "common/base/banned.h"

/* Its wait status; -1 when it did not end in time, and was ended. */
static int wait_for(pid_t pid)
{
    struct pollfd ended = {.fd = pidfd_open(pid, 0), .events = POLLIN};
    int status = -1, n = ended.fd < 0 ? 0 : poll(&ended, 1, SCAN_TIMEOUT_MS);

    if (n <= 0)
        kill(pid, SIGKILL);
    if (ended.fd >= 0)
        close(ended.fd);
    while (waitpid(pid, &status, 0) < 0 && errno == EINTR)
        ;
    return n <= 0 ? -1 : status;
}

bool scan_clean(const char *command, const char *path)
{
    char *argv[] = {(char *)command, (char *)path, NULL};
    char *environment[] = {(char *)"PATH=/usr/local/bin:/usr/bin:/bin", NULL};
    posix_spawn_file_actions_t actions;
    pid_t pid;
    int r, status;

    if (!*command)
        return true;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_addopen(&actions, STDIN_FILENO, "/dev/null", 0, 0);
    r = posix_spawn(&pid, command, &actions, NULL, argv, environment);
    posix_spawn_file_actions_destroy(&actions);
    status = r ? -1 : wait_for(pid);
    if (r || status == -1)
        log_line(LOG_WARN, "the program that examines uploads failed: the file is not taken",
                 "program", command, NULL);
    return !r && status != -1 && WIFEXITED(status) && WEXITSTATUS(status) == 0;
}
