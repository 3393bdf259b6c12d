/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The event streams of this service, told to who asks: bus.Fetch names districts with positions and is
 * answered at once if there is anything behind one of them, else parked until there is.
 *
 * What this process appended itself is told from memory (tail.c). The database is asked for what is
 * older, and whenever memory and the asker disagree: the other may know of commits of another
 * instance, or history may have changed. A slow poll finds both when nobody asks.
 */
#include "common/service/stream.h"

#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/aftermath.h"
#include "common/service/metrics_http.h"
#include "common/service/tail.h"
#include "common/service/inbox.h"
#include "common/service/worker.h"

#include "common/base/banned.h"

enum {
    MAX_PARKED = 4096,
    MAX_FROM = 4096,
    MAX_EVENTS = 1000,
    MAX_BYTES = 4 * 1024 * 1024,
    MAX_READ = 16, /* districts read from the database for one answer */
    MAX_WAIT_MS = 60000,
    POLL_MS = 5000,
    /* Under load, when a stream moves this often, several commits are told together. */
    LOADED_GAP_US = 2000,
    LONGEST_GAP_US = 50000,
    LINGER_MS = 4,
    NEAR = 64, /* events; who is further behind does not linger */
    HEARER_SIZE = 16
};

struct waiter { /* one district of a parked fetch */
    struct fetch *fetch;
    struct waiter *prev, *next; /* of the stream's */
};

struct stream {
    const char *district;
    struct tail tail;
    struct waiter *waiters;
    int64_t woke_us;          /* when who waited was last answered */
    int64_t moved_us, gap_us; /* when it moved last, and how long it took between moves of late */
    int64_t poll_head;        /* of the poll under way: where the head was when it began */
    bool dirty;               /* moved, and who waits will be told by the linger timer */
};

struct from {              /* one district of a fetch */
    struct stream *stream; /* NULL: not served here */
    const Hp__FetchFrom *asked;
    struct waiter waiter;
    bool read;               /* the database is asked */
    bool checked;            /* and was asked whether history is the same */
    Hp__FetchStream *answer; /* NULL: nothing to tell */
    int64_t head;            /* as read */
    bool
        nothing; /* the database was asked and has nothing to tell until memory stands elsewhere than @known */
    int64_t
        known; /* the head in memory when the database was asked, or what it said if that is more */
    struct tail_seal at_head; /* as read, when head is where the asker stands */
};

struct fetch {
    struct task *task;
    struct from *from;
    size_t n;
    int64_t max;
    size_t bytes;              /* of events told so far */
    struct fetch *prev, *next; /* of the parked */
    bool parked;
};

struct streams {
    struct service *svc;
    struct stream *list; /* by district, as the service's */
    size_t n;
    struct fetch *parked;
    int n_parked;
    uv_timer_t timer, linger, poll;
    struct job poll_job;
    struct arena *poll_arena;
    const struct rows *poll_rows;
    bool polling, stopped;
};

static struct stream *stream_of(const struct streams *s, const char *district)
{
    size_t i = service_place(s->svc, district);

    return i < s->n ? &s->list[i] : NULL;
}

static bool stands_at(const struct tail_seal *seal, const Hp__FetchFrom *asked)
{
    return !asked->has_sealed_hash || asked->after == 0 || seal->last < 0 ||
           (asked->sealed_hash.len == DIGEST_SIZE &&
            memcmp(asked->sealed_hash.data, seal->hash, DIGEST_SIZE) == 0);
}

/* ---- the answer ---- */

static Hp__FetchStream *answer_for(struct fetch *f, struct from *from)
{
    if (!from->answer) {
        from->answer = arena_new_one(f->task->arena, Hp__FetchStream);
        hp__fetch_stream__init(from->answer);
        from->answer->district = from->asked->district;
    }
    return from->answer;
}

static Hp__Seal *seal_message(struct arena *a, const struct tail_seal *seal)
{
    Hp__Seal *m = arena_new_one(a, Hp__Seal);

    hp__seal__init(m);
    m->last = seal->last;
    m->hash = (ProtobufCBinaryData){DIGEST_SIZE, arena_memdup(a, seal->hash, DIGEST_SIZE)};
    return m;
}

static void put_event(struct fetch *f, Hp__FetchStream *answer, struct bytes packed)
{
    answer->events[answer->n_events++] = (ProtobufCBinaryData){packed.size, (uint8_t *)packed.data};
    f->bytes += packed.size;
}

