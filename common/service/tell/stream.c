/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event streams of this service, told to who asks: bus.Fetch names districts with positions and is
 * answered at once if there is anything behind one of them, else parked until there is.
 *
 * What this process appended itself is told from memory (tail.c). The database is asked for what is
 * older, and whenever memory and the asker disagree: the other may know of commits of another
 * instance, or history may have changed. A slow poll finds both when nobody asks.
 */
#include "common/service/tell/stream.h"

#include <errno.h>
#include <string.h>

#include "common/service/tell/fetch.h"
#include "common/service/tell/fetch_park.h"
#include "common/service/metrics_http.h"
#include "common/service/tell/stream_poll.h"

#include "common/base/banned.h"

struct stream *stream_of(const struct streams *s, const char *district)
{
    size_t i = service_place(s->svc, district);

    return i < s->n ? &s->list[i] : NULL;
}

/* ---- what moves a stream ---- */

static const struct tail_seal unknown_seal = {.last = -1};

/* Whether what is in memory is the history that @m goes on with. */
static bool goes_on(const struct tail *tail, const struct moved *m)
{
    const struct tail_seal *seal;

    if (m->stream_from != tail_head(tail))
        return false; /* another instance's events lie between */
    seal = tail_seal_at(tail, m->stream_from);
    return seal->last < 0 || advance_follows(seal->hash, m->stream_root, m->stream_from,
                                             m->stream_seq, m->stream_hash);
}

void streams_moved(struct service *svc, struct moved *m)
{
    struct stream *stream = stream_of(svc->streams, m->district);

    if (!stream)
        return;
    if (m->stream_seq <= tail_head(&stream->tail)) {
        /* said late, by another lane; or the end was lost and is written anew: memory is not trusted any more */
        tail_reset(&stream->tail, tail_head(&stream->tail), &unknown_seal);
        return;
    }
    if (!goes_on(&stream->tail, m))
        tail_reset(&stream->tail, m->stream_from, &unknown_seal);
    tail_add(&stream->tail, m);
    stream_note_gap(stream, m->stream_seq - m->stream_from);
    frame_gauge_head(stream->district, m->stream_seq);
    stream_wake_soon(svc->streams, stream);
}

void streams_told(struct service *svc, const char *district, int64_t position)
{
    struct stream *stream = stream_of(svc->streams, district);

    if (!stream || position <= tail_head(&stream->tail))
        return;
    tail_reset(&stream->tail, position, &unknown_seal);
    frame_gauge_head(stream->district, position);
    stream_wake_soon(svc->streams, stream);
}

/* ---- from start to stop ---- */

int streams_new(struct service *svc)
{
    struct streams *s = calloc(1, sizeof(*s));

    if (!s)
        return err_raise(-ENOMEM);
    svc->streams = s;
    s->svc = svc;
    s->n = svc->n_districts;
    s->list = calloc(s->n, sizeof(*s->list));
    if (!s->list)
        return err_raise(-ENOMEM);
    for (size_t i = 0; i < s->n; i++) {
        s->list[i].district = svc->districts[i];
        s->list[i].gap_us = LONGEST_GAP_US;
    }
    uv_timer_init(&svc->loop, &s->timer);
    uv_timer_init(&svc->loop, &s->linger);
    uv_timer_init(&svc->loop, &s->poll);
    s->timer.data = s->linger.data = s->poll.data = s;
    return 0;
}

int streams_prepare(struct service *svc, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(svc->first_pg, TX_READ_ONLY, a);
    struct rows *rows;
    int r = sql_query(tx, &sql_frame_heads, &rows,
                      TA((const char *const *)svc->districts, svc->n_districts));

    svc->latest_at = INSTANT_NONE;
    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        struct stream *stream = stream_of(svc->streams, rows_text(rows, i, "district"));
        struct tail_seal seal = stream_head_seal(rows, i);

        tail_reset(&stream->tail, seal.last, &seal);
        frame_gauge_head(stream->district, seal.last);
        if (rows_at(rows, i, "at") > svc->latest_at)
            svc->latest_at = rows_at(rows, i, "at");
    }
    clock_floor(svc->clock, svc->latest_at);
    if (r)
        errtext_set(e, "the heads cannot be read: %s", tx_error(tx)->text);
    tx_rollback(tx);
    return err_fold(r);
}

void streams_stop(struct service *svc)
{
    struct streams *s = svc->streams;

    s->stopped = true;
    fetch_on_tick(&s->timer);
    uv_close((uv_handle_t *)&s->timer, NULL);
    uv_close((uv_handle_t *)&s->linger, NULL);
    uv_close((uv_handle_t *)&s->poll, NULL);
}

void streams_free(struct service *svc)
{
    struct streams *s = svc->streams;

    if (!s)
        return;
    for (size_t i = 0; s->list && i < s->n; i++)
        tail_release(&s->list[i].tail);
    free(s->list);
    free(TAKE(svc->streams));
}
