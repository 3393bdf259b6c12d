/* SPDX-License-Identifier: Apache-2.0 */
/*
 * rebuild - asks reporting to catch up with intake and to rebuild its read models
 *
 * Usage: rebuild BUS_DIR await DISTRICT POSITION    until reporting has applied intake's stream there
 *        rebuild BUS_DIR rebuild DISTRICT           rebuild and compare
 * Prints one JSON object: seconds, and of the rebuild its events, rows and differences.
 */
#include <string.h>

#include "common/base/clock.h"
#include "reporting.pb-c.h"
#include "tests/bench/link.h"

#include "common/base/banned.h"

enum { AWAIT_MS = 10000, REBUILD_MS = 4 * 3600 * 1000 };

static const Hp__Reply *ask(struct bus_link *link, struct arena *a, const char *type,
                            const char *district, const ProtobufCMessage *message, int64_t ms)
{
    Hp__Reply *reply;
    int r = bus_ask(link, a, "reporting", bus_envelope(a, type, district, message, ms), &reply);

    if (r) {
        fprintf(stderr, "rebuild: %s: no answer\n", type);
        exit(1);
    }
    return reply;
}

static int await_applied(struct bus_link *link, const char *district, int64_t position)
{
    int64_t began_us = monotonic_now_us();
    const Hp__Reply *reply;

    do {
        CLEANUP(arena_free) struct arena *a = arena_new();
        Hp__AwaitApplied await = HP__AWAIT_APPLIED__INIT;

        await.source = "intake";
        await.district = (char *)district;
        await.position = position;
        reply = ask(link, a, "bus.AwaitApplied", district, &await.base, AWAIT_MS);
        if (reply->status == HP__REPLY__STATUS__DONE)
            break;
        if (reply->status != HP__REPLY__STATUS__REFUSED) {
            fprintf(stderr, "rebuild: bus.AwaitApplied: status %d\n", (int)reply->status);
            return 1;
        }
    } while (true);
    printf("{\"seconds\":%.3f}\n", (double)(monotonic_now_us() - began_us) / 1e6);
    return 0;
}

static int rebuild(struct bus_link *link, const char *district)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Reporting__Rebuild request = REPORTING__REBUILD__INIT;
    Reporting__RebuildReply *done = NULL;
    int64_t began_us = monotonic_now_us();
    const Hp__Reply *reply = ask(link, a, "reporting.Rebuild", district, &request.base, REBUILD_MS);

    if (reply->status == HP__REPLY__STATUS__DONE)
        done =
            reporting__rebuild_reply__unpack(arena_pb(a), reply->payload.len, reply->payload.data);
    if (!done) {
        fprintf(stderr, "rebuild: status %d %s %s\n", (int)reply->status,
                reply->code ? reply->code : "", reply->n_args ? reply->args[0] : "");
        return 1;
    }
    printf("{\"seconds\":%.3f,\"events\":%lld,\"rows\":%lld,\"differences\":%zu}\n",
           (double)(monotonic_now_us() - began_us) / 1e6, (long long)done->events,
           (long long)done->rows, done->n_differences);
    return 0;
}

int main(int argc, char **argv)
{
    struct bus_link *link;
    int code = 2;

    if (argc < 4) {
        fprintf(stderr,
                "usage: rebuild BUS_DIR await DISTRICT POSITION | BUS_DIR rebuild DISTRICT\n");
        return code;
    }
    link = bench_link("rebuild", argv[1]);
    if (argc == 5 && strcmp(argv[2], "await") == 0)
        code = await_applied(link, argv[3], strtoll(argv[4], NULL, 10));
    else if (argc == 4 && strcmp(argv[2], "rebuild") == 0)
        code = rebuild(link, argv[3]);
    bus_link_free(link);
    return code;
}
