/* SPDX-License-Identifier: Apache-2.0 */
/* check - logs and streams against what was acknowledged; where the services themselves stand */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/db/cluster.h"
#include "fault.h"
#include "reporting.pb-c.h"

enum { VERIFY_MS = 300000 };

static struct table *logs[STACK_N_SERVICES], *streams[STACK_N_SERVICES];
static long n_done, n_refused, n_there, n_absent;

static int service_index(const char *name)
{
    for (int i = 0; i < STACK_N_SERVICES; i++)
        if (strcmp(stack_services[i], name) == 0)
            return i;
    CHECK(!"a service");
    return -1;
}

/* ---- one command ---- */

static void check_logged(const struct command *cmd, const struct table *log, struct arena *a)
{
    const char *want = cmd->outcome == OUTCOME_DONE ? "done" : "refused";
    int n, row = table_find(log, cmd->id_text, &n);
    struct bytes reply;

    if (n != 1) {
        fail("%s %s was acknowledged (%s %s) and is in the log of %s %d times", cmd->type,
             cmd->id_text, want, cmd->code, cmd->service, n);
        return;
    }
    if (strcmp(table_text(log, row, 1), want) != 0 ||
        strcmp(table_text(log, row, 2), cmd->code) != 0)
        fail("%s %s was acknowledged as %s '%s' and is logged as %s '%s'", cmd->type, cmd->id_text,
             want, cmd->code, table_text(log, row, 1), table_text(log, row, 2));
    if (strcmp(table_text(log, row, 3), cmd->type) != 0)
        fail("%s %s is logged as %s", cmd->type, cmd->id_text, table_text(log, row, 3));
    reply = table_bytes(log, row, 4, a);
    /* over HTTP the reply came as JSON */
    if (!cmd->key[0] || cmd->reply.size == 0 || cmd->reply.data[0] == '{')
        return;
    if (reply.size != cmd->reply.size || memcmp(reply.data, cmd->reply.data, reply.size) != 0)
        fail("%s %s is logged with another reply than the acknowledged one", cmd->type,
             cmd->id_text);
}

/* How often @type is in the list of words @said. */
static int times_said(const char *said, const char *type)
{
    size_t size = strlen(type);
    int n = 0;

    for (const char *at = said; (at = strstr(at, type)); at += size)
        n += at[size] == ' ' || at[size] == '\0';
    return n;
}

/* What one execution says, once; nothing of a refused one. Thresholds may be reached besides. */
static void check_said(const struct command *cmd, bool done, const struct table *stream)
{
    int n, row = table_find(stream, cmd->id_text, &n);
    const char *said = n ? table_text(stream, row, 1) : "";

    if (!done || !cmd->event) {
        if (n)
            fail("%s %s should have said nothing and said %s", cmd->type, cmd->id_text, said);
    } else if (times_said(said, cmd->event) != 1) {
        fail("%s %s should have said %s once and said '%s'", cmd->type, cmd->id_text, cmd->event,
             said);
    } else if (strcmp(table_text(stream, row, 2), "1") != 0) {
        fail("%s %s said the same %s times: %s", cmd->type, cmd->id_text,
             table_text(stream, row, 2), said);
    }
}

static void check_command(const struct command *cmd, struct arena *a)
{
    int i = service_index(cmd->service), n;
    bool done = cmd->outcome == OUTCOME_DONE;

    if (cmd->outcome == OUTCOME_UNKNOWN) {
        (void)table_find(logs[i], cmd->id_text, &n);
        done = n > 0;
        n_there += done;
        n_absent += !done;
        if (n > 1)
            fail("%s %s, never acknowledged, is in the log %d times", cmd->type, cmd->id_text, n);
    } else {
        n_done += done;
        n_refused += !done;
        check_logged(cmd, logs[i], a);
    }
    check_said(cmd, done, streams[i]);
}

bool check_was_done(const struct command *cmd)
{
    int n;

    return table_find(logs[service_index(cmd->service)], cmd->id_text, &n) >= 0;
}

static void check_commands(const char *conninfo, const struct client *clients, int n)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    size_t known = 0, logged = 0;
    char sql[512];

    for (int i = 0; i < STACK_N_SERVICES; i++) {
        snprintf(sql, sizeof(sql),
                 "select message_id, outcome, coalesce(code, ''), type, reply from %s.log "
                 "where account like 'fault-client-%%' and type like '%s.%%' "
                 "and type not like 'gateway.%%'",
                 stack_services[i], stack_services[i]);
        logs[i] = table_load(conninfo, sql);
        logged += table_count(logs[i]);
        /* one row a cause: the types it said, how often at most the same was said */
        snprintf(sql, sizeof(sql),
                 "select cause_id, string_agg(type, ' '), max(n) from (select cause_id, type, "
                 "count(*) as n from %s.stream group by cause_id, type, payload) s group by "
                 "cause_id",
                 stack_services[i]);
        streams[i] = table_load(conninfo, sql);
    }
    for (int i = 0; i < n && !failed(); i++)
        for (size_t k = 0; k < clients[i].n_commands; k++) {
            const struct command *cmd = &clients[i].commands[k];

            arena_reset(a);
            check_command(cmd, a);
            known += cmd->outcome != OUTCOME_UNKNOWN || check_was_done(cmd);
        }
    if (!failed() && known != logged)
        fail("%zu commands are in the logs, %zu were sent", logged, known);
    tell("%ld done, %ld refused; of those never acknowledged %ld wholly there, %ld wholly absent",
         n_done, n_refused, n_there, n_absent);
}

