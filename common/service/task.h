/* SPDX-License-Identifier: Apache-2.0 */
/* task - a message under way: who asks, what is asked, its outcome */
#pragma once
#include "common/bus/server.h"
#include "common/service/aftermath.h"
#include "common/service/lane.h"
#include "proto/api.h"

struct control;
struct fetch;

enum { TASK_CALLERS = 3 };
struct caller {
    struct bus_peer peer; /* when fn is NULL */
    bus_answer_fn *fn;
    void *arg;
};
struct task {
    struct job job;
    struct lane_item item;
    struct service *svc;
    struct task *next;      /* in its bucket */
    struct task *followers; /* same id, other bytes: run when this one is done */
    struct arena *arena;    /* its request and reply */
    const Hp__Envelope *env;
    struct uuid id;
    char id_text[UUID_TEXT];
    const struct route *route;
    const struct api_row *api;
    const struct control *control;
    const void *request; /* control messages: unpacked */
    struct caller callers[TASK_CALLERS];
    int n_callers;
    int64_t began_us;
    int64_t deadline_us; /* monotonic; only if the envelope has a time left */
    Hp__Reply reply;
    struct bytes
        stored; /* an earlier reply, as it was; then @reply's status is set for the metrics only */
    bool may_be_old; /* its id may have been carried out before: the message table is asked first */
    bool was_lost;   /* an attempt ended with an unknown outcome */
    struct aftermath after;
    /* parked ones */
    struct task *parked_next;
    void (*act)(struct task *t); /* what is done with it on the next turn of the loop */
    int64_t until_us;            /* monotonic */
    int64_t target;              /* a position or round of timers waited for */
    struct fetch *fetch;         /* bus.Fetch */
};
/* The task's outcome; any thread. @field may be NULL; args end with NULL. */
void task_refuse(struct task *t, enum reason reason, const char *field, ...)
    __attribute__((sentinel));
void task_status(struct task *t, Hp__Reply__Status status);
void task_done(struct task *t, const ProtobufCMessage *payload, const char *type);
bool task_expired(const struct task *t);
/* Microseconds of wall time left, @fallback_ms when the message has no deadline. */
int64_t task_left_us(const struct task *t, int64_t fallback_ms);
/* Run @run on a reader, beyond the queue's limit, then @done on the loop: for what is short. */
void task_work(struct task *t, void (*run)(struct job *, void *), void (*done)(struct job *));

/* A task for the message @data in its own arena @a; its env is NULL when it cannot be read. Begins now, with one caller. */
struct task *task_new(struct service *svc, struct arena *a, const void *data, size_t size,
                      const struct caller *caller);
/* One more address for the answer. A peer that asks again is known already; the oldest peer makes room. False: there is none. */
bool task_add_caller(struct task *t, const struct caller *caller);
/* Whether somebody in this process waits for it. */
bool task_is_local(const struct task *t);
/* Send the reply to all callers. Loop thread; the task lives on. */
void task_send(struct task *t);
