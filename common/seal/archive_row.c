/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/archive_row.h"

#include <string.h>

#include "common/seal/members.h"

#include "common/base/banned.h"

void row_reader_release(struct row_reader *r)
{
    free(r->bytes);
    *r = (struct row_reader){0};
}

/* A row as decoded: where it goes, and what is wrong with its values. */
struct row {
    const struct archive_head *head;
    struct row_digest *digest; /* may be NULL */
    struct bytes *values;      /* may be NULL */
    uint8_t *to;               /* where the next value goes */
    int64_t seq;
    size_t n; /* values so far */
    int fault;
    struct errtext *detail;
};

static void take_value(struct row *row, const uint8_t *data, size_t size)
{
    const struct archive_column *c = &row->head->columns[row->n];
    struct bytes bytes = {data, size};

    if (row->values) {
        row->values[row->n] = bytes;
        row->to += size; /* kept: half the line is room for all of them */
    }
    row->n++;
    if (row->digest)
        row_digest_field(row->digest, data, size);
    if (!data || row->fault)
        return;
    if (!seal_value_fits(c->type, bytes)) {
        row->fault = ROW_E_TYPE;
        errtext_set(row->detail, "%s", c->name);
    } else if (c->type == SEAL_BIGINT && strcmp(c->name, "seq") == 0 &&
               seal_value_int64(data) != row->seq) {
        row->fault = ROW_E_SEQ;
    }
}

static void begin(struct row *row, const struct row_reader *r, int64_t seq)
{
    row->seq = seq;
    row->n = 0;
    row->fault = 0;
    row->to = r->bytes;
    if (row->digest)
        row_digest_begin(row->digest, row->head->chain.ledger, row->head->chain.district);
}

/* ---- the form our writer gives, without a JSON parser ---- */

/* Digits of hex to their value, 0xff for all else. */
static uint8_t nibbles[256];

static void __attribute__((constructor)) make_nibbles(void)
{
    memset(nibbles, 0xff, sizeof(nibbles));
    for (int i = 0; i < 10; i++)
        nibbles['0' + i] = (uint8_t)i;
    for (int i = 0; i < 6; i++)
        nibbles['a' + i] = nibbles['A' + i] = (uint8_t)(10 + i);
}

static bool skip(const char **at, const char *end, const char *word)
{
    size_t n = strlen(word);

    if ((size_t)(end - *at) < n || memcmp(*at, word, n) != 0)
        return false;
    *at += n;
    return true;
}

static bool skip_number(const char **at, const char *end, int64_t *ret_n)
{
    const char *p = *at;
    int64_t n = 0;

    if (p == end || *p < '1' || *p > '9')
        return false;
    for (; p < end && *p >= '0' && *p <= '9'; p++)
        if (__builtin_mul_overflow(n, 10, &n) || __builtin_add_overflow(n, *p - '0', &n))
            return false;
    *at = p;
    *ret_n = n;
    return true;
}

/* Hex up to a quote; the scratch has room for half the line. */
static bool skip_hex(const char **at, const char *end, uint8_t *to, size_t *ret_size)
{
    const char *p = *at;
    size_t n = 0;

    while (end - p >= 2) {
        uint8_t high = nibbles[(uint8_t)p[0]], low = nibbles[(uint8_t)p[1]];

        if ((high | low) > 15)
            break;
        to[n++] = (uint8_t)(high << 4 | low);
        p += 2;
    }
    if (p == end || *p != '"')
        return false;
    *at = p + 1;
    *ret_size = n;
    return true;
}

static bool read_fast(struct row_reader *r, struct row *row, const char *at, const char *end)
{
    int64_t seq;
    size_t n;

    if (!skip(&at, end, "{\"kind\":\"row\",\"seq\":") || !skip_number(&at, end, &seq) ||
        !skip(&at, end, ",\"values\":["))
        return false;
    begin(row, r, seq);
    for (size_t i = 0; i < row->head->n_columns; i++) {
        if (i && !skip(&at, end, ","))
            return false;
        if (skip(&at, end, "null"))
            take_value(row, NULL, 0);
        else if (skip(&at, end, "\"") && skip_hex(&at, end, row->to, &n))
            take_value(row, row->to, n);
        else
            return false;
    }
    return skip(&at, end, "]}") && at == end;
}

/* ---- any other form of the same JSON ---- */

static int read_values(struct row *row, const json_t *values)
{
    if (json_array_size(values) != row->head->n_columns) {
        errtext_set(row->detail, "%zu values", json_array_size(values));
        return ROW_E_FORM;
    }
    for (size_t i = 0; i < row->head->n_columns; i++) {
        const json_t *value = json_array_get(values, i);
        const char *hex = json_string_value(value);
        size_t n = hex ? strlen(hex) / 2 : 0;

        if (!(json_is_null(value) || (hex && hex_parse(hex, row->to, n) == 0))) {
            errtext_set(row->detail, "%s", row->head->columns[i].name);
            return ROW_E_FORM;
        }
        take_value(row, hex ? row->to : NULL, n);
    }
    return 0;
}

static int read_slow(struct row_reader *r, struct row *row, const char *text, size_t size)
{
    json_t *object = NULL, *values = NULL;
    const char *kind;
    int64_t seq;
    const struct member members[] = {
        {"kind", MEMBER_IS, (void *)"row"},
        {"seq", MEMBER_SEQ, &seq},
        {"values", MEMBER_LIST, &values},
    };
    int res = members_parse(text, size, &object, row->detail);

    if (res)
        return ROW_E_FORM;
    kind = json_string_value(json_object_get(object, "kind"));
    if (kind && strcmp(kind, "row") != 0) {
        res = ROW_E_OTHER;
    } else {
        res = members_read(object, members, ARRAY_LEN(members), row->detail) ? ROW_E_FORM : 0;
    }
    if (!res) {
        begin(row, r, seq);
        res = read_values(row, values);
    }
    json_decref(object);
    return res;
}

int row_read(struct row_reader *r, const struct archive_head *head, const char *text, size_t size,
             struct row_digest *digest, int64_t *ret_seq, uint8_t ret_value[DIGEST_SIZE],
             struct errtext *ret_detail)
{
    struct row row = {.head = head, .digest = digest, .values = r->values, .detail = ret_detail};
    int res;

    if (r->room < size / 2 + 1) {
        free(r->bytes);
        r->room = size + 1;
        r->bytes = malloc(r->room);
        if (!r->bytes)
            abort();
    }
    if (!read_fast(r, &row, text, text + size)) {
        res = read_slow(r, &row, text, size);
        if (res)
            return res;
    }
    if (digest)
        row_digest_finish(digest, ret_value);
    *ret_seq = row.seq;
    return row.fault;
}
