/* SPDX-License-Identifier: Apache-2.0 */
/* Behind all hints stands this poll: what another instance appended is found, and what is there no more. */
#include "common/service/tell/stream_poll.h"

#include <string.h>

#include "common/log/log.h"
#include "common/service/tell/fetch_park.h"
#include "common/service/metrics_http.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum { POLL_MS = 5000 };

static bool is_same(const struct tail_seal *a, const struct tail_seal *b)
{
    return a->last == b->last && memcmp(a->hash, b->hash, DIGEST_SIZE) == 0;
}

/* What the database says of a head; @known: where it was in memory before the database was asked. */
void stream_take_head(struct streams *s, struct stream *stream, int64_t known, int64_t head,
                      const struct tail_seal *seal)
{
    int64_t now = tail_head(&stream->tail);

    if (head < known && now == known) {
        log_line(LOG_ERROR, "the database has lost the end of a stream", "district",
                 stream->district, NULL);
        tail_reset(&stream->tail, head, seal);
        stream_wake(s, stream);
    } else if (head > now) {
        tail_reset(&stream->tail, head, seal);
        frame_gauge_head(stream->district, head);
        stream_wake_soon(s, stream);
    } else if (head == now && !is_same(tail_seal_at(&stream->tail, head), seal)) {
        if (tail_seal_at(&stream->tail, head)->last >= 0)
            log_line(LOG_ERROR, "the end of a stream is another one now", "district",
                     stream->district, NULL);
        tail_reset(&stream->tail, head, seal);
        stream_wake(s, stream);
    }
}

static void poll_run(struct job *job, void *worker)
{
    struct streams *s = container_of(job, struct streams, poll_job);
    struct pg *pg = worker_pg(worker, 0);
    struct rows *rows;
    struct tx *tx;

    s->poll_rows = NULL;
    if (!pg)
        return;
    tx = tx_begin(pg, TX_READ_ONLY, s->poll_arena);
    if (sql_query(tx, &sql_frame_heads, &rows,
                  TA((const char *const *)s->svc->districts, s->svc->n_districts)) == 0)
        s->poll_rows = rows;
    tx_rollback(tx);
}

struct tail_seal stream_head_seal(const struct rows *rows, size_t i)
{
    struct tail_seal seal = {.last = rows_i64(rows, i, "stream_seq")};
    struct bytes hash = rows_bytes(rows, i, "stream_hash");

    CHECK(hash.size == DIGEST_SIZE); /* the table's own constraint */
    memcpy(seal.hash, hash.data, DIGEST_SIZE);
    return seal;
}

static void poll_done(struct job *job)
{
    struct streams *s = container_of(job, struct streams, poll_job);

    s->polling = false;
    for (size_t i = 0; s->poll_rows && !s->stopped && i < rows_count(s->poll_rows); i++) {
        struct stream *stream = stream_of(s, rows_text(s->poll_rows, i, "district"));
        struct tail_seal seal = stream_head_seal(s->poll_rows, i);

        if (stream)
            stream_take_head(s, stream, stream->poll_head, seal.last, &seal);
    }
    arena_free(TAKE(s->poll_arena));
    if (!s->stopped && s->parked)
        streams_poll_later(s);
}

static void on_poll(uv_timer_t *timer)
{
    struct streams *s = timer->data;

    if (s->polling || s->stopped)
        return;
    s->polling = true;
    s->poll_arena = arena_new();
    for (size_t i = 0; i < s->n; i++)
        s->list[i].poll_head = tail_head(&s->list[i].tail);
    s->poll_job = (struct job){.run = poll_run, .done = poll_done};
    workers_submit_own(s->svc->readers, &s->poll_job);
}

void streams_poll_later(struct streams *s)
{
    if (!uv_is_active((uv_handle_t *)&s->poll))
        uv_timer_start(&s->poll, on_poll, POLL_MS, 0);
}
