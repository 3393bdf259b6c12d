/* SPDX-License-Identifier: Apache-2.0 */
/*
 * loop - the one thread that owns sockets, timers and signals, and the workers beside it
 */
#pragma once
#include <uv.h>

#include "common/base/err.h"

/*
 * workers - a few threads with a bounded queue in front
 *
 * A job runs on a worker thread (run), then its end runs on the loop thread (done). Each worker has
 * a state of its own (its database connection), made and ended on the worker's thread.
 */
struct workers;
struct job {
    void (*run)(struct job *job, void *worker_state); /* worker thread */
    void (*done)(struct job *job);                    /* loop thread; may free the job */
    struct job *next;                                 /* the queue's */
    bool again; /* set by run: run it once more, at the end of the queue, before its done */
    bool
        rests; /* it is likely to wait for others: it stands in a queue of its own, for half of the threads at most */
};
struct workers_spec {
    int n_threads;                   /* 1..64 */
    int queue_limit;                 /* jobs waiting, at most */
    void *(*start)(void *arg);       /* a worker's state; runs on its thread; may return NULL */
    void (*end)(void *worker_state); /* not called when start gave NULL */
    /* Loop thread; jobs have run, once more or for the last time; before their done. May be NULL. */
    void (*stepped)(void *arg);
    void *arg;
};
enum { WORKERS_E_FULL = 1 }; /* the queue is full: answer BUSY, drop nothing silently */

int workers_new(uv_loop_t *loop, const struct workers_spec *spec,
                struct workers **ret_w) MUST_CHECK;
/* Queue @job, whose run and done are set; the caller keeps it alive until done. WORKERS_E_FULL. Loop thread only. */
int workers_submit(struct workers *w, struct job *job) MUST_CHECK;
/* As submit, but beyond the limit: for our own follow-up work (timers, subscriptions), which is bounded elsewhere. */
void workers_submit_own(struct workers *w, struct job *job);
int workers_waiting(const struct workers *w);
/* Run what is queued, join the threads, call every done, then closed(arg). Memory goes with it. Does not block: the loop
 * goes on meanwhile. A done may still submit_own a follow-up, which is run too; submit answers WORKERS_E_FULL. */
void workers_close(struct workers *w, void (*closed)(void *arg), void *arg);

/*
 * zwatch - a ZeroMQ socket in a libuv loop
 *
 * ZMQ_FD is edge-triggered and says only "look again": the socket is looked at on every loop turn
 * (prepare), at most 64 messages a turn, and an idle handle keeps the loop turning while more waits.
 */
struct zwatch;
typedef void zwatch_fn(struct zwatch *w,
                       void *arg); /* receive ONE message with ZMQ_DONTWAIT, if there is one */
int zwatch_new(uv_loop_t *loop, void *zmq_socket, zwatch_fn *on_readable, zwatch_fn *on_writable,
               void *arg, struct zwatch **ret_w) MUST_CHECK;
/* Ask for on_writable when the socket can take a message (its outgoing queue had been full). One shot. */
void zwatch_want_write(struct zwatch *w);
/* Once; fine inside its own callbacks. The socket may be closed right after. */
void zwatch_close(
    struct zwatch *w); /* does not close the socket; memory goes in the handles' close callbacks */
