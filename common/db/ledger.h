/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ledger - append-only tables whose rows are sealed, per district
 *
 * A ledger is a table with the columns district, seq, wall_at, digest and its own values. A transaction's rows of a ledger are
 * sealed together: the seal holds the Merkle root of their digests and its hash covers the seal before, so seq is gap-free and in
 * commit order, and whoever changes a row changes every seal after it. docs/core.md has the bytes.
 *
 * The event stream and the command log are ledgers like any other, but that their heads share a row and that all of a commit is
 * written by one statement (frame_commit).
 */
#pragma once
#include "common/base/digest.h"
#include "common/db/tx.h"

struct ledger {
    const char *name; /* the table's */
    /* insert ... values ($1 district, $2 seq, $3 wall_at, $4 digest, $5... the values); NULL for the frame's two */
    const struct sql_stmt *append;
    /* -- binary; select seq, digest, wall_at, <the values, same order> where district = $1 and seq > $2 order by seq limit $3.
     * Of types whose binary form is canonical: text, bigint, boolean, timestamptz, uuid, bytea; anything else is cast to text. */
    const struct sql_stmt *chain;
};

/*
 * Hold back one row for the commit; values are copied. A value is hashed in the form it is given: what is given as text must be read
 * back as text, exactly as PostgreSQL prints it (a uuid in lower case, a date as YYYY-MM-DD).
 * Of `stream` and `log` the values are those of frame_commit, in its order.
 */
void tx_ledger(struct tx *tx, const struct ledger *ledger, const char *district,
               const struct sql_arg *values, size_t n_values);
#define ledger_append(tx, ledger, district, ...) \
    tx_ledger((tx), (ledger), (district), SQL_ARGS_(__VA_ARGS__))
extern const struct ledger frame_stream, frame_log;

/* The algorithm of rows sealed from now on; once, at start, before threads. Default SHA-256. */
void ledger_set_algorithm(enum digest_algorithm algorithm);
/* Whose chains these are, in their genesis; once, at start. Borrowed. Default "none". */
void ledger_set_service(const char *name);

/* Make the heads that are missing, of stream, log and @own (NULL-ended, may be NULL) in @districts, in one transaction. */
int ledger_make_heads(struct pg *pg, const char *const *districts, size_t n_districts,
                      const struct ledger *const *own, struct errtext *e) MUST_CHECK;
/* Queue the making of the stream's and log's head of @district, if it is missing. */
void tx_make_head(struct tx *tx, const char *district);

/* A seal as stored. */
struct ledger_seal {
    int64_t first, last;
    enum digest_algorithm algorithm; /* 0: unknown */
    uint8_t root[DIGEST_SIZE], hash[DIGEST_SIZE];
};

/* What the commit that just succeeded on this connection did to a district. */
struct ledger_row {
    const struct sql_arg *values;
};
struct advance {
    const char *district;                                    /* in the tx's arena */
    int64_t stream_from, stream_seq, log_seq;                /* the stream's end before and after */
    uint8_t stream_hash[DIGEST_SIZE], log_hash[DIGEST_SIZE]; /* of their newest seals */
    uint8_t stream_root[DIGEST_SIZE]; /* of the events' seal, when there are any */
    const struct ledger_row
        *events; /* those of the stream, n = stream_seq - stream_from; in the tx's arena */
};
/* Whether the seal @now with @root over (@from, @to] follows from one with @hash at @from: false when somebody else wrote that end. */
bool advance_follows(const uint8_t hash[DIGEST_SIZE], const uint8_t root[DIGEST_SIZE], int64_t from,
                     int64_t to, const uint8_t now[DIGEST_SIZE]);
size_t tx_advances(
    const struct pg *pg,
    const struct advance **ret_advances); /* of the last commit; borrowed until the next begin */
