/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/tx.h"

#include <errno.h>
#include <string.h>

#include "common/db/pg.h"

#include "common/base/banned.h"

struct tx *tx_begin(struct pg *pg, enum tx_mode mode, struct arena *arena)
{
    struct tx *tx = calloc(1, sizeof(*tx));

    CHECK(tx && !pg->tx && pg->n_sent == 0);
    *tx = (struct tx){.pg = pg, .arena = arena, .mode = mode};
    tx->held_end = &tx->held;
    pg->tx = tx;
    pg->advances = NULL;
    pg->n_advances = 0;
    return tx;
}

static void free_tx(struct tx *tx)
{
    tx_forget_parts(tx);
    tx->pg->tx = NULL;
    free(tx);
}

/* What an SQLSTATE means to a caller: tx.h, docs/core.md. Longer prefixes come first. */
static const struct {
    const char *prefix;
    int outcome;
} outcomes[] = {
    {"40001", TX_E_COLLISION}, /* serialization failure */
    {"40P01", TX_E_COLLISION}, /* deadlock */
    {"55P03", TX_E_COLLISION}, /* lock not available */
    {"40003", TX_E_LOST},      /* statement completion unknown */
    {"23505", TX_E_UNIQUE},    {"22", TX_E_CONSTRAINT},
    {"23", TX_E_CONSTRAINT},   {"54000", TX_E_CONSTRAINT}, /* a value too long for an index */
    {"25006", TX_E_LOST}, /* read only: this is no primary any more */
    {"25P03", TX_E_LOST}, /* idle in transaction for too long: the server ended the session */
    {"0A000", TX_E_LOST}, /* a standby refuses `begin read write`; a plan whose table was altered */
    {"08", TX_E_LOST},         {"57014", TX_E_MACHINE}, /* cancelled or timed out */
    {"57P", TX_E_LOST},                                 /* the server goes down or comes up */
};

static int outcome(const char *state)
{
    for (size_t i = 0; i < ARRAY_LEN(outcomes); i++)
        if (!strncmp(state, outcomes[i].prefix, strlen(outcomes[i].prefix)))
            return outcomes[i].outcome;
    return TX_E_MACHINE; /* 53 resources, 58 system, XX internal, and what is not known */
}

/* The key of the message ids, which is partitioned: message_0_pkey, message_1_pkey, ... */
static bool is_message_key(const PGresult *res)
{
    const char *name = res ? PQresultErrorField(res, PG_DIAG_CONSTRAINT_NAME) : NULL;
    const char *table = res ? PQresultErrorField(res, PG_DIAG_TABLE_NAME) : NULL;
    size_t n = table ? strlen(table) : 0;

    return name && n && !strncmp(table, "message_", 8) && !strncmp(name, table, n) &&
           !strcmp(name + n, "_pkey");
}

/* The first failure is the one that counts: what follows is only "aborted". */
void tx_fail(struct tx *tx, const char *name, const PGresult *res)
{
    if (tx->failed)
        return;
    pg_error(&tx->error, name, tx->pg->conn, res);
    tx->failed = tx->pg->alive ? outcome(tx->error.sqlstate) : TX_E_LOST;
    if (tx->failed == TX_E_UNIQUE && is_message_key(res))
        tx->failed = TX_E_COLLISION;
    if (!strcmp(tx->error.sqlstate, "25006") && tx->mode >= TX_READ_ONLY)
        tx->failed = err_raise(-EIO); /* a write in a reading transaction: our bug, no standby */
    /* the session may say what it likes from now on: a new one is opened for what comes next */
    if (tx->failed == TX_E_LOST)
        tx->pg->alive = false;
}

/* @res answers the statement @name. */
static void judge(struct tx *tx, const char *name, const PGresult *res)
{
    switch (PQresultStatus(res)) {
    case PGRES_TUPLES_OK:
        return;
    case PGRES_COMMAND_OK:
        /* a commit of a broken transaction "succeeds" as a rollback */
        if (name == pg_commit.name && strcmp(PQcmdStatus((PGresult *)res), "COMMIT") != 0)
            tx_fail(tx, name, res);
        return;
    default:
        tx_fail(tx, name, res);
    }
}

/* Wait for what was sent, but for the last @leave things. */
static int drain(struct tx *tx, size_t leave, PGresult **ret_last)
{
    PGresult *last = NULL;

    while (tx->pg->n_sent > leave) {
        struct pg_sent sent;
        PGresult *res = pg_take(tx->pg, &sent);

        if (!res) {
            tx_fail(tx, sent.name ? sent.name : "sync", NULL);
            tx->pg->n_sent = 0; /* nobody will answer */
            break;
        }
        if (!sent.name) {
            PQclear(res);
            continue;
        }
        judge(tx, sent.name, res);
        if (sent.keep && !tx->failed) {
            *sent.keep = res;
            continue;
        }
        PQclear(last);
        last = res;
    }
    if (tx->failed || !ret_last) {
        PQclear(last);
        last = NULL;
    }
    if (!tx->pg->alive && !tx->failed)
        tx_fail(tx, "connection", NULL);
    if (ret_last)
        *ret_last = last;
    return tx->failed;
}

int tx_drain(struct tx *tx, PGresult **ret_last)
{
    return drain(tx, 0, ret_last);
}

void tx_begin_statement(struct tx *tx, const struct sql_stmt *stmt)
{
    if (!tx->begun) {
        pg_send(tx->pg, &pg_begin[tx->mode], NULL, NULL);
        if (tx->mode >= TX_READ_ONLY)
            pg_send(tx->pg, &pg_read_plans, NULL, NULL);
        tx->begun = true;
    }
    if (tx->in_step && !tx->saved && !stmt->reads) {
        if (!tx->unsaved)
            pg_send(tx->pg, &pg_savepoint, NULL, NULL);
        tx->saved = true;
    }
}

