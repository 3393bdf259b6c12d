/* SPDX-License-Identifier: Apache-2.0 */
/* Asking the sources: bus.Fetch, for all subscriptions of a source that wait. */
#include "common/service/hear/hearer_pull.h"

#include <string.h>

#include "common/log/log.h"
#include "common/service/hear/hearer_apply.h"
#include "common/service/metrics_http.h"

#include "common/base/banned.h"

enum {
    FETCH_WAIT_MS = 5000,
    FETCH_DEADLINE_MS = 15000,
    MAX_PULLS = 4 /* of one source; then one for all supersedes them */
};

struct stand {
    int64_t position;
    const uint8_t *hash; /* of the seal over it; NULL: not known */
};

/* Behind what is asked for: where @sub stands, or will when what is being applied is. */
static struct stand stand_of(const struct subscription *sub)
{
    const struct apply *ap = &sub->apply;

    if (sub->state == SUB_APPLYING)
        return (struct stand){ap->events[ap->n_events - 1]->position,
                              ap->has_seal ? ap->sealed_hash : NULL};
    return (struct stand){sub->position,
                          sub->sealed && sub->position > 0 ? sub->sealed_hash : NULL};
}

/* Its events in @a, when they continue where @sub stands: positions without a gap, ids of the right size. */
static bool take_events(const struct subscription *sub, const Hp__FetchStream *in, struct arena *a,
                        struct apply *ap)
{
    int64_t position = stand_of(sub).position;

    ap->events = arena_new_array(a, Hp__Event *, in->n_events + 1);
    ap->n_events = in->n_events;
    for (size_t i = 0; i < in->n_events; i++) {
        Hp__Event *event = hp__event__unpack(
            arena_pb(a), in->events[i].len, arena_memdup(a, in->events[i].data, in->events[i].len));

        if (!event || event->position != position + 1 + (int64_t)i || event->event_id.len != 16 ||
            strcmp(event->district, sub->district) != 0)
            return false;
        ap->events[i] = event;
    }
    ap->has_seal = ap->n_events && in->upto && in->upto->hash.len == DIGEST_SIZE &&
                   in->upto->last >= ap->events[ap->n_events - 1]->position;
    if (ap->has_seal) {
        ap->sealed_last = in->upto->last;
        memcpy(ap->sealed_hash, in->upto->hash.data, DIGEST_SIZE);
    }
    return true;
}

static bool same_history(const struct subscription *sub, const Hp__FetchStream *in)
{
    struct stand stand = stand_of(sub);

    if (in->head < stand.position)
        return false;
    return !in->at || !stand.hash ||
           (in->at->hash.len == DIGEST_SIZE &&
            memcmp(in->at->hash.data, stand.hash, DIGEST_SIZE) == 0);
}

static void sub_refused(struct subscription *sub, const char *why)
{
    if (!sub->refused)
        log_line(LOG_WARN, "events cannot be fetched, trying again", "source", sub->source->name,
                 "district", sub->district, "why", why, NULL);
    sub->refused = true;
    sub_back_off(sub);
}

static void take_stream(struct subscription *sub, const Hp__FetchStream *in)
{
    struct apply ap = {.arena = NULL};

    if (in->code && in->has_kept) {
        sub_archived(sub, in->kept);
        return;
    }
    if (in->code) {
        sub_refused(sub, in->code);
        return;
    }
    sub->known_head = in->head;
    sub_gauge_lag(sub);
    if (!same_history(sub, in)) {
        sub_diverged(sub, in->head);
        return;
    }
    ap.arena = arena_new();
    if (!take_events(sub, in, ap.arena, &ap)) {
        arena_free(ap.arena);
        sub_refused(sub, "its stream does not continue where this service stands");
        return;
    }
    if (sub->refused)
        log_line(LOG_INFO, "events are fetched again", "source", sub->source->name, "district",
                 sub->district, NULL);
    sub->refused = false;
    if (!ap.n_events) {
        arena_free(ap.arena);
        sub->state = SUB_IDLE;
        return;
    }
    sub_apply(sub, &ap);
}

