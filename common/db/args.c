/* SPDX-License-Identifier: Apache-2.0 */
#include <inttypes.h>
#include <string.h>

#include "common/db/pg.h"

#include "common/base/banned.h"

/* An array literal: every item quoted, so that braces, commas, blanks and the word NULL are
 * themselves. */
static const char *text_array(struct arena *arena, const char *const *items, size_t n)
{
    size_t size = 3;
    char *text, *p;

    for (size_t i = 0; i < n; i++)
        size += items[i] ? 2 * strlen(items[i]) + 3 : 5;
    text = p = arena_alloc(arena, size);
    *p++ = '{';
    for (size_t i = 0; i < n; i++) {
        if (i)
            *p++ = ',';
        if (!items[i]) {
            memcpy(p, "NULL", 4);
            p += 4;
            continue;
        }
        *p++ = '"';
        for (const char *s = items[i]; *s; s++) {
            if (*s == '"' || *s == '\\')
                *p++ = '\\';
            *p++ = *s;
        }
        *p++ = '"';
    }
    *p++ = '}';
    *p = 0;
    return text;
}

static const char *i64_array(struct arena *arena, const int64_t *items, size_t n)
{
    size_t size = 21 * n + 3, used = 1;
    char *text = arena_alloc(arena, size);

    text[0] = '{';
    for (size_t i = 0; i < n; i++)
        used += (size_t)snprintf(text + used, size - used, i ? ",%" PRId64 : "%" PRId64, items[i]);
    memcpy(text + used, "}", 2);
    return text;
}

/* ---- in PostgreSQL's binary form ---- */

static uint8_t *put_u32(uint8_t *p, uint32_t n)
{
    for (int i = 0; i < 4; i++)
        *p++ = (uint8_t)(n >> (24 - 8 * i));
    return p;
}

static const struct {
    uint32_t oid;
    size_t size; /* fixed, 0: of its own */
} elements[] = {
    [SQL_TEXT] = {25, 0}, [SQL_I64] = {20, 8},   [SQL_BOOL] = {16, 1},
    [SQL_AT] = {1184, 8}, [SQL_BYTES] = {17, 0}, [SQL_UUID] = {2950, 16},
};

struct bytes pg_binary(const struct sql_arg *value, uint8_t room[PG_BINARY_ROOM])
{
    uint64_t n;

    switch (value->kind) {
    case SQL_TEXT:
        return (struct bytes){(const uint8_t *)value->text, strlen(value->text)};
    case SQL_BYTES:
        return value->bytes;
    case SQL_UUID:
        return (struct bytes){value->uuid.bytes, sizeof(value->uuid.bytes)};
    case SQL_BOOL:
        room[0] = value->flag;
        return (struct bytes){room, 1};
    case SQL_I64:
    case SQL_AT:
        n = (uint64_t)(value->kind == SQL_AT ? value->i64 - PG_EPOCH_US : value->i64);
        put_u32(put_u32(room, (uint32_t)(n >> 32)), (uint32_t)n);
        return (struct bytes){room, 8};
    default:
        return (struct bytes){0};
    }
}

/* Header: dimensions, whether nulls, element type, length, lower bound; then length and bytes each. */
static struct bytes row_array(struct arena *arena, const struct sql_arg *array)
{
    const struct sql_arg *items = array->array.items;
    size_t n = array->array.n_items, size = 20;
    uint8_t room[PG_BINARY_ROOM], *data, *p;
    bool nulls = false;

    for (size_t i = 0; i < n; i++) {
        CHECK(items[i].kind == array->array.of || items[i].kind == SQL_NULL);
        nulls |= items[i].kind == SQL_NULL;
        size += 4 + (items[i].kind == SQL_NULL ? 0 : pg_binary(&items[i], room).size);
    }
    data = p = arena_alloc(arena, size);
    p = put_u32(p, n ? 1 : 0);
    p = put_u32(p, nulls);
    p = put_u32(p, elements[array->array.of].oid);
    if (n)
        p = put_u32(put_u32(p, (uint32_t)n), 1);
    for (size_t i = 0; i < n; i++) {
        struct bytes b = pg_binary(&items[i], room);

        if (items[i].kind == SQL_NULL) {
            p = put_u32(p, UINT32_MAX);
            continue;
        }
        p = put_u32(p, (uint32_t)b.size);
        memcpy(p, b.data, b.size);
        p += b.size;
    }
    return (struct bytes){data, (size_t)(p - data)};
}

static const char *instant(struct arena *arena, int64_t at)
{
    return instant_format_utc(at, arena_alloc(arena, INSTANT_TEXT));
}

struct pg_params pg_params(struct arena *arena, const struct sql_arg *args, size_t n_args)
{
    const char **values = arena_new_array(arena, const char *, n_args + 1);
    int *lengths = arena_new_array(arena, int, n_args + 1);
    int *formats = arena_new_array(arena, int, n_args + 1);

    for (size_t i = 0; i < n_args; i++) {
        const struct sql_arg *a = &args[i];

        switch (a->kind) {
        case SQL_NULL:
            break;
        case SQL_TEXT:
            values[i] = a->text;
            break;
        case SQL_I64:
            values[i] = arena_printf(arena, "%" PRId64, a->i64);
            break;
        case SQL_BOOL:
            values[i] = a->flag ? "t" : "f";
            break;
        case SQL_AT:
            values[i] = instant(arena, a->i64);
            break;
        case SQL_BYTES:
        case SQL_UUID: {
            struct bytes b = pg_binary(a, NULL);

            values[i] = (const char *)b.data;
            lengths[i] = (int)b.size;
            formats[i] = 1;
            break;
        }
        case SQL_ROW_ARRAY: {
            struct bytes b = row_array(arena, a);

            values[i] = (const char *)b.data;
            lengths[i] = (int)b.size;
            formats[i] = 1;
            break;
        }
        case SQL_TEXT_ARRAY:
            values[i] = text_array(arena, a->array.items, a->array.n_items);
            break;
        case SQL_I64_ARRAY:
            values[i] = i64_array(arena, a->array.items, a->array.n_items);
            break;
        }
    }
    return (struct pg_params){values, lengths, formats, (int)n_args};
}
