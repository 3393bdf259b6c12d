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
        case SQL_BYTES: /* the one kind sent in binary */
            values[i] = (const char *)a->bytes.data;
            lengths[i] = (int)a->bytes.size;
            formats[i] = 1;
            break;
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
