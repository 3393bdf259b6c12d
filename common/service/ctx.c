/* SPDX-License-Identifier: Apache-2.0 */
/* What handlers call. */
#include "common/service/handling.h"

#include <errno.h>
#include <stdarg.h>
#include <string.h>

#include "common/base/place.h"
#include "common/base/str.h"
#include "common/service/claim.h"
#include "common/service/tell/revision.h"

#include "common/base/banned.h"

enum { EVENT_MAX = 1024 * 1024 };

void reply_with(struct ctx *c, const ProtobufCMessage *message)
{
    struct handling *run = handling_of(c);

    run->payload = bus_pack(c->arena, message);
    run->payload_type = message->descriptor->name;
}

int refuse(struct ctx *c, enum reason reason, const char *field, ...)
{
    struct handling *run = handling_of(c);
    const char *arg;
    size_t n = 0;
    va_list ap;

    CHECK(reason > reason_none && reason < reason_count);
    va_start(ap, field);
    while (va_arg(ap, const char *))
        n++;
    va_end(ap);
    run->refusal = (struct refusal){.reason = reason,
                                    .field = arena_strdup(c->arena, field),
                                    .args = arena_new_array(c->arena, char *, n + 1)};
    va_start(ap, field);
    while ((arg = va_arg(ap, const char *)))
        run->refusal.args[run->refusal.n_args++] = arena_strdup(c->arena, arg);
    va_end(ap);
    return MSG_REFUSED;
}

int fault_note(struct ctx *c, int r)
{
    struct handling *run = handling_of(c);

    if (r != MSG_REFUSED)
        return r;
    if (!run->noted)
        run->noted = arena_new_array(c->arena, struct refusal, FAULTS_MAX);
    if (run->n_noted < FAULTS_MAX)
        run->noted[run->n_noted++] = run->refusal;
    run->refusal = (struct refusal){0};
    return 0;
}

int faults_refuse(struct ctx *c)
{
    return handling_of(c)->n_noted ? MSG_REFUSED : 0;
}

/* ---- who may ---- */

static bool touches(const struct ctx *c, const Hp__Binding *b)
{
    return region_covers(b->region, c->district) || region_covers(c->district, b->region);
}

/* Who speaks for one here and for another elsewhere speaks here for the first. */
static const Hp__Binding *binding_of(const struct ctx *c, unsigned roles)
{
    const Hp__Binding *elsewhere = NULL;

    for (size_t i = 0; c->actor && i < c->actor->n_bindings; i++) {
        const Hp__Binding *b = c->actor->bindings[i];

        if (((unsigned)role_by_name(b->role) & roles) == 0)
            continue;
        if (touches(c, b))
            return b;
        elsewhere = elsewhere ? elsewhere : b;
    }
    return elsewhere;
}

bool actor_may(const struct ctx *c, unsigned roles, const char *region, const char *subject)
{
    for (size_t i = 0; c->actor && i < c->actor->n_bindings; i++) {
        const Hp__Binding *b = c->actor->bindings[i];

        if (((unsigned)role_by_name(b->role) & roles) && region_covers(b->region, region) &&
            (!subject || str_equal(b->subject, subject)))
            return true;
    }
    return false;
}

static bool actor_fits(const struct ctx *c, unsigned roles, bool within)
{
    for (size_t i = 0; c->actor && i < c->actor->n_bindings; i++) {
        const Hp__Binding *b = c->actor->bindings[i];

        if (((unsigned)role_by_name(b->role) & roles) &&
            (within ? touches(c, b) : region_covers(b->region, c->district)))
            return true;
    }
    return false;
}

bool actor_may_as(const struct ctx *c, unsigned roles)
{
    return actor_fits(c, roles, false);
}

bool actor_is_here_as(const struct ctx *c, unsigned roles)
{
    return actor_fits(c, roles, true);
}

const char *actor_subject(const struct ctx *c, enum role role)
{
    const Hp__Binding *b = binding_of(c, role);

    return b ? b->subject : NULL;
}

const char *actor_region(const struct ctx *c, enum role role)
{
    const Hp__Binding *b = binding_of(c, role);

    return b ? b->region : NULL;
}

/* ---- saying, waiting ---- */

/* The same message always makes the same event ids, so that a repeat after a lost answer cannot
 * double them. */
static struct uuid event_id(const struct handling *run)
{
    uint8_t seed[20];
    struct uuid id;

    memcpy(seed, run->c.id.bytes, 16);
    for (int i = 0; i < 4; i++)
        seed[16 + i] = (uint8_t)(run->n_emitted >> (24 - 8 * i));
    uuid_derive(seed, sizeof(seed), &id);
    return id;
}

