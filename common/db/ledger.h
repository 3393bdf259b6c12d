/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger - append-only tables whose rows are chained by hash, per district
 *
 * A ledger is a table with the columns district, seq, algorithm, prev_hash, hash and its own values. Its
 * head (table chain_head: district, chain, position, hash) is locked and advanced in the appending
 * transaction, so seq is gap-free and in commit order: whoever has read up to N has missed nothing.
 * The hash covers ledger name, district, seq, previous hash and every value in its canonical text.
 *
 * The event stream and the command log are ledgers like any other.
 */
#pragma once
#include "common/base/digest.h"
#include "common/db/tx.h"

struct ledger {
    const char *name; /* the chain's name; also the table's */
    /* insert ... values ($1 district, $2 seq, $3 algorithm, $4 prev_hash, $5 hash, $6... the values) */
    const struct sql_stmt *append;
    /* select seq, algorithm, prev_hash, hash, <the values, same order, canonical text> where district = $1 and seq > $2
     * order by seq limit $3. Canonical: timestamptz as iso(at) (a function of the frame's first migration), bytea as is (hex),
     * bigint, boolean, text, uuid, date as is. No jsonb, float, numeric or array columns in a ledger. */
    const struct sql_stmt *chain;
};

/*
 * Hold back one row for the commit; values are copied. A uuid or date given as text must already be as PostgreSQL prints it
 * (lower case, YYYY-MM-DD): it is hashed as given and verified as read back.
 */
void tx_ledger(struct tx *tx, const struct ledger *ledger, const char *district, const struct sql_arg *values, size_t n_values);
#define ledger_append(tx, ledger, district, ...) tx_ledger((tx), (ledger), (district), SQL_ARGS_(__VA_ARGS__))

/* The algorithm of rows appended from now on; once, at start, before threads. Default SHA-256. */
void ledger_set_algorithm(enum digest_algorithm algorithm);

/* One thing wrong with a chain. */
struct ledger_fault {
    const char *ledger, *district;
    int64_t seq;        /* the row it shows at; 0 for the head */
    const char *reason; /* "hash", "previous", "gap", "head" */
};
/*
 * Walk every district's chain of @ledger in a snapshot and call @fault for each difference (a changed value, a missing row, a
 * cut tail). @ret_rows counts the rows read.
 */
int ledger_verify(struct pg *pg, const struct ledger *ledger, void (*fault)(const struct ledger_fault *f, void *arg), void *arg,
                  int64_t *ret_rows) MUST_CHECK;

/* The position of a chain after the commit that just succeeded on this connection; 0 if it took no part. For waking readers. */
struct advance {
    const char *ledger, *district; /* static or in the tx's arena */
    int64_t position;
};
size_t tx_advances(const struct pg *pg, const struct advance **ret_advances); /* of the last commit; borrowed until the next begin */
