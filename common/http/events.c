/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/events.h"

#include <string.h>

#include "common/base/banned.h"

enum { HEARTBEAT_S = 15, RETRY_MS = 3000 };

struct http_events {
    struct http_events_spec spec;
    struct http_stream *stream; /* NULL once it is closed */
    uv_timer_t heartbeat;
};

static bool is_clean(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return false;
    return true;
}

const char *http_last_event_id(struct http_request *req)
{
    const char *id = http_header(req, "Last-Event-ID");

    if (!id)
        id = http_query(req, "last_event_id");
    return id && is_clean(id) ? id : NULL;
}

/* --- the form --- */

static bool is_one_line(const char *text)
{
    return !text[strcspn(text, "\r\n")];
}

static void add_data(struct str *out, const char *data)
{
    for (;;) {
        size_t size = strcspn(data, "\r\n");

        str_add(out, "data: ");
        str_add_bytes(out, data, size);
        str_add_char(out, '\n');
        data += size;
        if (!*data)
            return;
        data += data[0] == '\r' && data[1] == '\n' ? 2 : 1;
    }
}

int http_event_format(struct str *out, const char *id, const char *event, const char *data)
{
    if ((id && !is_one_line(id)) || (event && (!*event || !is_one_line(event))))
        return HTTP_E_EVENT;
    if (id)
        str_printf(out, "id: %s\n", id);
    if (event)
        str_printf(out, "event: %s\n", event);
    add_data(out, data);
    str_add_char(out, '\n');
    return 0;
}

/* --- a listener --- */

static void heartbeat_closed(uv_handle_t *handle)
{
    free(container_of((uv_timer_t *)handle, struct http_events, heartbeat));
}

static void on_closed(struct http_stream *s, enum http_end how, void *arg)
{
    struct http_events *es = arg;

    (void)s;
    es->stream = NULL;
    if (es->spec.closed)
        es->spec.closed(es, how, es->spec.arg);
    uv_close((uv_handle_t *)&es->heartbeat, heartbeat_closed);
}

static void on_writable(struct http_stream *s, void *arg)
{
    struct http_events *es = arg;

    (void)s;
    if (es->spec.writable)
        es->spec.writable(es, es->spec.arg);
}

int http_events_offer(struct http_events *es, const char *text, size_t size)
{
    int r = http_stream_write(es->stream, text, size);

    if (r == HTTP_E_GONE)
        uv_timer_stop(&es->heartbeat);
    else if (r == 0)
        uv_timer_again(&es->heartbeat);
    return r;
}

int http_events_send_text(struct http_events *es, const char *text, size_t size)
{
    int r = http_events_offer(es, text, size);

    if (r != HTTP_E_FULL)
        return r;
    http_stream_drop(es->stream);
    uv_timer_stop(&es->heartbeat);
    return HTTP_E_GONE;
}

static void on_heartbeat(uv_timer_t *timer)
{
    struct http_events *es = container_of(timer, struct http_events, heartbeat);
    int r = http_events_send_text(es, ":\n\n", 3);

    (void)r; /* closed follows */
}

int http_events_send(struct http_events *es, const char *id, const char *event, const char *data)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    int r = http_event_format(&text, id, event, data);

    return r ? r : http_events_send_text(es, text.text, text.size);
}

int http_events_begin(struct http_request *req, const struct http_events_spec *spec,
                      struct http_events **ret_es)
{
    struct http_events *es = calloc(1, sizeof(*es));
    const struct http_stream_spec stream = {.backlog = spec->backlog,
                                            .stall_s = spec->stall_s,
                                            .endless = true,
                                            .writable = on_writable,
                                            .closed = on_closed,
                                            .arg = es};
    uint64_t ms = (uint64_t)(spec->heartbeat_s ? spec->heartbeat_s : HEARTBEAT_S) * 1000;
    char retry[32];
    int size, r;

    if (!es)
        abort(); /* out of memory */
    es->spec = *spec;
    http_add_header(req, "Cache-Control", "no-store");
    http_add_header(req, "X-Accel-Buffering", "no");
    r = http_begin(req, 200, "text/event-stream", &stream, &es->stream);
    if (r) {
        free(es);
        return r;
    }
    CHECK(uv_timer_init(http_stream_loop(es->stream), &es->heartbeat) == 0);
    uv_timer_start(&es->heartbeat, on_heartbeat, ms, ms);
    size =
        snprintf(retry, sizeof(retry), "retry: %d\n\n", spec->retry_ms ? spec->retry_ms : RETRY_MS);
    r = http_events_send_text(es, retry, (size_t)size); /* a HEAD is over before it begins */
    *ret_es = es;
    return 0;
}

void http_events_end(struct http_events *es)
{
    http_stream_end(es->stream);
}
