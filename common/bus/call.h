/* SPDX-License-Identifier: Apache-2.0 */
/*
 * call - the open calls of a client: when each is sent, sent again, answered, given up
 *
 * Used by client.c only. Loop thread.
 */
#pragma once
#include "common/bus/end.h"

enum { ID_SIZE = 16 };

struct calls;

/* Calls fns->ends_due(arg, now) first at every wake-up; it gives the time (monotonic) of the next it needs. */
struct calls_fns {
    int64_t (*ends_due)(void *arg, int64_t now_us);
    /* An answer says that @endpoint leads the district; NULL: the one asked gave no answer in time. Not of pinned calls. */
    void (*moved)(void *arg, const char *service, const char *district, const char *endpoint);
};
struct calls *calls_new(uv_loop_t *loop, const struct calls_fns *fns, void *arg);
/* Every call ends without an answer; no new wake-ups. */
void calls_stop(struct calls *calls);
/* After calls_stop; closed(arg) when the memory has gone. */
void calls_close(struct calls *calls, void (*closed)(void *arg), void *arg);
/* Wake up at @at_us at the latest. */
void calls_wake(struct calls *calls, int64_t at_us);

struct call_spec {
    const Hp__Envelope *env; /* packed at once */
    bool waiting;            /* see bus_call_waiting */
    bool pinned;             /* to its end */
    bus_answer_fn *fn;
    void *arg;
};
/* Open a call over @end and send it as soon as @end is up. */
int calls_add(struct calls *calls, struct bus_end *end, const struct call_spec *spec) MUST_CHECK;
/* Ask @where for each open call of @service that is not pinned, and move those whose end is another. NULL leaves it. */
void calls_move(struct calls *calls, const char *service,
                struct bus_end *(*where)(void *arg, const char *district), void *arg);

/* What an end tells its owner: see bus_end_fns. */
void calls_readable(struct calls *calls, struct bus_end *end);
void calls_writable(struct calls *calls, struct bus_end *end);
void calls_lost(struct calls *calls, struct bus_end *end);
