/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger_hash - the hashes of common/seal over what the database holds
 */
#pragma once
#include "common/db/ledger.h"
#include "common/seal/merkle.h"
#include "common/seal/seal.h"

enum { LEDGER_OWN_PARAMS = 4 }; /* district, seq, wall_at, digest */

/* A value about to be bound, as the ledger's read statement will return it. */
void row_digest_value(struct row_digest *d, const struct sql_arg *value);
/* Before the first seal of a ledger of this service. */
void ledger_genesis(const char *ledger, const char *district, uint8_t ret_hash[DIGEST_SIZE]);

/* What ledger_set_* said. */
enum digest_algorithm ledger_algorithm(void);
const char *ledger_service(void);
/* A seal of the row @i; false when it is none that could have been made. */
bool ledger_seal_read(const struct rows *rows, size_t i, struct ledger_seal *ret_seal);
