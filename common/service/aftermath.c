/* SPDX-License-Identifier: Apache-2.0 */
/* What a commit leaves for the loop: packed on the worker, told on the loop. */
#include "common/service/aftermath.h"

#include <string.h>

#include "common/service/bell.h"
#include "common/service/sealing/sealer.h"
#include "common/service/tell/stream.h"
#include "common/service/timer.h"

#include "common/base/banned.h"

static struct packed pack_event(const struct sql_arg *v, const char *district, int64_t position)
{
    Hp__Event event = HP__EVENT__INIT;
    struct packed packed;

    event.event_id = (ProtobufCBinaryData){sizeof(v[0].uuid), (uint8_t *)v[0].uuid.bytes};
    event.type = (char *)v[1].text;
    event.at = v[2].i64;
    event.has_cause_id = true;
    event.cause_id = (ProtobufCBinaryData){sizeof(v[3].uuid), (uint8_t *)v[3].uuid.bytes};
    event.trace_id = v[4].kind == SQL_NULL ? NULL : (char *)v[4].text;
    event.account = v[5].kind == SQL_NULL ? NULL : (char *)v[5].text;
    event.has_may_skip = event.may_skip = v[6].flag;
    event.payload = (ProtobufCBinaryData){v[7].bytes.size, (uint8_t *)v[7].bytes.data};
    event.district = (char *)district;
    event.position = position;
    packed.size = hp__event__get_packed_size(&event);
    packed.data = malloc(packed.size);
    CHECK(packed.data);
    hp__event__pack(&event, packed.data);
    return packed;
}

static void note_advance(struct aftermath *am, const struct advance *a)
{
    struct moved *m = calloc(1, sizeof(*m));

    CHECK(m);
    *m = (struct moved){.next = am->moved,
                        .stream_from = a->stream_from,
                        .stream_seq = a->stream_seq,
                        .log_seq = a->log_seq,
                        .n_events = (size_t)(a->stream_seq - a->stream_from)};
    snprintf(m->district, sizeof(m->district), "%s", a->district);
    memcpy(m->stream_hash, a->stream_hash, DIGEST_SIZE);
    memcpy(m->stream_root, a->stream_root, DIGEST_SIZE);
    m->events = calloc(m->n_events + 1, sizeof(*m->events));
    CHECK(m->events);
    for (size_t i = 0; i < m->n_events; i++)
        m->events[i] =
            pack_event(a->events[i].values, m->district, a->stream_from + 1 + (int64_t)i);
    am->moved = m;
}

void aftermath_note(struct aftermath *am, const struct pg *pg)
{
    const struct advance *advances;
    size_t n = tx_advances(pg, &advances);

    for (size_t i = 0; i < n; i++)
        note_advance(am, &advances[i]);
}

void aftermath_timer(struct aftermath *am, const char *district, int64_t at)
{
    struct due_set *due = calloc(1, sizeof(*due));

    CHECK(due);
    *due = (struct due_set){.next = am->timers, .at = at};
    snprintf(due->district, sizeof(due->district), "%s", district);
    am->timers = due;
}

/* The newest was noted first; readers get them in the order of the commits. */
static struct moved *reversed(struct moved *list)
{
    struct moved *back = NULL;

    while (list) {
        struct moved *next = list->next;

        list->next = back;
        back = list;
        list = next;
    }
    return back;
}

static void free_moved(struct moved *m)
{
    for (size_t i = 0; i < m->n_events; i++)
        free(m->events[i].data);
    free(m->events);
    free(m);
}

void aftermath_apply(struct service *svc, struct aftermath *am)
{
    struct moved *m = reversed(TAKE(am->moved)), *next;
    struct due_set *due = TAKE(am->timers), *later;

    sealer_moved(svc);
    for (; m; m = next) {
        next = m->next;
        if (m->stream_seq > m->stream_from) {
            streams_moved(svc, m);
            bell_tell(svc, m->district, m->stream_seq);
        }
        free_moved(m);
    }
    for (; due; due = later) {
        later = due->next;
        timers_set(svc, due->district, due->at);
        free(due);
    }
}
