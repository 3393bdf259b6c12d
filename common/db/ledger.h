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
void tx_ledger(struct tx *tx, const struct ledger *ledger, const char *district, const struct sql_arg *values, size_t n_values);
#define ledger_append(tx, ledger, district, ...) tx_ledger((tx), (ledger), (district), SQL_ARGS_(__VA_ARGS__))
extern const struct ledger frame_stream, frame_log;

/* The algorithm of rows sealed from now on; once, at start, before threads. Default SHA-256. */
void ledger_set_algorithm(enum digest_algorithm algorithm);
/* Whose chains these are, in their genesis; once, at start. Borrowed. Default "none". */
void ledger_set_service(const char *name);

/* Make the heads that are missing, of stream, log and @own (NULL-ended, may be NULL) in @districts, in one transaction. */
int ledger_make_heads(struct pg *pg, const char *const *districts, size_t n_districts, const struct ledger *const *own,
                      struct errtext *e) MUST_CHECK;
/* Queue the making of the stream's and log's head of @district, if it is missing. */
void tx_make_head(struct tx *tx, const char *district);

/* A seal as stored. */
struct ledger_seal {
    int64_t first, last;
    enum digest_algorithm algorithm; /* 0: unknown */
    uint8_t root[DIGEST_SIZE], hash[DIGEST_SIZE];
};

/* One thing wrong with a ledger. */
struct ledger_fault {
    const char *ledger, *district;
    int64_t seq; /* the row it shows at, or the seal's last */
    /* "digest": the row is not what was sealed; "gap": rows are missing; "root": the rows are not those of the seal; "seal": the seal
     * does not follow from the one before; "unsealed": rows without a seal; "head": the end is not where the head says; "twice": the
     * row is there though it was archived, or there is another of its seq */
    const char *reason;
};
/* A walk over one district's chain of a ledger, in pages, each in a transaction of its own. Of rows that were archived, also meanwhile,
 * the seals are checked alone. */
struct ledger_walk;
struct ledger_walk *ledger_walk_new(const struct ledger *ledger, const char *district,
                                    void (*fault)(const struct ledger_fault *f, void *arg), void *arg);
void ledger_walk_free(struct ledger_walk *w);
DEFINE_CLEANUP(struct ledger_walk *, ledger_walk_free)
/* Begin behind @after, the last row of a sealed range whose seal's hash is @hash (an earlier walk). */
void ledger_walk_from(struct ledger_walk *w, int64_t after, const uint8_t hash[DIGEST_SIZE]);
enum { WALK_DONE = 1 };
/* One page more. WALK_DONE: up to the head as it was when the walk began. Negative, TX_E_*: the database; may be called again. */
int ledger_walk_page(struct ledger_walk *w, struct pg *pg) MUST_CHECK;
/* Rows recomputed so far, where it stands and where it will end. */
int64_t ledger_walk_rows(const struct ledger_walk *w);
int64_t ledger_walk_at(const struct ledger_walk *w);
/* The last seal looked at, for ledger_walk_from another time; 0: none yet, @ret_hash is as it was. */
int64_t ledger_walk_sealed(const struct ledger_walk *w, uint8_t ret_hash[DIGEST_SIZE]);
/* Where the heads of @n districts stand, as read: @ret_ends has room for them. */
int ledger_ends(struct pg *pg, const struct ledger *ledger, const char *const *districts, size_t n, int64_t *ret_ends) MUST_CHECK;
/* The districts @ledger has rows or heads of, in @arena. */
int ledger_districts(struct pg *pg, const struct ledger *ledger, struct arena *arena, const char *const **ret_districts,
                     size_t *ret_n) MUST_CHECK;
/* Walk every district of @ledger; @ret_rows counts the rows recomputed. */
int ledger_verify(struct pg *pg, const struct ledger *ledger, void (*fault)(const struct ledger_fault *f, void *arg), void *arg,
                  int64_t *ret_rows) MUST_CHECK;

/* What the commit that just succeeded on this connection did to a district. */
struct ledger_row {
    const struct sql_arg *values;
};
struct advance {
    const char *district;                                    /* in the tx's arena */
    int64_t stream_from, stream_seq, log_seq;                /* the stream's end before and after */
    uint8_t stream_hash[DIGEST_SIZE], log_hash[DIGEST_SIZE]; /* of their newest seals */
    uint8_t stream_root[DIGEST_SIZE];                        /* of the events' seal, when there are any */
    const struct ledger_row *events;                         /* those of the stream, n = stream_seq - stream_from; in the tx's arena */
};
/* Whether the seal @now with @root over (@from, @to] follows from one with @hash at @from: false when somebody else wrote that end. */
bool advance_follows(const uint8_t hash[DIGEST_SIZE], const uint8_t root[DIGEST_SIZE], int64_t from, int64_t to,
                     const uint8_t now[DIGEST_SIZE]);
size_t tx_advances(const struct pg *pg, const struct advance **ret_advances); /* of the last commit; borrowed until the next begin */
