/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/stream.h"

#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/http/streams.h"
#include "common/metrics/metrics.h"

#include "common/base/banned.h"

enum { LINGER_MS = 2000, HANDLES = 2 };

struct http_stream {
    struct http_streams *hub;
    struct http_stream *next, **at;             /* of those open */
    struct http_stream *next_dirty, **dirty_at; /* of those dirty; dirty_at is NULL if it is not */
    struct http_stream_spec spec;
    uv_poll_t poll;
    uv_timer_t timer;
    int fd;
    int n_handles;
    struct str out; /* for the kernel, from @taken on */
    size_t taken;
    uint64_t progress_ms; /* blocked: when the kernel last took something */
    uint64_t linger_ms;   /* lingering: until when */
    enum http_end how;
    bool chunked;
    bool is_blocked;   /* the kernel takes no more; poll tells */
    bool wants_room;   /* HTTP_E_FULL was said */
    bool is_ended;     /* takes nothing more */
    bool is_lingering; /* all is sent; waits for the client to close */
    bool is_half;      /* the client closed its sending side */
};

static struct metric *open_streams, *slow_clients;

static const char *kind_of(const struct http_stream *s)
{
    return s->spec.endless ? "events" : "answer";
}

/* --- the end --- */

static void undirty(struct http_stream *s)
{
    if (!s->dirty_at)
        return;
    *s->dirty_at = s->next_dirty;
    if (s->next_dirty)
        s->next_dirty->dirty_at = s->dirty_at;
    s->dirty_at = NULL;
}

static void handle_closed(struct http_stream *s)
{
    struct http_streams *hub = s->hub;

    if (--s->n_handles)
        return;
    *s->at = s->next;
    if (s->next)
        s->next->at = s->at;
    metric_add(open_streams, kind_of(s), -1);
    if (s->spec.closed)
        s->spec.closed(s, s->how, s->spec.arg);
    free(s);
    if (--hub->n == 0)
        httpd_streams_empty(hub);
}

static void poll_closed(uv_handle_t *handle)
{
    handle_closed(container_of((uv_poll_t *)handle, struct http_stream, poll));
}

static void timer_closed(uv_handle_t *handle)
{
    handle_closed(container_of((uv_timer_t *)handle, struct http_stream, timer));
}

static bool is_over(const struct http_stream *s)
{
    return s->n_handles != 0;
}

static void finish(struct http_stream *s, enum http_end how)
{
    if (is_over(s))
        return;
    s->how = how;
    s->is_ended = true;
    s->n_handles = HANDLES;
    undirty(s);
    uv_close((uv_handle_t *)&s->poll, poll_closed);
    uv_close((uv_handle_t *)&s->timer, timer_closed);
    close(s->fd);
    str_release(&s->out);
    s->taken = 0;
}

/* Without lingering close() sends a reset, no orderly end: a body up to the connection's end would
 * look whole. */
