/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/ledger_hash.h"

#include <inttypes.h>
#include <string.h>

#include "common/base/banned.h"

void ledger_hash_text(struct digest *d, const char *text)
{
    digest_add_field(d, text, text ? strlen(text) : 0);
}

void ledger_hash_begin(struct digest *d, const char *ledger, const char *district, int64_t seq,
                       struct bytes prev_hash)
{
    char number[24];

    snprintf(number, sizeof(number), "%" PRId64, seq);
    ledger_hash_text(d, ledger);
    ledger_hash_text(d, district);
    ledger_hash_text(d, number);
    digest_add_field(d, prev_hash.data, prev_hash.size);
}

/* As PostgreSQL prints a bytea: \x and lower-case hex. */
static void hash_bytes(struct digest *d, struct arena *arena, struct bytes b)
{
    char *text = arena_alloc(arena, 2 * b.size + 3);

    memcpy(text, "\\x", 2);
    hex_format(b.data, b.size, text + 2);
    ledger_hash_text(d, text);
}

void ledger_hash_value(struct digest *d, struct arena *arena, const struct sql_arg *value)
{
    char text[INSTANT_TEXT];

    switch (value->kind) {
    case SQL_NULL:
        ledger_hash_text(d, NULL);
        return;
    case SQL_TEXT:
        ledger_hash_text(d, value->text);
        return;
    case SQL_I64:
        snprintf(text, sizeof(text), "%" PRId64, value->i64);
        ledger_hash_text(d, text);
        return;
    case SQL_BOOL:
        ledger_hash_text(d, value->flag ? "t" : "f");
        return;
    case SQL_AT:
        ledger_hash_text(d, instant_format_utc(value->i64, text));
        return;
    case SQL_BYTES:
        hash_bytes(d, arena, value->bytes);
        return;
    case SQL_TEXT_ARRAY:
    case SQL_I64_ARRAY:
        CHECK(!"an array in a ledger");
    }
}
