/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events - reading another service's stream outside the loop: the rebuild, the command line, tests
 */
#pragma once
#include "common/bus/client.h"

struct events {
    int64_t head; /* of the stream */
    size_t n;
    Hp__Event **list; /* those behind the position asked for, without a gap; in the arena */
    const Hp__Seal *at,
        *upto; /* the seals over the position asked for and the last event; NULL: none */
};
enum { EVENTS_PATIENCE_MS = 15000 };
enum {
    EVENTS_E_UNAVAILABLE = 1, /* not DONE: the code is in @e */
    EVENTS_E_ARCHIVED,        /* what follows is in the source's archives (archived_events.h) */
};
/*
 * Events of @district in @source's stream behind @after, at most @max (0: as many as the source gives), waiting up to @wait_ms for
 * the first, and @patience_ms more for the answer. BUS_E_TIMEOUT is told as EVENTS_E_UNAVAILABLE too. -EBADMSG: not a stream that continues there.
 */
int events_fetch(struct bus_link *link, struct arena *a, const char *source, const char *district,
                 int64_t after, int32_t max, int32_t wait_ms, int64_t patience_ms,
                 struct events *ret_events, struct errtext *e) MUST_CHECK;
