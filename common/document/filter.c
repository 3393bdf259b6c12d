/* SPDX-License-Identifier: Apache-2.0 */
#include "common/document/filter.h"

#include <errno.h>
#include <spawn.h>
#include <stdio.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/err.h"

#include "common/base/banned.h"

enum { COMPLAINTS_MAX = 16384 };
extern char **environ;

static int start(char *const argv[], int in, int out, int err, pid_t *ret_pid)
{
    posix_spawn_file_actions_t actions;
    int r;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, in, STDIN_FILENO);
    posix_spawn_file_actions_adddup2(&actions, out, STDOUT_FILENO);
    if (err >= 0)
        posix_spawn_file_actions_adddup2(&actions, err, STDERR_FILENO);
    r = posix_spawn(ret_pid, "/proc/self/exe", &actions, NULL, argv, environ);
    posix_spawn_file_actions_destroy(&actions);
    return r ? -r : 0;
}

/* At most @limit bytes; false where there are more. */
static bool read_all(FILE *f, size_t limit, struct str *out)
{
    size_t before = out->size, n;
    char buf[65536];

    rewind(f);
    while (out->size - before <= limit && (n = fread(buf, 1, sizeof(buf), f)) > 0)
        str_add_bytes(out, buf, n);
    return out->size - before <= limit;
}

/* Files without names between the two, so that neither waits for the other. */
static int run(char *const argv[], FILE *in, FILE *out, FILE *err, int *ret_status)
{
    pid_t pid;
    int r = start(argv, fileno(in), fileno(out), err ? fileno(err) : -1, &pid);

    while (!r && waitpid(pid, ret_status, 0) < 0 && errno == EINTR)
        ;
    return r;
}

int filter_run(char *const argv[], const void *in, size_t size, size_t limit, struct str *out,
               struct str *complaints)
{
    FILE *input = tmpfile(), *output = tmpfile(), *errors = complaints ? tmpfile() : NULL;
    int status = 0, r = input && output && (errors || !complaints) ? 0 : -errno;

    if (!r && (fwrite(in, 1, size, input) != size || fflush(input) || fseek(input, 0, SEEK_SET)))
        r = -EIO;
    if (!r)
        r = run(argv, input, output, errors, &status);
    if (!r && errors)
        (void)read_all(errors, COMPLAINTS_MAX, complaints);
    if (!r && !(WIFEXITED(status) && WEXITSTATUS(status) == 0))
        r = FILTER_E_BAD;
    if (!r && !read_all(output, limit, out))
        r = FILTER_E_LARGE;
    if (input)
        fclose(input);
    if (output)
        fclose(output);
    if (errors)
        fclose(errors);
    return r < 0 ? err_raise(r) : r;
}
