/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relay - how long from a commit in one service to its effect committed in another
 *
 * Usage: relay BUS_DIR N [beside]
 * N times: one thread waits at credit for the next position of intake's stream (bus.AwaitApplied,
 * asked beforehand), the other sends a command to intake. Measured from the command's reply, which
 * leaves after its commit, to the waiter's answer, which leaves after credit's. Both answers take
 * the same way back. A few milliseconds lie between two samples. beside: others send commands too, so that the position is looked up
 * after the reply and waited for then; what that takes is counted. Prints one JSON object: samples, p50_us, p99_us, max_us.
 */
#include <pthread.h>
#include <string.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/id.h"
#include "intake.pb-c.h"
#include "tests/bench/link.h"

#include "common/base/banned.h"

#define CITY "310000"
enum { TIMEOUT_MS = 20000 };
#define FAILED INT64_MIN /* instead of microseconds; below 0: the waiter's answer was here first */

struct waiter {
    const char *dir;
    struct bus_link *link;
    int64_t position, applied_us;
    bool ok;
};

static bool ask(struct bus_link *link, struct arena *a, const char *service, Hp__Envelope *env,
                Hp__Reply **ret_reply)
{
    static Hp__Binding binding = HP__BINDING__INIT;
    static Hp__Binding *bindings[] = {&binding};
    static Hp__Actor actor = HP__ACTOR__INIT;

    binding.role = "city";
    binding.region = CITY;
    actor.account = "bench";
    actor.n_bindings = 1;
    actor.bindings = bindings;
    env->actor = &actor;
    int r = bus_ask(link, a, service, env, ret_reply);

    if (r == 0 && (*ret_reply)->status == HP__REPLY__STATUS__DONE)
        return true;
    if (r)
        fprintf(stderr, "relay: %s: outcome %d\n", env->type, r);
    else
        fprintf(stderr, "relay: %s: status %d %s\n", env->type, (int)(*ret_reply)->status,
                (*ret_reply)->code ? (*ret_reply)->code : "");
    return false;
}

static void *wait_applied(void *arg)
{
    struct waiter *w = arg;
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__AwaitApplied await = HP__AWAIT_APPLIED__INIT;
    Hp__Reply *reply;

    await.source = "intake";
    await.district = CITY;
    await.position = w->position;
    w->ok = ask(w->link, a, "credit",
                bus_envelope(a, "bus.AwaitApplied", CITY, &await.base, TIMEOUT_MS), &reply);
    w->applied_us = monotonic_now_us();
    return NULL;
}

static int64_t head_of_intake(struct bus_link *link)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__GetState get = HP__GET_STATE__INIT;
    Hp__StateReply *state;
    Hp__Reply *reply;

    if (!ask(link, a, "intake", bus_envelope(a, "bus.GetState", CITY, &get.base, TIMEOUT_MS),
             &reply))
        return -1;
    state = hp__state_reply__unpack(arena_pb(a), reply->payload.len, reply->payload.data);
    for (size_t i = 0; state && i < state->n_streams; i++)
        if (strcmp(state->streams[i]->district, CITY) == 0)
            return state->streams[i]->head;
    return 0;
}

/* One change that intake says an event about; @ret_id: the command's. */
static int64_t send_command(struct bus_link *link, int n, struct uuid *ret_id)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Intake__RegisterEnterprise enterprise = INTAKE__REGISTER_ENTERPRISE__INIT;
    Hp__Envelope *env;
    Hp__Reply *reply;

    enterprise.enterprise_id = "91350100M000100Y43";
    enterprise.name = arena_printf(a, "样例测速物业%d-%lld", n, (long long)wall_now_us());
    enterprise.has_area_m2 = 1;
    enterprise.area_m2 = 1000000;
    enterprise.has_sample = 1;
    enterprise.sample = 1;
    env = bus_envelope(a, "intake.RegisterEnterprise", CITY, &enterprise.base, TIMEOUT_MS);
    memcpy(ret_id->bytes, env->message_id.data, sizeof(ret_id->bytes));
    return ask(link, a, "intake", env, &reply) ? monotonic_now_us() : -1;
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

