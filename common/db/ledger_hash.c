/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/ledger_hash.h"

#include <string.h>

#include "common/db/pg.h"

#include "common/base/banned.h"

enum { MARK_ROW, MARK_NODE, MARK_SEAL, MARK_GENESIS };

static enum digest_algorithm algorithm_set = DIGEST_SHA256;
static const char *service_set = "";

void ledger_set_algorithm(enum digest_algorithm algorithm)
{
    algorithm_set = algorithm;
}

enum digest_algorithm ledger_algorithm(void)
{
    return algorithm_set;
}

void ledger_set_service(const char *name)
{
    service_set = name;
}

const char *ledger_service(void)
{
    return service_set;
}

static void add_mark(struct digest *d, uint8_t mark)
{
    digest_add(d, &mark, 1);
}

static struct bytes text_bytes(const char *text)
{
    return (struct bytes){(const uint8_t *)text, strlen(text)};
}

void row_digest_field(struct digest *d, struct bytes value)
{
    uint32_t size = value.data ? (uint32_t)value.size : UINT32_MAX;
    uint8_t head[4] = {(uint8_t)(size >> 24), (uint8_t)(size >> 16), (uint8_t)(size >> 8),
                       (uint8_t)size};

    digest_add(d, head, sizeof(head));
    if (value.data)
        digest_add(d, value.data, value.size);
}

void row_digest_begin(struct digest *d, const char *ledger, const char *district)
{
    add_mark(d, MARK_ROW);
    row_digest_field(d, text_bytes(ledger));
    row_digest_field(d, text_bytes(district));
}

void row_digest_value(struct digest *d, const struct sql_arg *value)
{
    uint8_t room[PG_BINARY_ROOM];

    row_digest_field(d, pg_binary(value, room));
}

/* ---- Merkle ---- */

static void node(struct digest *d, const uint8_t *left, const uint8_t *right, uint8_t *ret)
{
    uint8_t all[1 + 2 * DIGEST_SIZE];

    all[0] = MARK_NODE;
    memcpy(all + 1, left, DIGEST_SIZE);
    memcpy(all + 1 + DIGEST_SIZE, right, DIGEST_SIZE);
    digest_add(d, all, sizeof(all));
    digest_finish(d, ret);
}

void merkle_init(struct merkle *m, struct digest *d)
{
    m->d = d;
    m->n = 0;
}

/* As adding one to a binary number: equal complete subtrees join upwards. */
void merkle_add(struct merkle *m, const uint8_t leaf[DIGEST_SIZE])
{
    uint8_t sum[DIGEST_SIZE];
    int height = 0;

    memcpy(sum, leaf, DIGEST_SIZE);
    for (; m->n >> height & 1; height++)
        node(m->d, m->left[height], sum, sum);
    memcpy(m->left[height], sum, DIGEST_SIZE);
    m->n++;
}

void merkle_root(const struct merkle *m, uint8_t ret_root[DIGEST_SIZE])
{
    int height = 0;

    CHECK(m->n > 0);
    while (!(m->n >> height & 1))
        height++;
    memcpy(ret_root, m->left[height], DIGEST_SIZE);
    for (height++; m->n >> height; height++)
        if (m->n >> height & 1)
            node(m->d, m->left[height], ret_root, ret_root);
}

/* ---- seals ---- */

void seal_hash(struct digest *d, const uint8_t previous[DIGEST_SIZE],
               const uint8_t root[DIGEST_SIZE], int64_t last, uint8_t ret_hash[DIGEST_SIZE])
{
    uint8_t room[PG_BINARY_ROOM];
    struct sql_arg seq = I(last);
    struct bytes b = pg_binary(&seq, room);

    add_mark(d, MARK_SEAL);
    digest_add(d, previous, DIGEST_SIZE);
    digest_add(d, root, DIGEST_SIZE);
    digest_add(d, b.data, b.size);
    digest_finish(d, ret_hash);
}

void seal_genesis(enum digest_algorithm algorithm, const char *service, const char *ledger,
                  const char *district, uint8_t ret_hash[DIGEST_SIZE])
{
    CLEANUP(digest_free) struct digest *d = digest_new(algorithm);

    add_mark(d, MARK_GENESIS);
    row_digest_field(d, text_bytes(service));
    row_digest_field(d, text_bytes(ledger));
    row_digest_field(d, text_bytes(district));
    digest_finish(d, ret_hash);
}

static bool is_hash(struct bytes b, uint8_t ret[DIGEST_SIZE])
{
    if (b.size != DIGEST_SIZE)
        return false;
    memcpy(ret, b.data, DIGEST_SIZE);
    return true;
}

bool seal_read(const struct rows *rows, size_t i, struct seal *ret_seal)
{
    struct seal s = {.first = rows_i64(rows, i, "first"), .last = rows_i64(rows, i, "last")};
    bool sound = digest_by_name(rows_text(rows, i, "algorithm"), &s.algorithm) == 0;

    sound &= is_hash(rows_bytes(rows, i, "root"), s.root);
    sound &= is_hash(rows_bytes(rows, i, "hash"), s.hash);
    *ret_seal = s;
    return sound;
}
