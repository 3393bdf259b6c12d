/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_status.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/id.h"
#include "services/cli/check.h"
#include "services/cli/say.h"
#include "services/cli/talk/operator.h"
#include "services/cli/stack/supervise.h"

#include "common/base/banned.h"

enum { LOOK_MS = 3000, ASK_MS = 30000 };

struct view {
    struct arena *arena;
    Hp__StateReply *of[STACK_N_SERVICES]; /* NULL: does not answer */
};

static int look(struct operator* op, struct view *v)
{
    struct errtext unused;
    int r, answered = 0;

    for (int i = 0; i < STACK_N_SERVICES; i++) {
        r = operator_state(op, v->arena, stack_services[i], LOOK_MS, &v->of[i], &unused);
        if (r)
            v->of[i] = NULL;
        answered += !r;
    }
    return answered;
}

/* -1: the service does not answer, or does not know the district. */
static int64_t head_of(const struct view *v, const char *service, const char *district)
{
    for (int i = 0; i < STACK_N_SERVICES; i++)
        for (size_t k = 0;
             v->of[i] && strcmp(stack_services[i], service) == 0 && k < v->of[i]->n_streams; k++)
            if (strcmp(v->of[i]->streams[k]->district, district) == 0)
                return v->of[i]->streams[k]->head;
    return -1;
}

/* -1: not known, for nobody tells the source's head. */
static int64_t lag_of(const struct view *v, const Hp__SubscriptionState *sub)
{
    int64_t head = head_of(v, sub->source, sub->district);

    if (head < 0)
        return -1;
    return head > sub->position ? head - sub->position : 0;
}

static const Hp__StateReply *state_named(const struct view *v, const char *name)
{
    for (int i = 0; i < STACK_N_SERVICES; i++)
        if (strcmp(stack_services[i], name) == 0)
            return v->of[i];
    return NULL;
}

static const char *event_id(const Hp__SubscriptionState *sub, char buf[UUID_TEXT])
{
    struct uuid id;

    if (!sub->has_event_id || sub->event_id.len != sizeof(id.bytes))
        return "";
    memcpy(id.bytes, sub->event_id.data, sizeof(id.bytes));
    return uuid_format(&id, buf);
}

/* ---- JSON ---- */

static json_t *subscription_json(const struct view *v, const Hp__SubscriptionState *sub)
{
    char id[UUID_TEXT], at[INSTANT_TEXT];
    int64_t lag = lag_of(v, sub);
    json_t *doc = json_pack("{s:s, s:s, s:I, s:o, s:s}", "source", sub->source, "district",
                            sub->district, "position", (json_int_t)sub->position, "lag",
                            lag < 0 ? json_null() : json_integer(lag), "state", sub->state);

    if (strcmp(sub->state, "following") != 0) {
        json_object_set_new(doc, "event_id", json_string(event_id(sub, id)));
        json_object_set_new(doc, "event_type", json_string(sub->event_type ? sub->event_type : ""));
        json_object_set_new(doc, "error", json_string(sub->error ? sub->error : ""));
        json_object_set_new(doc, "attempts", json_integer(sub->attempts));
        if (sub->has_failed_at)
            json_object_set_new(doc, "failed_at", json_string(instant_format(sub->failed_at, at)));
    }
    return doc;
}

