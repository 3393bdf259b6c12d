/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Frames of hostile peers at a service's inbox: taken, joined, queued, answered.
 *
 * The inbox (common/service/inbox.c) is the real one; what it stands on is played here, so that no
 * socket, thread or database is needed: a queue of jobs and one lane, that run when the input says so,
 * and a socket whose answers must read as replies.
 *
 * An input is frames: a byte of flags and peer, two bytes of length, the frame.
 */
#include <string.h>

#include "common/base/str.h"
#include "common/service/aftermath.h"
#include "common/service/command.h"
#include "common/service/query.h"
#include "common/service/inbox.h"
#include "common/service/control.h"
#include "common/service/hear/hearer.h"
#include "common/service/lane.h"
#include "common/service/lease.h"
#include "common/service/metrics_http.h"
#include "common/service/worker.h"
#include "common/service/task.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

enum { MAX_PENDING = 8, MAX_ROUTES = 400, HEADER = 3, RUN_ONE = 0x10, RUN_ALL = 0x20 };

static struct job *pending[64];
static struct lane_item *lane[MAX_PENDING];
static size_t n_pending, n_lane;
static size_t n_taken, n_answered;

/* ---- what the inbox calls ---- */

int workers_submit(struct workers *w, struct job *job)
{
    (void)w;
    if (n_pending >= MAX_PENDING)
        return WORKERS_E_FULL;
    pending[n_pending++] = job;
    return 0;
}

void workers_submit_own(struct workers *w, struct job *job)
{
    (void)w;
    CHECK(n_pending < ARRAY_LEN(pending));
    pending[n_pending++] = job;
}

int workers_waiting(const struct workers *w)
{
    (void)w;
    return (int)n_pending;
}

int lane_put(struct service *svc, const char *district, struct lane_item *item)
{
    CHECK(service_serves(svc, district));
    if (n_lane >= MAX_PENDING)
        return LANE_FULL;
    lane[n_lane++] = item;
    return 0;
}

int lanes_waiting(const struct service *svc)
{
    (void)svc;
    return (int)n_lane;
}

void bus_server_send(struct bus_server *s, const struct bus_peer *to, const void *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Reply *reply = hp__reply__unpack(arena_pb(a), size, data);

    (void)s;
    CHECK(to->size == 1 && reply && !bus_text_fault(a, &reply->base));
    n_answered++;
}

/* In place of the handlers: the payload is unpacked as theirs would be. */
void query_run(struct job *job, void *worker)
{
    struct task *t = container_of(job, struct task, job);
    CLEANUP(arena_free) struct arena *a = arena_new();
    const ProtobufCMessage *m;

    (void)worker;
    CHECK(t->route && t->env);
    m = protobuf_c_message_unpack(t->route->message, arena_pb(a), t->env->payload.len,
                                  t->env->payload.data);
    if (!m)
        task_refuse(t, reason_message_malformed, NULL, NULL);
    else if (bus_text_fault(t->arena, m))
        task_refuse(t, reason_message_malformed, bus_text_fault(t->arena, m), NULL);
    else
        task_done(t, NULL, NULL);
}

static void start(struct task *t)
{
    task_done(t, t->request, t->control->type);
    task_answer(t);
}

static const struct control controls[] = {
    {"bus.Fetch", &hp__fetch__descriptor, start},
    {"bus.SetClock", &hp__set_clock__descriptor, start},
    {"bus.AwaitApplied", &hp__await_applied__descriptor, start},
    {"bus.ListLog", &hp__list_log__descriptor, start},
};

const struct control *control_for(const char *type)
{
    for (size_t i = 0; i < ARRAY_LEN(controls); i++)
        if (strcmp(controls[i].type, type) == 0)
            return &controls[i];
    return NULL;
}

const struct route control_routes[] = {
    COMMAND(hp__retry_parked, NULL),
    COMMAND(hp__skip_parked, NULL),
    COMMAND(hp__rejoin, NULL),
    ROUTE_END,
};
const char *const control_route_types[] = {"bus.RetryParked", "bus.SkipParked", "bus.Rejoin"};

bool service_is_stopping(struct service *svc)
{
    return svc->stopping;
}

bool service_serves(const struct service *svc, const char *district)
{
    (void)svc;
    return strcmp(district, "310105") == 0 || strcmp(district, "310000") == 0;
}

const char *lease_elsewhere(const struct service *svc, const char *district)
{
    return service_serves(svc, district) ? "ipc:///elsewhere/fuzz.sock" : NULL;
}

void hearers_resume(struct service *svc, const char *source, const char *district)
{
    (void)svc;
    CHECK(source && district);
}

void aftermath_apply(struct service *svc, struct aftermath *am)
{
    (void)svc;
    CHECK(!am->moved);
}

void bus_count_dropped(const char *why)
{
    CHECK(*why);
}

void frame_count_command(const char *type, Hp__Reply__Status status, int64_t us)
{
    (void)status;
    CHECK(*type && us >= 0);
}

void frame_gauge_queue(int64_t n)
{
    CHECK(n >= 0);
}

/* ---- the target ---- */

/* The oldest job, else the front of the lane; false: nothing waits. */
static bool run_one(void)
{
    if (n_pending) {
        struct job *job = pending[0];

        memmove(pending, pending + 1, --n_pending * sizeof(*pending));
        job->run(job, NULL);
        job->done(job);
        return true;
    }
    if (n_lane) {
        struct lane_item *item = lane[0];

        memmove(lane, lane + 1, --n_lane * sizeof(*lane));
        query_run(&container_of(item, struct task, item)->job, NULL);
        item->done(item);
        return true;
    }
    return false;
}

static const struct route *all_routes(void)
{
    static struct route routes[MAX_ROUTES];

    for (size_t i = 0; api_rows[i].service && !routes[i].kind; i++) {
        CHECK(i + 1 < MAX_ROUTES);
        routes[i] = (struct route){i % 3 ? ROUTE_COMMAND : ROUTE_QUERY, api_rows[i].request, NULL};
    }
    return routes;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    struct service_spec spec = {.name = "fuzz", .routes = all_routes()};
    struct service svc = {.spec = &spec};

    n_taken = n_answered = 0;
    CHECK(uv_loop_init(&svc.loop) == 0);
    svc.set.message_days = 90;
    CHECK(inbox_new(&svc) == 0);
    while (size >= HEADER) {
        size_t n = (size_t)data[1] | (size_t)data[2] << 8;
        struct bus_peer from = {.socket = &svc, .size = 1, .id = {data[0] & 3}};
        char *frame;

        if (n > size - HEADER)
            n = size - HEADER;
        frame = fuzz_text(data + HEADER, n);
        inbox_take(&from, frame, n, &svc);
        free(frame); /* the inbox has its own copy */
        n_taken++;
        if (data[0] & RUN_ONE)
            (void)run_one();
        while ((data[0] & RUN_ALL) && run_one())
            continue;
        uv_run(&svc.loop, UV_RUN_NOWAIT);
        data += HEADER + n;
        size -= HEADER + n;
    }
    do
        uv_run(&svc.loop, UV_RUN_NOWAIT);
    while (run_one());
    inbox_stop(&svc);
    uv_run(&svc.loop, UV_RUN_DEFAULT);
    while (run_one())
        continue;
    CHECK(n_answered <= n_taken);
    inbox_free(&svc);
    CHECK(uv_loop_close(&svc.loop) == 0);
    return 0;
}