/* Where the event stands that @cause said, behind @after; -1: nowhere. */
static int64_t position_of(struct bus_link *link, const struct uuid *cause, int64_t after)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__FetchFrom from = HP__FETCH_FROM__INIT, *list[] = {&from};
    Hp__Fetch fetch = HP__FETCH__INIT;
    Hp__FetchReply *told;
    Hp__Reply *reply;

    from.district = CITY;
    from.after = after;
    fetch.from = list;
    fetch.n_from = 1;
    fetch.has_wait_ms = fetch.has_max = 1;
    fetch.wait_ms = 0;
    fetch.max = 1000;
    if (!ask(link, a, "intake", bus_envelope(a, "bus.Fetch", CITY, &fetch.base, TIMEOUT_MS),
             &reply))
        return -1;
    told = hp__fetch_reply__unpack(arena_pb(a), reply->payload.len, reply->payload.data);
    for (size_t i = 0; told && told->n_streams && i < told->streams[0]->n_events; i++) {
        const ProtobufCBinaryData *packed = &told->streams[0]->events[i];
        const Hp__Event *event = hp__event__unpack(arena_pb(a), packed->len, packed->data);

        if (event && event->cause_id.len == sizeof(cause->bytes) &&
            memcmp(event->cause_id.data, cause->bytes, sizeof(cause->bytes)) == 0)
            return event->position;
    }
    return -1;
}

/* The waiter asks first. Returns what it took; FAILED: it or the command did. */
static int64_t sample_alone(struct bus_link *link, struct waiter *w, int n)
{
    struct uuid id;
    pthread_t thread;
    int64_t committed_us;

    CHECK(pthread_create(&thread, NULL, wait_applied, w) == 0);
    committed_us = send_command(link, n, &id);
    pthread_join(thread, NULL);
    return committed_us < 0 || !w->ok ? FAILED : w->applied_us - committed_us;
}

static int64_t sample_beside(struct bus_link *link, struct waiter *w, int n)
{
    int64_t before = head_of_intake(link), committed_us;
    struct uuid id;

    committed_us = send_command(link, n, &id);
    w->position = committed_us < 0 ? -1 : position_of(link, &id, before);
    if (w->position < 0)
        return FAILED;
    wait_applied(w);
    return w->ok ? w->applied_us - committed_us : FAILED;
}

int main(int argc, char **argv)
{
    long n = argc == 3 || argc == 4 ? strtol(argv[2], NULL, 10) : 0;
    int64_t *samples, position;
    long done = 0;
    struct bus_link *link;
    struct waiter w = {0};

    if (n < 1 || (argc == 4 && strcmp(argv[3], "beside") != 0)) {
        fprintf(stderr, "usage: relay BUS_DIR N [beside]\n");
        return 2;
    }
    samples = calloc((size_t)n, sizeof(*samples));
    link = bench_link("relay", argv[1]);
    w.link = bench_link("relay", argv[1]);
    position = head_of_intake(link);
    for (long i = 0; i < n; i++) {
        struct timespec pause = {.tv_nsec = random() % 5000000};

        nanosleep(&pause, NULL);
        w.position = ++position;
        samples[i] = argc == 4 ? sample_beside(link, &w, (int)i) : sample_alone(link, &w, (int)i);
        if (samples[i] == FAILED) {
            fprintf(stderr, "relay: command %ld failed or was not applied\n", i);
            break;
        }
        done++;
    }
    qsort(samples, (size_t)n, sizeof(*samples), by_size);
    if (done == n)
        printf("{\"samples\":%ld,\"p50_us\":%lld,\"p99_us\":%lld,\"max_us\":%lld}\n", n,
               (long long)samples[n / 2], (long long)samples[(n - 1) * 99 / 100],
               (long long)samples[n - 1]);
    bus_link_free(link);
    bus_link_free(w.link);
    free(samples);
    return done == n ? 0 : 1;
}