/* From memory, what is behind the asker; the bytes stay where they are until the reply is packed. */
static void tell_from_memory(struct fetch *f, struct from *from)
{
    const struct tail *tail = &from->stream->tail;
    struct arena *a = f->task->arena;
    int64_t at = from->asked->after, head = tail_head(tail);
    Hp__FetchStream *answer;

    if (at >= head || (f->bytes && f->bytes >= MAX_BYTES))
        return;
    answer = answer_for(f, from);
    answer->head = head;
    answer->events = arena_new_array(a, ProtobufCBinaryData, (size_t)(head - at));
    if (at > 0)
        answer->at = seal_message(a, tail_seal_at(tail, at));
    while (at < head && at - from->asked->after < f->max &&
           (f->bytes == 0 || f->bytes < MAX_BYTES)) {
        const struct packed *event = tail_event(tail, ++at);

        put_event(f, answer, (struct bytes){event->data, event->size});
    }
    answer->upto = seal_message(a, tail_seal_at(tail, at));
}

static void answer(struct fetch *f)
{
    Hp__FetchReply reply = HP__FETCH_REPLY__INIT;
    struct task *t = f->task;
    size_t n_events = 0;

    reply.streams = arena_new_array(t->arena, Hp__FetchStream *, f->n + 1);
    for (size_t i = 0; i < f->n; i++)
        if (f->from[i].answer) {
            reply.streams[reply.n_streams++] = f->from[i].answer;
            n_events += f->from[i].answer->n_events;
        }
    if (n_events)
        frame_count_told(n_events);
    task_done(t, &reply.base, "bus.FetchReply");
    task_answer(t);
}

static bool has_answer(const struct fetch *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->from[i].answer)
            return true;
    return false;
}

/* ---- parking ---- */

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

static void unpark(struct streams *s, struct fetch *f)
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

static void on_tick(uv_timer_t *timer);
static void on_linger(uv_timer_t *timer);
static void on_poll(uv_timer_t *timer);
static void look(struct fetch *f);
static void tell_all_from_memory(struct fetch *f);

static void arm(struct streams *s, int64_t until_us)
{
    int64_t ms = (until_us - monotonic_now_us()) / 1000 + 1;

    if (uv_is_active((uv_handle_t *)&s->timer) && (int64_t)uv_timer_get_due_in(&s->timer) <= ms)
        return;
    uv_timer_start(&s->timer, on_tick, (uint64_t)(ms > 0 ? ms : 0), 0);
}

static void park(struct streams *s, struct fetch *f)
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
    arm(s, f->task->until_us);
    if (!uv_is_active((uv_handle_t *)&s->poll))
        uv_timer_start(&s->poll, on_poll, POLL_MS, 0);
}

/* Those whose time is over, empty. */
static void on_tick(uv_timer_t *timer)
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
        unpark(s, f);
        answer(f);
    }
    if (next != INT64_MAX)
        arm(s, next);
}

/* Who waits for @stream looks again. */
static void wake(struct streams *s, struct stream *stream)
{
    struct fetch *list = NULL, *f;

    stream->dirty = false;
    stream->woke_us = monotonic_now_us();
    /* first out, then looked at: one that finds nothing parks here again */
    while (stream->waiters) {
        f = stream->waiters->fetch;
        struct from *from = container_of(stream->waiters, struct from, waiter);

        from->checked = from->nothing = false;
        unpark(s, f);
        f->next = list;
        list = f;
    }
    while ((f = list)) {
        list = f->next;
        f->next = NULL;
        look(f);
    }
}

static void on_linger(uv_timer_t *timer)
{
    struct streams *s = timer->data;

    for (size_t i = 0; i < s->n; i++)
        if (s->list[i].dirty)
            wake(s, &s->list[i]);
}

static bool lingers(const struct streams *s, const struct stream *stream)
{
    return stream->gap_us < LOADED_GAP_US && !s->stopped &&
           monotonic_now_us() - stream->woke_us < LINGER_MS * 1000;
}

static void note_gap(struct stream *stream)
{
    int64_t now = monotonic_now_us(), gap = now - stream->moved_us;

    stream->moved_us = now;
    stream->gap_us += ((gap < LONGEST_GAP_US ? gap : LONGEST_GAP_US) - stream->gap_us) / 8;
}

static void wake_later(struct streams *s, struct stream *stream)
{
    stream->dirty = true;
    if (uv_is_active((uv_handle_t *)&s->linger))
        return;
    frame_count_linger();
    uv_timer_start(&s->linger, on_linger, LINGER_MS, 0);
}

