/* SPDX-License-Identifier: Apache-2.0 */
/* How far the source is by now, of subscriptions that stand still: asked, but nothing is fetched. */
#include "common/service/hear/hearer_measure.h"

#include "common/service/metrics_http.h"

#include "common/base/banned.h"

static void on_measured(const struct bus_answer *answer, void *arg)
{
    struct subscription *sub = arg;
    const Hp__Reply *reply = answer->reply;
    Hp__FetchReply *batch = NULL;

    sub->measuring = false;
    if (sub->source->all->stopped || sub->state != SUB_STOPPED)
        return;
    if (reply && reply->status == HP__REPLY__STATUS__DONE && reply->has_payload)
        batch = hp__fetch_reply__unpack(arena_pb(answer->arena), reply->payload.len,
                                        reply->payload.data);
    if (!batch || batch->n_streams != 1 || batch->streams[0]->code) {
        frame_gauge_lag(sub->source->name, sub->district, -1);
        return;
    }
    sub->known_head = batch->streams[0]->head;
    sub_gauge_lag(sub);
}

/* Beyond any head: answered at once with where the head is, and no events. */
static void measure_one(struct subscription *sub)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__FetchFrom from = HP__FETCH_FROM__INIT, *list[] = {&from};
    Hp__Fetch fetch = HP__FETCH__INIT;

    from.district = (char *)sub->district;
    from.after = INT64_MAX;
    fetch.from = list;
    fetch.n_from = 1;
    fetch.has_wait_ms = true;
    fetch.wait_ms = 0;
    sub->measuring =
        bus_call(sub->source->all->svc->client, sub->source->name,
                 bus_envelope(a, "bus.Fetch", sub->district, &fetch.base, STOPPED_LOOK_MS),
                 on_measured, sub) == 0;
}

void source_measure(struct source *source)
{
    for (size_t i = 0; i < source->n; i++) {
        struct subscription *sub = &source->subs[i];

        if (sub->state != SUB_STOPPED || !sub->to_measure || sub->measuring)
            continue;
        sub->to_measure = false;
        measure_one(sub);
    }
}
