/* SPDX-License-Identifier: Apache-2.0 */
/*
 * A frame as a hostile peer may send it, along the way every frame goes: unpacked, its texts
 * checked, its row found, its sender's roles weighed, its payload unpacked and checked.
 */
#include <string.h>

#include "common/base/id.h"
#include "common/bus/bus.h"
#include "proto/api.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static bool is_allowed(struct arena *a, const Hp__Envelope *env, const struct api_row *row)
{
    size_t n = env->actor ? env->actor->n_bindings : 0;
    const char **roles = arena_new_array(a, const char *, n + 1);
    const char **regions = arena_new_array(a, const char *, n + 1);

    for (size_t i = 0; i < n; i++) {
        roles[i] = env->actor->bindings[i]->role;
        regions[i] = env->actor->bindings[i]->region;
    }
    return api_allows(row, env->district, roles, regions, n);
}

static void take_payload(struct arena *a, const Hp__Envelope *env, const struct api_row *row)
{
    ProtobufCMessage *m =
        protobuf_c_message_unpack(row->request, arena_pb(a), env->payload.len, env->payload.data);
    struct bytes packed;

    if (!m || bus_text_fault(a, m))
        return;
    fuzz_forget_unknown(m);
    packed = bus_pack(a, m);
    CHECK(protobuf_c_message_unpack(row->request, arena_pb(a), packed.size, packed.data));
}

static void take(struct arena *a, Hp__Envelope *env)
{
    const struct api_row *row;
    const char *fault = bus_text_fault(a, &env->base);
    char text[UUID_TEXT];
    struct uuid id, again;
    struct bytes packed;

    if (fault) {
        CHECK(*fault);
        return;
    }
    fuzz_forget_unknown(&env->base);
    packed = bus_pack(a, &env->base);
    CHECK(hp__envelope__unpack(arena_pb(a), packed.size, packed.data));
    if (env->message_id.len != sizeof(id.bytes))
        return;
    memcpy(id.bytes, env->message_id.data, sizeof(id.bytes));
    CHECK(uuid_parse(uuid_format(&id, text), &again) == 0);
    CHECK(memcmp(id.bytes, again.bytes, sizeof(id.bytes)) == 0);
    row = api_row_for(env->type);
    if (!row)
        return;
    /* the public may send only what is for the public */
    CHECK(env->actor || is_allowed(a, env, row) == ((row->roles & ROLE_PUBLIC) != 0));
    if (is_allowed(a, env, row))
        take_payload(a, env, row);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    Hp__Envelope *env = hp__envelope__unpack(arena_pb(a), size, data);
    Hp__Reply *reply = hp__reply__unpack(arena_pb(a), size, data); /* what a client reads */

    if (env)
        take(a, env);
    if (reply && reply->has_payload)
        (void)bus_text_fault(a, &reply->base);
    return 0;
}