/* What comes behind that which is being applied. Anything but events that go on there is dropped: asked
 * for again in its turn, it is dealt with then. */
static void take_ahead(struct subscription *sub, const Hp__FetchStream *in)
{
    struct arena *a = arena_new();
    struct apply *ap = arena_new_one(a, struct apply);

    *ap = (struct apply){.arena = a};
    if (!in->code && same_history(sub, in) && take_events(sub, in, a, ap) && ap->n_events) {
        sub->known_head = in->head;
        sub->next = ap;
    } else {
        arena_free(a);
    }
}

/* Nothing was heard of the source. */
static void source_silent(struct source *source, const char *why)
{
    if (!source->away)
        log_line(LOG_WARN, "events cannot be fetched, trying again", "source", source->name, "why",
                 why, NULL);
    source->away = true;
    for (size_t i = 0; i < source->n; i++)
        frame_gauge_lag(source->name, source->subs[i].district, -1);
    source->backoff_ms = source->backoff_ms ? source->backoff_ms * 2 : BACKOFF_FIRST_MS;
    if (source->backoff_ms > BACKOFF_LAST_MS)
        source->backoff_ms = BACKOFF_LAST_MS;
    source->until_us = monotonic_now_us() + source->backoff_ms * 1000;
    hearers_look_soon(source->all, source->until_us);
}

static void source_heard(struct source *source)
{
    if (source->away)
        log_line(LOG_INFO, "events are fetched again", "source", source->name, NULL);
    if (source->away)
        for (size_t i = 0; i < source->n; i++)
            sub_gauge_lag(&source->subs[i]);
    source->away = false;
    source->backoff_ms = source->until_us = 0;
}

static const char *reply_fault(const struct source *source, const Hp__Reply *reply)
{
    const char *why = bus_client_error(source->all->svc->client, source->name);

    if (reply)
        return reply->code ? reply->code : "not available";
    return *why ? why : "no answer";
}

/* @pull is over: its subscriptions wait to be asked for again, but for those that are applying. */
static void take_back(const struct pull *pull)
{
    struct source *source = pull->source;

    for (size_t i = 0; i < source->n; i++)
        if (source->subs[i].pull == pull) {
            source->subs[i].pull = NULL;
            if (source->subs[i].state == SUB_PULLED)
                source->subs[i].state = source->subs[i].led ? SUB_IDLE : SUB_UNLED;
        }
}

/* What @pull asked @sub's source for. */
static void take_asked(struct subscription *sub, const Hp__FetchStream *in)
{
    sub->pull = NULL;
    if (sub->state == SUB_APPLYING) {
        take_ahead(sub, in);
        return;
    }
    sub->state = SUB_IDLE;
    if (!sub_stands_aside(sub))
        take_stream(sub, in);
}

static void on_pulled(const struct bus_answer *answer, void *arg)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct pull *pull = arg;
    struct source *source = pull->source;
    const Hp__Reply *reply = answer->reply;
    Hp__FetchReply *batch = NULL;

    source->n_pulls--;
    if (source->all->stopped) {
        take_back(pull);
        free(pull);
        return;
    }
    if (reply && reply->status == HP__REPLY__STATUS__DONE && reply->has_payload)
        batch = hp__fetch_reply__unpack(arena_pb(a), reply->payload.len, reply->payload.data);
    if (batch)
        source_heard(source);
    else
        source_silent(source, reply_fault(source, reply));
    for (size_t i = 0; batch && i < batch->n_streams; i++) {
        struct subscription *sub = sub_of(source, batch->streams[i]->district);

        /* one that another pull asks for by now is told again */
        if (sub && sub->pull == pull)
            take_asked(sub, batch->streams[i]);
    }
    take_back(pull);
    free(pull);
    source_pump(source);
}

