/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/tell/tail.h"

#include <string.h>
#include "common/service/aftermath.h"

#include "common/base/banned.h"

static struct tail_event *event_at(const struct tail *tail, size_t i)
{
    return &tail->ring[(tail->first + i) % TAIL_EVENTS];
}

static void drop_oldest(struct tail *tail)
{
    struct tail_event *e = event_at(tail, 0);

    tail->bytes -= e->packed.size;
    free(e->packed.data);
    tail->before = e->seal;
    tail->from++;
    tail->first = (tail->first + 1) % TAIL_EVENTS;
    tail->n--;
}

void tail_reset(struct tail *tail, int64_t position, const struct tail_seal *seal)
{
    while (tail->n)
        drop_oldest(tail);
    tail->from = position;
    tail->before = *seal;
}

void tail_add(struct tail *tail, struct moved *m)
{
    struct tail_seal seal = {.last = m->stream_seq};

    memcpy(seal.hash, m->stream_hash, DIGEST_SIZE);
    CHECK(m->stream_from == tail_head(tail));
    if (!tail->ring)
        tail->ring = calloc(TAIL_EVENTS, sizeof(*tail->ring));
    CHECK(tail->ring);
    for (size_t i = 0; i < m->n_events; i++) {
        while (tail->n && (tail->n == TAIL_EVENTS || tail->bytes + m->events[i].size > TAIL_BYTES))
            drop_oldest(tail);
        *event_at(tail, tail->n++) = (struct tail_event){m->events[i], seal};
        tail->bytes += m->events[i].size;
    }
    m->n_events = 0;
}

int64_t tail_head(const struct tail *tail)
{
    return tail->from + (int64_t)tail->n;
}

const struct tail_seal *tail_seal_at(const struct tail *tail, int64_t position)
{
    CHECK(position >= tail->from && position <= tail_head(tail));
    return position == tail->from ? &tail->before
                                  : &event_at(tail, (size_t)(position - tail->from - 1))->seal;
}

bool tail_covers(const struct tail *tail, int64_t position)
{
    return position >= tail->from && position <= tail_head(tail) &&
           (position == 0 || tail_seal_at(tail, position)->last >= position);
}

const struct packed *tail_event(const struct tail *tail, int64_t position)
{
    CHECK(position > tail->from && position <= tail_head(tail));
    return &event_at(tail, (size_t)(position - tail->from - 1))->packed;
}

void tail_release(struct tail *tail)
{
    while (tail->n)
        drop_oldest(tail);
    free(TAKE(tail->ring));
}
