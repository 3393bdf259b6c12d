/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/feed/live.h"

#include <string.h>

#include "common/http/events.h"
#include "common/json/pbjson.h"
#include "services/gateway/edge/actor.h"
#include "services/gateway/edge/answer.h"
#include "services/gateway/edge/door.h"
#include "services/gateway/feed/changes.h"
#include "services/gateway/feed/hub.h"

#include "common/base/banned.h"

enum { PAGE_CHANGES = 200 };

struct listener {
    struct edge *edge;      /* while es is */
    struct http_events *es; /* NULL: the client has gone */
    struct arena *a;        /* of the actor */
    Hp__Actor *actor;
    char district[16];
    char token_sha256[SHA256_HEX];
    struct cursor at,
        said; /* passed; and the last the client knows: at first none, not even the beginning */
    struct watching watching;
    struct str text; /* of a page the client has no room for yet */
    uv_timer_t check;
    bool reads, looks; /* a page, a look at the session is under way */
    bool is_check_closed;
};

static void read_on(struct listener *l);

/* ---- the end ---- */

static void free_when_over(struct listener *l)
{
    if (l->es || l->reads || l->looks || !l->is_check_closed)
        return;
    str_release(&l->text);
    arena_free(l->a);
    free(l);
}

static void on_check_closed(uv_handle_t *handle)
{
    struct listener *l = handle->data;

    l->is_check_closed = true;
    free_when_over(l);
}

static void on_closed(struct http_events *es, enum http_end how, void *arg)
{
    struct listener *l = arg;

    (void)es;
    (void)how;
    hub_leave(&l->watching);
    l->es = NULL;
    uv_close((uv_handle_t *)&l->check, on_check_closed);
}

/* ---- saying ---- */

static bool is_unsaid(const struct listener *l)
{
    return memcmp(l->at.at, l->said.at, sizeof(l->at.at)) != 0;
}

static void add_event(struct listener *l, struct str *out, const struct change *change)
{
    CLEANUP(str_release) struct str json = STR_INIT;
    char id[CURSOR_TEXT];
    int r;

    pbjson_write(&json, &change->said.base);
    r = http_event_format(out, cursor_format(&l->at, id), NULL, json.text);
    CHECK(r == 0); /* neither has a line break */
    l->said = l->at;
}

/* The id alone: the client keeps it and hears of no event. */
static void add_id(struct listener *l, struct str *out)
{
    char id[CURSOR_TEXT];

    str_printf(out, "id: %s\n\n", cursor_format(&l->at, id));
    l->said = l->at;
}

static void say(struct listener *l, const struct str *text)
{
    int r = http_events_send_text(l->es, text->text, text->size);

    if (r)
        hub_leave(&l->watching); /* closed follows */
}

static void on_told(struct watching *w, int source, int64_t position, const struct change *change)
{
    struct listener *l = container_of(w, struct listener, watching);
    CLEANUP(str_release) struct str text = STR_INIT;

    if (position <= l->at.at[source])
        return;
    l->at.at[source] = position;
    if (!change || !change_shown(change, l->actor))
        return;
    add_event(l, &text, change);
    say(l, &text);
}

/* The client comes back by itself and is told why it cannot go on from there. */
static void on_broken(struct watching *w)
{
    struct listener *l = container_of(w, struct listener, watching);

    http_events_end(l->es);
}

/* ---- catching up ---- */

static void go_on(struct listener *l)
{
    if (!hub_join(l->edge->hubs, l->district, &l->at, &l->watching))
        read_on(l);
}

/* Hand out the page; when it is taken, what follows. */
static void offer(struct listener *l)
{
    int r = l->text.size ? http_events_offer(l->es, l->text.text, l->text.size) : 0;

    if (r == HTTP_E_FULL || r == HTTP_E_GONE)
        return;
    str_release(&l->text);
    go_on(l);
}

static void on_writable(struct http_events *es, void *arg)
{
    struct listener *l = arg;

    (void)es;
    if (l->text.size)
        offer(l);
}

