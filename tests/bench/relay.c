/* SPDX-License-Identifier: Apache-2.0 */
/*
 * relay - how long from a commit in one service to its effect committed in another
 *
 * Usage: relay BUS_DIR N
 * N times: one thread waits at credit for the next position of intake's stream (bus.AwaitApplied,
 * asked beforehand), the other sends a command to intake. Measured from the command's reply, which
 * leaves after its commit, to the waiter's answer, which leaves after credit's. Both answers take
 * the same way back. Prints one JSON object: samples, p50_us, p99_us, max_us.
 */
#include <pthread.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/bus/client.h"
#include "intake.pb-c.h"

#include "common/base/banned.h"

#define CITY "310000"
enum { TIMEOUT_MS = 20000 };

struct waiter {
    const char *dir;
    struct bus_link *link;
    int64_t position, applied_us;
    bool ok;
};

static struct bus_link *open_link(const char *dir)
{
    struct bus_conf conf = {.dir = (char *)dir,
                            .peers = "",
                            .listen = "",
                            .curve_secret = "",
                            .curve_allow = "",
                            .curve_servers = ""};
    struct bus_link *link = NULL;
    struct errtext e = {0};

    if (bus_link_new(&conf, &link, &e) != 0) {
        fprintf(stderr, "relay: %s\n", e.text);
        exit(1);
    }
    return link;
}

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
    return bus_ask(link, a, service, env, ret_reply) == 0 &&
           (*ret_reply)->status == HP__REPLY__STATUS__DONE;
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

/* One change that intake says an event about. */
static int64_t send_command(struct bus_link *link, int n)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Intake__RegisterEnterprise enterprise = INTAKE__REGISTER_ENTERPRISE__INIT;
    Hp__Reply *reply;

    enterprise.enterprise_id = "91350100M000100Y43";
    enterprise.name = arena_printf(a, "样例测速物业%d-%lld", n, (long long)wall_now_us());
    enterprise.has_area_m2 = 1;
    enterprise.area_m2 = 1000000;
    enterprise.has_sample = 1;
    enterprise.sample = 1;
    if (!ask(link, a, "intake",
             bus_envelope(a, "intake.RegisterEnterprise", CITY, &enterprise.base, TIMEOUT_MS),
             &reply))
        return -1;
    return monotonic_now_us();
}

static int by_size(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return x < y ? -1 : x > y;
}

int main(int argc, char **argv)
{
    long n = argc == 3 ? strtol(argv[2], NULL, 10) : 0;
    int64_t *samples, position;
    struct bus_link *link;
    struct waiter w = {0};

    if (n < 1) {
        fprintf(stderr, "usage: relay BUS_DIR N\n");
        return 2;
    }
    samples = calloc((size_t)n, sizeof(*samples));
    link = open_link(argv[1]);
    w.link = open_link(argv[1]);
    position = head_of_intake(link);
    for (long i = 0; i < n; i++) {
        pthread_t thread;
        int64_t committed_us;

        w.position = ++position;
        CHECK(pthread_create(&thread, NULL, wait_applied, &w) == 0);
        committed_us = send_command(link, (int)i);
        pthread_join(thread, NULL);
        if (committed_us < 0 || !w.ok) {
            fprintf(stderr, "relay: command %ld failed or was not applied\n", i);
            return 1;
        }
        samples[i] = w.applied_us - committed_us;
    }
    qsort(samples, (size_t)n, sizeof(*samples), by_size);
    printf("{\"samples\":%ld,\"p50_us\":%lld,\"p99_us\":%lld,\"max_us\":%lld}\n", n,
           (long long)samples[n / 2], (long long)samples[(n - 1) * 99 / 100],
           (long long)samples[n - 1]);
    bus_link_free(link);
    bus_link_free(w.link);
    free(samples);
    return 0;
}
