/* SPDX-License-Identifier: Apache-2.0 */
/*
 * fetch - a bus.Fetch under way, and the streams it asks about
 *
 * What the files of the streams share. Loop thread.
 */
#pragma once
#include "common/service/tell/stream.h"
#include "common/service/tell/tail.h"

enum { MAX_BYTES = 4 * 1024 * 1024 }; /* of events in one answer */
enum { LONGEST_GAP_US = 50000 };      /* between moves of a stream, as far as it counts */

struct waiter { /* one district of a parked fetch */
    struct fetch *fetch;
    struct waiter *prev, *next; /* of the stream's */
};

struct stream {
    const char *district;
    struct tail tail;
    struct waiter *waiters;
    int64_t woke_us;          /* when who waited was last answered */
    int64_t moved_us, gap_us; /* when it moved last, and how long an event took to come of late */
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

/* NULL: not one of the service's districts. */
struct stream *stream_of(const struct streams *s, const char *district);
/* Whether who asks stands where @seal says; true when either does not know. */
bool fetch_stands_at(const struct tail_seal *seal, const Hp__FetchFrom *asked);
/* What is told of @from's district, made when there is nothing yet. */
Hp__FetchStream *fetch_answer_for(struct fetch *f, struct from *from);
Hp__Seal *fetch_seal(struct arena *a, const struct tail_seal *seal);
void fetch_put_event(struct fetch *f, Hp__FetchStream *answer, struct bytes packed);
/* Answer with what there is; ends @f. */
void fetch_answer(struct fetch *f);
/* Look in memory, and in the database for what is not there; then answer or park. */
void fetch_look(struct fetch *f);
