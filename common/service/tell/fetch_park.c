/* SPDX-License-Identifier: Apache-2.0 */
/* Fetches that found nothing wait here, each with all its streams. */
#include "common/service/tell/fetch_park.h"

#include "common/service/inbox.h"
#include "common/service/metrics_http.h"
#include "common/service/tell/stream_poll.h"

#include "common/base/banned.h"

enum {
    MAX_PARKED = 4096,
    /* Under load, when events of a stream come this often, several commits are told together. */
    LOADED_GAP_US = 2000
};

static void unlink_waiter(struct from *from)
{
    struct waiter *w = &from->waiter;

    if (!w->fetch)
        return;
    if (w->prev)
        w->prev->next = w->next;
    else
        from->stream->waiters = w->next;
    if (w->next)
        w->next->prev = w->prev;
    *w = (struct waiter){0};
}

void fetch_unpark(struct streams *s, struct fetch *f)
{
    for (size_t i = 0; i < f->n; i++)
        unlink_waiter(&f->from[i]);
    if (f->prev)
        f->prev->next = f->next;
    else
        s->parked = f->next;
    if (f->next)
        f->next->prev = f->prev;
    f->prev = f->next = NULL;
    f->parked = false;
    s->n_parked--;
}

static void park_arm(struct streams *s, int64_t until_us)
{
    int64_t ms = (until_us - monotonic_now_us()) / 1000 + 1;

    if (uv_is_active((uv_handle_t *)&s->timer) && (int64_t)uv_timer_get_due_in(&s->timer) <= ms)
        return;
    uv_timer_start(&s->timer, fetch_on_tick, (uint64_t)(ms > 0 ? ms : 0), 0);
}

void fetch_park(struct streams *s, struct fetch *f)
{
    if (s->n_parked >= MAX_PARKED) {
        task_status(f->task, HP__REPLY__STATUS__BUSY);
        task_answer(f->task);
        return;
    }
    for (size_t i = 0; i < f->n; i++) {
        struct from *from = &f->from[i];

        if (!from->stream)
            continue;
        from->waiter = (struct waiter){.fetch = f, .next = from->stream->waiters};
        if (from->waiter.next)
            from->waiter.next->prev = &from->waiter;
        from->stream->waiters = &from->waiter;
    }
    f->next = s->parked;
    if (f->next)
        f->next->prev = f;
    s->parked = f;
    f->parked = true;
    s->n_parked++;
    park_arm(s, f->task->until_us);
    streams_poll_later(s);
}

/* Those whose time is over, empty. */
void fetch_on_tick(uv_timer_t *timer)
{
    struct streams *s = timer->data;
    int64_t now = monotonic_now_us(), next = INT64_MAX;
    struct fetch *f = s->parked, *later;

    for (; f; f = later) {
        later = f->next;
        if (f->task->until_us > now && !s->stopped) {
            next = f->task->until_us < next ? f->task->until_us : next;
            continue;
        }
        fetch_unpark(s, f);
        fetch_answer(f);
    }
    if (next != INT64_MAX)
        park_arm(s, next);
}

/* Who waits for @stream looks again. */
void stream_wake(struct streams *s, struct stream *stream)
{
    struct fetch *list = NULL, *f;

    stream->dirty = false;
    stream->woke_us = monotonic_now_us();
    /* first out, then looked at: one that finds nothing parks here again */
    while (stream->waiters) {
        f = stream->waiters->fetch;
        struct from *from = container_of(stream->waiters, struct from, waiter);

        from->checked = from->nothing = false;
        fetch_unpark(s, f);
        f->next = list;
        list = f;
    }
    while ((f = list)) {
        list = f->next;
        f->next = NULL;
        fetch_look(f);
    }
}

static void on_linger(uv_timer_t *timer)
{
    struct streams *s = timer->data;

    for (size_t i = 0; i < s->n; i++)
        if (s->list[i].dirty)
            stream_wake(s, &s->list[i]);
}

bool stream_lingers(const struct streams *s, const struct stream *stream)
{
    return stream->gap_us < LOADED_GAP_US && !s->stopped &&
           monotonic_now_us() - stream->woke_us < LINGER_MS * 1000;
}

void stream_note_gap(struct stream *stream, int64_t n)
{
    int64_t now = monotonic_now_us(), gap = now - stream->moved_us;

    stream->moved_us = now;
    if (gap > LONGEST_GAP_US)
        gap = LONGEST_GAP_US;
    stream->gap_us += (gap / n - stream->gap_us) / 8;
}

void stream_wake_later(struct streams *s, struct stream *stream)
{
    stream->dirty = true;
    if (uv_is_active((uv_handle_t *)&s->linger))
        return;
    frame_count_linger();
    uv_timer_start(&s->linger, on_linger, LINGER_MS, 0);
}

/* At once, or under load a little later. */
void stream_wake_soon(struct streams *s, struct stream *stream)
{
    if (stream->waiters && stream_lingers(s, stream))
        stream_wake_later(s, stream);
    else if (stream->waiters)
        stream_wake(s, stream);
}
