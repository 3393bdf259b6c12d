/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Reading the event streams: bus.Fetch is answered at once or parked until the stream moves.
 *
 * No wake-up is lost: a read says where the head was, and before it parks that is compared with the
 * highest position heard of since (from commits of this process, from other instances' notices,
 * from other reads).
 */
#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/frame.h"
#include "common/base/banned.h"

enum {
    MAX_PARKED = 4096,
    MAX_EVENTS = 1000,
    MAX_BYTES = 4 * 1024 * 1024,
    MAX_WAIT_MS = 60000,
    MAX_READS = 4
};

const struct ledger frame_stream = {"stream", &sql_frame_stream_append, &sql_frame_stream_chain};
const struct ledger frame_log = {"log", &sql_frame_log_append, &sql_frame_log_chain};

struct stream {
    const char *district;
    int64_t head;
    struct task *parked;
};

struct streams {
    struct service *svc;
    struct stream *list;
    size_t n;
    int n_parked;
    uv_timer_t timer;
    bool stopped;
};

static struct stream *stream_of(struct streams *s, const char *district)
{
    for (size_t i = 0; i < s->n; i++)
        if (strcmp(s->list[i].district, district) == 0)
            return &s->list[i];
    return NULL;
}

static const Hp__Fetch *fetch_of(const struct task *t)
{
    return t->request;
}

/* ---- on a worker ---- */

static ProtobufCBinaryData id_bytes(struct arena *a, const char *text)
{
    struct uuid *id = arena_new_one(a, struct uuid);

    CHECK(uuid_parse(text, id) == 0); /* of a uuid column */
    return (ProtobufCBinaryData){sizeof(id->bytes), id->bytes};
}

static Hp__Event *event_of(struct arena *a, const struct rows *rows, size_t i, const char *district)
{
    Hp__Event *event = arena_new_one(a, Hp__Event);
    struct bytes payload = rows_bytes(rows, i, "payload");

    hp__event__init(event);
    event->event_id = id_bytes(a, rows_text(rows, i, "event_id"));
    event->type = (char *)rows_text(rows, i, "type");
    event->district = (char *)district;
    event->position = rows_i64(rows, i, "seq");
    event->at = rows_at(rows, i, "at");
    event->has_cause_id = true;
    event->cause_id = id_bytes(a, rows_text(rows, i, "cause_id"));
    event->trace_id = (char *)rows_text(rows, i, "trace_id");
    event->account = (char *)rows_text(rows, i, "account");
    event->payload = (ProtobufCBinaryData){payload.size, (uint8_t *)payload.data};
    return event;
}

static void fill_batch(struct task *t, const struct rows *rows)
{
    Hp__FetchReply reply = HP__FETCH_REPLY__INIT;
    size_t n = rows_count(rows), bytes = 0;

    reply.head = t->target = rows_i64(rows, 0, "head");
    reply.events = arena_new_array(t->arena, Hp__Event *, n);
    for (size_t i = 0; i < n && bytes < MAX_BYTES && !rows_null(rows, i, "seq"); i++) {
        reply.events[i] = event_of(t->arena, rows, i, fetch_of(t)->district);
        bytes += reply.events[i]->payload.len;
        reply.n_events++;
    }
    task_done(t, reply.n_events ? &reply.base : NULL, "bus.FetchReply");
}

static void fetch_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    struct pg *pg = worker_pg(worker, 0);
    const Hp__Fetch *fetch = fetch_of(t);
    int64_t max = fetch->max > 0 && fetch->max < MAX_EVENTS ? fetch->max : MAX_EVENTS;
    struct rows *rows;
    struct tx *tx;
    int r;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg)
        return;
    tx = tx_begin(pg, TX_READ_ONLY, t->arena);
    r = sql_query(tx, &sql_frame_stream_after, &rows, T(fetch->district), I(fetch->after), I(max));
    if (r == 0)
        fill_batch(t, rows);
    else if (r != TX_E_LOST)
        log_line(LOG_ERROR, "stream cannot be read", "district", fetch->district, "error",
                 tx_error(tx)->text, NULL);
    tx_rollback(tx);
}

/* ---- on the loop ---- */

static void answer_empty(struct streams *s, struct task *t)
{
    Hp__FetchReply reply = HP__FETCH_REPLY__INIT;
    struct stream *stream = stream_of(s, fetch_of(t)->district);

    reply.head = stream->head;
    task_done(t, &reply.base, "bus.FetchReply");
    task_answer(t);
}

static void fetch_done(struct job *job);

static void read_again(struct task *t)
{
    t->n_reads++;
    task_work(t, fetch_run, fetch_done);
}

