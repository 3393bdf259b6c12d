/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_demo.h"

#include <errno.h>
#include <glob.h>
#include <signal.h>
#include <string.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/place.h"
#include "services/cli/check.h"
#include "services/cli/file.h"
#include "services/cli/say.h"
#include "services/cli/play/player.h"
#include "services/cli/stack/stack_start.h"

#include "common/base/banned.h"

/* ---- the scenario ---- */

static void list_scenarios(void)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    glob_t files;

    if (glob(arena_printf(a, "%s/scenarios/*.scn", place_shipped()), 0, NULL, &files) == 0) {
        for (size_t i = 0; i < files.gl_pathc; i++) {
            const char *name = strrchr(files.gl_pathv[i], '/') + 1;

            fprintf(stderr, "  %.*s\n", (int)(strlen(name) - strlen(".scn")), name);
        }
        globfree(&files);
    }
}

/* NAME of what ships, or a file: PATH.scn. Everything lives in @a. An exit code. */
static int find_scenario(struct arena *a, const char *name, const struct scenario **ret_scenario)
{
    size_t size = strlen(name);
    bool is_file = size > 4 && strcmp(name + size - 4, ".scn") == 0;
    const char *path =
        is_file ? name : arena_printf(a, "%s/scenarios/%s.scn", place_shipped(), name);
    struct scenario_finding *found = NULL;
    struct scenario *scenario;
    struct errtext e = {0};

    if (!is_file && (strchr(name, '/') || access(path, F_OK) != 0)) {
        say_usage(tr("there is no demonstration '%s'; there are:"), name);
        list_scenarios();
        return CLI_USAGE;
    }
    if (scenario_read(a, path, &scenario, &found, &e))
        return say_fault("%s", e.text);
    for (const struct scenario_finding *f = found; f; f = f->next)
        fprintf(stderr, "%s:%d: %s\n", path, f->line, f->message);
    if (found)
        return say_fault(tr("%s cannot be played as it stands"), path);
    *ret_scenario = scenario;
    return CLI_DONE;
}

/* ---- playing ---- */

/* Whether the programme is published in this stack. */
static int played_already(struct api *api, const struct scenario *scenario, bool *ret_played,
                          struct errtext *e)
{
    const json_t *one;
    bool played = false;
    json_t *answer;
    size_t i;
    int r = api_get(api, NULL, "/programmes", &answer, e);

    if (r)
        return r;
    json_array_foreach(json_object_get(answer, "programmes"), i, one)
    {
        const char *id = json_string_value(json_object_get(one, "programme_id"));

        played |= id && strcmp(id, scenario->once) == 0;
    }
    json_decref(answer);
    *ret_played = played;
    return 0;
}

static int write_result(const struct args *args, const json_t *result)
{
    const char *path = args_value(args, "json");
    struct errtext e = {0};
    char *text;
    int r;

    if (!path)
        return CLI_DONE;
    if (strcmp(path, "-") == 0)
        return print_json(json_incref((json_t *)result));
    text = json_dumps(result, JSON_INDENT(2));
    r = text ? write_file(path, text, &e) : -ENOMEM;
    free(text);
    return r ? say_fault("%s", e.text) : CLI_DONE;
}

static int play_it(const struct args *args, const struct scenario *scenario, struct operator* op,
                   struct api *api)
{
    bool quiet = args_value(args, "json") && strcmp(args_value(args, "json"), "-") == 0;
    struct play p = {.scenario = scenario,
                     .op = op,
                     .api = api,
                     .language = text_language_env(),
                     .out = stdout,
                     .result = json_object()};
    struct errtext e = {0};
    int r;

    if (quiet)
        p.out = fopen("/dev/null", "we");
    if (!p.out || !p.result)
        return say_fault("%s", strerror(ENOMEM));
    r = play(&p, &e);
    if (quiet)
        fclose(p.out);
    if (r)
        r = say_fault(tr("the demonstration stopped: %s"), e.text);
    else
        r = write_result(args, p.result);
    json_decref(p.result);
    return r;
}