void tx_send(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args, size_t n_args,
             PGresult **keep)
{
    struct pg_params params;

    CHECK((size_t)stmt->n_params == n_args);
    if (tx->failed)
        return;
    tx_begin_statement(tx, stmt);
    params = pg_params(tx->arena, args, n_args);
    pg_send(tx->pg, stmt, &params, keep);
    if (!tx->pg->alive)
        tx_fail(tx, stmt->name, NULL);
}

/* A sync and not a flush: only behind it the server counts the session as idle, and ends it when whoever began the transaction
 * stands still and holds its locks. */
static int run(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args,
               size_t n_args, PGresult **ret_res)
{
    tx_send(tx, stmt, args, n_args, NULL);
    if (tx->failed)
        return tx->failed;
    pg_send_sync(tx->pg);
    return tx_drain(tx, ret_res);
}

int tx_query(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args, size_t n_args,
             struct rows **ret_rows)
{
    PGresult *res = NULL;
    int r = run(tx, stmt, args, n_args, &res);

    if (r)
        return r;
    *ret_rows = rows_new(tx->arena, res);
    return 0;
}

struct asked {
    PGresult *res;
    struct rows *rows;
};

static void forget_asked(void *asked)
{
    PQclear(((struct asked *)asked)->res);
}

struct asked *tx_ask(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args,
                     size_t n_args)
{
    struct asked *asked = arena_new_one(tx->arena, struct asked);

    arena_on_end(tx->arena, forget_asked, asked);
    tx_send(tx, stmt, args, n_args, &asked->res);
    return asked;
}

int tx_answer(struct tx *tx, struct asked *asked, struct rows **ret_rows)
{
    if (!asked->res && !asked->rows && !tx->failed) {
        pg_send_sync(tx->pg);
        (void)tx_drain(tx, NULL);
    }
    if (tx->failed)
        return tx->failed;
    if (!asked->rows)
        asked->rows = rows_new(tx->arena, TAKE(asked->res));
    *ret_rows = asked->rows;
    return 0;
}

void tx_exec(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args, size_t n_args)
{
    tx_send(tx, stmt, args, n_args, NULL);
    if (!tx->failed && tx->pg->n_sent >= PG_DRAIN_AT) {
        pg_send_sync(tx->pg);
        (void)tx_drain(tx, NULL); /* a failure stays in the tx until someone waits */
    }
}

int tx_change(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args, size_t n_args,
              int64_t *ret_changed)
{
    PGresult *res = NULL;
    int r = run(tx, stmt, args, n_args, &res);

    if (r)
        return r;
    *ret_changed = strtoll(PQcmdTuples(res), NULL, 10);
    PQclear(res);
    return 0;
}

void tx_step(struct tx *tx)
{
    tx->in_step = true;
    tx->saved = false;
    tx->mark = tx_held_mark(tx);
}

void tx_steps_unsaved(struct tx *tx)
{
    CHECK(!tx->in_step);
    tx->unsaved = true;
}

bool tx_step_back(struct tx *tx)
{
    CHECK(tx->in_step && !tx->failed);
    if (tx->saved && tx->unsaved)
        return false;
    if (tx->saved)
        pg_send(tx->pg, &pg_back, NULL, NULL);
    tx_held_back(tx, tx->mark);
    return true;
}

/*
 * Undo on the server and make the connection usable. A sync first ends a pipeline that an error
 * aborted; without it the rollback itself would be skipped. One round trip; a broken connection
 * costs none, for its server undoes by itself.
 */
static void undo(struct tx *tx)
{
    struct pg *pg = tx->pg;

    if (!tx->begun)
        return;
    pg_send_sync(pg);
    pg_send(pg, &pg_rollback, NULL, NULL);
    pg_send_sync(pg);
    while (pg->n_sent) {
        struct pg_sent sent;
        PGresult *res = pg_take(pg, &sent);

        if (!res)
            pg->n_sent = 0;
        PQclear(res);
    }
    if (pg->alive && PQtransactionStatus(pg->conn) != PQTRANS_IDLE)
        pg->alive = false;
}

void tx_rollback(struct tx *tx)
{
    if (!tx)
        return;
    undo(tx);
    free_tx(tx);
}

void tx_on_committing(struct tx *tx, void (*fn)(void *arg), void *arg)
{
    tx->committing = fn;
    tx->committing_arg = arg;
}

static void send_commit(struct tx *tx)
{
    enum { COMMIT_AND_SYNC = 2 };

    if (tx->mode == TX_REDONE && !tx->n_held)
        pg_send(tx->pg, &pg_commit_soon, NULL, NULL);
    if (tx->committing)
        pg_send_flush(tx->pg);
    pg_send(tx->pg, &pg_commit, NULL, NULL);
    pg_send_sync(tx->pg);
    if (tx->committing && drain(tx, COMMIT_AND_SYNC, NULL) == 0)
        tx->committing(tx->committing_arg);
    (void)tx_drain(tx, NULL);
}

int tx_commit(struct tx *tx, struct errtext *e)
{
    int r;

    tx->in_step = false; /* what follows belongs to all steps */
    if (!tx->failed)
        tx_seal(tx);
    if (!tx->failed && tx->begun)
        send_commit(tx);
    r = tx->failed;
    if (r) {
        if (e)
            *e = tx->error;
        undo(tx);
    } else {
        tx_keep_advances(tx);
    }
    free_tx(tx);
    return r;
}

int tx_outcome(const struct tx *tx)
{
    return tx->failed;
}

const struct errtext *tx_error(const struct tx *tx)
{
    return &tx->error;
}

struct arena *tx_arena(struct tx *tx)
{
    return tx->arena;
}