static void take_page(struct listener *l, const struct page *page)
{
    for (size_t i = 0; i < page->n; i++) {
        const struct change *change = page->changes[i];

        l->at.at[change_source(change->said.source)] = change->said.position;
        add_event(l, &l->text, change);
    }
    l->at = page->next;
    if (is_unsaid(l))
        add_id(l, &l->text);
    offer(l);
}

static void on_page(const struct page *page, void *arg)
{
    struct listener *l = arg;

    l->reads = false;
    if (!l->es)
        free_when_over(l);
    else if (page->outcome == PAGE_READ)
        take_page(l, page);
    else
        http_events_end(l->es);
}

static void read_on(struct listener *l)
{
    const struct page_spec spec = {
        .client = service_client(l->edge->svc),
        .district = l->district,
        .after = &l->at,
        .reader = l->actor,
        .limit = PAGE_CHANGES,
        .timeout_ms = CALL_TIMEOUT_MS,
    };

    l->reads = true;
    page_read(&spec, on_page, l);
}

/* ---- whether he may still ---- */

static void on_look(enum door_look look, const Hp__Actor *actor, void *arg)
{
    struct listener *l = arg;

    l->looks = false;
    if (!l->es) {
        free_when_over(l);
        return;
    }
    if (look == DOOR_CLOSED)
        http_events_end(l->es);
    if (look != DOOR_OPEN)
        return;
    arena_reset(l->a);
    l->actor = actor_copy(l->a, actor);
}

/* Also the time to say how far he is, where all that happened was not for him. */
static void on_check(uv_timer_t *timer)
{
    struct listener *l = timer->data;
    CLEANUP(str_release) struct str text = STR_INIT;

    if (l->watching.hub && is_unsaid(l)) {
        add_id(l, &text);
        say(l, &text);
    }
    if (!l->looks)
        l->looks = door_look_again(l->edge->door, l->token_sha256, on_look, l) == 0;
}

/* ---- the beginning ---- */

static struct listener *listener_new(struct call *call)
{
    struct listener *l = calloc(1, sizeof(*l));
    uint64_t ms = (uint64_t)call->edge->g->live_check_ms;

    CHECK(l);
    l->edge = call->edge;
    l->a = arena_new();
    l->actor = actor_copy(l->a, call->visitor->actor);
    l->text = STR_INIT;
    memset(l->said.at, -1, sizeof(l->said.at));
    l->watching.told = on_told;
    l->watching.broken = on_broken;
    snprintf(l->district, sizeof(l->district), "%s", call->match.district);
    memcpy(l->token_sha256, call->visitor->token_sha256, SHA256_HEX);
    CHECK(uv_timer_init(service_loop(call->edge->svc), &l->check) == 0);
    l->check.data = l;
    uv_timer_start(&l->check, on_check, ms, ms);
    return l;
}

static void on_first_page(const struct page *page, void *arg)
{
    struct call *call = arg;
    struct listener *l;
    int r;

    if (!changes_read(call, page))
        return;
    l = listener_new(call);
    call_finish(call, 200);
    r = http_events_begin(
        call->req,
        &(struct http_events_spec){.closed = on_closed, .writable = on_writable, .arg = l}, &l->es);
    if (r)
        uv_close((uv_handle_t *)&l->check, on_check_closed);
    else
        take_page(l, page);
}

void live_go(struct call *call)
{
    const Gateway__WatchChanges *m = (const Gateway__WatchChanges *)call->message;
    const char *from = http_last_event_id(call->req);
    struct cursor after;
    struct page_spec spec = {
        .client = service_client(call->edge->svc),
        .district = call->match.district,
        .after = &after,
        .reader = call->visitor ? call->visitor->actor : NULL,
        .limit = PAGE_CHANGES,
        .timeout_ms = CALL_TIMEOUT_MS,
    };

    if (!from || !*from)
        from = m->after ? m->after : "now";
    if (changes_cursor(call, from, &after) == 0)
        page_read(&spec, on_first_page, call);
}
