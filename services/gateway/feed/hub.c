/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/feed/hub.h"

#include <string.h>

#include "common/log/log.h"
#include "services/gateway/feed/change.h"

#include "common/base/banned.h"

enum { WAIT_MS = 5000, DEADLINE_MS = 15000, AGAIN_MS = 1000 };

/* One service's stream, followed. */
struct following {
    struct hub *hub;
    int source;
    bool is_asked; /* an answer is due */
    bool is_away;  /* the last one was none */
};

struct hub {
    struct hubs *hubs;
    struct hub *next;
    char district[16];
    struct cursor at; /* told up to here */
    struct following streams[CHANGE_SOURCES];
    struct watching *watching;
    struct watching *later; /* while events are told: who comes next */
};

struct hubs {
    struct bus_client *client;
    uv_timer_t again;
    struct hub *list;
    int n_asked; /* answers due */
    bool closing, is_timer_closed;
};

static void follow(struct following *f);

/* ---- the end ---- */

static void free_when_over(struct hubs *hubs)
{
    struct hub *hub, *next;

    if (!hubs->is_timer_closed || hubs->n_asked)
        return;
    for (hub = hubs->list; hub; hub = next) {
        next = hub->next;
        free(hub);
    }
    free(hubs);
}

static void on_timer_closed(uv_handle_t *handle)
{
    struct hubs *hubs = handle->data;

    hubs->is_timer_closed = true;
    free_when_over(hubs);
}

void hubs_close(struct hubs *hubs)
{
    hubs->closing = true;
    uv_close((uv_handle_t *)&hubs->again, on_timer_closed);
}

/* ---- coming and going ---- */

static void insert(struct hub *hub, struct watching *w)
{
    w->hub = hub;
    w->next = hub->watching;
    w->at = &hub->watching;
    if (w->next)
        w->next->at = &w->next;
    hub->watching = w;
}

void hub_leave(struct watching *w)
{
    if (!w->hub)
        return;
    if (w->hub->later == w)
        w->hub->later = w->next;
    *w->at = w->next;
    if (w->next)
        w->next->at = w->at;
    w->hub = NULL;
}

static struct hub *hub_of(struct hubs *hubs, const char *district)
{
    struct hub *hub;

    for (hub = hubs->list; hub; hub = hub->next)
        if (strcmp(hub->district, district) == 0)
            return hub;
    hub = calloc(1, sizeof(*hub));
    CHECK(hub && strlen(district) < sizeof(hub->district));
    hub->hubs = hubs;
    snprintf(hub->district, sizeof(hub->district), "%s", district);
    for (int i = 0; i < CHANGE_SOURCES; i++)
        hub->streams[i] = (struct following){.hub = hub, .source = i};
    hub->next = hubs->list;
    hubs->list = hub;
    return hub;
}

bool hub_join(struct hubs *hubs, const char *district, const struct cursor *cursor,
              struct watching *w)
{
    struct hub *hub = hub_of(hubs, district);

    /* at rest nobody needs what it passed; an answer under way counts from where it was asked, though */
    for (int i = 0; i < CHANGE_SOURCES && !hub->watching; i++)
        if (!hub->streams[i].is_asked)
            hub->at.at[i] = cursor->at[i];
    if (!cursor_reaches(cursor, &hub->at))
        return false;
    insert(hub, w);
    for (int i = 0; i < CHANGE_SOURCES; i++)
        if (!hub->streams[i].is_asked && !hub->streams[i].is_away)
            follow(&hub->streams[i]);
    return true;
}

/* ---- telling ---- */

static void tell(struct hub *hub, int source, const Hp__Event *event)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct change *change = change_of(a, change_sources[source], event);
    struct watching *w;

    hub->at.at[source] = event->position;
    for (w = hub->watching; w; w = hub->later) {
        hub->later = w->next;
        w->told(w, source, event->position, change);
    }
    hub->later = NULL;
}

static void break_off(struct hub *hub, int source, const char *why)
{
    log_line(LOG_WARN, "changes cannot be followed where they were left", "district", hub->district,
             "source", change_sources[source], "why", why, NULL);
    while (hub->watching) {
        struct watching *w = hub->watching;

        hub_leave(w);
        w->broken(w);
    }
}

static void take(struct hub *hub, int source, const Hp__FetchStream *in)
{
    if (in->code) {
        break_off(hub, source, in->code);
        return;
    }
    if (in->head < hub->at.at[source]) {
        break_off(hub, source, "the stream ends before");
        return;
    }
    for (size_t i = 0; i < in->n_events; i++) {
        CLEANUP(arena_free) struct arena *a = arena_new();
        Hp__Event *event = hp__event__unpack(arena_pb(a), in->events[i].len, in->events[i].data);

        if (!event || event->position != hub->at.at[source] + 1) {
            break_off(hub, source, "an event is missing");
            return;
        }
        tell(hub, source, event);
    }
}

/* ---- asking ---- */

static void on_again(uv_timer_t *timer)
{
    struct hubs *hubs = timer->data;

    for (struct hub *hub = hubs->list; hub; hub = hub->next)
        for (int i = 0; i < CHANGE_SOURCES; i++)
            if (hub->streams[i].is_away) {
                hub->streams[i].is_away = false;
                if (hub->watching)
                    follow(&hub->streams[i]);
            }
}

static void try_again(struct following *f)
{
    f->is_away = true;
    if (!uv_is_active((uv_handle_t *)&f->hub->hubs->again))
        uv_timer_start(&f->hub->hubs->again, on_again, AGAIN_MS, 0);
}

static void on_events(const struct bus_answer *answer, void *arg)
{
    struct following *f = arg;
    struct hub *hub = f->hub;
    const Hp__Reply *reply = answer->reply;
    Hp__FetchReply *in = NULL;

    f->is_asked = false;
    hub->hubs->n_asked--;
    if (hub->hubs->closing) {
        free_when_over(hub->hubs);
        return;
    }
    if (!hub->watching)
        return; /* what is told now nobody has asked for: the next one to come begins anew */
    if (reply && reply->status == HP__REPLY__STATUS__DONE && reply->has_payload)
        in = hp__fetch_reply__unpack(arena_pb(answer->arena), reply->payload.len,
                                     reply->payload.data);
    if (!in) {
        try_again(f);
        return;
    }
    if (in->n_streams)
        take(hub, f->source, in->streams[0]);
    if (hub->watching)
        follow(f);
}

static void follow(struct following *f)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct hub *hub = f->hub;
    Hp__FetchFrom from = HP__FETCH_FROM__INIT, *list[] = {&from};
    Hp__Fetch fetch = HP__FETCH__INIT;

    from.district = hub->district;
    from.after = hub->at.at[f->source];
    fetch.n_from = 1;
    fetch.from = list;
    fetch.has_wait_ms = true;
    fetch.wait_ms = WAIT_MS;
    if (bus_call_waiting(hub->hubs->client, change_sources[f->source],
                         bus_envelope(a, "bus.Fetch", hub->district, &fetch.base, DEADLINE_MS),
                         on_events, f)) {
        try_again(f);
        return;
    }
    f->is_asked = true;
    hub->hubs->n_asked++;
}

struct hubs *hubs_new(uv_loop_t *loop, struct bus_client *client)
{
    struct hubs *hubs = calloc(1, sizeof(*hubs));

    CHECK(hubs);
    hubs->client = client;
    CHECK(uv_timer_init(loop, &hubs->again) == 0);
    hubs->again.data = hubs;
    return hubs;
}