static void add_from(struct arena *a, Hp__Fetch *fetch, struct subscription *sub)
{
    Hp__FetchFrom *from = arena_new_one(a, Hp__FetchFrom);
    struct stand stand = stand_of(sub);

    hp__fetch_from__init(from);
    from->district = (char *)sub->district;
    from->after = stand.position;
    from->has_sealed_hash = stand.hash != NULL;
    if (from->has_sealed_hash)
        from->sealed_hash = (ProtobufCBinaryData){DIGEST_SIZE, (uint8_t *)stand.hash};
    fetch->from[fetch->n_from++] = from;
}

/* To be asked for, or for what is known to come behind what is being applied. */
static bool waits(const struct subscription *sub)
{
    if (sub->state == SUB_APPLYING)
        return sub->led && !sub->doubted && !sub->asked_ahead && sub->apply.n_events &&
               sub->known_head > stand_of(sub).position && sub->source->n_pulls < MAX_PULLS;
    return sub->state == SUB_IDLE;
}

static bool joins(const struct subscription *sub, bool every)
{
    return every ? sub->state == SUB_IDLE || sub->state == SUB_PULLED : waits(sub);
}

/* All that wait (or, with @every, are idle or asked for) at the instance where the first of them is to be asked; their number. */
static size_t gather(struct source *source, bool every, struct pull *pull, struct arena *a,
                     Hp__Fetch *fetch)
{
    struct bus_client *client = source->all->svc->client;
    const char *where = NULL;

    fetch->from = arena_new_array(a, Hp__FetchFrom *, source->n);
    for (size_t i = 0; i < source->n; i++) {
        struct subscription *sub = &source->subs[i];

        if (!joins(sub, every))
            continue;
        if (!where)
            where = arena_strdup(a, bus_client_endpoint(client, source->name, sub->district));
        else if (strcmp(where, bus_client_endpoint(client, source->name, sub->district)) != 0)
            continue;
        add_from(a, fetch, sub);
        if (sub->state == SUB_APPLYING)
            sub->asked_ahead = true;
        else
            sub->state = SUB_PULLED;
        sub->pull = pull;
    }
    return fetch->n_from;
}

static bool send_pull(struct source *source, bool every)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct hearers *all = source->all;
    Hp__Fetch fetch = HP__FETCH__INIT;
    struct pull *pull = calloc(1, sizeof(*pull));
    const char *why;

    CHECK(pull);
    pull->source = source;
    if (gather(source, every, pull, a, &fetch) == 0) {
        free(pull);
        return false;
    }
    fetch.has_max = fetch.has_wait_ms = fetch.has_hearer = fetch.has_supersede = true;
    fetch.max = source->fetch_max;
    fetch.wait_ms = FETCH_WAIT_MS;
    fetch.hearer =
        (ProtobufCBinaryData){sizeof(all->svc->instance.bytes), all->svc->instance.bytes};
    fetch.supersede = every;
    source->n_pulls++;
    if (bus_call_waiting(
            all->svc->client, source->name,
            bus_envelope(a, "bus.Fetch", fetch.from[0]->district, &fetch.base, FETCH_DEADLINE_MS),
            on_pulled, pull) == 0)
        return true;
    why = bus_client_error(all->svc->client, source->name);
    source->n_pulls--;
    take_back(pull);
    free(pull);
    source_silent(source, *why ? why : "too many questions are open");
    return false;
}

/* Ask for all that wait; when too many questions are open, for those too, and end them. */
void source_pump(struct source *source)
{
    bool every = source->n_pulls >= MAX_PULLS, any = false;

    if (source->all->stopped || source->until_us > monotonic_now_us())
        return;
    for (size_t i = 0; i < source->n && !any; i++)
        any = joins(&source->subs[i], false) && (!every || source->subs[i].state == SUB_IDLE);
    /* one question an instance of the source; the second time round only those that are elsewhere are left */
    while (any && send_pull(source, every))
        every = false;
}