static json_t *state_json(const struct view *v, const Hp__StateReply *state)
{
    json_t *streams = json_object(), *subs = json_array(), *due = json_array(), *doc;
    char at[INSTANT_TEXT];

    for (size_t i = 0; i < state->n_streams; i++)
        json_object_set_new(streams, state->streams[i]->district,
                            json_integer(state->streams[i]->head));
    for (size_t i = 0; i < state->n_subscriptions; i++)
        json_array_append_new(subs, subscription_json(v, state->subscriptions[i]));
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
        const Hp__StateReply *state = state_named(v, json_string_value(json_object_get(p, "name")));

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

static void cell_number(long long n, int width)
{
    char text[24];

    snprintf(text, sizeof(text), "%lld", n);
    say_cell(stdout, text, width);
}

static void print_process(const struct view *v, const json_t *p)
{
    const char *name = json_string_value(json_object_get(p, "name"));
    const Hp__StateReply *state = state_named(v, name);
    bool database = strcmp(name, "postgresql") == 0;
    long long lag = 0, parked = 0;
    bool known = true; /* how far all of its sources are */
    char since[20];

    for (size_t i = 0; state && i < state->n_subscriptions; i++) {
        int64_t one = lag_of(v, state->subscriptions[i]);

        known &= one >= 0;
        lag += one > 0 ? one : 0;
        parked += strcmp(state->subscriptions[i]->state, "following") != 0;
    }
    snprintf(since, sizeof(since), "%s", json_string_value(json_object_get(p, "since")));
    say_cell(stdout, name, 12);
    cell_number(json_integer_value(json_object_get(p, "pid")), 9);
    say_cell(stdout,
             !database && !state ? tr("silent")
                                 : tr(json_string_value(json_object_get(p, "state"))),
             10);
    say_cell(stdout, since, 21);
    cell_number(json_integer_value(json_object_get(p, "restarts")), 10);
    if (state) {
        if (known)
            cell_number(lag, 8);
        else
            say_cell(stdout, "?", 8);
        cell_number(parked, 8);
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
    answered = look(op, &v);
    r = args_has(args, "json") ? print_json(status_json(s, &v)) : print_status(s, &v);
    arena_free(v.arena);
    return r ? r : answered == STACK_N_SERVICES ? CLI_DONE : CLI_FINDING;
}

/* ---- streams ---- */

static void print_subscription(const struct view *v, const char *service,
                               const Hp__SubscriptionState *sub)
{
    char id[UUID_TEXT];

    say_cell(stdout, service, 12);
    say_cell(stdout, sub->source, 12);
    say_cell(stdout, sub->district, 10);
    cell_number(sub->position, 12);
    if (lag_of(v, sub) < 0)
        say_cell(stdout, "?", 8);
    else
        cell_number(lag_of(v, sub), 8);
    printf("%s\n", tr(sub->state));
    if (strcmp(sub->state, "following") != 0)
        printf("%12s%s %s: %s\n", "", event_id(sub, id), sub->event_type ? sub->event_type : "",
               sub->error ? sub->error : "");
}

static void print_stream_heads(void)
{
    say_cell(stdout, tr("service"), 12);
    say_cell(stdout, tr("follows"), 12);
    say_cell(stdout, tr("district"), 10);
    say_cell(stdout, tr("position"), 12);
    say_cell(stdout, tr("lag"), 8);
    printf("%s\n", tr("state"));
}

static int show_streams(const struct args *args, const struct view *v)
{
    json_t *list = args_has(args, "json") ? json_array() : NULL, *row;
    int parked = 0, unknown = 0, r = CLI_DONE;

    if (!list)
        print_stream_heads();
    for (int i = 0; i < STACK_N_SERVICES; i++)
        for (size_t k = 0; v->of[i] && k < v->of[i]->n_subscriptions; k++) {
            parked += strcmp(v->of[i]->subscriptions[k]->state, "following") != 0;
            unknown += lag_of(v, v->of[i]->subscriptions[k]) < 0;
            if (!list) {
                print_subscription(v, stack_services[i], v->of[i]->subscriptions[k]);
                continue;
            }
            row = subscription_json(v, v->of[i]->subscriptions[k]);
            json_object_set_new(row, "service", json_string(stack_services[i]));
            json_array_append_new(list, row);
        }
    if (list)
        r = print_json(json_pack("{s:i, s:o}", "parked", parked, "subscriptions", list));
    return r ? r : parked || unknown ? CLI_FINDING : CLI_DONE;
}

/* The values are whole: check_words saw them. */
static void read_seal(const char *hex, Hp__Rejoin *in, uint8_t hash[DIGEST_SIZE])
{
    CHECK(!hex || hex_parse(hex, hash, DIGEST_SIZE) == 0);
    in->has_sealed_hash = hex != NULL;
    in->sealed_hash = (ProtobufCBinaryData){DIGEST_SIZE, hash};
}

static int rejoin(const struct args *args, struct operator* op, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Rejoin in = HP__REJOIN__INIT;
    uint8_t hash[DIGEST_SIZE];

    in.source = (char *)args_word(args, 1);
    in.district = (char *)args_word(args, 2);
    in.reason = (char *)args_value(args, "reason");
    CHECK(check_position(args_value(args, "from"), 0, &in.from) == CLI_DONE);
    read_seal(args_value(args, "seal"), &in, hash);
    return operator_ask(op, a, args_value(args, "in"), in.district, &in.base, NULL, ASK_MS, NULL,
                        e);
}

static int decide(const struct args *args, struct operator* op, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__RetryParked retry = HP__RETRY_PARKED__INIT;
    Hp__SkipParked skip = HP__SKIP_PARKED__INIT;
    bool skipping = strcmp(args_word(args, 0), "skip") == 0;
    const char *service = args_value(args, "in");
    struct uuid id;

    if (strcmp(args_word(args, 0), "rejoin") == 0)
        return rejoin(args, op, e);
    retry.source = skip.source = (char *)args_word(args, 1);
    retry.district = skip.district = (char *)args_word(args, 2);
    if (!skipping)
        return operator_ask(op, a, service, retry.district, &retry.base, NULL, ASK_MS, NULL, e);
    CHECK(uuid_parse(args_value(args, "event"), &id) == 0);
    skip.event_id.data = id.bytes;
    skip.event_id.len = sizeof(id.bytes);
    skip.reason = (char *)args_value(args, "reason");
    return operator_ask(op, a, service, skip.district, &skip.base, NULL, ASK_MS, NULL, e);
}

/* The values of skip and rejoin. */
static int check_values(const struct args *args)
{
    const char *event = args_value(args, "event"), *from = args_value(args, "from"),
               *seal = args_value(args, "seal");
    uint8_t hash[DIGEST_SIZE];
    struct uuid id;
    int64_t position;

    if (event && uuid_parse(event, &id))
        return say_usage(tr("'%s' is not an event's id; hongping streams shows it"), event);
    if (from && check_position(from, 0, &position))
        return CLI_USAGE;
    if (seal && hex_parse(seal, hash, DIGEST_SIZE) != 0)
        return say_usage(tr("'%s' is no seal's hash"), seal);
    return CLI_DONE;
}

/* Whether every option given is one of @what: of skip, retry and rejoin, or (empty) of the list. */
static int check_belonging(const struct args *args, const char *what)
{
    static const struct {
        const char *option, *of; /* of: the words that take it */
    } rows[] = {
        {"in", "retry skip rejoin"}, {"event", "skip"},         {"from", "rejoin"},
        {"seal", "rejoin"},          {"reason", "skip rejoin"},
    };

    for (size_t i = 0; i < ARRAY_LEN(rows); i++)
        if (args_has(args, rows[i].option) && (!*what || !strstr(rows[i].of, what)))
            return say_usage(tr("--%s belongs to streams %s"), rows[i].option, rows[i].of);
    return CLI_DONE;
}

/* What is said must be whole before anything is looked for. */
static int check_words(const struct args *args)
{
    const char *what = args_word(args, 0), *service = args_value(args, "in");
    int r;

    if (!what)
        return check_belonging(args, "");
    if (strcmp(what, "retry") != 0 && strcmp(what, "skip") != 0 && strcmp(what, "rejoin") != 0)
        return say_usage(tr("streams knows retry, skip and rejoin, not '%s'"), what);
    if (!args_word(args, 2) || !service)
        return say_usage(tr("streams %s needs SOURCE DISTRICT --in SERVICE"), what);
    if (check_service(args_word(args, 1)) || check_district(args_word(args, 2)) ||
        check_service(service))
        return CLI_USAGE;
    if (strcmp(what, "skip") == 0 && (!args_value(args, "event") || !args_value(args, "reason")))
        return say_usage("%s", tr("streams skip needs --event ID and --reason TEXT"));
    if (strcmp(what, "rejoin") == 0 && (!args_value(args, "from") || !args_value(args, "reason")))
        return say_usage("%s", tr("streams rejoin needs --from POSITION and --reason TEXT"));
    r = check_belonging(args, what);
    return r ? r : check_values(args);
}

int cmd_streams(const struct args *args)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    CLEANUP(operator_free) struct operator* op = NULL;
    struct view v = {0};
    struct errtext e = {0};
    int r = check_words(args);

    if (r)
        return r;
    r = stack_find(args_value(args, "data"), &s, &e);
    if (!r)
        r = operator_new(s, &op, &e);
    if (!r && args_word(args, 0))
        r = decide(args, op, &e);
    if (r)
        return say_fault("%s", e.text[0] ? e.text : strerror(-r));
    if (args_word(args, 0))
        return args_has(args, "json") ? print_json(json_pack("{s:b}", "done", 1)) : CLI_DONE;
    v.arena = arena_new();
    if (look(op, &v) == 0)
        r = say_fault("%s", tr("no service answers"));
    else
        r = show_streams(args, &v);
    arena_free(v.arena);
    return r;
}
