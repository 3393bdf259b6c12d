/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/value.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/id.h"

#include "common/base/banned.h"

#define EPOCH_2000_US INT64_C(946684800000000)

static const struct {
    const char *name;
    size_t size; /* 0: any */
} types[] = {
    [SEAL_TEXT] = {"text", 0},       [SEAL_BIGINT] = {"bigint", 8},
    [SEAL_BOOLEAN] = {"boolean", 1}, [SEAL_TIMESTAMPTZ] = {"timestamptz", 8},
    [SEAL_UUID] = {"uuid", 16},      [SEAL_BYTEA] = {"bytea", 0},
};

const char *seal_type_name(enum seal_type type)
{
    CHECK(type >= SEAL_TEXT && type <= SEAL_BYTEA);
    return types[type].name;
}

int seal_type_by_name(const char *name, enum seal_type *ret_type)
{
    for (size_t i = SEAL_TEXT; i < ARRAY_LEN(types); i++)
        if (name && strcmp(name, types[i].name) == 0) {
            *ret_type = (enum seal_type)i;
            return 0;
        }
    return SEAL_E_TYPE;
}

int64_t seal_value_int64(const uint8_t *data)
{
    uint64_t n = 0;

    for (int i = 0; i < 8; i++)
        n = n << 8 | data[i];
    return (int64_t)n;
}

bool seal_value_fits(enum seal_type type, struct bytes bytes)
{
    if (types[type].size && bytes.size != types[type].size)
        return false;
    if (type == SEAL_TEXT)
        return utf8_valid(bytes.data, bytes.size, NULL);
    return type != SEAL_BOOLEAN || bytes.data[0] <= 1;
}

static void add_instant(int64_t us, struct str *out)
{
    char text[INSTANT_TEXT] = "";
    int64_t at;

    if (!__builtin_add_overflow(us, EPOCH_2000_US, &at))
        instant_format_utc(at, text);
    if (*text)
        str_add(out, text);
    else
        str_printf(out, "%lld", (long long)us);
}

int seal_value_text(enum seal_type type, struct bytes bytes, struct str *out)
{
    char text[UUID_TEXT];
    struct uuid id;

    if (!seal_value_fits(type, bytes))
        return SEAL_E_TYPE;
    switch (type) {
    case SEAL_TEXT:
        str_add_bytes(out, bytes.data, bytes.size);
        break;
    case SEAL_BIGINT:
        str_printf(out, "%lld", (long long)seal_value_int64(bytes.data));
        break;
    case SEAL_BOOLEAN:
        str_add(out, bytes.data[0] ? "true" : "false");
        break;
    case SEAL_TIMESTAMPTZ:
        add_instant(seal_value_int64(bytes.data), out);
        break;
    case SEAL_UUID:
        memcpy(id.bytes, bytes.data, sizeof(id.bytes));
        str_add(out, uuid_format(&id, text));
        break;
    case SEAL_BYTEA:
        str_printf(out, "%zu bytes", bytes.size);
        break;
    }
    return 0;
}
