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
    tx->pg->tx = NULL;
    free(tx);
}

/* What an SQLSTATE means to a caller; tx.h. */
static int outcome(const char *state)
{
    static const char *const retry[] = {"40001", "40P01", "55P03", "23505"};
    static const char *const lost[] = {"57P01", "57P02", "57P03"};

    for (size_t i = 0; i < ARRAY_LEN(retry); i++)
        if (!strcmp(state, retry[i]))
            return TX_E_RETRY;
    for (size_t i = 0; i < ARRAY_LEN(lost); i++)
        if (!strcmp(state, lost[i]))
            return TX_E_LOST;
    if (!strncmp(state, "23", 2) || !strncmp(state, "22", 2))
        return TX_E_CONSTRAINT;
    if (!strncmp(state, "08", 2))
        return TX_E_LOST;
    if (!strcmp(state, "57014"))
        return err_raise(-ETIMEDOUT);
    return err_raise(-EIO);
}

/* The first failure is the one that counts: what follows is only "aborted". */
static void fail(struct tx *tx, const char *name, const PGresult *res)
{
    if (tx->failed)
        return;
    pg_error(&tx->error, name, tx->pg->conn, res);
    tx->failed = tx->pg->alive ? outcome(tx->error.sqlstate) : TX_E_LOST;
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
            fail(tx, name, res);
        return;
    default:
        fail(tx, name, res);
    }
}

int tx_drain(struct tx *tx, PGresult **ret_last)
{
    PGresult *last = NULL;

    while (tx->pg->n_sent) {
        const char *name;
        PGresult *res = pg_take(tx->pg, &name);

        if (!res) {
            fail(tx, name ? name : "sync", NULL);
            tx->pg->n_sent = 0; /* nobody will answer */
            break;
        }
        if (!name) {
            PQclear(res);
            continue;
        }
        judge(tx, name, res);
        PQclear(last);
        last = res;
    }
    if (tx->failed || !ret_last) {
        PQclear(last);
        last = NULL;
    }
    if (!tx->pg->alive && !tx->failed)
        fail(tx, "connection", NULL);
    if (ret_last)
        *ret_last = last;
    return tx->failed;
}

static void queue(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args,
                  size_t n_args)
{
    struct pg_params params;

    CHECK((size_t)stmt->n_params == n_args);
    if (tx->failed)
        return;
    if (!tx->begun) {
        pg_send(tx->pg, &pg_begin[tx->mode], NULL);
        if (tx->mode != TX_WRITE)
            pg_send(tx->pg, &pg_read_plans, NULL);
        tx->begun = true;
    }
    params = pg_params(tx->arena, args, n_args);
    pg_send(tx->pg, stmt, &params);
    if (!tx->pg->alive)
        fail(tx, stmt->name, NULL);
}

static int run(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args,
               size_t n_args, PGresult **ret_res)
{
    queue(tx, stmt, args, n_args);
    if (tx->failed)
        return tx->failed;
    pg_send_flush(tx->pg);
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

void tx_exec(struct tx *tx, const struct sql_stmt *stmt, const struct sql_arg *args, size_t n_args)
{
    queue(tx, stmt, args, n_args);
    if (!tx->failed && tx->pg->n_sent >= PG_DRAIN_AT) {
        pg_send_flush(tx->pg);
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
    pg_send(pg, &pg_rollback, NULL);
    pg_send_sync(pg);
    while (pg->n_sent) {
        const char *name;
        PGresult *res = pg_take(pg, &name);

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

int tx_commit(struct tx *tx, struct errtext *e)
{
    int r;

    if (!tx->failed)
        tx_seal(tx);
    if (!tx->failed && tx->begun) {
        pg_send(tx->pg, &pg_commit, NULL);
        pg_send_sync(tx->pg);
        (void)tx_drain(tx, NULL);
    }
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

const struct errtext *tx_error(const struct tx *tx)
{
    return &tx->error;
}

struct arena *tx_arena(struct tx *tx)
{
    return tx->arena;
}
