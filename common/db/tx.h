/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tx - one transaction on one connection, with as few round trips as the rules allow
 *
 * libpq in pipeline mode under a plain, blocking face. sql_exec() only queues: it goes out with the
 * next sql_query() or with the commit, so a handler that reads once and writes five times costs two
 * round trips. A queued statement that fails makes the transaction fail where it is next waited for;
 * nothing of it remains. Ledger rows and events are held back until the commit, so that the heads of
 * their chains are locked for as short as possible and always in one order.
 *
 * One thread per connection. Values and rows live in the transaction's arena.
 */
#pragma once
#include "common/db/sql.h"

struct pg; /* a connection with its statements prepared */
struct tx;

/*
 * Connect, set search_path to @schema (and pg_temp), TimeZone UTC, ISO dates, statement and lock timeouts, prepare all @statements
 * (NULL-ended lists, the lists themselves NULL-ended). Blocks. @e says what failed; a wrong parameter count is an error here.
 * -ENOTCONN: no server, try again later; -EIO: a statement was refused. Ledgers need frame_statements (frame_sql.h) among the lists.
 */
int pg_open(const char *conninfo, const char *schema,
            const struct sql_stmt *const *const *statement_lists, struct pg **ret_pg,
            struct errtext *e) MUST_CHECK;
void pg_close(struct pg *pg); /* NULL is fine */
DEFINE_CLEANUP(struct pg *, pg_close)
/* False once the connection is broken: close it and open another. */
bool pg_alive(const struct pg *pg);
/* The same of one that stood idle, after a look whether its server hung up meanwhile; outside a transaction. */
bool pg_awake(struct pg *pg);

/*
 * Outcomes of queries and of the commit; no module has others of these numbers. After any of them only tx_rollback is allowed.
 * docs/core.md says which SQLSTATE is which.
 */
enum {
    TX_E_COLLISION = 2001, /* someone was faster, or a lock was not had in time: run it all again */
    TX_E_CONSTRAINT,       /* fault of the data: a constraint failed or a value did not parse */
    TX_E_UNIQUE, /* a unique key is taken: by someone faster just now, or for good. Once more, then as TX_E_CONSTRAINT */
    TX_E_MACHINE, /* fault of the machine: disk full, memory, time-out, a statement that no longer fits: later, and again */
    TX_E_LOST, /* the connection broke; whether a commit under way happened is unknown: ask by message id */
};
/* Whether @r is one of them. */
static inline bool tx_failed(int r)
{
    return r >= TX_E_COLLISION && r <= TX_E_LOST;
}

enum tx_mode {
    TX_WRITE,
    /* A write whose cause is kept and that records how far it came: lost in a crash of the server, it is lost whole and done again. So
     * its commit is not waited for to reach the disk; but it is when rows of a ledger go with it, for others may have read those. */
    TX_REDONE,
    TX_READ_ONLY,
    TX_SNAPSHOT, /* repeatable read, read only */
};

/* Begin (queued). @arena gets all values and rows; it must outlive the tx. */
struct tx *tx_begin(struct pg *pg, enum tx_mode mode, struct arena *arena);
/* Undo everything, free the tx. Also after a failed commit. NULL is fine. */
void tx_rollback(struct tx *tx);
/*
 * Flush held-back ledger rows and events (tx_ledger, see ledger.h) under their locked heads, commit, free the tx.
 * 0: durable. TX_E_*: rolled back (TX_E_LOST: unknown) and freed. @e may be NULL.
 */
int tx_commit(struct tx *tx, struct errtext *e) MUST_CHECK;
/*
 * When tx_commit has done everything but the commit itself, call @fn(@arg), on the same thread: the transaction takes no lock any
 * more, so one that begins now can wait for it and is never waited for by it. Not called when something failed before.
 */
void tx_on_committing(struct tx *tx, void (*fn)(void *arg), void *arg);

/*
 * From here on a step that can be undone alone, until the next tx_step. A savepoint is sent before its first statement that is not a
 * plain select, so a step that wrote nothing costs nothing.
 */
void tx_step(struct tx *tx);
/* Spare the savepoints: a step that wrote cannot be undone alone then. Before the first step. */
void tx_steps_unsaved(struct tx *tx);
/* Undo the step under way: what it wrote, held back and emitted. Only while nothing failed. False: it wrote and is not saved, so
 * nothing was undone, and only the whole can be. */
bool tx_step_back(struct tx *tx) MUST_CHECK;

/* Run and wait for rows. */
int tx_query(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args, size_t n_args,
             struct rows **ret_rows) MUST_CHECK;
/*
 * Ask now, wait later: the question goes out with the next wait, so that several questions that do not depend on each other cost one
 * round trip. tx_answer waits if nothing has waited since.
 */
struct asked;
struct asked *tx_ask(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args,
                     size_t n_args);
int tx_answer(struct tx *tx, struct asked *asked, struct rows **ret_rows) MUST_CHECK;
/* Queue; values are copied to the arena; nothing is known of its success until the next wait. */
void tx_exec(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args, size_t n_args);
/* Run and wait for the number of rows it changed; for `update ... where state = $old`. */
int tx_change(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args, size_t n_args,
              int64_t *ret_changed) MUST_CHECK;
/* 0, or the TX_E_* that all further calls return. */
int tx_outcome(const struct tx *tx);
/* Why the tx failed, for the log. Never NULL. */
const struct errtext *tx_error(const struct tx *tx);
struct arena *tx_arena(struct tx *tx);

/* sql_query(tx, &sql_notice_get, &rows, T(district), T(id)) and so on; the argument count is checked against the statement. */
#define SQL_ARGS_(...) \
    (const struct sql_arg[]){__VA_ARGS__}, \
        sizeof((const struct sql_arg[]){__VA_ARGS__}) / sizeof(struct sql_arg)
#define sql_query(tx, stmt, ret_rows, ...) \
    sql_query_((tx), (stmt), (ret_rows), SQL_ARGS_(__VA_ARGS__))
#define sql_ask(tx, stmt, ...) sql_ask_((tx), (stmt), SQL_ARGS_(__VA_ARGS__))
#define sql_exec(tx, stmt, ...) sql_exec_((tx), (stmt), SQL_ARGS_(__VA_ARGS__))
#define sql_change(tx, stmt, ret_changed, ...) \
    sql_change_((tx), (stmt), (ret_changed), SQL_ARGS_(__VA_ARGS__))
static inline MUST_CHECK int sql_query_(struct tx *tx, const struct sql_stmt *stmt,
                                        struct rows **ret_rows, const struct sql_arg *args,
                                        size_t n_args)
{
    return tx_query(tx, stmt, args, n_args, ret_rows);
}
static inline struct asked *sql_ask_(struct tx *tx, const struct sql_stmt *stmt,
                                     const struct sql_arg *args, size_t n_args)
{
    return tx_ask(tx, stmt, args, n_args);
}
static inline void sql_exec_(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args,
                             size_t n_args)
{
    tx_exec(tx, stmt, args, n_args);
}
static inline MUST_CHECK int sql_change_(struct tx *tx, const struct sql_stmt *stmt,
                                         int64_t *ret_changed, const struct sql_arg *args,
                                         size_t n_args)
{
    return tx_change(tx, stmt, args, n_args, ret_changed);
}
