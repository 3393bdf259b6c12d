/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The inbox: messages under way, by id. A repeat of one that is under way (callers repeat until
 * they are answered) only adds an address for the answer; the same id with other bytes waits behind
 * it and is judged by the log then.
 */
#include "common/service/inbox.h"

#include <errno.h>
#include <string.h>

#include "common/log/log.h"
#include "common/service/aftermath.h"
#include "common/service/command.h"
#include "common/service/control.h"
#include "common/service/hear/hearer.h"
#include "common/service/lane.h"
#include "common/service/metrics_http.h"
#include "common/service/query.h"
#include "common/service/seen.h"

#include "common/base/banned.h"

enum { BUCKETS = 1024, ID_SIZE = 16, ID_ECHO_MAX = 64, MAX_FOLLOWERS = 4 };
/* Waiting messages stay (fetches, those that await a position), whose number only callers bound. */
enum { MAX_OPEN = 8192 };

static void on_soon(uv_timer_t *timer);

struct inbox {
    struct task *buckets[BUCKETS];
    uv_timer_t soon; /* for what must not be done inside the call that led to it */
    struct task *later, **later_end;
    bool stopped;
    int n_open;                  /* tasks in them */
    const struct api_row **apis; /* of spec->routes, by index */
    bool entering;               /* inside service_submit: callers must not be called back yet */
};

static struct task **bucket_of(struct inbox *in, const struct uuid *id)
{
    return &in->buckets[(id->bytes[15] | id->bytes[14] << 8) % BUCKETS];
}

int inbox_new(struct service *svc)
{
    size_t n = 0;

    for (const struct route *r = svc->spec->routes; r && r->kind; r++)
        n++;
    svc->inbox = calloc(1, sizeof(*svc->inbox));
    if (!svc->inbox)
        return err_raise(-ENOMEM);
    svc->inbox->later_end = &svc->inbox->later;
    uv_timer_init(&svc->loop, &svc->inbox->soon);
    svc->inbox->soon.data = svc->inbox;
    svc->inbox->apis = calloc(n + 1, sizeof(*svc->inbox->apis));
    if (!svc->inbox->apis)
        return err_raise(-ENOMEM);
    for (size_t i = 0; i < n; i++) {
        const char *type = svc->spec->routes[i].message->name;

        for (const struct api_row *row = svc->spec->api;
             row && row->service && !svc->inbox->apis[i]; row++)
            if (strcmp(row->type, type) == 0)
                svc->inbox->apis[i] = row;
        if (!svc->inbox->apis[i])
            svc->inbox->apis[i] = api_row_for(type);
    }
    return 0;
}

void inbox_free(struct service *svc)
{
    if (!svc->inbox)
        return;
    free(svc->inbox->apis);
    free(svc->inbox);
    svc->inbox = NULL;
}

static void dispatch(struct task *t);
static void dispatch_or_join(struct task *t);

static void do_later(struct service *svc, struct task *t, void (*act)(struct task *t))
{
    struct inbox *in = svc->inbox;

    if (in->stopped) {
        act(t);
        return;
    }
    t->act = act;
    t->parked_next = NULL;
    *in->later_end = t;
    in->later_end = &t->parked_next;
    uv_timer_start(&in->soon, on_soon, 0, 0);
}

static void on_soon(uv_timer_t *timer)
{
    struct inbox *in = timer->data;
    struct task *list = TAKE(in->later), *t;

    in->later_end = &in->later;
    while ((t = list)) {
        list = t->parked_next;
        t->act(t);
    }
}

void inbox_stop(struct service *svc)
{
    struct inbox *in = svc->inbox;

    in->stopped = true;
    on_soon(&in->soon);
    uv_close((uv_handle_t *)&in->soon, NULL);
}

