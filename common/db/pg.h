/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pg - the inside of common/db: a connection in pipeline mode and what was sent but not answered
 *
 * Not for use outside this directory. Everything sent is remembered in order, because libpq answers
 * in order: a result, then NULL, for each statement; one result alone for each sync.
 */
#pragma once
#include <libpq-fe.h>

#include "common/db/ledger.h"

enum {
    PG_CONNECT_S = 5,
    PG_SILENCE_MS =
        60 * 1000, /* no answer for this long: twice statement_timeout, so the server is gone */
    PG_DRAIN_AT =
        1000, /* statements queued before answers are read, so that neither side's buffers grow */
};

struct pg_sent {
    const char *name; /* of the statement; NULL for a sync */
};

struct pg {
    PGconn *conn;
    bool alive;
    struct pg_sent *sent; /* a ring */
    size_t sent_at, n_sent, sent_room;
    struct tx *tx;
    const struct advance *advances;
    size_t n_advances;
};

struct held; /* a ledger row waiting for the commit */
struct head; /* of a chain this transaction appends to */

struct tx {
    struct pg *pg;
    struct arena *arena;
    enum tx_mode mode;
    bool begun; /* BEGIN was sent */
    int failed; /* the outcome or fatal error all further calls return */
    struct errtext error;
    struct held *held, **held_end;
    struct head *heads;
    size_t n_heads, heads_room;
};

extern const struct sql_stmt pg_begin[], pg_commit, pg_rollback, pg_read_plans; /* pg_begin by enum tx_mode */

/*
 * A plain connection with its session set up: UTC, ISO dates, hex bytea, search_path to @schema and
 * pg_temp if it is not NULL, and with @timeouts the statement and lock timeouts. -ENOTCONN, -EIO.
 */
int pg_connect(const char *conninfo, const char *schema, bool timeouts, PGconn **ret_conn,
               struct errtext *e) MUST_CHECK;
/* @res's error, or the connection's if @res is NULL, as one sentence after "@what: ". */
void pg_error(struct errtext *e, const char *what, const PGconn *conn, const PGresult *res);

struct pg_params {
    const char *const *values;
    const int *lengths, *formats;
    int n;
};
/* In the form libpq wants; in @arena or borrowed from @args. */
struct pg_params pg_params(struct arena *arena, const struct sql_arg *args, size_t n_args);

/* These mark the connection as not alive when it breaks, and do nothing on a broken one. */
void pg_send(struct pg *pg, const struct sql_stmt *stmt, const struct pg_params *params);
void pg_send_sync(struct pg *pg);
void pg_send_flush(struct pg *pg);
/* Wait for the answer to the oldest thing sent; the caller clears it. NULL: the connection is
 * broken. */
PGresult *pg_take(struct pg *pg, const char **ret_name);

/* In tx.c: wait for everything sent; the last statement's result or NULL. */
int tx_drain(struct tx *tx, PGresult **ret_last);
/* In ledger.c: lock the heads, append what is held back, advance the heads (queued, not waited
 * for). */
void tx_seal(struct tx *tx);
/* After the commit: where the chains stand now, for tx_advances. */
void tx_keep_advances(struct tx *tx);

struct rows *rows_new(struct arena *arena, PGresult *res);
size_t rows_width(const struct rows *rows);
const char *rows_cell(const struct rows *rows, size_t row, size_t column); /* NULL when null */
struct bytes rows_cell_bytes(const struct rows *rows, size_t row, size_t column);
