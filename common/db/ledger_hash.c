/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/ledger_hash.h"

#include <string.h>

#include "common/db/pg.h"

#include "common/base/banned.h"

static enum digest_algorithm algorithm_set = DIGEST_SHA256;
static const char *service_set = "none";

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

void row_digest_value(struct row_digest *d, const struct sql_arg *value)
{
    uint8_t room[PG_BINARY_ROOM];
    struct bytes b = pg_binary(value, room);

    row_digest_field(d, b.data, b.size);
}

void ledger_genesis(const char *ledger, const char *district, uint8_t ret_hash[DIGEST_SIZE])
{
    struct seal_chain chain;

    CHECK(seal_chain_set(&chain, service_set, ledger, district) == 0); /* of our own tables */
    seal_genesis(&chain, ret_hash);
}

static bool is_hash(struct bytes b, uint8_t ret[DIGEST_SIZE])
{
    if (b.size != DIGEST_SIZE)
        return false;
    memcpy(ret, b.data, DIGEST_SIZE);
    return true;
}

bool ledger_seal_read(const struct rows *rows, size_t i, struct ledger_seal *ret_seal)
{
    struct ledger_seal s = {.first = rows_i64(rows, i, "first"), .last = rows_i64(rows, i, "last")};
    bool sound = digest_by_name(rows_text(rows, i, "algorithm"), &s.algorithm) == 0;

    sound &= is_hash(rows_bytes(rows, i, "root"), s.root);
    sound &= is_hash(rows_bytes(rows, i, "hash"), s.hash);
    *ret_seal = s;
    return sound;
}
