/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_hash - what the digest of a ledger row covers, the root of a transaction's rows, the seal
 *
 * docs/core.md, "Seals". The same for appending and for verifying.
 */
#pragma once
#include "common/db/ledger.h"

enum { LEDGER_OWN_PARAMS = 4 }; /* district, seq, wall_at, digest */

/* A row's digest: begin, then wall_at and every value, then digest_finish. */
void row_digest_begin(struct digest *d, const char *ledger, const char *district);
void row_digest_field(struct digest *d, struct bytes value); /* data NULL: null */
void row_digest_value(struct digest *d, const struct sql_arg *value);

/* The root over leaves added in order; no more than 2^63 of them. */
struct merkle {
    struct digest *d; /* borrowed */
    uint64_t n;
    uint8_t left[64][DIGEST_SIZE]; /* of each complete subtree, by its height */
};
void merkle_init(struct merkle *m, struct digest *d);
void merkle_add(struct merkle *m, const uint8_t leaf[DIGEST_SIZE]);
/* n > 0. Leaves @m as it is. */
void merkle_root(const struct merkle *m, uint8_t ret_root[DIGEST_SIZE]);

void seal_hash(struct digest *d, const uint8_t previous[DIGEST_SIZE], const uint8_t root[DIGEST_SIZE], int64_t last,
               uint8_t ret_hash[DIGEST_SIZE]);
void seal_genesis(enum digest_algorithm algorithm, const char *service, const char *ledger, const char *district,
                  uint8_t ret_hash[DIGEST_SIZE]);

/* What ledger_set_* said. */
enum digest_algorithm ledger_algorithm(void);
const char *ledger_service(void);
/* A seal of the row @i; false when it is none that could have been made. */
bool seal_read(const struct rows *rows, size_t i, struct seal *ret_seal);