static void say(struct ctx *c, const char *district, const ProtobufCMessage *event, bool may_skip)
{
    struct handling *run = handling_of(c);
    struct bytes payload = bus_pack(c->arena, event);
    struct uuid id;

    if (payload.size > EVENT_MAX) {
        run->failed = err_raise(-EMSGSIZE);
        return;
    }
    revision_said(c, district, event);
    id = event_id(run);
    run->n_emitted++;
    if (district && !service_serves(c->svc, district))
        tx_make_head(c->tx, district); /* those of its own districts are made at start */
    ledger_append(c->tx, &frame_stream, district ? district : c->district, U(&id),
                  T(event->descriptor->name), AT(c->now), U(&c->id), T(run->trace_id),
                  T(*c->account ? c->account : NULL), B(may_skip), BY(payload.data, payload.size));
}

void emit(struct ctx *c, const char *district, const ProtobufCMessage *event)
{
    say(c, district, event, false);
}

void emit_optional(struct ctx *c, const char *district, const ProtobufCMessage *event)
{
    say(c, district, event, true);
}

void timer_set(struct ctx *c, const char *kind, const char *key, int64_t due_at)
{
    bool known = false;

    for (const struct timer_kind *k = c->svc->spec->timers; k && k->kind; k++)
        known |= strcmp(k->kind, kind) == 0;
    CHECK(known);
    if (handling_of(c)->timer_at == INSTANT_NONE || due_at < handling_of(c)->timer_at)
        handling_of(c)->timer_at = due_at;
    claimed_forget(handling_of(c)->claimed, kind, key);
    sql_exec(c->tx, &sql_frame_timer_set, T(c->district), T(kind), T(key), AT(due_at));
}

void timer_cancel(struct ctx *c, const char *kind, const char *key)
{
    claimed_forget(handling_of(c)->claimed, kind, key);
    sql_exec(c->tx, &sql_frame_timer_cancel, T(c->district), T(kind), T(key));
}

/* ---- small helps ---- */

static const char *number(struct ctx *c, int64_t n)
{
    return arena_printf(c->arena, "%lld", (long long)n);
}

int need_text(struct ctx *c, const char *field, const char *text, size_t low, size_t high)
{
    size_t n = text ? utf8_length(text) : 0;

    if (n < low)
        return refuse(c, reason_text_missing, field, NULL);
    if (n > high)
        return refuse(c, reason_text_too_long, field, number(c, (int64_t)high),
                      number(c, (int64_t)n), NULL);
    return 0;
}

int need_day(struct ctx *c, const char *field, const char *text, int32_t *ret_day)
{
    if (!text || day_parse(text, ret_day) != 0)
        return refuse(c, reason_date_bad, field, text ? text : "", NULL);
    return 0;
}

int need_range(struct ctx *c, const char *field, int64_t n, int64_t low, int64_t high)
{
    if (n < low || n > high)
        return refuse(c, reason_number_out_of_range, field, number(c, low), number(c, high), NULL);
    return 0;
}

int need_word(struct ctx *c, const char *field, const char *word, const char *const *words)
{
    CLEANUP(str_release) struct str all = STR_INIT;

    for (size_t i = 0; words[i]; i++) {
        if (str_equal(words[i], word))
            return 0;
        str_printf(&all, "%s%s", i ? ", " : "", words[i]);
    }
    return refuse(c, reason_value_not_allowed, field, word, all.text, NULL);
}

int need_state(struct ctx *c, const char *field, const char *state, const struct fsm *machine)
{
    const char **states;
    size_t n = 0, known = 0;

    if (!state)
        return 0;
    while (machine->edges[n].from)
        n++;
    states = arena_new_array(c->arena, const char *, 2 * n + 2);
    states[known++] = machine->start;
    for (size_t i = 0; i < 2 * n; i++) {
        const struct fsm_edge *e = &machine->edges[i / 2];
        const char *named = i % 2 ? e->to : e->from;
        size_t k = 0;

        while (k < known && strcmp(states[k], named) != 0)
            k++;
        if (k == known)
            states[known++] = named;
    }
    return need_word(c, field, state, states);
}

int need_step(struct ctx *c, const struct fsm *machine, const char *from, const char *on,
              const char *field, const char **ret_to)
{
    const struct fsm_edge *edge = fsm_edge_for(machine, from, on);

    if (!edge)
        return refuse(c, reason_state_forbids, field, from, on, NULL);
    *ret_to = edge->to;
    return 0;
}

const struct calendar *service_calendar(const struct service *svc)
{
    return svc->calendar;
}

const struct clock *service_clock(const struct service *svc)
{
    return svc->clock;
}

const char *service_share(const struct service *svc)
{
    return *svc->set.share ? svc->set.share : place_shipped();
}

const char *service_city(const struct service *svc)
{
    return svc->set.city;
}

const char *service_archives(const struct service *svc)
{
    return svc->set.archive_folder;
}

const char *service_conninfo(const struct service *svc)
{
    return svc->conninfo;
}

const char *service_schema(const struct service *svc)
{
    return svc->schema;
}
