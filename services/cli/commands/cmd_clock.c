/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_clock.h"

#include <string.h>

#include "common/base/clock.h"
#include "services/cli/talk/advance.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

/* The target said on the command line; *ret_given false: only show. */
static int read_target(const struct args *args, int64_t now, int64_t *ret_at, bool *ret_given)
{
    const char *what = args_word(args, 0), *value = args_word(args, 1),
               *to = args_value(args, "to");
    int64_t span;

    *ret_given = what != NULL;
    if (!what)
        return to ? say_usage("%s", tr("--to belongs to clock advance")) : CLI_DONE;
    if (strcmp(what, "set") != 0 && strcmp(what, "advance") != 0)
        return say_usage(tr("clock knows set and advance, not '%s'"), what);
    if (strcmp(what, "set") == 0)
        to = to ? NULL : value;
    else if (!to == !value)
        return say_usage("%s", tr("clock advance needs DURATION or --to INSTANT"));
    if (to)
        return instant_parse(to, ret_at)
                   ? say_usage(tr("%s is not an instant: write 2023-04-01T09:00:00+08:00"), to)
                   : CLI_DONE;
    if (strcmp(what, "set") == 0)
        return say_usage("%s", tr("clock set needs one INSTANT"));
    if (advance_duration(value, &span))
        return say_usage(tr("'%s' is not a duration: write 90s, 45m, 36h, 7d or 2w"), value);
    *ret_at = now + span;
    return CLI_DONE;
}

static void on_step(int64_t at, void *arg)
{
    json_t *steps = arg;
    char text[INSTANT_TEXT];

    if (steps)
        json_array_append_new(steps, json_string(instant_format(at, text)));
    else
        printf("%s\n", instant_format(at, text));
}

static int move(struct operator* op, const struct args *args, int64_t at)
{
    json_t *steps = args_has(args, "json") ? json_array() : NULL;
    char text[INSTANT_TEXT];
    struct errtext e = {0};
    int r = advance_to(op, at, on_step, steps, &e);

    if (r) {
        json_decref(steps);
        return say_fault("%s", e.text[0] ? e.text : strerror(r < 0 ? -r : 0));
    }
    if (steps)
        return print_json(json_pack("{s:s, s:b, s:o}", "now", instant_format(at, text), "manual", 1,
                                    "steps", steps));
    return CLI_DONE;
}

int cmd_clock(const struct args *args)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    CLEANUP(operator_free) struct operator* op = NULL;
    char text[INSTANT_TEXT];
    struct errtext e = {0};
    int64_t now = 0, at = 0;
    bool given;
    int r;

    r = read_target(args, 0, &at, &given); /* wrong usage is said first */
    if (r)
        return r;
    r = stack_find(args_value(args, "data"), &s, &e);
    if (!r)
        r = operator_new(s, &op, &e);
    if (!r)
        r = advance_now(op, &now, &e);
    if (r)
        return say_fault("%s", e.text[0] ? e.text : strerror(-r));
    (void)read_target(args, now, &at, &given);
    if (given)
        return move(op, args, at);
    if (args_has(args, "json"))
        return print_json(
            json_pack("{s:s, s:b}", "now", instant_format(now, text), "manual", s->manual_clock));
    printf("%s (%s)\n", instant_format(now, text), s->manual_clock ? tr("manual") : tr("machine"));
    return CLI_DONE;
}
