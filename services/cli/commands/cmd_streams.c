/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_streams.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/base/id.h"
#include "services/cli/check.h"
#include "services/cli/commands/view.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

enum { LOOK_MS = 3000, ASK_MS = 30000 };

static void print_subscription(const struct view *v, const char *service,
                               const Hp__SubscriptionState *sub)
{
    char id[UUID_TEXT];

    say_cell(stdout, service, 12);
    say_cell(stdout, sub->source, 12);
    say_cell(stdout, sub->district, 10);
    say_cell_number(sub->position, 12);
    if (view_lag(v, sub) < 0)
        say_cell(stdout, "?", 8);
    else
        say_cell_number(view_lag(v, sub), 8);
    printf("%s\n", tr(sub->state));
    if (strcmp(sub->state, "following") != 0)
        printf("%12s%s %s: %s\n", "", parked_event_id(sub, id),
               sub->event_type ? sub->event_type : "", sub->error ? sub->error : "");
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
            unknown += view_lag(v, v->of[i]->subscriptions[k]) < 0;
            if (!list) {
                print_subscription(v, stack_services[i], v->of[i]->subscriptions[k]);
                continue;
            }
            row = view_subscription_json(v, v->of[i]->subscriptions[k]);
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
    if (view_look(op, &v, LOOK_MS) == 0)
        r = say_fault("%s", tr("no service answers"));
    else
        r = show_streams(args, &v);
    arena_free(v.arena);
    return r;
}
