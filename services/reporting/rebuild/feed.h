/* SPDX-License-Identifier: Apache-2.0 */
/*
 * feed - the events of several streams, fetched by a thread of its own ahead of who applies them
 *
 * At most a few batches wait, so memory stays bounded however long the streams are.
 */
#pragma once
#include "common/bus/client.h"

/* A part of a stream: the events after one position, up to another. */
struct leg {
    const char *source, *district;
    int64_t after, until;
};

/* The next events of a leg, in order, without a gap; at least one. */
struct feed_batch {
    const struct leg *leg;
    struct arena *arena; /* of the events; the receiver frees it */
    Hp__Event **events;
    size_t n_events;
};

struct feed;
/* What a source has archived is read from its files in @archives (borrowed; "": none). @stopped is asked by the thread, often; it must
 * answer until the feed is freed. -EMFILE, -ENOMEM */
int feed_new(const struct bus_conf *conf, const char *archives, bool (*stopped)(void *arg),
             void *arg, struct feed **ret_f, struct errtext *e) MUST_CHECK;
/* Ends the thread within a second or two. NULL is fine. */
void feed_free(struct feed *f);
DEFINE_CLEANUP(struct feed *, feed_free)

/* Begin to fetch @legs, in their order; they are borrowed until feed_end. One at a time. */
int feed_begin(struct feed *f, const struct leg *legs, size_t n) MUST_CHECK;
enum { FEED_E_END = 1 /* all was given */ };
/* Wait for the next batch. Negative: a source cannot be read, @e says why; only feed_end may follow. */
int feed_next(struct feed *f, struct feed_batch *ret_batch, struct errtext *e) MUST_CHECK;
/* Give up what has not been taken. Fine at any time. */
void feed_end(struct feed *f);
