/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/program.h"

#include <errno.h>
#include <fcntl.h>
#include <jansson.h>
#include <stdlib.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "services/cli/say.h"
#include "services/cli/stack/settings.h"
#include "services/cli/stack/stack.h"

#include "common/base/banned.h"

/* ---- running one ---- */

/* In the child. */
static void become(char *const *argv, int fd, int into)
{
    int null = fd == STDOUT_FILENO ? -1 : open("/dev/null", O_WRONLY);

    if (dup2(into, fd) < 0 || (null >= 0 && dup2(null, STDOUT_FILENO) < 0))
        _exit(127);
    execv(argv[0], argv);
    _exit(127);
}

int program_output(char *const *argv, int fd, struct str *out, int *ret_code)
{
    int fds[2], status;
    char buf[4096];
    ssize_t got;
    pid_t pid;

    if (pipe2(fds, O_CLOEXEC) != 0)
        return err_raise(-errno);
    pid = fork();
    if (pid == 0)
        become(argv, fd, fds[1]);
    close(fds[1]);
    while (pid > 0 && (got = read(fds[0], buf, sizeof(buf))) != 0)
        if (got > 0)
            str_add_bytes(out, buf, (size_t)got);
        else if (errno != EINTR)
            break;
    close(fds[0]);
    if (pid < 0 || waitpid(pid, &status, 0) != pid)
        return err_raise(-errno);
    *ret_code = WIFEXITED(status) ? WEXITSTATUS(status) : -1;
    return 0;
}

/* ---- its settings ---- */

/* What the last line of a service's log says is wrong, without the "--set: " of its own command line. */
static void read_reason(const char *log, struct errtext *e)
{
    static const char source[] = "--set: ";
    const char *end = log + strlen(log), *line, *why;
    json_t *doc;

    while (end > log && end[-1] == '\n')
        end--;
    for (line = end; line > log && line[-1] != '\n'; line--)
        continue;
    doc = json_loadb(line, (size_t)(end - line), 0, NULL);
    why = json_string_value(json_object_get(doc, "error"));
    if (why && strncmp(why, source, strlen(source)) == 0)
        why += strlen(source);
    errtext_set(e, "%s", why ? why : line);
    json_decref(doc);
}

/* One service with the settings that are for it. */
static int try_service(const char *bin, const char *service, const char *const *sets, size_t n_sets,
                       struct errtext *e)
{
    char **argv = calloc(2 * n_sets + 3, sizeof(*argv)), path[STACK_PATH];
    CLEANUP(str_release) struct str log = STR_INIT;
    size_t n = 0, n_said;
    int r, code;

    if (!argv)
        return err_raise(-ENOMEM);
    argv[n++] = (char *)stack_program(bin, service, path);
    argv[n++] = "--print-config";
    n_said = n;
    for (size_t i = 0; i < n_sets; i++) {
        const char *own = settings_for(sets[i], service);

        if (own) {
            argv[n++] = "--set";
            argv[n++] = (char *)own;
        }
    }
    r = n == n_said ? 0 : program_output(argv, STDERR_FILENO, &log, &code);
    free(argv);
    if (r || n == n_said || code == 0)
        return r;
    read_reason(log.text ? log.text : "", e);
    return PROGRAM_E_SETTING;
}

/* Which of them it was, for that is what the person wrote. */
static int name_setting(const char *bin, const char *service, const char *const *sets,
                        const struct errtext *all, struct errtext *e)
{
    struct errtext why = {0};

    for (size_t i = 0; sets[i]; i++)
        if (try_service(bin, service, &sets[i], 1, &why) == PROGRAM_E_SETTING) {
            errtext_set(
                e, tr("%s, as was said with --set or in hongping.conf, cannot be used by %s: %s"),
                sets[i], service, why.text);
            return PROGRAM_E_SETTING;
        }
    errtext_set(e, tr("the settings cannot be used by %s: %s"), service, all->text);
    return PROGRAM_E_SETTING;
}

int program_try_settings(const char *bin, const char *const *sets, struct errtext *e)
{
    struct errtext why = {0};
    size_t n = 0;
    int r = 0;

    while (sets && sets[n])
        n++;
    for (const char *const *s = stack_services; *s && r == 0; s++) {
        r = try_service(bin, *s, sets, n, &why);
        if (r == PROGRAM_E_SETTING)
            r = name_setting(bin, *s, sets, &why, e);
    }
    return r;
}
