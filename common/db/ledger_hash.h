/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_hash - what the hash of a ledger row covers; the same for appending and for verifying
 *
 * Fields as digest_add_field writes them, in this order: the ledger's name, the district, seq in
 * decimal, the previous hash (32 bytes, all zero before the first row), then every value in its
 * canonical text, null as null.
 */
#pragma once
#include "common/base/digest.h"
#include "common/db/sql.h"

enum { LEDGER_OWN_PARAMS = 5 }; /* district, seq, algorithm, prev_hash, hash */

void ledger_hash_begin(struct digest *d, const char *ledger, const char *district, int64_t seq,
                       struct bytes prev_hash);
/* A value about to be bound: its text as the ledger's chain statement will return it. */
void ledger_hash_value(struct digest *d, struct arena *arena, const struct sql_arg *value);
/* A value as it was read; NULL is null. */
void ledger_hash_text(struct digest *d, const char *text);
