/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/refusals.h"

#include <string.h>

#include "common/bus/bus.h"
#include "common/log/log.h"
#include "gateway.pb-c.h"

#include "common/base/banned.h"

enum { ROOM = 512, AT_ONCE = 4, TIMEOUT_MS = 30000 };

struct refusal {
    struct refusals *owner;
    struct refusal *next;
    struct arena *arena;
    Hp__Envelope *env;
    bool in_city; /* its district's log did not take it, the city's does */
};

struct refusals {
    struct edge *edge;
    struct refusal *first, **end;
    int n_waiting, n_sent;
    struct metric *m_dropped;
    void (*idle)(struct edge *edge); /* set: tell when nothing is under way */
};

int refusals_new(struct edge *edge, struct refusals **ret_refusals)
{
    struct refusals *r = calloc(1, sizeof(*r));

    CHECK(r);
    r->edge = edge;
    r->end = &r->first;
    r->m_dropped = metric_register(METRIC_COUNTER, "hongping_gateway_refusals_dropped_total", NULL,
                                   "Refusals at the edge that found the audit queue full");
    *ret_refusals = r;
    return 0;
}

static void refusal_free(struct refusal *one)
{
    arena_free(one->arena); /* it lives there itself */
}

void refusals_free(struct refusals *r)
{
    while (r && r->first) {
        struct refusal *one = r->first;

        r->first = one->next;
        refusal_free(one);
    }
    free(r);
}

static void send_some(struct refusals *r);

/* Last in its caller: who is told may free all this. */
static void tell_idle(struct refusals *r)
{
    if (r->idle && !r->n_sent && !r->first)
        r->idle(r->edge);
}

static void drop(struct refusals *r, const char *why)
{
    metric_add(r->m_dropped, NULL, 1);
    log_line(LOG_WARN, "refusal not recorded", "why", why, NULL);
}

static void put(struct refusals *r, struct refusal *one)
{
    one->next = NULL;
    *r->end = one;
    r->end = &one->next;
    r->n_waiting++;
}

static void on_recorded(const struct bus_answer *answer, void *arg)
{
    struct refusal *one = arg;
    struct refusals *r = one->owner;
    const Hp__Reply *reply = answer->reply;

    r->n_sent--;
    if (reply && reply->status == HP__REPLY__STATUS__REFUSED && !one->in_city && reply->code &&
        strcmp(reply->code, "district_unknown") == 0) {
        one->in_city = true;
        one->env->district = arena_strdup(one->arena, service_city(r->edge->svc));
        put(r, one);
    } else {
        if (!reply || (reply->status != HP__REPLY__STATUS__REFUSED &&
                       reply->status != HP__REPLY__STATUS__DONE))
            drop(r, "not taken");
        refusal_free(one);
    }
    send_some(r);
    tell_idle(r);
}

static void send_some(struct refusals *r)
{
    while (r->first && r->n_sent < AT_ONCE) {
        struct refusal *one = r->first;

        r->first = one->next;
        if (!r->first)
            r->end = &r->first;
        r->n_waiting--;
        bus_set_left(one->env, TIMEOUT_MS);
        if (service_submit(r->edge->svc, one->env, on_recorded, one)) {
            drop(r, "busy");
            refusal_free(one);
            continue;
        }
        r->n_sent++;
    }
}

static void fill_actor(struct refusal *one, const struct call *call)
{
    Hp__Actor *actor;

    if (!call->visitor || !call->visitor->actor)
        return;
    actor = arena_new_one(one->arena, Hp__Actor);
    hp__actor__init(actor);
    actor->account = arena_strdup(one->arena, call->visitor->actor->account);
    one->env->actor = actor;
}

void refusals_add(struct refusals *r, const struct call *call, const char *code, const char *field)
{
    Gateway__RecordRefusal m = GATEWAY__RECORD_REFUSAL__INIT;
    struct arena *a;
    struct refusal *one;

    if (!call->what)
        return; /* nothing of ours was asked for */
    if (r->n_waiting >= ROOM) {
        drop(r, "queue full");
        return;
    }
    a = arena_new();
    one = arena_new_one(a, struct refusal);
    *one = (struct refusal){.owner = r, .arena = a};
    m.type = (char *)call->what;
    m.code = (char *)code;
    m.field = (char *)field;
    m.peer = (char *)http_peer(call->req);
    one->env = bus_envelope(a, "gateway.RecordRefusal", call->match.district, &m.base, TIMEOUT_MS);
    one->env->trace_id = arena_strdup(a, call->trace_id);
    fill_actor(one, call);
    put(r, one);
    send_some(r);
}

void refusals_close(struct refusals *r, void (*idle)(struct edge *edge))
{
    r->idle = idle;
    tell_idle(r);
}

/*
 * The refusal itself is this command's refusal: the frame writes type, account, outcome and field
 * of every command to the hash-chained log, so a command that is refused with the reason found at
 * the edge leaves exactly the row wanted.
 */
int gateway_record_refusal(struct ctx *c)
{
    const Gateway__RecordRefusal *m = c->request;
    const struct reason_row *row = reason_by_code(m->code);
    enum reason reason = reason_message_malformed;

    for (int i = 1; row && i < reason_count; i++)
        if (reason_row((enum reason)i) == row)
            reason = (enum reason)i;
    return refuse(c, reason,
                  arena_printf(c->arena, "%s%s%s", m->type, m->field && *m->field ? " " : "",
                               m->field ? m->field : ""),
                  m->peer ? m->peer : "", NULL);
}