void task_answer(struct task *t)
{
    struct inbox *in = t->svc->inbox;
    struct task **at = bucket_of(in, &t->id), *follower = t->followers;

    if (in->entering && task_is_local(t)) {
        do_later(t->svc, t, task_answer);
        return;
    }
    while (*at && *at != t)
        at = &(*at)->next;
    if (*at) {
        *at = t->next;
        in->n_open--;
    }
    frame_count_command(t->route     ? t->route->message->name
                        : t->control ? t->control->type
                                     : "unknown",
                        t->reply.status, monotonic_now_us() - t->began_us);
    task_send(t);
    if (follower)
        do_later(t->svc, follower, dispatch_or_join);
    arena_free(t->arena); /* the task is in it */
}

/* ---- taking ---- */

static void command_done(struct lane_item *item)
{
    struct task *t = container_of(item, struct task, item);
    struct service *svc = t->svc;

    aftermath_apply(svc, &t->after);
    __atomic_add_fetch(&svc->n_commands, 1, __ATOMIC_RELAXED);
    if (t->request) /* bus.RetryParked, bus.SkipParked, bus.Rejoin: the same first fields */
        hearers_resume(svc, ((const Hp__RetryParked *)t->request)->source,
                       ((const Hp__RetryParked *)t->request)->district);
    task_answer(t);
}

static void query_done(struct job *job)
{
    task_answer(container_of(job, struct task, job));
}

/* An id is remembered for a time; one older than that can no longer be told from a new one. */
static bool is_too_old(const struct task *t)
{
    int64_t made_ms = id_instant_ms(&t->id);

    return made_ms >= 0 &&
           made_ms < wall_now_us() / 1000 - t->svc->set.message_days * (DAY_US / 1000);
}

/* On its way; else it has its outcome. */
static bool start(struct task *t)
{
    if (t->route->kind == ROUTE_QUERY) {
        t->job = (struct job){.run = query_run, .done = query_done};
        if (workers_submit(t->svc->queries, &t->job) == 0)
            return true;
    } else {
        if (is_too_old(t)) {
            task_refuse(t, reason_message_too_old, "message_id", NULL);
            return false;
        }
        t->may_be_old = id_may_be_old(&t->id);
        t->item = (struct lane_item){.kind = LANE_COMMAND, .done = command_done};
        if (lane_put(t->svc, t->env->district, &t->item) == 0) {
            frame_gauge_queue(lanes_waiting(t->svc));
            return true;
        }
    }
    task_status(t, HP__REPLY__STATUS__BUSY);
    return false;
}

static bool find_route(struct task *t)
{
    const struct route *routes = t->svc->spec->routes;

    for (size_t i = 0; routes && routes[i].kind; i++)
        if (strcmp(routes[i].message->name, t->env->type) == 0) {
            t->route = &routes[i];
            t->api = t->svc->inbox->apis[i];
            return true;
        }
    for (size_t i = 0; control_routes[i].kind; i++)
        if (strcmp(control_route_types[i], t->env->type) == 0) {
            t->route = &control_routes[i];
            t->request = protobuf_c_message_unpack(t->route->message, arena_pb(t->arena),
                                                   t->env->payload.len, t->env->payload.data);
            return true;
        }
    return false;
}

static void start_control(struct task *t)
{
    t->request = protobuf_c_message_unpack(t->control->message, arena_pb(t->arena),
                                           t->env->payload.len, t->env->payload.data);
    if (!t->request) {
        task_refuse(t, reason_message_malformed, NULL, NULL);
        task_answer(t);
        return;
    }
    const char *fault = bus_text_fault(t->arena, t->request);

    if (fault) {
        task_refuse(t, reason_message_malformed, fault, NULL);
        task_answer(t);
    } else if (task_expired(t)) {
        task_status(t, HP__REPLY__STATUS__EXPIRED);
        task_answer(t);
    } else {
        t->control->start(t);
    }
}

/* Into the table and on its way; ends in task_answer. */
static void dispatch(struct task *t)
{
    struct task **at = bucket_of(t->svc->inbox, &t->id);

    t->next = *at;
    *at = t;
    t->svc->inbox->n_open++;
    if (service_is_stopping(t->svc)) {
        task_status(t, HP__REPLY__STATUS__UNAVAILABLE);
        task_answer(t);
        return;
    }
    t->control = control_for(t->env->type);
    if (t->control) {
        start_control(t);
        return;
    }
    if (!find_route(t))
        task_refuse(t, reason_message_unknown, "type", NULL);
    else if (!service_serves(t->svc, t->env->district))
        task_refuse(t, reason_district_unknown, "district", t->env->district, NULL);
    else if (start(t))
        return;
    task_answer(t);
}