/* At once, or under load a little later. */
static void wake_soon(struct streams *s, struct stream *stream)
{
    if (stream->waiters && lingers(s, stream))
        wake_later(s, stream);
    else if (stream->waiters)
        wake(s, stream);
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
    note_gap(stream);
    frame_gauge_head(stream->district, m->stream_seq);
    wake_soon(svc->streams, stream);
}

void streams_told(struct service *svc, const char *district, int64_t position)
{
    struct stream *stream = stream_of(svc->streams, district);

    if (!stream || position <= tail_head(&stream->tail))
        return;
    tail_reset(&stream->tail, position, &unknown_seal);
    frame_gauge_head(stream->district, position);
    wake_soon(svc->streams, stream);
}

static bool is_same(const struct tail_seal *a, const struct tail_seal *b)
{
    return a->last == b->last && memcmp(a->hash, b->hash, DIGEST_SIZE) == 0;
}

/* What the database says of a head; @known: where it was in memory before the database was asked. */
static void take_head(struct streams *s, struct stream *stream, int64_t known, int64_t head,
                      const struct tail_seal *seal)
{
    int64_t now = tail_head(&stream->tail);

    if (head < known && now == known) {
        log_line(LOG_ERROR, "the database has lost the end of a stream", "district",
                 stream->district, NULL);
        tail_reset(&stream->tail, head, seal);
        wake(s, stream);
    } else if (head > now) {
        tail_reset(&stream->tail, head, seal);
        frame_gauge_head(stream->district, head);
        wake_soon(s, stream);
    } else if (head == now && !is_same(tail_seal_at(&stream->tail, head), seal)) {
        if (tail_seal_at(&stream->tail, head)->last >= 0)
            log_line(LOG_ERROR, "the end of a stream is another one now", "district",
                     stream->district, NULL);
        tail_reset(&stream->tail, head, seal);
        wake(s, stream);
    }
}

/* ---- reading from the database, on a reader ---- */

static struct bytes pack_row(struct arena *a, const struct rows *rows, size_t i,
                             const char *district)
{
    struct bytes payload = rows_bytes(rows, i, "payload");
    struct uuid id = rows_uuid(rows, i, "event_id"), cause = rows_uuid(rows, i, "cause_id");
    Hp__Event event = HP__EVENT__INIT;

    event.event_id = (ProtobufCBinaryData){sizeof(id.bytes), id.bytes};
    event.type = (char *)rows_text(rows, i, "type");
    event.district = (char *)district;
    event.position = rows_i64(rows, i, "seq");
    event.at = rows_at(rows, i, "at");
    event.has_cause_id = true;
    event.cause_id = (ProtobufCBinaryData){sizeof(cause.bytes), cause.bytes};
    event.trace_id = (char *)rows_text(rows, i, "trace_id");
    event.account = (char *)rows_text(rows, i, "account");
    event.has_may_skip = event.may_skip = rows_bool(rows, i, "may_skip");
    event.payload = (ProtobufCBinaryData){payload.size, (uint8_t *)payload.data};
    return bus_pack(a, &event.base);
}

static int read_seal(struct tx *tx, const char *district, int64_t seq, struct tail_seal *ret)
{
    struct rows *rows;
    int r = sql_query(tx, &sql_ledger_seal_at, &rows, T(district), T("stream"), I(seq));

    *ret = (struct tail_seal){.last = -1};
    if (r || rows_count(rows) == 0)
        return r;
    struct bytes hash = rows_bytes(rows, 0, "hash");

    CHECK(hash.size == DIGEST_SIZE); /* the table's own constraint */
    ret->last = rows_i64(rows, 0, "last");
    memcpy(ret->hash, hash.data, DIGEST_SIZE);
    return 0;
}

/* Whether what would come next was archived; then the answer says from where on events are kept. */
static int look_archived(struct fetch *f, struct from *from, struct tx *tx, bool *ret_archived)
{
    struct rows *rows;
    Hp__FetchStream *answer;
    int r = sql_query(tx, &sql_frame_archive_upto, &rows, T("stream"), T(from->asked->district));
    int64_t upto = r ? 0 : rows_i64(rows, 0, "last");

    *ret_archived = r == 0 && from->asked->after < upto;
    if (!*ret_archived)
        return r;
    answer = answer_for(f, from);
    answer->head = from->head;
    answer->code = (char *)reason_row(reason_archived)->code;
    answer->has_kept = true;
    answer->kept = upto;
    return 0;
}

