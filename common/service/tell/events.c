/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/tell/events.h"

#include <errno.h>
#include <string.h>

#include "common/base/banned.h"

static int take(struct arena *a, const Hp__FetchStream *in, const char *district, int64_t after,
                struct events *ret)
{
    *ret = (struct events){.head = in->head, .at = in->at, .upto = in->upto};
    ret->list = arena_new_array(a, Hp__Event *, in->n_events + 1);
    for (size_t i = 0; i < in->n_events; i++) {
        Hp__Event *event = hp__event__unpack(arena_pb(a), in->events[i].len, in->events[i].data);

        if (!event || event->position != after + 1 + (int64_t)i ||
            strcmp(event->district, district) != 0)
            return err_raise(-EBADMSG);
        ret->list[ret->n++] = event;
    }
    return 0;
}

int events_fetch(struct bus_link *link, struct arena *a, const char *source, const char *district,
                 int64_t after, int32_t max, int32_t wait_ms, int64_t patience_ms,
                 struct events *ret_events, struct errtext *e)
{
    Hp__FetchFrom from = HP__FETCH_FROM__INIT, *list[] = {&from};
    Hp__Fetch fetch = HP__FETCH__INIT;
    Hp__FetchReply *batch = NULL;
    Hp__Reply *reply;
    int r;

    from.district = (char *)district;
    from.after = after;
    fetch.n_from = 1;
    fetch.from = list;
    fetch.has_max = max > 0;
    fetch.max = max;
    fetch.has_wait_ms = true;
    fetch.wait_ms = wait_ms;
    r = bus_ask(link, a, source,
                bus_envelope(a, "bus.Fetch", district, &fetch.base, wait_ms + patience_ms), &reply);
    if (r < 0)
        return err_pass(r);
    if (r || reply->status != HP__REPLY__STATUS__DONE) {
        errtext_set(e, "%s does not tell its events in %s: %s", source, district,
                    r             ? "no answer"
                    : reply->code ? reply->code
                                  : "not available");
        return EVENTS_E_UNAVAILABLE;
    }
    batch = hp__fetch_reply__unpack(arena_pb(a), reply->payload.len, reply->payload.data);
    if (!batch)
        return err_raise(-EBADMSG);
    *ret_events = (struct events){.head = after};
    if (batch->n_streams == 0)
        return 0; /* nothing behind it within the time */
    if (batch->streams[0]->has_kept) {
        errtext_set(e, "the events of %s in %s up to position %lld were archived", source, district,
                    (long long)batch->streams[0]->kept);
        return EVENTS_E_ARCHIVED;
    }
    if (batch->streams[0]->code) {
        errtext_set(e, "%s does not tell its events in %s: %s", source, district,
                    batch->streams[0]->code);
        return EVENTS_E_UNAVAILABLE;
    }
    return take(a, batch->streams[0], district, after, ret_events);
}
