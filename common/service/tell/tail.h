/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tail - the newest events of one stream in memory, with the seals over them
 *
 * Loop thread only. What is not here any more is in the database.
 */
#pragma once
#include "common/service/aftermath.h"
#include "common/service/frame.h"

struct tail_seal {
    int64_t last; /* -1: not known */
    uint8_t hash[DIGEST_SIZE];
};
struct tail_event {
    struct packed packed;
    struct tail_seal seal; /* the one over it */
};
struct tail {
    struct tail_event *ring; /* TAIL_EVENTS, made with the first event */
    size_t first, n;
    int64_t from;            /* the position before the oldest event here */
    struct tail_seal before; /* over that position */
    size_t bytes;
};
enum { TAIL_EVENTS = 256, TAIL_BYTES = 1024 * 1024 };

/* Empty, standing at @position under @seal. */
void tail_reset(struct tail *tail, int64_t position, const struct tail_seal *seal);
/* Take the events of @m behind the newest here; @m keeps none. */
void tail_add(struct tail *tail, struct moved *m);
/* The newest position. */
int64_t tail_head(const struct tail *tail);
/* Whether everything behind @position is here, and the seal over it is known. */
bool tail_covers(const struct tail *tail, int64_t position);
/* The seal over @position, which tail_covers (or is the newest). */
const struct tail_seal *tail_seal_at(const struct tail *tail, int64_t position);
/* The event at @position, behind one that tail_covers. Borrowed. */
const struct packed *tail_event(const struct tail *tail, int64_t position);
void tail_release(struct tail *tail);
