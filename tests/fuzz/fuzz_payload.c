/* SPDX-License-Identifier: Apache-2.0 */
/* Bytes as any message another process sends: unpacked, checked, packed again, written as JSON. */
#include <jansson.h>
#include <string.h>

#include "common/bus/bus.h"
#include "common/json/pbjson.h"
#include "tests/fuzz/fuzz.h"

#include "common/base/banned.h"

static void check_json(const ProtobufCMessage *m)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    json_t *json;

    pbjson_write(&out, m);
    json = json_loadb(out.text, out.size, JSON_ALLOW_NUL, NULL);
    CHECK(json_is_object(json));
    json_decref(json);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    const ProtobufCMessageDescriptor *d = fuzz_message(&data, &size);
    ProtobufCMessage *m = protobuf_c_message_unpack(d, arena_pb(a), size, data), *again;
    struct bytes packed, twice;

    if (!m)
        return 0;
    check_json(m); /* whatever the texts are */
    if (bus_text_fault(a, m))
        return 0;
    fuzz_forget_unknown(m);
    packed = bus_pack(a, m);
    again = protobuf_c_message_unpack(d, arena_pb(a), packed.size, packed.data);
    CHECK(again);
    twice = bus_pack(a, again);
    CHECK(packed.size == twice.size && memcmp(packed.data, twice.data, twice.size) == 0);
    return 0;
}
