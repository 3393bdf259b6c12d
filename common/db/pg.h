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
#include "common/seal/value.h"

enum {
    PG_CONNECT_S = 5,
    PG_SILENCE_MS = 35 * 1000, /* no answer for this long: more than statement_timeout allows */
    PG_DRAIN_AT =
        1000, /* statements queued before answers are read, so that neither side's buffers grow */
};

#define PG_EPOCH_US INT64_C(946684800000000) /* 2000-01-01, from which PostgreSQL counts */

struct pg_sent {
    const char *name; /* of the statement; NULL for a sync */
    PGresult **keep;  /* where its result is left; NULL: only the last one is kept, by tx_drain */
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

struct str;
struct held; /* a ledger row waiting for the commit */
struct part; /* what a transaction appends to one district's stream and log */

/* How much a transaction holds back for its commit. */
struct held_mark {
    struct held **end;
    size_t n;
};

struct tx {
    struct pg *pg;
    struct arena *arena;
    enum tx_mode mode;
    bool begun; /* BEGIN was sent */
    int failed; /* the outcome or fatal error all further calls return */
    struct errtext error;
    struct held *held, **held_end;
    size_t n_held;
    struct part *parts; /* by district, once the commit began */
    int64_t wall_at;    /* the instant its ledger rows say they were written */
    bool in_step,
        saved;    /* between tx_step and the next; its savepoint was sent, or would have been */
    bool unsaved; /* savepoints are not sent */
    void (*committing)(void *arg); /* tx_on_committing; may be NULL */
    void *committing_arg;
    struct held_mark mark; /* where the step began */
};

extern const struct sql_stmt pg_begin[], pg_commit, pg_commit_soon, pg_rollback, pg_read_plans,
    pg_savepoint, pg_back; /* pg_begin by enum tx_mode */

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
/* A value in PostgreSQL's binary form, in @room or borrowed; data NULL for null and for arrays. */
enum { PG_BINARY_ROOM = 8 };
struct bytes pg_binary(const struct sql_arg *value, uint8_t room[PG_BINARY_ROOM]);
/* In the form libpq wants; in @arena or borrowed from @args. */
struct pg_params pg_params(struct arena *arena, const struct sql_arg *args, size_t n_args);

/* These mark the connection as not alive when it breaks, and do nothing on a broken one. */
void pg_send(struct pg *pg, const struct sql_stmt *stmt, const struct pg_params *params,
             PGresult **keep);
void pg_send_sync(struct pg *pg);
/* The server is to tell the results of what was sent so far, and not to keep them until the sync. */
void pg_send_flush(struct pg *pg);
/* Wait for the answer to the oldest thing sent; the caller clears it. NULL: the connection is
 * broken. */
PGresult *pg_take(struct pg *pg, struct pg_sent *ret_sent);

/* Until PQgetResult would not block. Sends what is left to send, and reads meanwhile. False: nothing came for too long. */
bool pg_await(struct pg *pg);

/* Ask the server to end the statement under way; what comes of it is read as ever. */
void pg_cancel(struct pg *pg);

/* Of a copy under way. The next piece of data, of this size, PQfreemem it; 0: that was all, or an error, which the result tells. */
enum { PG_COPY_LOST = -3 };
int pg_copy_data(struct pg *pg, char **ret_data);
/* All of @data is with the server; that is all there is. False: the connection is broken. */
bool pg_copy_send(struct pg *pg, const struct str *data);
bool pg_copy_end(struct pg *pg);

/* In tx.c: what goes before @stmt, if it was not sent yet: the begin, a savepoint. */
void tx_begin_statement(struct tx *tx, const struct sql_stmt *stmt);
/* The first failure counts. @res NULL: the connection's. */
void tx_fail(struct tx *tx, const char *name, const PGresult *res);
/* In tx.c: wait for everything sent; the last statement's result or NULL. */
int tx_drain(struct tx *tx, PGresult **ret_last);
/* Queue @stmt, as tx_exec does; its result is left in *keep by the next wait. */
void tx_send(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args, size_t n_args,
             PGresult **keep);
/* In ledger.c: append what is held back, sealed (the last statements are queued, not waited for). */
void tx_seal(struct tx *tx);
/* Results that nobody will look at. */
void tx_forget_parts(struct tx *tx);
/* After the commit: where the streams and logs stand now, for tx_advances. */
void tx_keep_advances(struct tx *tx);
/* What is held back now; and forgetting what was held back since. */
struct held_mark tx_held_mark(const struct tx *tx);
void tx_held_back(struct tx *tx, struct held_mark mark);

struct rows *rows_new(struct arena *arena, PGresult *res);
size_t rows_width(const struct rows *rows);
const char *rows_cell(const struct rows *rows, size_t row, size_t column);      /* NULL when null */
struct bytes rows_cell_raw(const struct rows *rows, size_t row, size_t column); /* as it came */
const char *rows_column_name(const struct rows *rows, size_t column); /* borrowed from the rows */
/* Of a ledger's chain statement; false: none of those that are sealed as they lie. */
bool rows_column_type(const struct rows *rows, size_t column, enum seal_type *ret_type);
struct bytes rows_cell_bytes(const struct rows *rows, size_t row, size_t column);
