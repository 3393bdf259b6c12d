/* SPDX-License-Identifier: Apache-2.0 */
/*
 * job - long pieces of work with progress, which can be cancelled and outlive the process
 *
 * A job is a row of table `job`. A free job worker of any instance takes the oldest one that waits and runs its kind's function on
 * a connection of its own. The function works in short transactions, says how far it is, and leaves a mark; when the process ends
 * or is killed, the job is taken up again from that mark, by itself after a restart or by another instance. What was done between
 * the last mark kept and the end is done again, so each step must bear that.
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/err.h"

struct pg;
struct service;
struct task;
struct tx;
struct work; /* a job under way; used by the thread that runs it alone */

struct job_kind {
    const char *name;
    /* 0: done, with what work_result() was given. WORK_STOPPED: work_cancelled() said so. TX_E_COLLISION, TX_E_MACHINE, TX_E_LOST: a
     * fault that passes, it is put back and taken up again from its mark (twenty times without a step forward: failed). Anything
     * else: failed, work_error() says why. */
    int (*run)(struct work *w);
    /* Before it is queued, on a reader; may be NULL. False: it is not, @t was refused, or *ret_r says how the database failed. */
    bool (*admit)(struct task *t, struct pg *pg, struct bytes args, int *ret_r);
    bool sets_positions; /* of subscriptions: they are read again when it is done */
};
#define JOB_END \
    { \
        0 \
    }
enum { WORK_STOPPED = 1 };

/* What it was asked, and the mark it goes on from (data NULL: from the beginning); borrowed until the end. */
struct bytes work_args(const struct work *w);
struct bytes work_from(const struct work *w);
struct uuid work_id(const struct work *w);
struct arena *work_arena(struct work *w); /* until the end */
struct service *work_service(struct work *w);
/* Its connection, opened again if it broke (waits up to a second); NULL: return TX_E_LOST. Not to be kept over work_*. */
struct pg *work_pg(struct work *w);

/* How far it is: a word for what it does (at most 60 bytes), and how much of how much in the kind's own unit; @total < 0: not known.
 * Kept at most once a second. */
void work_progress(struct work *w, const char *phase, int64_t done, int64_t total);
/* Where to go on from; copied, kept at most once a second. */
void work_mark(struct work *w, const void *data, size_t size);
/* Whether to return WORK_STOPPED: someone cancelled it, the service stops, another instance has it, or the row cannot be reached. To
 * be asked at least every few seconds. */
bool work_cancelled(struct work *w);
/* Let @ms pass, or less when the service stops. */
void work_pause(struct work *w, int64_t ms);
/*
 * Keep the mark in @tx, the work's own, last before its commit: so what @tx does is done once, whoever goes on with the job.
 * WORK_STOPPED: it was cancelled or another instance has it; TX_E_*. Then @tx is to be rolled back.
 */
int work_mark_in(struct work *w, struct tx *tx, const void *data, size_t size) MUST_CHECK;
/* What it comes to; copied. */
void work_result(struct work *w, const void *data, size_t size);
struct errtext *work_error(struct work *w);
