/* SPDX-License-Identifier: Apache-2.0 */
#include "common/bus/bus.h"

#include <endian.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/base/banned.h"

struct bytes bus_pack(struct arena *a, const ProtobufCMessage *message)
{
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *data = arena_alloc(a, size ? size : 1);

    protobuf_c_message_pack(message, data);
    return (struct bytes){data, size};
}

Hp__Envelope *bus_envelope(struct arena *a, const char *type, const char *district,
                           const ProtobufCMessage *message, int64_t timeout_ms)
{
    Hp__Envelope *env = arena_new_one(a, Hp__Envelope);
    struct uuid *id = arena_new_one(a, struct uuid);
    struct bytes payload = {(const uint8_t *)"", 0};

    if (message)
        payload = bus_pack(a, message);
    uuid_new(id);
    hp__envelope__init(env);
    env->message_id = (ProtobufCBinaryData){sizeof(id->bytes), id->bytes};
    env->type = arena_strdup(a, type);
    env->district = arena_strdup(a, district);
    bus_set_left(env, timeout_ms);
    env->payload = (ProtobufCBinaryData){payload.size, (uint8_t *)payload.data};
    return env;
}

enum { LEFT_TAG = 15 << 3 | 5, LEFT_SIZE = 1 + 4 };

void bus_set_left(Hp__Envelope *env, int64_t ms)
{
    env->has_left_ms = true;
    env->left_ms = ms < 0 ? 0 : ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms;
}

int64_t bus_left_ms(const Hp__Envelope *env)
{
    return env->left_ms < BUS_LEFT_MAX_MS ? env->left_ms : BUS_LEFT_MAX_MS;
}

void bus_patch_left(uint8_t *data, size_t size, int64_t ms)
{
    uint32_t left = htole32(ms < 0 ? 0 : ms > UINT32_MAX ? UINT32_MAX : (uint32_t)ms);

    CHECK(size > LEFT_SIZE && data[size - LEFT_SIZE] == LEFT_TAG);
    memcpy(data + size - sizeof(left), &left, sizeof(left));
}

static struct bytes pack_without_left(struct arena *a, const Hp__Envelope *env)
{
    Hp__Envelope copy = *env;

    copy.has_left_ms = false;
    return bus_pack(a, &copy.base);
}

bool bus_is_repeat(const Hp__Envelope *a, const Hp__Envelope *b)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct bytes one = pack_without_left(arena, a), two = pack_without_left(arena, b);

    return one.size == two.size && memcmp(one.data, two.data, one.size) == 0;
}

int64_t bus_next_wait_ms(int64_t wait_ms)
{
    if (wait_ms < 300)
        return 300;
    return wait_ms < 1000 ? wait_ms * 2 : 2000;
}

static const char *value_fault(struct arena *a, const ProtobufCFieldDescriptor *f,
                               const void *value)
{
    const char *inner;

    if (f->type == PROTOBUF_C_TYPE_STRING) {
        const char *text = *(char *const *)value;

        return text && !utf8_valid(text, strlen(text), NULL) ? "" : NULL;
    }
    if (f->type != PROTOBUF_C_TYPE_MESSAGE || !*(ProtobufCMessage *const *)value)
        return NULL;
    inner = bus_text_fault(a, *(ProtobufCMessage *const *)value);
    return inner;
}

static const char *join(struct arena *a, const char *field, const char *rest)
{
    return *rest ? arena_printf(a, "%s/%s", field, rest) : field;
}

static const char *list_fault(struct arena *a, const ProtobufCFieldDescriptor *f, const void *list,
                              size_t n)
{
    if (f->type != PROTOBUF_C_TYPE_STRING && f->type != PROTOBUF_C_TYPE_MESSAGE)
        return NULL;
    for (size_t i = 0; i < n; i++) {
        const char *fault = value_fault(a, f, (void *const *)list + i);

        if (fault)
            return join(a, arena_printf(a, "%s/%zu", f->name, i), fault);
    }
    return NULL;
}

const char *bus_text_fault(struct arena *a, const ProtobufCMessage *message)
{
    const ProtobufCMessageDescriptor *d = message->descriptor;

    for (unsigned i = 0; i < d->n_fields; i++) {
        const ProtobufCFieldDescriptor *f = &d->fields[i];
        const void *at = (const char *)message + f->offset;
        const char *fault;

        if (f->label == PROTOBUF_C_LABEL_REPEATED) {
            size_t n = *(const size_t *)((const char *)message + f->quantifier_offset);

            fault = n ? list_fault(a, f, *(void *const *)at, n) : NULL;
            if (fault)
                return fault;
            continue;
        }
        if ((f->flags & PROTOBUF_C_FIELD_FLAG_ONEOF) &&
            *(const uint32_t *)((const char *)message + f->quantifier_offset) != f->id)
            continue;
        fault = value_fault(a, f, at);
        if (fault)
            return join(a, f->name, fault);
    }
    return NULL;
}
