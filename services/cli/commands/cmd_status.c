/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_status.h"

#include <string.h>

#include "common/base/clock.h"
#include "services/cli/say.h"
#include "services/cli/commands/view.h"
#include "services/cli/stack/supervise.h"

#include "common/base/banned.h"

enum { LOOK_MS = 3000 };

/* ---- JSON ---- */

static json_t *state_json(const struct view *v, const Hp__StateReply *state)
{
    json_t *streams = json_object(), *subs = json_array(), *due = json_array(), *doc;
    char at[INSTANT_TEXT];

    for (size_t i = 0; i < state->n_streams; i++)
        json_object_set_new(streams, state->streams[i]->district,
                            json_integer(state->streams[i]->head));
    for (size_t i = 0; i < state->n_subscriptions; i++)
        json_array_append_new(subs, view_subscription_json(v, state->subscriptions[i]));
    for (size_t i = 0; i < state->n_due; i++)
        json_array_append_new(due, json_string(state->due[i]));
    doc = json_pack("{s:s, s:s, s:I, s:o, s:o, s:o}", "version", state->version, "now",
                    instant_format(state->now_at, at), "waiting", (json_int_t)state->waiting,
                    "streams", streams, "subscriptions", subs, "due", due);
    json_object_set_new(doc, "next_due",
                        state->has_next_due_at ? json_string(instant_format(state->next_due_at, at))
                                               : json_null());
    if (state->seal_key)
        json_object_set_new(doc, "seals",
                            json_pack("{s:s, s:s}", "key", state->seal_key, "file",
                                      state->seal_file ? state->seal_file : ""));
    return doc;
}

/* The folder and the key of most: a service set otherwise has its own under "service". */
static json_t *seals_json(const struct stack *s, const struct view *v)
{
    char path[STACK_PATH];
    const char *key = NULL;

    for (int i = 0; i < STACK_N_SERVICES && !key; i++)
        key = v->of[i] ? v->of[i]->seal_key : NULL;
    return json_pack("{s:s, s:s?}", "folder", stack_path(s->data, STACK_SEALS, path), "key", key);
}

static json_t *status_json(const struct stack *s, const struct view *v)
{
    json_t *doc = json_deep_copy(s->json), *p;
    size_t i;

    json_array_foreach(json_object_get(doc, "processes"), i, p)
    {
        const Hp__StateReply *state = view_state(v, json_string_value(json_object_get(p, "name")));

        if (strcmp(json_string_value(json_object_get(p, "name")), "postgresql") != 0)
            json_object_set_new(p, "answers", json_boolean(state != NULL));
        if (state)
            json_object_set_new(p, "service", state_json(v, state));
    }
    json_object_set_new(doc, "up", json_true());
    json_object_set_new(doc, "seals", seals_json(s, v));
    return doc;
}

/* ---- the table ---- */

static void print_heads(const Hp__StateReply *state)
{
    for (size_t i = 0; i < state->n_streams; i++)
        printf("%s%s:%lld", i ? " " : "", state->streams[i]->district,
               (long long)state->streams[i]->head);
    if (!state->n_streams)
        printf("-");
}

static void print_process(const struct view *v, const json_t *p)
{
    const char *name = json_string_value(json_object_get(p, "name"));
    const Hp__StateReply *state = view_state(v, name);
    bool database = strcmp(name, "postgresql") == 0;
    long long lag = 0, parked = 0;
    bool known = true; /* how far all of its sources are */
    char since[20];

    for (size_t i = 0; state && i < state->n_subscriptions; i++) {
        int64_t one = view_lag(v, state->subscriptions[i]);

        known &= one >= 0;
        lag += one > 0 ? one : 0;
        parked += strcmp(state->subscriptions[i]->state, "following") != 0;
    }
    snprintf(since, sizeof(since), "%s", json_string_value(json_object_get(p, "since")));
    say_cell(stdout, name, 12);
    say_cell_number(json_integer_value(json_object_get(p, "pid")), 9);
    say_cell(stdout,
             !database && !state ? tr("silent")
                                 : tr(json_string_value(json_object_get(p, "state"))),
             10);
    say_cell(stdout, since, 21);
    say_cell_number(json_integer_value(json_object_get(p, "restarts")), 10);
    if (state) {
        if (known)
            say_cell_number(lag, 8);
        else
            say_cell(stdout, "?", 8);
        say_cell_number(parked, 8);
        print_heads(state);
    } else {
        printf("-       -       -");
    }
    printf("\n%12s%s", "", json_string_value(json_object_get(p, "address")));
    if (json_object_get(p, "metrics"))
        printf("  %s", json_string_value(json_object_get(p, "metrics")));
    printf("\n");
}

static int print_status(const struct stack *s, const struct view *v)
{
    char at[INSTANT_TEXT];
    const json_t *p;
    size_t i;

    say_cell(stdout, "API", 12);
    printf("%s/api/v1\n", s->api);
    say_cell(stdout, tr("data"), 12);
    printf("%s\n", s->data);
    if (s->manual_clock && v->of[0]) {
        say_cell(stdout, tr("clock"), 12);
        printf("%s\n", instant_format(v->of[0]->now_at, at));
    }
    printf("\n");
    say_cell(stdout, tr("process"), 12);
    say_cell(stdout, "pid", 9);
    say_cell(stdout, tr("state"), 10);
    say_cell(stdout, tr("since"), 21);
    say_cell(stdout, tr("restarts"), 10);
    say_cell(stdout, tr("lag"), 8);
    say_cell(stdout, tr("parked"), 8);
    printf("%s\n", tr("streams"));
    json_array_foreach(json_object_get(s->json, "processes"), i, p)
    {
        print_process(v, p);
    }
    return CLI_DONE;
}

int cmd_status(const struct args *args)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    CLEANUP(operator_free) struct operator* op = NULL;
    struct view v = {0};
    struct errtext e = {0};
    int r, answered;

    r = stack_find(args_value(args, "data"), &s, &e);
    if (r == STACK_E_DOWN && args_has(args, "json"))
        return print_json(json_pack("{s:b}", "up", 0)) ? CLI_FINDING : CLI_FINDING;
    if (!r)
        r = operator_new(s, &op, &e);
    if (r)
        return say_fault("%s", e.text[0] ? e.text : strerror(-r));
    v.arena = arena_new();
    answered = view_look(op, &v, LOOK_MS);
    r = args_has(args, "json") ? print_json(status_json(s, &v)) : print_status(s, &v);
    arena_free(v.arena);
    return r ? r : answered == STACK_N_SERVICES ? CLI_DONE : CLI_FINDING;
}
