/* SPDX-License-Identifier: Apache-2.0 */
/* A task: its callers, its outcome, its reply on the way to them. */
#include "common/service/task.h"

#include <stdarg.h>
#include <string.h>

#include "common/base/str.h"
#include "common/log/log.h"
#include "common/service/lease.h"

#include "common/base/banned.h"

enum { LEADER_FIELD = 8 /* hp.Reply.leader */ };

/* ---- outcomes ---- */

void task_status(struct task *t, Hp__Reply__Status status)
{
    t->reply.status = status;
}

void task_done(struct task *t, const ProtobufCMessage *payload, const char *type)
{
    t->reply.status = HP__REPLY__STATUS__DONE;
    if (!payload)
        return;
    struct bytes packed = bus_pack(t->arena, payload);

    t->reply.has_payload = true;
    t->reply.payload = (ProtobufCBinaryData){packed.size, (uint8_t *)packed.data};
    t->reply.type = arena_strdup(t->arena, type);
}

void task_refuse(struct task *t, enum reason reason, const char *field, ...)
{
    const char *arg;
    va_list ap;
    size_t n = 0;

    t->reply.status = HP__REPLY__STATUS__REFUSED;
    t->reply.code = arena_strdup(t->arena, reason_row(reason)->code);
    t->reply.field = arena_strdup(t->arena, field);
    t->reply.args = arena_new_array(t->arena, char *, 8);
    va_start(ap, field);
    while (n < 8 && (arg = va_arg(ap, const char *)))
        t->reply.args[n++] = arena_strdup(t->arena, arg);
    va_end(ap);
    t->reply.n_args = n;
}

int64_t task_left_us(const struct task *t, int64_t fallback_ms)
{
    return t->env->has_left_ms ? t->deadline_us - monotonic_now_us() : fallback_ms * 1000;
}

bool task_expired(const struct task *t)
{
    return t->env->has_left_ms && t->deadline_us <= monotonic_now_us();
}

/* ---- answering ---- */

/* What goes over the bus. A peer cuts off who sends more than the limit, and every call with him.
 */
static struct bytes packed_reply(struct task *t)
{
    struct bytes packed = t->stored.data ? t->stored : bus_pack(t->arena, &t->reply.base);
    Hp__Reply broken = HP__REPLY__INIT;

    if (packed.size <= BUS_MAX_MESSAGE)
        return packed;
    log_line(LOG_ERROR, "reply too large to send", "type", t->env->type, "message", t->id_text,
             NULL);
    broken.message_id = t->reply.message_id;
    broken.status = HP__REPLY__STATUS__BROKEN;
    return bus_pack(t->arena, &broken.base);
}

/* A reply and one more field behind it: parts of a message that stand one after the other are one message. */
static struct bytes with_leader(struct task *t, struct bytes packed)
{
    const char *leader = t->control || !t->env ? NULL : lease_elsewhere(t->svc, t->env->district);
    size_t n = leader ? strlen(leader) : 0;
    uint8_t *data;

    if (!n || n > 127 || packed.size + n + 2 > BUS_MAX_MESSAGE)
        return packed;
    data = arena_alloc(t->arena, packed.size + n + 2);
    memcpy(data, packed.data, packed.size);
    data[packed.size] = LEADER_FIELD << 3 | 2; /* length-delimited */
    data[packed.size + 1] = (uint8_t)n;
    memcpy(data + packed.size + 2, leader, n);
    return (struct bytes){data, packed.size + n + 2};
}

void task_send(struct task *t)
{
    struct bytes packed = with_leader(t, packed_reply(t));
    const Hp__Reply *reply = &t->reply;

    for (int i = 0; i < t->n_callers; i++) {
        struct caller *caller = &t->callers[i];

        if (!caller->fn) {
            bus_server_send(t->svc->server, &caller->peer, packed.data, packed.size);
            continue;
        }
        if (t->stored.data)
            reply = hp__reply__unpack(arena_pb(t->arena), packed.size, packed.data);
        caller->fn(&(struct bus_answer){.reply = reply, .arena = t->arena}, caller->arg);
    }
}

bool task_is_local(const struct task *t)
{
    for (int i = 0; i < t->n_callers; i++)
        if (t->callers[i].fn)
            return true;
    return false;
}

void task_work(struct task *t, void (*run)(struct job *, void *), void (*done)(struct job *))
{
    t->job.run = run;
    t->job.done = done;
    workers_submit_own(t->svc->readers, &t->job);
}

/* One more address for the answer. A peer that asks again is known already; the oldest peer makes
 * room. */
bool task_add_caller(struct task *t, const struct caller *caller)
{
    for (int i = 0; i < t->n_callers && !caller->fn; i++)
        if (!t->callers[i].fn && t->callers[i].peer.socket == caller->peer.socket &&
            t->callers[i].peer.size == caller->peer.size &&
            memcmp(t->callers[i].peer.id, caller->peer.id, caller->peer.size) == 0)
            return true;
    for (int i = 0; i < t->n_callers && t->n_callers == TASK_CALLERS; i++)
        if (!t->callers[i].fn) {
            memmove(&t->callers[i], &t->callers[i + 1],
                    (size_t)(t->n_callers - i - 1) * sizeof(t->callers[0]));
            t->n_callers--;
        }
    if (t->n_callers == TASK_CALLERS)
        return false;
    t->callers[t->n_callers++] = *caller;
    return true;
}

struct task *task_new(struct service *svc, struct arena *a, const void *data, size_t size,
                      const struct caller *caller)
{
    struct task *t = arena_new_one(a, struct task);

    t->svc = svc;
    t->arena = a;
    t->env = hp__envelope__unpack(arena_pb(a), size, data);
    t->callers[t->n_callers++] = *caller;
    t->began_us = monotonic_now_us();
    hp__reply__init(&t->reply);
    if (t->env) {
        t->reply.message_id = t->env->message_id;
        t->deadline_us = t->began_us + bus_left_ms(t->env) * 1000;
    }
    return t;
}
