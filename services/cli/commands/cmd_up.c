/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_up.h"

#include <arpa/inet.h>
#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "services/cli/say.h"
#include "services/cli/stack/settings.h"
#include "services/cli/stack/stack_start.h"
#include "services/cli/stack/supervise.h"

#include "common/base/banned.h"

static int print_up(const struct args *args, const struct stack *s, bool started)
{
    if (args_has(args, "json"))
        return print_json(json_pack(
            "{s:b, s:s, s:s, s:i, s:o}", "started", started, "api", s->api, "data", s->data, "pid",
            (int)s->pid, "administrator",
            s->password ? json_pack("{s:s, s:s}", "account", "admin", "password", s->password)
                        : json_null()));
    if (started)
        printf(tr("The stack is up. API: %s/api/v1, data: %s\n"), s->api, s->data);
    else
        printf(tr("The stack is up already. API: %s/api/v1, data: %s\n"), s->api, s->data);
    if (s->password)
        printf(tr("First administrator: admin, password: %s\n(shown this once; stored only as a "
                  "hash)\n"),
               s->password);
    return fflush(stdout) == 0 ? CLI_DONE : say_fault("%s", strerror(errno));
}

/* A stack keeps the kind of clock it began with unless told otherwise. */
static int choose_clock(const struct args *args, struct stack_spec *spec)
{
    const char *mode = args_value(args, "clock");
    char *data = spec->data ? strdup(spec->data) : stack_default_data();
    char path[STACK_PATH];

    if (mode && strcmp(mode, "manual") != 0 && strcmp(mode, "machine") != 0) {
        free(data);
        return say_usage(tr("--clock is machine or manual, not '%s'"), mode);
    }
    if (mode)
        spec->manual_clock = strcmp(mode, "manual") == 0;
    else
        spec->manual_clock =
            args_has(args, "clock-start") || (data && strlen(data) <= STACK_DATA_MAX &&
                                              access(stack_path(data, "clock", path), F_OK) == 0);
    spec->clock_start = args_value(args, "clock-start");
    free(data);
    return CLI_DONE;
}

/* What cannot be right whatever runs or is installed here. */
static int check_values(const struct stack_spec *spec)
{
    struct errtext e = {0};
    struct in_addr unused;
    int64_t at;

    if (spec->address && inet_pton(AF_INET, spec->address, &unused) != 1)
        return say_usage(tr("'%s' is not an IPv4 address"), spec->address);
    if (spec->clock_start && instant_parse(spec->clock_start, &at))
        return say_usage(tr("%s is not an instant: write 2023-04-01T09:00:00+08:00"),
                         spec->clock_start);
    for (const char *const *set = spec->sets; set && *set; set++)
        if (settings_check(*set, &e))
            return say_usage("%s", e.text);
    return CLI_DONE;
}

/* Until ^C, SIGTERM, or the supervisor's end. */
static int stay(struct stack *s)
{
    struct errtext e = {0};
    sigset_t set;
    int got, status;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    do {
        sigwait(&set, &got);
        if (got == SIGCHLD && waitpid(s->pid, &status, WNOHANG) == s->pid)
            return say_fault(tr("the supervisor ended; see %s/log/hongping.log"), s->data);
    } while (got == SIGCHLD);
    return stack_stop(s, &e) ? say_fault("%s", e.text) : CLI_DONE;
}

static int start_and_print(const struct args *args, const struct stack_spec *spec)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    bool foreground = !spec->detach;
    struct errtext e = {0};
    sigset_t set;
    int r;

    if (foreground) {
        sigemptyset(&set);
        sigaddset(&set, SIGINT);
        sigaddset(&set, SIGTERM);
        sigaddset(&set, SIGCHLD);
        sigprocmask(SIG_BLOCK, &set, NULL);
    }
    r = stack_start(spec, &s, &e);
    if (r == STACK_E_UP) {
        r = stack_find(spec->data, &s, &e);
        return r ? say_fault("%s", e.text) : print_up(args, s, false);
    }
    if (r == STACK_E_INTERRUPTED && foreground)
        return CLI_DONE; /* that is how it is ended, early or late */
    if (r)
        return say_fault("%s", e.text[0] ? e.text : strerror(-r));
    r = print_up(args, s, true);
    return foreground ? stay(s) : r;
}

int cmd_up(const struct args *args)
{
    struct stack_spec spec = {.data = args_value(args, "data"),
                              .address = args_value(args, "address"),
                              .durable = true,
                              .detach = !args_has(args, "foreground")};
    const char **sets;
    struct errtext e = {0};
    long port;
    int r;

    if (args_number(args, "port", STACK_PORT, 0, 65535, &port, &e))
        return say_usage("%s", e.text);
    spec.port = (int)port;
    r = choose_clock(args, &spec);
    if (r)
        return r;
    sets = args_values(args, "set");
    spec.sets = sets;
    r = check_values(&spec);
    if (!r)
        r = start_and_print(args, &spec);
    free(sets);
    return r;
}

int cmd_down(const struct args *args)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    struct errtext e = {0};
    int r = stack_find(args_value(args, "data"), &s, &e);

    if (r && r != STACK_E_DOWN)
        return say_fault("%s", e.text[0] ? e.text : strerror(-r));
    if (s && stack_stop(s, &e))
        return say_fault("%s", e.text);
    if (args_has(args, "json"))
        return print_json(json_pack("{s:b}", "stopped", s != NULL));
    if (s)
        printf(tr("The stack is down. Its data stays in %s\n"), s->data);
    else
        printf("%s\n", e.text);
    return CLI_DONE;
}

int cmd_supervise(const struct args *args)
{
    const char *mode = args_value(args, "clock");
    const char **sets = args_values(args, "set");
    struct supervise_spec spec = {.data = args_value(args, "data"),
                                  .bin = args_value(args, "bin"),
                                  .address = args_value(args, "address"),
                                  .manual_clock = mode && strcmp(mode, "manual") == 0,
                                  .durable = !args_has(args, "throw-away"),
                                  .sets = sets,
                                  .report_fd = 3};
    struct errtext e = {0};
    long port, restart_ms;
    int r;

    if (!spec.data || !spec.bin || !spec.address ||
        args_number(args, "port", 0, 0, 65535, &port, &e) ||
        args_number(args, "restart-ms", 0, 0, 60000, &restart_ms, &e))
        r = say_usage("%s", tr("supervise is started by up"));
    else {
        spec.port = (int)port;
        spec.restart_ms = (int)restart_ms;
        r = supervise(&spec);
    }
    free(sets);
    return r;
}
