/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/feed/page.h"

#include <string.h>

#include "common/base/clock.h"
#include "services/gateway/edge/actor.h"

#include "common/base/banned.h"

/* Events that nobody may see are passed over, but not for ever in one page. */
enum { MAX_ROUNDS = 20, FETCH_MIN = 50, FETCH_MAX = 500 };

/* What one service told. */
struct told {
    Hp__Event **events; /* behind the cursor, without a gap */
    size_t n, taken;
    int64_t head;
};

struct reading {
    struct arena *a; /* of this */
    struct arena
        *round; /* of what is asked and told in a round; one that showed something is the last */
    struct page_spec spec;
    struct cursor asked, at;
    struct told told[CHANGE_SOURCES];
    int n_waiting, n_unknown, n_rounds;
    int64_t until_us;
    struct page page;
    const struct change **changes;
    page_fn *fn;
    void *arg;
};

/* One service's part of a round. */
struct asking {
    struct reading *reading;
    int source;
};

static void ask_all(struct reading *r);

static void finish(struct reading *r)
{
    r->page.changes = r->changes;
    r->page.next = r->page.outcome == PAGE_READ ? r->at : r->asked;
    r->fn(&r->page, r->arg);
    arena_free(r->round);
    arena_free(r->a);
}

static void fail(struct reading *r, enum page_outcome outcome)
{
    /* the gravest stays: an order to begin anew is said even if another service is away */
    if (outcome > r->page.outcome)
        r->page.outcome = outcome;
}

/* ---- what was told becomes changes ---- */

static const Hp__Event *first_of(const struct told *told)
{
    return told->taken < told->n ? told->events[told->taken] : NULL;
}

/* The service whose next event comes first; -1: nothing is left, or what comes next was not fetched. */
static int next_source(const struct reading *r)
{
    int best = -1;

    for (int i = 0; i < CHANGE_SOURCES; i++) {
        const Hp__Event *event = first_of(&r->told[i]);

        if (!event && r->at.at[i] < r->told[i].head)
            return -1;
        if (event && (best < 0 || event->at < first_of(&r->told[best])->at))
            best = i;
    }
    return best;
}

static bool is_behind(const struct reading *r)
{
    for (int i = 0; i < CHANGE_SOURCES; i++)
        if (r->at.at[i] < r->told[i].head)
            return true;
    return false;
}

static void take(struct reading *r)
{
    int source;

    while (r->page.n < r->spec.limit && (source = next_source(r)) >= 0) {
        const Hp__Event *event = first_of(&r->told[source]);
        struct change *change = change_of(r->round, change_sources[source], event);

        r->told[source].taken++;
        r->at.at[source] = event->position;
        if (change && change_shown(change, r->spec.reader))
            r->changes[r->page.n++] = change;
    }
    r->page.more = is_behind(r);
}

static void round_over(struct reading *r)
{
    if (r->n_unknown == CHANGE_SOURCES)
        fail(r, PAGE_UNKNOWN);
    if (r->page.outcome == PAGE_READ && !r->asked.now)
        take(r);
    if (r->page.outcome == PAGE_READ && r->page.more && !r->page.n && ++r->n_rounds < MAX_ROUNDS &&
        monotonic_now_us() < r->until_us)
        ask_all(r);
    else
        finish(r);
}

/* ---- asking ---- */

static void take_events(struct reading *r, int source, const Hp__FetchStream *in)
{
    struct told *told = &r->told[source];

    told->events = arena_new_array(r->round, Hp__Event *, in->n_events + 1);
    for (size_t i = 0; i < in->n_events; i++) {
        Hp__Event *event =
            hp__event__unpack(arena_pb(r->round), in->events[i].len, in->events[i].data);

        if (!event || event->position != r->at.at[source] + 1 + (int64_t)i) {
            fail(r, PAGE_AWAY);
            return;
        }
        told->events[told->n++] = event;
    }
}

static void take_stream(struct reading *r, int source, const Hp__FetchStream *in)
{
    bool archived = in->code && in->has_kept;

    r->told[source].head = in->head;
    if (r->asked.now && (archived || !in->code))
        r->at.at[source] = in->head;
    else if (archived)
        fail(r, PAGE_ARCHIVED);
    else if (in->code)
        r->n_unknown++;
    else if (in->head < r->at.at[source])
        fail(r, PAGE_AHEAD);
    else
        take_events(r, source, in);
}

static void on_events(const struct bus_answer *answer, void *arg)
{
    struct asking *asking = arg;
    struct reading *r = asking->reading;
    const Hp__Reply *reply = answer->reply;
    Hp__FetchReply *in = NULL;

    if (reply && reply->status == HP__REPLY__STATUS__DONE && reply->has_payload)
        in = hp__fetch_reply__unpack(arena_pb(answer->arena), reply->payload.len,
                                     reply->payload.data);
    if (!in)
        fail(r, PAGE_AWAY);
    else if (in->n_streams)
        take_stream(r, asking->source, in->streams[0]);
    else
        r->told[asking->source].head = r->at.at[asking->source];
    if (--r->n_waiting == 0)
        round_over(r);
}

static void ask(struct reading *r, int source)
{
    struct asking *asking = arena_new_one(r->round, struct asking);
    Hp__FetchFrom from = HP__FETCH_FROM__INIT, *list[] = {&from};
    Hp__Fetch fetch = HP__FETCH__INIT;
    int64_t left_ms = (r->until_us - monotonic_now_us()) / 1000;
    size_t max = r->spec.limit < FETCH_MIN ? FETCH_MIN : r->spec.limit;

    *asking = (struct asking){r, source};
    from.district = (char *)r->spec.district;
    from.after = r->at.at[source];
    fetch.n_from = 1;
    fetch.from = list;
    fetch.has_max = fetch.has_wait_ms = true;
    fetch.max = r->asked.now ? 1 : max > FETCH_MAX ? FETCH_MAX : (int32_t)max;
    fetch.wait_ms = 0;
    if (bus_call(r->spec.client, change_sources[source],
                 bus_envelope(r->round, "bus.Fetch", r->spec.district, &fetch.base,
                              left_ms > 1 ? left_ms : 1),
                 on_events, asking)) {
        fail(r, PAGE_AWAY);
        r->n_waiting--;
    }
}

static void ask_all(struct reading *r)
{
    arena_reset(r->round);
    memset(r->told, 0, sizeof(r->told));
    r->changes = arena_new_array(r->round, const struct change *, r->spec.limit);
    r->n_unknown = 0;
    r->n_waiting = CHANGE_SOURCES;
    for (int i = 0; i < CHANGE_SOURCES; i++)
        ask(r, i);
    if (r->n_waiting == 0)
        round_over(r); /* nobody can be asked */
}

void page_read(const struct page_spec *spec, page_fn *fn, void *arg)
{
    struct arena *a = arena_new();
    struct reading *r = arena_new_one(a, struct reading);

    r->a = a;
    r->round = arena_new();
    r->spec = *spec;
    r->spec.district = arena_strdup(a, spec->district);
    r->spec.reader = spec->reader ? actor_copy(a, spec->reader) : NULL;
    r->asked = r->at = *spec->after;
    r->at.now = false;
    r->until_us = monotonic_now_us() + spec->timeout_ms * 1000;
    r->fn = fn;
    r->arg = arg;
    ask_all(r);
}