static int read_stream(struct fetch *f, struct from *from, struct tx *tx)
{
    const Hp__FetchFrom *asked = from->asked;
    struct arena *a = f->task->arena;
    size_t room = f->bytes < MAX_BYTES ? MAX_BYTES - f->bytes : 1, n;
    struct tail_seal at = {.last = -1}, upto;
    bool archived = false;
    Hp__FetchStream *answer;
    struct rows *rows;
    int r = sql_query(tx, &sql_frame_stream_after, &rows, T(asked->district), I(asked->after),
                      I(f->max), I((int64_t)room));

    if (r)
        return r;
    n = rows_count(rows);
    from->head = n ? rows_i64(rows, 0, "head") : 0;
    if (n == 1 && rows_null(rows, 0, "seq"))
        n = 0;
    if (n ? rows_i64(rows, 0, "seq") != asked->after + 1 : asked->after < from->head)
        r = look_archived(f, from, tx, &archived);
    if (r || archived)
        return r;
    if (asked->after > 0 && asked->after <= from->head)
        r = read_seal(tx, asked->district, asked->after, &at);
    if (r)
        return r;
    from->at_head = at;
    if (n == 0 && asked->after <= from->head && stands_at(&at, asked)) {
        if (asked->after < from->head)
            log_line(LOG_ERROR, "events of a stream are missing", "district", asked->district,
                     NULL);
        return 0;
    }
    answer = answer_for(f, from);
    answer->head = from->head;
    if (at.last >= 0)
        answer->at = seal_message(a, &at);
    answer->events = arena_new_array(a, ProtobufCBinaryData, n + 1);
    for (size_t i = 0; i < n; i++)
        put_event(f, answer, pack_row(a, rows, i, asked->district));
    if (n) {
        r = read_seal(tx, asked->district, rows_i64(rows, n - 1, "seq"), &upto);
        at = upto;
    }
    if (r == 0 && at.last >= 0)
        answer->upto = seal_message(a, &at);
    return r;
}

static void fetch_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    struct pg *pg = worker_pg(worker, 0);
    struct fetch *f = t->fetch;
    struct tx *tx;
    int r = 0;

    task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
    if (!pg)
        return;
    tx = tx_begin(pg, TX_READ_ONLY, t->arena);
    for (size_t i = 0; i < f->n && r == 0; i++)
        if (f->from[i].read)
            r = read_stream(f, &f->from[i], tx);
    if (r == 0)
        task_status(t, HP__REPLY__STATUS__DONE);
    else if (r != TX_E_LOST)
        log_line(LOG_ERROR, "stream cannot be read", "error", tx_error(tx)->text, NULL);
    tx_rollback(tx);
}

/* ---- looking, on the loop ---- */

static void fetch_done(struct job *job)
{
    struct task *t = container_of(job, struct task, job);
    struct streams *s = t->svc->streams;
    struct fetch *f = t->fetch;

    if (t->reply.status != HP__REPLY__STATUS__DONE) {
        task_answer(t);
        return;
    }
    for (size_t i = 0; i < f->n; i++) {
        struct from *from = &f->from[i];

        if (!from->read)
            continue;
        from->read = false;
        from->checked = true;
        from->nothing = !from->answer;
        if (from->head > from->known)
            from->known = from->head;
        /* memory learns from what was read, without waking: this fetch looks itself */
        if (from->head > tail_head(&from->stream->tail))
            streams_told(t->svc, from->stream->district, from->head);
        if (from->head == from->asked->after && from->stream->tail.n == 0 &&
            tail_head(&from->stream->tail) == from->head && from->at_head.last >= 0)
            from->stream->tail.before = from->at_head;
    }
    if (has_answer(f) || s->stopped || monotonic_now_us() >= t->until_us) {
        tell_all_from_memory(f);
        answer(f);
    } else {
        look(f);
    }
}

/* Whether the database has to be asked about @from. */
static bool needs_reading(const struct from *from)
{
    const struct tail *tail = &from->stream->tail;
    int64_t after = from->asked->after;

    /* else a row that is missing, or an end that was lost, would be asked for without a pause */
    if (from->nothing && tail_head(tail) == from->known)
        return false;
    if (after > tail_head(tail))
        return true;
    if (after == tail_head(tail))
        return !from->checked && !stands_at(tail_seal_at(tail, after), from->asked);
    return !tail_covers(tail, after);
}