/* In a stack that is up. */
static int play_in(const struct args *args, const struct scenario *scenario, const struct stack *s)
{
    CLEANUP(operator_free) struct operator* op = NULL;
    CLEANUP(api_free) struct api *api = NULL;
    struct errtext e = {0};
    bool played = false;
    int r;

    r = operator_new(s, &op, &e);
    if (!r)
        r = api_new(s->api, scenario->district, language_tag(text_language_env()), &api, &e);
    if (!r)
        r = played_already(api, scenario, &played, &e);
    if (r)
        return say_fault("%s", e.text[0] ? e.text : strerror(r < 0 ? -r : 0));
    if (!played)
        return play_it(args, scenario, op, api);
    if (args_has(args, "if-absent")) {
        say(tr("%s was played in this stack already and is left as it is"), args_word(args, 0));
        return CLI_DONE;
    }
    return say_fault(
        tr("%s was played in this stack already; without --here it plays in one of its own"),
        args_word(args, 0));
}

static int play_here(const struct args *args, const struct scenario *scenario)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    struct errtext e = {0};
    int r = stack_find(args_value(args, "data"), &s, &e);

    if (r)
        return say_fault("%s", e.text[0] ? e.text : strerror(-r));
    if (!s->manual_clock)
        return say_fault(
            "%s", tr("this stack follows the machine's clock; start one with up --clock manual"));
    return play_in(args, scenario, s);
}

/* ---- a stack of its own ---- */

/* In the child: the same command, in the stack that was made for it. */
static void become(const struct args *args, const char *data)
{
    const char *json = args_value(args, "json");
    char *argv[] = {"hongping",   "demo",       (char *)args_word(args, 0),
                    "--here",     "--force", /* this process has looked */
                    "--data",     (char *)data, json ? "--json" : NULL,
                    (char *)json, NULL};

    prctl(PR_SET_PDEATHSIG, SIGTERM);
    execv("/proc/self/exe", argv);
    _exit(say_fault("/proc/self/exe: %s", strerror(errno)));
}

/*
 * The scenario runs in a child; this process only waits, so that whatever happens to the child, and
 * whatever signal comes, the stack is stopped and its data removed. The signals @heard are blocked;
 * @before is the mask without that.
 */
static int play_in_child(const struct args *args, const char *data, const sigset_t *heard,
                         const sigset_t *before)
{
    int got, status;
    pid_t pid;

    fflush(NULL);
    pid = fork();
    if (pid == 0) {
        sigprocmask(SIG_SETMASK, before, NULL);
        become(args, data);
    }
    if (pid < 0)
        return say_fault("%s", strerror(errno));
    for (;;) {
        sigwait(heard, &got);
        if (got != SIGCHLD)
            kill(pid, SIGKILL);
        if (waitpid(pid, &status, WNOHANG) == pid)
            break;
    }
    if (WIFSIGNALED(status))
        return say_fault("%s", tr("interrupted"));
    say_json(false); /* it said it */
    return WEXITSTATUS(status);
}

static int play_aside(const struct args *args, const struct scenario *scenario)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    char data[] = "/tmp/hongping-demo-XXXXXX";
    struct stack_spec spec = {.data = data, .manual_clock = true, .clock_start = scenario->starts};
    struct errtext e = {0};
    sigset_t heard, before;
    int r;

    stack_ending_signals(&heard);
    sigaddset(&heard, SIGCHLD);
    sigprocmask(SIG_BLOCK, &heard, &before);
    if (!mkdtemp(data))
        return say_fault("%s: %s", data, strerror(errno));
    r = geteuid() == 0 ? chmod(data, 0711) : 0; /* PostgreSQL's user passes through */
    if (r)
        r = say_fault("%s: %s", data, strerror(errno));
    else if (stack_start(&spec, &s, &e))
        r = say_fault("%s", e.text);
    else
        r = play_in_child(args, data, &heard, &before);
    if (s && stack_stop(s, &e))
        r = say_fault("%s", e.text);
    if (stack_remove(data, &e))
        r = say_fault("%s", e.text);
    return r;
}

int cmd_demo(const struct args *args)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    const struct scenario *scenario = NULL;
    const char *json = args_value(args, "json");
    int r;

    if (args_has(args, "if-absent") && !args_has(args, "here"))
        return say_usage("%s", tr("--if-absent belongs to --here"));
    r = find_scenario(a, args_word(args, 0), &scenario);
    if (r)
        return r;
    /* before the minutes that it takes: can the result be kept where it was told to? */
    if (json && strcmp(json, "-") != 0 && check_result_file(json, args_has(args, "force")))
        return CLI_FINDING;
    return args_has(args, "here") ? play_here(args, scenario) : play_aside(args, scenario);
}
