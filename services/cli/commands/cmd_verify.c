/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_verify.h"

#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/base/str.h"
#include "reporting.pb-c.h"
#include "services/cli/say.h"
#include "services/cli/talk/follow.h"
#include "services/cli/commands/view.h"
#include "services/cli/stack/program.h"

#include "common/base/banned.h"

enum { REBUILD_MS = 600000, STATE_MS = 10000 };

struct findings {
    bool json;
    json_t *services, *rebuilt, *standing, *unheard, *unlooked;
    long long n;
};

/* What could not be looked at is told, and the rest is looked at all the same. */
static void add_unlooked(struct findings *f, const char *what, int r, const struct errtext *e)
{
    const char *why = e->text[0] ? e->text : strerror(-r);

    json_array_append_new(f->unlooked, json_pack("{s:s, s:s}", "what", what, "error", why));
    if (!f->json)
        printf(tr("%s was not looked at: %s\n"), what, why);
}

/* ---- the chains ---- */

/* Archives that are kept elsewhere: to be known, no fault. */
static json_t *list_absent(const struct findings *f, const char *service,
                           const Hp__VerifyReply *reply)
{
    json_t *list = json_array();

    for (size_t i = 0; i < reply->n_absent; i++) {
        json_array_append_new(list, json_string(reply->absent[i]->file));
        if (!f->json)
            printf(tr("%s: the archive %s is not here and was not looked at\n"), service,
                   reply->absent[i]->file);
    }
    return list;
}

static void add_faults(struct findings *f, const char *service, const Hp__VerifyReply *reply)
{
    json_t *faults = json_array();

    for (size_t i = 0; i < reply->n_faults; i++) {
        const Hp__LedgerFault *fault = reply->faults[i];

        json_t *one =
            json_pack("{s:s, s:s, s:I, s:s}", "ledger", fault->ledger, "district", fault->district,
                      "seq", (json_int_t)fault->seq, "reason", fault->reason);

        if (fault->file)
            json_object_set_new(one, "file", json_string(fault->file));
        json_array_append_new(faults, one);
        if (!f->json)
            printf("%s: %s %s %s %lld: %s%s%s\n", service, tr("ledger"), fault->ledger,
                   fault->district, (long long)fault->seq, fault->reason, fault->file ? " " : "",
                   fault->file ? fault->file : "");
    }
    f->n += (long long)reply->n_faults;
    if (!f->json)
        printf(tr("%s: %lld rows of its ledgers recomputed, %zu faults\n"), service,
               (long long)reply->rows, reply->n_faults);
    json_array_append_new(f->services, json_pack("{s:s, s:I, s:o, s:o}", "service", service, "rows",
                                                 (json_int_t)reply->rows, "faults", faults,
                                                 "absent", list_absent(f, service, reply)));
}

/* 0, FOLLOW_E_LEFT. */
static int verify_chains(struct operator* op, struct findings *f)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__VerifyReply *reply;

    for (const char *const *service = stack_services; *service; service++) {
        struct errtext e = {0};
        int r =
            follow_job(op, a, *service, "verify", NULL, &hp__verify_reply__descriptor, &reply, &e);

        if (r == FOLLOW_E_LEFT)
            return r;
        if (r)
            add_unlooked(f, *service, r, &e);
        else
            add_faults(f, *service, reply);
    }
    return 0;
}

/* ---- what is applied nowhere ---- */

static void add_standing(struct findings *f, const char *service, const Hp__SubscriptionState *sub)
{
    f->n++;
    json_array_append_new(f->standing,
                          json_pack("{s:s, s:s, s:s, s:I, s:s}", "service", service, "source",
                                    sub->source, "district", sub->district, "position",
                                    (json_int_t)sub->position, "state", sub->state));
    if (!f->json)
        printf(
            tr("%s: stands still behind %lld of %s in %s (%s): what follows was applied nowhere\n"),
            service, (long long)sub->position, sub->source, sub->district, tr(sub->state));
}

static void add_unheard(const char *service, const char *source, const Hp__StreamState *stream,
                        void *arg)
{
    struct findings *f = arg;

    f->n++;
    json_array_append_new(f->unheard, json_pack("{s:s, s:s, s:s, s:I}", "service", service,
                                                "source", source, "district", stream->district,
                                                "head", (json_int_t)stream->head));
    if (!f->json)
        printf(tr("%s: does not serve %s, where %s has %lld events: they were applied nowhere\n"),
               service, stream->district, source, (long long)stream->head);
}

/* A read model agrees with the events it was made of also when it stands still, or when it is not told of a district at all: so these
 * are findings of their own. Of a service that does not answer it was told that nothing of it was looked at. */
