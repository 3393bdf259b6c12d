/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_up.h"

#include <errno.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "services/cli/file.h"
#include "services/cli/say.h"
#include "services/cli/stack/stack_start.h"
#include "services/cli/stack/supervise.h"
#include "services/cli/stack/told.h"

#include "common/base/banned.h"

/* What up was told, and the stack to be started from that and from what was told before. */
struct order {
    const struct args *args;
    char *data;
    const char **sets; /* of the command line, with its address and port among them */
    char *port, *address;
    struct told told;
    struct stack_spec spec;
};

static void order_release(struct order *o)
{
    free(o->data);
    free(o->sets);
    free(o->port);
    free(o->address);
    told_release(&o->told);
}

/* @missed: what was said and has no effect; taken over. */
static int print_up(const struct args *args, const struct stack *s, bool started, json_t *missed)
{
    if (args_has(args, "json"))
        return print_json(json_pack(
            "{s:b, s:s, s:s, s:i, s:o, s:o}", "started", started, "api", s->api, "data", s->data,
            "pid", (int)s->pid, "administrator",
            s->password ? json_pack("{s:s, s:s}", "account", "admin", "password", s->password)
                        : json_null(),
            "without_effect", missed));
    json_decref(missed);
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

/* ---- what was said ---- */

/* A stack keeps the kind of clock it began with unless told otherwise. */
static int choose_clock(struct order *o)
{
    const char *mode = args_value(o->args, "clock");
    char path[STACK_PATH];
    int64_t at;

    o->spec.clock_start = args_value(o->args, "clock-start");
    if (mode && strcmp(mode, "manual") != 0 && strcmp(mode, "machine") != 0)
        return say_usage(tr("--clock is machine or manual, not '%s'"), mode);
    if (o->spec.clock_start && instant_parse(o->spec.clock_start, &at))
        return say_usage(tr("%s is not an instant: write 2023-04-01T09:00:00+08:00"),
                         o->spec.clock_start);
    if (mode)
        o->spec.manual_clock = strcmp(mode, "manual") == 0;
    else
        o->spec.manual_clock =
            o->spec.clock_start || (strlen(o->data) <= STACK_DATA_MAX &&
                                    access(stack_path(o->data, "clock", path), F_OK) == 0);
    return CLI_DONE;
}

/* The value of --@name as a line of the kept file, among the sets. */
static bool add_own(struct order *o, size_t *n, const char *name, char **ret_line)
{
    const char *value = args_value(o->args, name);

    if (value && asprintf(ret_line, "%s=%s", name, value) < 0) {
        *ret_line = NULL;
        return false;
    }
    if (value)
        o->sets[(*n)++] = *ret_line;
    return true;
}

static int take_sets(struct order *o)
{
    const char **said = args_values(o->args, "set");
    size_t n = 0;
    bool done;

    while (said && said[n])
        n++;
    o->sets = said ? calloc(n + 3, sizeof(*o->sets)) : NULL;
    if (o->sets && n)
        memcpy(o->sets, said, n * sizeof(*said));
    done = o->sets && add_own(o, &n, "address", &o->address) && add_own(o, &n, "port", &o->port);
    free(said);
    return done ? CLI_DONE : say_fault("%s", strerror(ENOMEM));
}

/* What was kept, and over it what is said now; another city's data are left alone. */
static int take_told(struct order *o)
{
    struct told kept = {.changes = STR_INIT};
    struct errtext e = {0};
    int r, bad;

    r = told_read(o->data, &kept, &e);
    if (!r)
        r = told_read(o->data, &o->told, &e);
    bad = r ? say_fault("%s", e.text[0] ? e.text : strerror(-r)) : CLI_DONE;
    for (const char **set = o->sets; !bad && *set; set++)
        if (told_say(&o->told, *set, &e))
            bad = say_usage("%s", e.text);
    if (!bad && told_same_city(&kept, &o->told, o->data, &e))
        bad = say_fault("%s", e.text);
    told_release(&kept);
    return bad;
}

static int take_order(struct order *o)
{
    const char *data = args_value(o->args, "data");
    struct errtext e = {0};
    long port;
    int r;

    o->told = (struct told){.changes = STR_INIT};
    if (args_number(o->args, "port", STACK_PORT, 0, 65535, &port, &e))
        return say_usage("%s", e.text);
    o->data = data ? strdup(data) : stack_default_data();
    if (!o->data)
        return say_fault("%s", strerror(ENOMEM));
    r = choose_clock(o);
    if (!r)
        r = take_sets(o);
    if (!r)
        r = take_told(o);
    o->spec.data = o->data;
    o->spec.durable = true;
    o->spec.detach = !args_has(o->args, "foreground");
    o->spec.sets = o->told.sets;
    o->spec.address = o->told.address;
    o->spec.port = o->told.port;
    return r;
}

/* ---- keeping it ---- */

/* The stack is up with all that was said. */
static int keep(const struct order *o, const struct stack *s)
{
    struct errtext e = {0};

    if (o->told.known && !o->told.changes.size)
        return CLI_DONE;
    if (told_write(&o->told, s->data, &e))
        return say_fault("%s", e.text);
    if (o->told.known)
        say(tr("kept in %s/%s from now on: %s"), s->data, TOLD_FILE, o->told.changes.text);
    return CLI_DONE;
}

static bool is_port_of(const struct stack *s, const char *port)
{
    const char *colon = strrchr(s->api, ':');

    return strcmp(port, "0") == 0 ||
           (colon && strtol(colon + 1, NULL, 10) == strtol(port, NULL, 10));
}

/* Whether that is where the manual clock of @data began. */
static bool is_clock_of(const char *data, const char *start)
{
    char path[STACK_PATH], *kept = NULL;
    int64_t began = 0, said = 0;
    struct errtext e = {0};
    bool is;

    if (read_file(stack_path(data, "clock", path), 64, &kept, NULL, &e))
        return false;
    kept[strcspn(kept, "\n")] = '\0';
    is = instant_parse(kept, &began) == 0 && instant_parse(start, &said) == 0 && began == said;
    free(kept);
    return is;
}

/* --clock-start, where the stack's clock began elsewhere before. */
static void add_clock_start(const struct order *o, const char *data, json_t *list)
{
    if (o->spec.clock_start && !is_clock_of(data, o->spec.clock_start))
        json_array_append_new(list, json_sprintf("--clock-start %s", o->spec.clock_start));
}

/* What was said and is not so in the stack that runs already. */
static json_t *without_effect(const struct order *o, const struct stack *s)
{
    const char *port = args_value(o->args, "port"), *mode = args_value(o->args, "clock");
    json_t *list = json_array();
    struct errtext e = {0};
    struct told kept;

    if (mode && (strcmp(mode, "manual") == 0) != s->manual_clock)
        json_array_append_new(list, json_sprintf("--clock %s", mode));
    add_clock_start(o, s->data, list);
    if (port && !is_port_of(s, port))
        json_array_append_new(list, json_sprintf("--port %s", port));
    if (told_read(s->data, &kept, &e))
        return list;
    for (const char **set = o->sets; *set; set++)
        if (*set == o->address && !told_has(&kept, *set))
            json_array_append_new(list,
                                  json_sprintf("--address %s", args_value(o->args, "address")));
        else if (*set != o->address && *set != o->port && !told_has(&kept, *set))
            json_array_append_new(list, json_sprintf("--set %s", *set));
    told_release(&kept);
    return list;
}

static int up_already(const struct order *o)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    struct errtext e = {0};
    json_t *missed, *one;
    size_t i;
    int r, worst = CLI_DONE;

    r = stack_find(o->data, &s, &e);
    if (r)
        return say_fault("%s", e.text);
    missed = without_effect(o, s);
    json_array_foreach(missed, i, one) worst =
        say_fault(tr("%s has no effect on the stack that runs: hongping down, then up"),
                  json_string_value(one));
    r = print_up(o->args, s, false, missed);
    return r ? r : worst;
}

