/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/ledger_proof.h"

#include <errno.h>
#include <string.h>

#include "common/db/ledger_hash.h"
#include "common/db/pg.h"
#include "frame_sql.h"

#include "common/base/banned.h"

enum { PAGE_ROWS = 500, FIRST_VALUE = 2 /* after seq, digest */ };

static bool take_hash(struct bytes b, uint8_t ret[DIGEST_SIZE])
{
    if (b.size != DIGEST_SIZE)
        return false;
    memcpy(ret, b.data, DIGEST_SIZE);
    return true;
}

/* ---- the row ---- */

static int take_values(const struct rows *rows, struct arena *arena, struct proof *p)
{
    size_t width = rows_width(rows);
    struct proof_value *values = arena_new_array(arena, struct proof_value, width);

    for (size_t i = FIRST_VALUE; i < width; i++) {
        struct proof_value *v = &values[i - FIRST_VALUE];

        v->column = rows_column_name(rows, i);
        v->bytes = rows_cell_raw(rows, 0, i);
        if (!rows_column_type(rows, i, &v->type))
            return err_raise(-EINVAL); /* a chain statement casts all other types */
    }
    p->values = values;
    p->n_values = width - FIRST_VALUE;
    return 0;
}

static int read_row(struct tx *tx, const struct ledger *ledger, const char *district, int64_t seq,
                    struct proof *p)
{
    struct rows *rows;
    int r = sql_query(tx, ledger->chain, &rows, T(district), I(seq - 1), I(1));

    if (r)
        return r;
    if (rows_count(rows) == 0 || rows_i64(rows, 0, "seq") != seq)
        return LEDGER_PROOF_E_ROW;
    p->seq = seq;
    if (!take_hash(rows_cell_raw(rows, 0, 1), p->digest))
        return LEDGER_PROOF_E_SEAL;
    return take_values(rows, tx_arena(tx), p);
}

static int read_seal(struct tx *tx, struct proof *p)
{
    struct ledger_seal seal, before;
    struct rows *rows;
    int r = sql_query(tx, &sql_ledger_seal_at, &rows, T(p->chain.district), T(p->chain.ledger),
                      I(p->seq));

    if (r)
        return r;
    if (rows_count(rows) == 0 || !ledger_seal_read(rows, 0, &seal) || seal.first > p->seq ||
        seal.first < 1)
        return LEDGER_PROOF_E_SEAL;
    p->algorithm = seal.algorithm;
    p->first = seal.first;
    p->last = seal.last;
    memcpy(p->hash, seal.hash, DIGEST_SIZE);
    if (seal.first == 1) {
        seal_genesis(&p->chain, p->previous);
        return 0;
    }
    r = sql_query(tx, &sql_ledger_seal_at, &rows, T(p->chain.district), T(p->chain.ledger),
                  I(seal.first - 1));
    if (r)
        return r;
    if (rows_count(rows) == 0 || !ledger_seal_read(rows, 0, &before) ||
        before.last != seal.first - 1)
        return LEDGER_PROOF_E_SEAL;
    memcpy(p->previous, before.hash, DIGEST_SIZE);
    return 0;
}

/* ---- its place among the leaves ---- */

static int read_page(struct pg *pg, const struct ledger *ledger, const struct proof *p, int64_t *at,
                     uint8_t (*leaves)[DIGEST_SIZE], struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, a);
    int64_t left = p->last - *at;
    struct rows *rows;
    int r = sql_query(tx, ledger->chain, &rows, T(p->chain.district), I(*at),
                      I(left < PAGE_ROWS ? left : PAGE_ROWS));

    if (r)
        errtext_set(e, "%s", tx_error(tx)->text);
    tx_rollback(tx);
    if (r == 0 && rows_count(rows) == 0)
        r = LEDGER_PROOF_E_SEAL;
    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        ++*at;
        if (rows_i64(rows, i, "seq") != *at ||
            !take_hash(rows_cell_raw(rows, i, 1), leaves[*at - p->first]))
            r = LEDGER_PROOF_E_SEAL;
    }
    return r;
}

static int read_path(struct pg *pg, const struct ledger *ledger, struct proof *p, struct errtext *e)
{
    size_t n = (size_t)(p->last - p->first) + 1;
    uint8_t(*leaves)[DIGEST_SIZE] = calloc(n, DIGEST_SIZE);
    int64_t at = p->first - 1;
    int r = 0;

    if (!leaves)
        return err_raise(-ENOMEM); /* the range is a database's word */
    while (r == 0 && at < p->last)
        r = read_page(pg, ledger, p, &at, leaves, e);
    if (r == 0)
        p->n_path = merkle_path(p->algorithm, (const uint8_t(*)[DIGEST_SIZE])leaves, n,
                                (size_t)(p->seq - p->first), p->path);
    free(leaves);
    return r;
}

int ledger_proof_row(struct pg *pg, const struct ledger *ledger, const char *district, int64_t seq,
                     struct arena *arena, struct proof *ret_proof, struct errtext *e)
{
    struct proof p = {0};
    struct tx *tx;
    int r;

    if (seq < 1 || seal_chain_set(&p.chain, ledger_service(), ledger->name, district) != 0)
        return LEDGER_PROOF_E_ROW;
    tx = tx_begin(pg, TX_SNAPSHOT, arena);
    r = read_row(tx, ledger, district, seq, &p);
    r = r ? r : read_seal(tx, &p);
    if (tx_failed(r))
        errtext_set(e, "%s", tx_error(tx)->text);
    tx_rollback(tx);
    r = r ? r : read_path(pg, ledger, &p, e);
    if (r == 0)
        *ret_proof = p;
    return r;
}

int ledger_proof_seal(struct pg *pg, const struct ledger *ledger, const char *district, int64_t seq,
                      struct arena *arena, struct proof *ret_proof, struct errtext *e)
{
    struct proof p = {.seq = seq};
    struct tx *tx;
    int r;

    if (seq < 1 || seal_chain_set(&p.chain, ledger_service(), ledger->name, district) != 0)
        return LEDGER_PROOF_E_ROW;
    tx = tx_begin(pg, TX_SNAPSHOT, arena);
    r = read_seal(tx, &p);
    if (tx_failed(r))
        errtext_set(e, "%s", tx_error(tx)->text);
    tx_rollback(tx);
    if (r == 0)
        *ret_proof = p;
    return r;
}

/* ---- the seals behind ---- */

int ledger_proof_seals(struct pg *pg, struct proof *p, int64_t upto, size_t max,
                       struct arena *arena, struct errtext *e)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, a);
    struct proof_seal *seals;
    struct rows *rows;
    size_t n = 0;
    int r = sql_query(tx, &sql_ledger_seals, &rows, T(p->chain.district), T(p->chain.ledger),
                      I(p->last), I((int64_t)max + 1));

    if (r)
        errtext_set(e, "%s", tx_error(tx)->text);
    tx_rollback(tx);
    if (r)
        return r;
    while (n < rows_count(rows) && rows_i64(rows, n, "last") <= upto)
        n++;
    if (n > max)
        return LEDGER_PROOF_E_LONG;
    seals = arena_new_array(arena, struct proof_seal, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct ledger_seal seal;

        if (!ledger_seal_read(rows, i, &seal))
            return LEDGER_PROOF_E_SEAL;
        seals[i] = (struct proof_seal){.last = seal.last, .algorithm = seal.algorithm};
        memcpy(seals[i].root, seal.root, DIGEST_SIZE);
        memcpy(seals[i].hash, seal.hash, DIGEST_SIZE);
    }
    p->seals = seals;
    p->n_seals = n;
    return 0;
}