static void look_for_standing(struct operator* op, struct findings *f)
{
    struct view v = {.arena = arena_new()};

    view_look(op, &v, STATE_MS);
    for (int i = 0; i < STACK_N_SERVICES; i++)
        for (size_t k = 0; v.of[i] && k < v.of[i]->n_subscriptions; k++)
            if (strcmp(v.of[i]->subscriptions[k]->state, "following") != 0)
                add_standing(f, stack_services[i], v.of[i]->subscriptions[k]);
    view_unheard(&v, add_unheard, f);
    arena_free(v.arena);
}

/* ---- the read models ---- */

static void add_differences(struct findings *f, const Reporting__RebuildReply *reply)
{
    json_t *list = json_array();

    for (size_t i = 0; i < reply->n_differences; i++) {
        const Reporting__RebuildDifference *d = reply->differences[i];

        json_array_append_new(list, json_pack("{s:s, s:s, s:s, s:s}", "table", d->table, "key",
                                              d->key, "live", d->live, "rebuilt", d->rebuilt));
        if (!f->json)
            printf(tr("reporting: %s %s is %s, rebuilt from the events %s\n"), d->table, d->key,
                   d->live, d->rebuilt);
    }
    f->n += (long long)reply->n_differences;
    if (!f->json)
        printf(tr("reporting: rebuilt from %lld events into %lld rows, %zu differences\n"),
               (long long)reply->events, (long long)reply->rows, reply->n_differences);
    f->rebuilt = json_pack("{s:I, s:I, s:o}", "events", (json_int_t)reply->events, "rows",
                           (json_int_t)reply->rows, "differences", list);
}

/* Of all districts at once. */
static void rebuild(struct operator* op, struct findings *f)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Reporting__Rebuild request = REPORTING__REBUILD__INIT;
    Reporting__RebuildReply *reply;
    struct errtext e = {0};
    int r = operator_ask(op, a, "reporting", NULL, &request.base,
                         &reporting__rebuild_reply__descriptor, REBUILD_MS, &reply, &e);

    if (r)
        add_unlooked(f, tr("the rebuild"), r, &e);
    else
        add_differences(f, reply);
}

static int conclude(struct findings *f)
{
    bool whole = json_array_size(f->unlooked) == 0, ok = whole && f->n == 0;
    int r = 0;

    if (f->json)
        r = print_json(json_pack("{s:b, s:O, s:O?, s:O, s:O, s:O}", "ok", ok, "services",
                                 f->services, "rebuild", f->rebuilt, "standing", f->standing,
                                 "unheard", f->unheard, "unlooked", f->unlooked));
    else
        printf("%s\n", f->n     ? tr("verify: differences were found")
                       : !whole ? tr("verify: not everything could be looked at")
                                : tr("verify: everything agrees"));
    return r ? r : ok ? CLI_DONE : CLI_FINDING;
}

int cmd_verify(const struct args *args)
{
    CLEANUP(stack_free) struct stack *s = NULL;
    CLEANUP(operator_free) struct operator* op = NULL;
    struct findings f = {.json = args_has(args, "json"),
                         .services = json_array(),
                         .standing = json_array(),
                         .unheard = json_array(),
                         .unlooked = json_array()};
    struct errtext e = {0};
    int r;

    r = stack_find(args_value(args, "data"), &s, &e);
    if (!r)
        r = operator_new(s, &op, &e);
    if (r) {
        r = say_fault("%s", e.text[0] ? e.text : strerror(-r));
    } else if (verify_chains(op, &f) == FOLLOW_E_LEFT) {
        r = CLI_FINDING;
    } else {
        if (!args_has(args, "chains"))
            rebuild(op, &f);
        look_for_standing(op, &f);
        r = conclude(&f);
    }
    json_decref(f.services);
    json_decref(f.rebuilt);
    json_decref(f.standing);
    json_decref(f.unheard);
    json_decref(f.unlooked);
    return r;
}

/* ---- states ---- */

int cmd_states(const struct args *args)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    char *bin = stack_bin(), path[STACK_PATH], *argv[] = {NULL, "--print-states", NULL};
    json_t *doc = json_object();
    int r = CLI_DONE, code = 0;

    str_add(&out, "# States\n\nPrinted by `hongping states` from the rows the services run on; a "
                  "test compares.\n");
    for (const char *const *s = stack_services; bin && *s && !r; s++) {
        struct str one = STR_INIT;

        argv[0] = (char *)stack_program(bin, *s, path);
        if (program_output(argv, STDOUT_FILENO, &one, &code) || code != 0)
            r = say_fault(tr("%s --print-states failed"), path);
        else if (one.size)
            str_printf(&out, "\n## %s\n\n%s", *s, one.text);
        json_object_set_new(doc, *s, json_string(one.text));
        str_release(&one);
    }
    free(bin);
    if (r) {
        json_decref(doc);
        return r;
    }
    if (args_has(args, "json"))
        return print_json(doc);
    json_decref(doc);
    fputs(out.text, stdout);
    return fflush(stdout) == 0 ? CLI_DONE : say_fault("%s", strerror(errno));
}