static void cut(struct http_stream *s, enum http_end how)
{
    const struct linger none = {.l_onoff = 1};

    if (is_over(s))
        return;
    (void)setsockopt(s->fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    finish(s, how);
}

static void stalled(struct http_stream *s, const char *why)
{
    if (is_over(s))
        return;
    metric_add(slow_clients, why, 1);
    cut(s, HTTP_STALLED);
}

/* The kernel gave the connection up with @error. */
static void failed(struct http_stream *s, int error)
{
    if (error == ETIMEDOUT)
        stalled(s, "stalled");
    else
        cut(s, HTTP_LOST);
}

/* --- time --- */

static void on_timer(uv_timer_t *timer);

/* The next instant something must be looked at. Progress does not move it: on_timer looks anew. */
static void arm(struct http_stream *s)
{
    uint64_t now = uv_now(s->hub->loop), due = UINT64_MAX;

    if (s->is_lingering)
        due = s->linger_ms;
    else if (s->is_blocked)
        due = s->progress_ms + (uint64_t)s->spec.stall_s * 1000;
    if (s->hub->patience_ms && s->hub->patience_ms < due)
        due = s->hub->patience_ms;
    if (due == UINT64_MAX)
        uv_timer_stop(&s->timer);
    else
        uv_timer_start(&s->timer, on_timer, due > now ? due - now : 0, 0);
}

static void on_timer(uv_timer_t *timer)
{
    struct http_stream *s = container_of(timer, struct http_stream, timer);
    uint64_t now = uv_now(s->hub->loop);

    if (s->is_lingering && now >= s->linger_ms)
        finish(s, HTTP_SENT);
    else if (s->hub->patience_ms && now >= s->hub->patience_ms)
        cut(s, HTTP_CUT);
    else if (s->is_blocked && now >= s->progress_ms + (uint64_t)s->spec.stall_s * 1000)
        stalled(s, "stalled");
    else
        arm(s);
}

/* --- sending --- */

static void on_poll(uv_poll_t *handle, int status, int events);

static void watch(struct http_stream *s)
{
    int events = s->is_half ? 0 : UV_DISCONNECT;

    if (s->is_lingering)
        events = UV_READABLE;
    else if (s->is_blocked)
        events |= UV_WRITABLE;
    if (events)
        CHECK(uv_poll_start(&s->poll, events, on_poll) == 0);
    else
        uv_poll_stop(&s->poll);
}

/* Closing while the client's bytes lie unread would reset the connection and could take the end of
 * the answer from it: say that this was all, and read up to the client's own end, or for a while. */
static void linger(struct http_stream *s)
{
    s->is_lingering = true;
    s->linger_ms = uv_now(s->hub->loop) + LINGER_MS;
    shutdown(s->fd, SHUT_WR);
    watch(s);
    arm(s);
}

static void drain_client(struct http_stream *s)
{
    char unwanted[4096];
    ssize_t n = recv(s->fd, unwanted, sizeof(unwanted), MSG_DONTWAIT);

    if (n == 0)
        finish(s, HTTP_SENT);
    else if (n < 0 && errno != EAGAIN && errno != EINTR)
        failed(s, errno);
}

static void set_blocked(struct http_stream *s, bool blocked)
{
    if (blocked == s->is_blocked)
        return;
    s->is_blocked = blocked;
    watch(s);
    if (blocked) {
        s->progress_ms = uv_now(s->hub->loop);
        arm(s);
    }
}

/* Whether the connection is still good. */
static bool send_some(struct http_stream *s)
{
    while (s->taken < s->out.size) {
        ssize_t n = send(s->fd, s->out.text + s->taken, s->out.size - s->taken,
                         MSG_DONTWAIT | MSG_NOSIGNAL);

        if (n < 0 && errno == EINTR)
            continue;
        if (n < 0 && errno == EAGAIN)
            return set_blocked(s, true), true;
        if (n < 0)
            return failed(s, errno), false;
        s->taken += (size_t)n;
        s->progress_ms = uv_now(s->hub->loop);
    }
    str_release(&s->out);
    s->taken = 0;
    set_blocked(s, false);
    return true;
}

static void flush(struct http_stream *s)
{
    if (!send_some(s))
        return;
    if (s->is_ended && !http_stream_backlog(s)) {
        linger(s);
        return;
    }
    if (!s->wants_room || s->is_ended || http_stream_backlog(s) > s->spec.backlog / 2)
        return;
    s->wants_room = false;
    if (s->spec.writable)
        s->spec.writable(s, s->spec.arg);
}

/* What becomes dirty meanwhile is for the next turn: a quick client with a quick source holds nobody
 * up. */
static void on_flush(uv_idle_t *idle)
{
    struct http_streams *hub = container_of(idle, struct http_streams, flush);
    struct http_stream *list = hub->dirty, *s;

    hub->dirty = NULL;
    if (list)
        list->dirty_at = &list;
    while ((s = list)) {
        undirty(s);
        flush(s);
    }
    if (!hub->dirty)
        uv_idle_stop(idle);
}

static void set_dirty(struct http_stream *s)
{
    struct http_streams *hub = s->hub;

    if (s->dirty_at || s->is_blocked)
        return;
    s->next_dirty = hub->dirty;
    s->dirty_at = &hub->dirty;
    if (s->next_dirty)
        s->next_dirty->dirty_at = &s->next_dirty;
    hub->dirty = s;
    uv_idle_start(&hub->flush, on_flush);
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    struct http_stream *s = container_of(handle, struct http_stream, poll);
    int error = 0;
    socklen_t size = sizeof(error);

    if (status < 0) {
        (void)getsockopt(s->fd, SOL_SOCKET, SO_ERROR, &error, &size);
        failed(s, error);
    } else if (s->is_lingering) {
        drain_client(s);
    } else if ((events & UV_DISCONNECT) && s->spec.endless) {
        cut(s, HTTP_LOST);
    } else {
        if (events & UV_DISCONNECT) {
            s->is_half = true;
            watch(s);
        }
        if (events & UV_WRITABLE)
            flush(s);
    }
}

/* --- beginning --- */

struct http_stream *http_stream_new(struct http_streams *hub, int fd,
                                    const struct http_stream_spec *spec)
{
    struct http_stream *s = calloc(1, sizeof(*s));

    if (!s)
        abort(); /* out of memory */
    s->hub = hub;
    s->fd = fd;
    s->out = STR_INIT;
    s->spec = *spec;
    CHECK(uv_poll_init(hub->loop, &s->poll, fd) == 0);
    CHECK(uv_timer_init(hub->loop, &s->timer) == 0);
    s->next = hub->open;
    s->at = &hub->open;
    if (s->next)
        s->next->at = &s->next;
    hub->open = s;
    hub->n++;
    metric_add(open_streams, kind_of(s), 1);
    return s;
}

void http_stream_start(struct http_stream *s, const struct str *head, bool chunked, bool has_body)
{
    str_add_bytes(&s->out, head->text, head->size);
    s->chunked = chunked;
    s->is_ended = !has_body;
    watch(s);
    set_dirty(s);
}

int http_stream_write(struct http_stream *s, const void *data, size_t size)
{
    size_t waits = http_stream_backlog(s);

    if (s->is_ended)
        return HTTP_E_GONE;
    if (!size)
        return 0; /* an empty chunk would be the end */
    if (waits && waits + size > s->spec.backlog) {
        s->wants_room = true;
        return HTTP_E_FULL;
    }
    if (s->taken > s->out.size / 2) {
        memmove(s->out.text, s->out.text + s->taken, waits);
        s->out.size = waits;
        s->taken = 0;
    }
    if (s->chunked)
        str_printf(&s->out, "%zx\r\n", size);
    str_add_bytes(&s->out, data, size);
    if (s->chunked)
        str_add(&s->out, "\r\n");
    set_dirty(s);
    return 0;
}

void http_stream_end(struct http_stream *s)
{
    if (s->is_ended)
        return;
    s->is_ended = true;
    if (s->chunked)
        str_add(&s->out, "0\r\n\r\n");
    set_dirty(s);
}

void http_stream_abort(struct http_stream *s)
{
    cut(s, HTTP_CUT);
}

void http_stream_drop(struct http_stream *s)
{
    stalled(s, "backlog");
}

size_t http_stream_backlog(const struct http_stream *s)
{
    return s->out.size - s->taken;
}

uv_loop_t *http_stream_loop(const struct http_stream *s)
{
    return s->hub->loop;
}

/* --- all of them --- */

void http_streams_init(struct http_streams *hub, uv_loop_t *loop, int max)
{
    hub->loop = loop;
    hub->max = max;
    CHECK(uv_idle_init(loop, &hub->flush) == 0);
    open_streams = metric_register(METRIC_GAUGE, "hongping_http_streams", "kind",
                                   "Answers that are written piece by piece, open now");
    slow_clients = metric_register(METRIC_COUNTER, "hongping_http_slow_clients_total", "why",
                                   "Streams cut because their client was too slow");
}

void http_streams_close(struct http_streams *hub, uint64_t ms)
{
    hub->patience_ms = uv_now(hub->loop) + ms;
    for (struct http_stream *s = hub->open; s; s = s->next) {
        if (is_over(s))
            continue;
        if (s->spec.endless)
            http_stream_end(s);
        arm(s);
    }
}