/* ---- the services ---- */

static int64_t head_of(const Hp__StateReply *state, const char *district)
{
    for (size_t i = 0; i < state->n_streams; i++)
        if (strcmp(state->streams[i]->district, district) == 0)
            return state->streams[i]->head;
    return 0;
}

static void check_positions(struct operator* op)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__StateReply *states[STACK_N_SERVICES];
    struct errtext e = {0};
    int n = 0;

    for (int i = 0; i < STACK_N_SERVICES; i++)
        if (operator_state(op, a, stack_services[i], 20000, &states[i], &e) != 0) {
            fail("%s: %s", stack_services[i], e.text);
            return;
        }
    for (int i = 0; i < STACK_N_SERVICES; i++) {
        if (states[i]->n_due)
            fail("%s has a timer that is due: %s", stack_services[i], states[i]->due[0]);
        for (size_t k = 0; k < states[i]->n_subscriptions; k++, n++) {
            const Hp__SubscriptionState *sub = states[i]->subscriptions[k];
            int64_t head = head_of(states[service_index(sub->source)], sub->district);

            if (strcmp(sub->state, "following") != 0 || sub->position != head)
                fail("%s follows %s in %s up to %lld of %lld, %s: %s", stack_services[i],
                     sub->source, sub->district, (long long)sub->position, (long long)head,
                     sub->state, sub->error ? sub->error : "");
        }
    }
    tell("%d subscriptions stand at their sources' heads", n);
}

static void check_chains(struct operator* op)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Verify verify = HP__VERIFY__INIT;
    Hp__VerifyReply *reply;
    struct errtext e = {0};
    long long rows = 0;

    for (const char *const *s = stack_services; *s && !failed(); s++) {
        if (operator_ask(op, a, *s, NULL, &verify.base, &hp__verify_reply__descriptor, VERIFY_MS,
                         &reply, &e) != 0) {
            fail("verify of %s: %s", *s, e.text);
            return;
        }
        rows += reply->rows;
        if (reply->n_faults)
            fail("verify of %s: %s %s %lld: %s", *s, reply->faults[0]->ledger,
                 reply->faults[0]->district, (long long)reply->faults[0]->seq,
                 reply->faults[0]->reason);
    }
    tell("verify: %lld rows of hash chains, all sound", rows);
}

static void check_rebuild(struct operator* op, const char *district)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Reporting__Rebuild request = REPORTING__REBUILD__INIT;
    Reporting__RebuildReply *reply;
    struct errtext e = {0};

    if (operator_ask(op, a, "reporting", district, &request.base,
                     &reporting__rebuild_reply__descriptor, VERIFY_MS, &reply, &e) != 0) {
        fail("rebuild of %s: %s", district, e.text);
        return;
    }
    if (reply->n_differences)
        fail("rebuild of %s: %s %s is %s, from the events %s", district,
             reply->differences[0]->table, reply->differences[0]->key, reply->differences[0]->live,
             reply->differences[0]->rebuilt);
    tell("read models of %s rebuilt from %lld events into %lld rows, no difference", district,
         (long long)reply->events, (long long)reply->rows);
}

const char *superuser(char buf[600])
{
    struct cluster_spec spec = {
        .dir = run.stack->data, .socket_dir = run.stack->bus_dir, .port = 5432};
    char super[512];

    cluster_conninfo(&spec, NULL, super, sizeof(super));
    snprintf(buf, 600, "%s dbname=hongping connect_timeout=2", super);
    return buf;
}

void check_all(struct operator* op, const struct client *clients, int n)
{
    char conninfo[600];

    superuser(conninfo);
    check_positions(op);
    if (!failed())
        check_commands(conninfo, clients, n);
    if (!failed())
        check_rows(conninfo, clients, n);
    if (!failed())
        check_chains(op);
    if (!failed())
        check_rebuild(op, CITY);
    if (!failed())
        check_rebuild(op, DISTRICT);
    for (int i = 0; i < STACK_N_SERVICES && logs[i]; i++) {
        table_free(logs[i]);
        table_free(streams[i]);
    }
}
