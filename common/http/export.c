/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/export.h"

#include <string.h>

#include "common/base/banned.h"

enum { QUEUE = 256 * 1024 };

struct piece {
    struct piece *next;
    size_t size;
    char data[];
};

struct http_export {
    struct http_export_spec spec;
    struct http_stream *stream; /* NULL once it is closed */
    uv_async_t wake;
    uv_mutex_t lock; /* of what a producer's put sees: */
    struct piece *first, **end;
    size_t queued;
    bool is_gone;
    bool is_producing; /* between fill and its answer */
    bool is_ended;     /* nothing more comes */
    enum http_end how;
};

static void pieces_free(struct http_export *x)
{
    while (x->first) {
        struct piece *p = x->first;

        x->first = p->next;
        free(p);
    }
    x->end = &x->first;
    x->queued = 0;
}

static void wake_closed(uv_handle_t *handle)
{
    struct http_export *x = container_of((uv_async_t *)handle, struct http_export, wake);

    if (x->spec.closed)
        x->spec.closed(x, x->how, x->spec.arg);
    pieces_free(x);
    uv_mutex_destroy(&x->lock);
    free(x);
}

/* Only when nobody produces any more may the memory go. */
static void close_if_over(struct http_export *x)
{
    if (!x->stream && !x->is_producing && !uv_is_closing((uv_handle_t *)&x->wake))
        uv_close((uv_handle_t *)&x->wake, wake_closed);
}

static void on_closed(struct http_stream *s, enum http_end how, void *arg)
{
    struct http_export *x = arg;

    (void)s;
    uv_mutex_lock(&x->lock);
    x->is_gone = true;
    pieces_free(x);
    uv_mutex_unlock(&x->lock);
    x->stream = NULL;
    x->how = how;
    close_if_over(x);
}

static struct piece *peek(struct http_export *x)
{
    struct piece *p;

    uv_mutex_lock(&x->lock);
    p = x->first; /* only this thread takes from the front */
    uv_mutex_unlock(&x->lock);
    return p;
}

static void pop(struct http_export *x)
{
    struct piece *p;

    uv_mutex_lock(&x->lock);
    p = x->first;
    x->first = p->next;
    if (!x->first)
        x->end = &x->first;
    x->queued -= p->size;
    uv_mutex_unlock(&x->lock);
    free(p);
}

/* Hand on what the stream takes. 0: all of it. */
static int pass_on(struct http_export *x)
{
    int r = http_stream_write(x->stream, NULL, 0); /* nobody may want any, as with HEAD */
    struct piece *p;

    while (!r && (p = peek(x))) {
        r = http_stream_write(x->stream, p->data, p->size);
        if (!r)
            pop(x);
    }
    return r;
}

static bool has_room(struct http_export *x)
{
    bool room;

    uv_mutex_lock(&x->lock);
    room = x->queued <= x->spec.queue / 2;
    uv_mutex_unlock(&x->lock);
    return room;
}

static void go_on(struct http_export *x)
{
    int r;

    if (!x->stream)
        return;
    r = pass_on(x);
    if (r == HTTP_E_GONE)
        return; /* closed follows */
    if (!r && x->is_ended)
        http_stream_end(x->stream);
    if (x->is_producing || x->is_ended || !has_room(x))
        return;
    x->is_producing = true;
    x->spec.fill(x, x->spec.arg);
}

static void on_writable(struct http_stream *s, void *arg)
{
    (void)s;
    go_on(arg);
}

static void on_wake(uv_async_t *wake)
{
    go_on(container_of(wake, struct http_export, wake));
}

int http_export_begin(struct http_request *req, int status, const char *content_type,
                      const struct http_export_spec *spec, struct http_export **ret_x)
{
    struct http_export *x = calloc(1, sizeof(*x));
    const struct http_stream_spec stream = {
        .stall_s = spec->stall_s, .writable = on_writable, .closed = on_closed, .arg = x};
    int r;

    if (!x)
        abort(); /* out of memory */
    x->spec = *spec;
    if (!x->spec.queue)
        x->spec.queue = QUEUE;
    x->end = &x->first;
    r = http_begin(req, status, content_type, &stream, &x->stream);
    if (r) {
        free(x);
        return r;
    }
    CHECK(uv_mutex_init(&x->lock) == 0);
    CHECK(uv_async_init(http_stream_loop(x->stream), &x->wake, on_wake) == 0);
    uv_async_send(&x->wake);
    *ret_x = x;
    return 0;
}

int http_export_put(struct http_export *x, const void *data, size_t size)
{
    struct piece *p = malloc(sizeof(*p) + size);
    int r = 0;

    if (!p)
        abort(); /* out of memory */
    p->next = NULL;
    p->size = size;
    if (size)
        memcpy(p->data, data, size);
    uv_mutex_lock(&x->lock);
    if (x->is_gone)
        r = HTTP_E_GONE;
    else if (x->queued && x->queued + size > x->spec.queue)
        r = HTTP_E_FULL;
    if (!r) {
        *x->end = p;
        x->end = &p->next;
        x->queued += size;
    }
    uv_mutex_unlock(&x->lock);
    if (r)
        free(p);
    else
        uv_async_send(&x->wake);
    return r;
}

static void answer(struct http_export *x)
{
    CHECK(x->is_producing);
    x->is_producing = false;
    if (x->stream)
        uv_async_send(&x->wake);
    else
        close_if_over(x);
}

void http_export_wait(struct http_export *x)
{
    answer(x);
}

void http_export_end(struct http_export *x)
{
    x->is_ended = true;
    answer(x);
}

void http_export_abort(struct http_export *x)
{
    x->is_ended = true;
    if (x->stream)
        http_stream_abort(x->stream);
    answer(x);
}
