/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/stack/spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <unistd.h>

#include "services/cli/file.h"
#include "services/cli/stack/settings.h"

#include "common/base/banned.h"

static int write_settings(struct supervisor *sv, struct process *p, char path[STACK_PATH],
                          struct errtext *e)
{
    char db[STACK_PATH], start[STACK_PATH], name[64], *clock = NULL;
    struct str text = STR_INIT;
    struct settings_spec spec = {.data = sv->spec->data,
                                 .bus_dir = sv->socket_dir,
                                 .db = db,
                                 .manual_clock = sv->spec->manual_clock,
                                 .metrics_port = p->metrics_port,
                                 .address = sv->spec->address,
                                 .port = sv->port,
                                 .sets = sv->spec->sets};
    int r;

    cluster_conninfo(&sv->cluster, p->name, db, sizeof(db));
    if (sv->spec->manual_clock && access(stack_path(sv->spec->data, "clock", start), R_OK) == 0) {
        r = read_file(start, 64, &clock, NULL, e);
        if (r)
            return r;
        clock[strcspn(clock, "\n")] = '\0';
        spec.clock_start = clock;
    }
    settings_write(&spec, p->name, &text);
    snprintf(name, sizeof(name), "conf/%s.yaml", p->name);
    r = write_file(stack_path(sv->spec->data, name, path), text.text, e);
    str_release(&text);
    free(clock);
    return r;
}

/* In the child: become the service. */
static void become(const struct supervisor *sv, const struct process *p, char *config, int log,
                   pid_t parent)
{
    char program[STACK_PATH];
    char *argv[] = {(char *)p->name, "--config", config, NULL};
    int null = open("/dev/null", O_RDONLY | O_CLOEXEC);
    sigset_t none;

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    if (getppid() != parent)
        _exit(1);
    setsid();
    sigemptyset(&none);
    sigprocmask(SIG_SETMASK, &none, NULL);
    if (null < 0 || dup2(null, STDIN_FILENO) < 0 || dup2(log, STDOUT_FILENO) < 0 ||
        dup2(log, STDERR_FILENO) < 0)
        _exit(1);
    execv(stack_program(sv->spec->bin, p->name, program), argv);
    fprintf(stderr, "%s: %s\n", program, strerror(errno));
    _exit(1);
}

int spawn_service(struct supervisor *sv, struct process *p, struct errtext *e)
{
    char config[STACK_PATH], path[STACK_PATH], name[64];
    pid_t parent = getpid(), pid;
    int r, log;

    r = write_settings(sv, p, config, e);
    if (r)
        return r;
    snprintf(name, sizeof(name), "log/%s.log", p->name);
    log = open(stack_path(sv->spec->data, name, path), O_WRONLY | O_APPEND | O_CREAT | O_CLOEXEC,
               0600);
    if (log < 0) {
        r = -errno;
        errtext_set(e, "%s: %s", path, strerror(errno));
        return r;
    }
    pid = fork();
    if (pid == 0)
        become(sv, p, config, log, parent);
    close(log);
    if (pid < 0)
        return err_raise(-errno);
    p->pid = pid;
    return 0;
}
