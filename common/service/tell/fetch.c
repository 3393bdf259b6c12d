/* SPDX-License-Identifier: Apache-2.0 */
/* bus.Fetch on the loop: from memory what is there, from the database what is older. */
#include "common/service/tell/fetch.h"

#include <string.h>

#include "common/service/tell/fetch_park.h"
#include "common/service/tell/fetch_read.h"
#include "common/service/inbox.h"
#include "common/service/metrics_http.h"

#include "common/base/banned.h"

enum {
    MAX_FROM = 4096,
    MAX_EVENTS = 1000,
    MAX_READ = 16, /* districts read from the database for one answer */
    MAX_WAIT_MS = 60000,
    NEAR = 64, /* events; who is further behind does not linger */
    HEARER_SIZE = 16
};

bool fetch_stands_at(const struct tail_seal *seal, const Hp__FetchFrom *asked)
{
    return !asked->has_sealed_hash || asked->after == 0 || seal->last < 0 ||
           (asked->sealed_hash.len == DIGEST_SIZE &&
            memcmp(asked->sealed_hash.data, seal->hash, DIGEST_SIZE) == 0);
}

/* ---- the answer ---- */

Hp__FetchStream *fetch_answer_for(struct fetch *f, struct from *from)
{
    if (!from->answer) {
        from->answer = arena_new_one(f->task->arena, Hp__FetchStream);
        hp__fetch_stream__init(from->answer);
        from->answer->district = from->asked->district;
    }
    return from->answer;
}

Hp__Seal *fetch_seal(struct arena *a, const struct tail_seal *seal)
{
    Hp__Seal *m = arena_new_one(a, Hp__Seal);

    hp__seal__init(m);
    m->last = seal->last;
    m->hash = (ProtobufCBinaryData){DIGEST_SIZE, arena_memdup(a, seal->hash, DIGEST_SIZE)};
    return m;
}

void fetch_put_event(struct fetch *f, Hp__FetchStream *answer, struct bytes packed)
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
    answer = fetch_answer_for(f, from);
    answer->head = head;
    answer->events = arena_new_array(a, ProtobufCBinaryData, (size_t)(head - at));
    if (at > 0)
        answer->at = fetch_seal(a, tail_seal_at(tail, at));
    while (at < head && at - from->asked->after < f->max &&
           (f->bytes == 0 || f->bytes < MAX_BYTES)) {
        const struct packed *event = tail_event(tail, ++at);

        fetch_put_event(f, answer, (struct bytes){event->data, event->size});
    }
    answer->upto = fetch_seal(a, tail_seal_at(tail, at));
}

void fetch_answer(struct fetch *f)
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

/* ---- looking, on the loop ---- */

static void tell_all_from_memory(struct fetch *f);

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
        fetch_answer(f);
    } else {
        fetch_look(f);
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
        return !from->checked && !fetch_stands_at(tail_seal_at(tail, after), from->asked);
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

void fetch_look(struct fetch *f)
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
        fetch_answer(f);
    else
        fetch_park(s, f);
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
        fetch_unpark(s, f);
        fetch_answer(f);
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

        if (behind > 0 && behind < NEAR && stream_lingers(s, stream)) {
            stream_wake_later(s, stream);
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
            fetch_answer_for(f, from)->code = (char *)reason_row(reason_district_unknown)->code;
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
        fetch_park(t->svc->streams, t->fetch);
    else
        fetch_look(t->fetch);
}