/* Last thing before the answer: what memory holds may be gone a moment later. */
static void tell_all_from_memory(struct fetch *f)
{
    for (size_t i = 0; i < f->n; i++)
        if (f->from[i].stream && !f->from[i].answer &&
            tail_covers(&f->from[i].stream->tail, f->from[i].asked->after))
            tell_from_memory(f, &f->from[i]);
}

static void look(struct fetch *f)
{
    struct streams *s = f->task->svc->streams;
    int n_read = 0;

    for (size_t i = 0; i < f->n; i++) {
        struct from *from = &f->from[i];

        if (!from->stream || from->answer)
            continue;
        from->read = n_read < MAX_READ && needs_reading(from);
        from->known = from->read ? tail_head(&from->stream->tail) : from->known;
        n_read += from->read;
    }
    if (n_read) {
        task_work(f->task, fetch_run, fetch_done);
        return;
    }
    tell_all_from_memory(f);
    if (has_answer(f) || s->stopped || monotonic_now_us() >= f->task->until_us)
        answer(f);
    else
        park(s, f);
}

/* The same hearer's parked ones: the new fetch speaks for their districts too. */
static void supersede(struct streams *s, const Hp__Fetch *fetch)
{
    struct fetch *f = s->parked, *later;

    for (; f; f = later) {
        const Hp__Fetch *old = f->task->request;

        later = f->next;
        if (!old->has_hearer || old->hearer.len != HEARER_SIZE ||
            memcmp(old->hearer.data, fetch->hearer.data, HEARER_SIZE) != 0)
            continue;
        unpark(s, f);
        answer(f);
    }
}

/* Whether @f, just come, had better wait for the next commits too. */
static bool waits_for_more(struct streams *s, struct fetch *f)
{
    bool waits = false;

    if (f->task->until_us < monotonic_now_us() + LINGER_MS * 1000)
        return false;
    for (size_t i = 0; i < f->n; i++) {
        struct stream *stream = f->from[i].stream;
        int64_t behind = stream ? tail_head(&stream->tail) - f->from[i].asked->after : 0;

        if (behind > 0 && behind < NEAR && lingers(s, stream)) {
            wake_later(s, stream);
            waits = true;
        }
    }
    return waits;
}

static struct fetch *fetch_new(struct task *t)
{
    const Hp__Fetch *in = t->request;
    struct fetch *f = arena_new_one(t->arena, struct fetch);

    f->task = t;
    f->max = in->max > 0 && in->max < MAX_EVENTS ? in->max : MAX_EVENTS;
    f->n = in->n_from;
    f->from = arena_new_array(t->arena, struct from, f->n + 1);
    for (size_t i = 0; i < f->n; i++) {
        struct from *from = &f->from[i];

        from->asked = in->from[i];
        from->stream = stream_of(t->svc->streams, from->asked->district);
        if (!from->stream)
            answer_for(f, from)->code = (char *)reason_row(reason_district_unknown)->code;
    }
    return f;
}

void streams_fetch(struct task *t)
{
    const Hp__Fetch *in = t->request;
    int64_t wait_us = in->wait_ms > 0 ? (int64_t)in->wait_ms * 1000 : 0;
    int64_t left_us = task_left_us(t, MAX_WAIT_MS);

    if (in->n_from > MAX_FROM) {
        task_refuse(t, reason_number_out_of_range, "from", "0", "4096", NULL);
        task_answer(t);
        return;
    }
    if (wait_us > left_us)
        wait_us = left_us;
    if (wait_us > MAX_WAIT_MS * INT64_C(1000))
        wait_us = MAX_WAIT_MS * INT64_C(1000);
    t->until_us = monotonic_now_us() + wait_us;
    t->fetch = fetch_new(t);
    if (in->has_supersede && in->supersede && in->has_hearer && in->hearer.len == HEARER_SIZE)
        supersede(t->svc->streams, in);
    if (waits_for_more(t->svc->streams, t->fetch))
        park(t->svc->streams, t->fetch);
    else
        look(t->fetch);
}

/* ---- the slow poll ---- */

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

static struct tail_seal head_seal(const struct rows *rows, size_t i)
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
        struct tail_seal seal = head_seal(s->poll_rows, i);

        if (stream)
            take_head(s, stream, stream->poll_head, seal.last, &seal);
    }
    arena_free(TAKE(s->poll_arena));
    if (!s->stopped && s->parked)
        uv_timer_start(&s->poll, on_poll, POLL_MS, 0);
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
        struct tail_seal seal = head_seal(rows, i);

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
    on_tick(&s->timer);
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