/* ---- starting ---- */

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

static void block_for_stay(void)
{
    sigset_t set;

    sigemptyset(&set);
    sigaddset(&set, SIGINT);
    sigaddset(&set, SIGTERM);
    sigaddset(&set, SIGCHLD);
    sigprocmask(SIG_BLOCK, &set, NULL);
}

static int start_and_print(const struct order *o)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    bool foreground = !o->spec.detach;
    struct errtext e = {0};
    json_t *missed;
    int r, kept;

    if (foreground)
        block_for_stay();
    r = stack_start(&o->spec, &s, &e);
    if (r == STACK_E_UP)
        return up_already(o);
    if (r == STACK_E_INTERRUPTED && foreground)
        return CLI_DONE; /* that is how it is ended, early or late */
    if (r)
        return say_fault("%s", e.text[0] ? e.text : strerror(-r));
    kept = keep(o, s);
    missed = json_array();
    add_clock_start(o, s->data, missed);
    if (json_array_size(missed))
        kept = say_fault(tr("%s has no effect: the clock of this stack began before; hongping "
                            "clock set moves it"),
                         json_string_value(json_array_get(missed, 0)));
    r = print_up(o->args, s, true, missed);
    r = r ? r : kept;
    return foreground ? stay(s) : r;
}

int cmd_up(const struct args *args)
{
    struct order o = {.args = args};
    int r = take_order(&o);

    if (!r)
        r = start_and_print(&o);
    order_release(&o);
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