static struct task *find_open(struct inbox *in, const struct uuid *id)
{
    for (struct task *t = *bucket_of(in, id); t; t = t->next)
        if (memcmp(t->id.bytes, id->bytes, ID_SIZE) == 0)
            return t;
    return NULL;
}

/* @t has the id of @open: join it if it is the same message, else stand behind it. False: no room.
 */
static bool join(struct task *open, struct task *t)
{
    struct task **at = &open->followers;
    int n = 0;

    if (bus_is_repeat(open->env, t->env)) {
        bool added = task_add_caller(open, &t->callers[0]);

        if (added)
            arena_free(t->arena);
        return added;
    }
    for (; *at; at = &(*at)->followers)
        if (n++ >= MAX_FOLLOWERS)
            return false;
    *at = t;
    return true;
}

/* It waited behind another of its id; meanwhile there may be a third. */
static void dispatch_or_join(struct task *t)
{
    struct task *open = find_open(t->svc->inbox, &t->id), *follower = TAKE(t->followers);

    if (!open) {
        t->followers = follower;
        dispatch(t);
        return;
    }
    if (!join(open, t)) {
        task_status(t, HP__REPLY__STATUS__BUSY);
        task_send(t);
        arena_free(t->arena);
    }
    if (follower)
        do_later(open->svc, follower, dispatch_or_join);
}

/* A message that cannot be taken, but whose id could be read. */
static void refuse_unread(struct task *t, const char *field)
{
    if (t->reply.message_id.len > ID_ECHO_MAX)
        t->reply.message_id.len = ID_ECHO_MAX;
    bus_count_dropped("envelope");
    task_refuse(t, reason_message_malformed, field, NULL);
    task_send(t);
    arena_free(t->arena);
}

void inbox_take(const struct bus_peer *from, const void *data, size_t size, void *arg)
{
    struct service *svc = arg;
    struct arena *a = arena_new();
    struct caller caller = {.peer = *from};
    struct task *t = task_new(svc, a, data, size, &caller), *open;
    const char *fault;

    if (!t->env) {
        bus_count_dropped("envelope");
        arena_free(a);
        return;
    }
    fault = t->env->message_id.len != ID_SIZE ? "message_id" : bus_text_fault(a, &t->env->base);
    if (fault) {
        refuse_unread(t, fault);
        return;
    }
    memcpy(t->id.bytes, t->env->message_id.data, ID_SIZE);
    uuid_format(&t->id, t->id_text);
    open = find_open(svc->inbox, &t->id);
    if (!open && svc->inbox->n_open < MAX_OPEN) {
        dispatch(t);
    } else if (!open || !join(open, t)) {
        task_status(t, HP__REPLY__STATUS__BUSY);
        task_send(t);
        arena_free(a);
    }
}

int service_submit(struct service *svc, const Hp__Envelope *env, bus_answer_fn *fn, void *arg)
{
    struct caller caller = {.fn = fn, .arg = arg};
    struct arena *a = arena_new();
    struct bytes packed = bus_pack(a, &env->base);
    struct task *t = task_new(svc, a, packed.data, packed.size, &caller), *open;

    CHECK(t->env && t->env->message_id.len == ID_SIZE);
    memcpy(t->id.bytes, t->env->message_id.data, ID_SIZE);
    uuid_format(&t->id, t->id_text);
    open = find_open(svc->inbox, &t->id);
    if (service_is_stopping(svc) || (open ? !join(open, t) : svc->inbox->n_open >= MAX_OPEN)) {
        arena_free(a);
        return BUS_E_FULL;
    }
    if (!open) {
        svc->inbox->entering = true;
        dispatch(t);
        svc->inbox->entering = false;
    }
    return 0;
}

int service_job(struct service *svc, struct job *job)
{
    return service_is_stopping(svc) ? WORKERS_E_FULL : workers_submit(svc->queries, job);
}