static void on_tick(uv_timer_t *timer);

static void arm(struct streams *s, int64_t until_us)
{
    int64_t ms = (until_us - monotonic_now_us()) / 1000 + 1;

    if (uv_is_active((uv_handle_t *)&s->timer) && (int64_t)uv_timer_get_due_in(&s->timer) <= ms)
        return;
    uv_timer_start(&s->timer, on_tick, (uint64_t)(ms > 0 ? ms : 0), 0);
}

static void on_tick(uv_timer_t *timer)
{
    struct streams *s = timer->data;
    int64_t now = monotonic_now_us(), next = INT64_MAX;

    for (size_t i = 0; i < s->n; i++)
        for (struct task **at = &s->list[i].parked; *at;) {
            struct task *t = *at;

            if (t->until_us > now && !s->stopped) {
                next = t->until_us < next ? t->until_us : next;
                at = &t->parked_next;
                continue;
            }
            *at = t->parked_next;
            s->n_parked--;
            /* the slow poll: another instance's notice may have been lost */
            if (!s->stopped && t->n_reads < MAX_READS && fetch_of(t)->wait_ms >= 1000) {
                t->n_reads = MAX_READS;
                task_work(t, fetch_run, fetch_done);
            } else {
                answer_empty(s, t);
            }
        }
    if (next != INT64_MAX)
        arm(s, next);
}

static void park(struct streams *s, struct stream *stream, struct task *t)
{
    if (s->n_parked >= MAX_PARKED) {
        task_status(t, HP__REPLY__STATUS__BUSY);
        task_answer(t);
        return;
    }
    s->n_parked++;
    t->parked_next = stream->parked;
    stream->parked = t;
    arm(s, t->until_us);
}

static void fetch_done(struct job *job)
{
    struct task *t = container_of(job, struct task, job);
    struct streams *s = t->svc->streams;
    struct stream *stream = stream_of(s, fetch_of(t)->district);

    if (t->reply.status != HP__REPLY__STATUS__DONE || t->reply.has_payload) {
        task_answer(t);
        return;
    }
    if (t->target > stream->head)
        streams_moved(t->svc, stream->district, t->target);
    if (s->stopped || monotonic_now_us() >= t->until_us)
        answer_empty(s, t);
    else if (stream->head > t->target && t->n_reads < MAX_READS)
        read_again(t);
    else
        park(s, stream, t);
}

void streams_fetch(struct task *t)
{
    const Hp__Fetch *fetch = fetch_of(t);
    int64_t wait_us = fetch->wait_ms > 0 ? (int64_t)fetch->wait_ms * 1000 : 0;
    int64_t left_us = task_left_us(t, MAX_WAIT_MS);

    if (!stream_of(t->svc->streams, fetch->district)) {
        task_refuse(t, reason_district_unknown, "district", fetch->district, NULL);
        task_answer(t);
        return;
    }
    if (wait_us > left_us)
        wait_us = left_us;
    if (wait_us > MAX_WAIT_MS * 1000)
        wait_us = MAX_WAIT_MS * 1000;
    t->until_us = monotonic_now_us() + wait_us;
    task_work(t, fetch_run, fetch_done);
}

void streams_moved(struct service *svc, const char *district, int64_t position)
{
    struct stream *stream = stream_of(svc->streams, district);
    struct task *list;

    if (!stream || position <= stream->head)
        return;
    stream->head = position;
    frame_gauge_head(stream->district, position);
    list = TAKE(stream->parked);
    while (list) {
        struct task *t = list;

        list = t->parked_next;
        svc->streams->n_parked--;
        t->n_reads = 0;
        read_again(t);
    }
}

int streams_new(struct service *svc)
{
    struct streams *s = calloc(1, sizeof(*s));

    if (!s)
        return err_raise(-ENOMEM);
    s->svc = svc;
    s->list = calloc(svc->n_districts, sizeof(*s->list));
    if (!s->list) {
        free(s);
        return err_raise(-ENOMEM);
    }
    s->n = svc->n_districts;
    for (size_t i = 0; i < s->n; i++)
        s->list[i].district = svc->districts[i];
    uv_timer_init(&svc->loop, &s->timer);
    s->timer.data = s;
    svc->streams = s;
    return 0;
}

void streams_stop(struct service *svc)
{
    struct streams *s = svc->streams;

    s->stopped = true;
    on_tick(&s->timer);
    uv_close((uv_handle_t *)&s->timer, NULL);
}

void streams_free(struct service *svc)
{
    if (!svc->streams)
        return;
    free(svc->streams->list);
    free(svc->streams);
    svc->streams = NULL;
}
