/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The appending side of ledgers. A commit with ledger rows takes two more round trips: one that
 * locks the heads (after all writes queued before it), and the commit's own, which carries the rows
 * too. Between them the hashes are computed; the heads are locked for exactly that long.
 */
#include "common/db/ledger.h"

#include <errno.h>
#include <inttypes.h>
#include <string.h>

#include "common/db/ledger_hash.h"
#include "common/db/pg.h"
#include "frame_sql.h"

#include "common/base/banned.h"

struct held {
    struct held *next;
    const struct ledger *ledger;
    const char *district;
    const struct sql_arg *values;
    size_t n_values;
    size_t head; /* index in tx->heads */
};

struct head {
    const char *district, *chain;
    int64_t position;
    uint8_t hash[DIGEST_SIZE];
};

static enum digest_algorithm append_algorithm = DIGEST_SHA256;

void ledger_set_algorithm(enum digest_algorithm algorithm)
{
    append_algorithm = algorithm;
}

/* ---- holding back ---- */

static size_t head_index(struct tx *tx, const char *district, const char *chain)
{
    for (size_t i = 0; i < tx->n_heads; i++)
        if (!strcmp(tx->heads[i].chain, chain) && !strcmp(tx->heads[i].district, district))
            return i;
    if (tx->n_heads == tx->heads_room) {
        size_t room = tx->heads_room ? tx->heads_room * 2 : 8;
        struct head *grown = arena_new_array(tx->arena, struct head, room);

        if (tx->n_heads)
            memcpy(grown, tx->heads, tx->n_heads * sizeof(*grown));
        tx->heads = grown;
        tx->heads_room = room;
    }
    tx->heads[tx->n_heads] = (struct head){
        .district = arena_strdup(tx->arena, district), .chain = chain, .position = -1};
    return tx->n_heads++;
}

static struct sql_arg keep_value(struct arena *arena, struct sql_arg value)
{
    CHECK(value.kind != SQL_TEXT_ARRAY && value.kind != SQL_I64_ARRAY);
    if (value.kind == SQL_TEXT)
        value.text = arena_strdup(arena, value.text);
    else if (value.kind == SQL_BYTES)
        value.bytes.data = arena_memdup(arena, value.bytes.data, value.bytes.size);
    return value;
}

void tx_ledger(struct tx *tx, const struct ledger *ledger, const char *district,
               const struct sql_arg *values, size_t n_values)
{
    struct held *row = arena_new_one(tx->arena, struct held);
    struct sql_arg *copy = arena_new_array(tx->arena, struct sql_arg, n_values + 1);

    CHECK(tx->mode == TX_WRITE && (size_t)ledger->append->n_params == LEDGER_OWN_PARAMS + n_values);
    if (tx->failed)
        return;
    for (size_t i = 0; i < n_values; i++)
        copy[i] = keep_value(tx->arena, values[i]);
    *row = (struct held){.ledger = ledger, .values = copy, .n_values = n_values};
    row->head = head_index(tx, district, ledger->name);
    row->district = tx->heads[row->head].district;
    *tx->held_end = row;
    tx->held_end = &row->next;
}

/* ---- the commit's side ---- */

struct names {
    const char **districts, **chains;
};

static struct names head_names(struct tx *tx)
{
    struct names names = {arena_new_array(tx->arena, const char *, tx->n_heads),
                          arena_new_array(tx->arena, const char *, tx->n_heads)};

    for (size_t i = 0; i < tx->n_heads; i++) {
        names.districts[i] = tx->heads[i].district;
        names.chains[i] = tx->heads[i].chain;
    }
    return names;
}

static void read_heads(struct tx *tx, const struct rows *rows)
{
    for (size_t row = 0; row < rows_count(rows); row++) {
        size_t i = head_index(tx, rows_text(rows, row, "district"), rows_text(rows, row, "chain"));
        struct bytes hash = rows_bytes(rows, row, "hash");

        tx->heads[i].position = rows_i64(rows, row, "position");
        CHECK(hash.size == DIGEST_SIZE); /* the table's own constraint */
        memcpy(tx->heads[i].hash, hash.data, DIGEST_SIZE);
    }
}

/* Most chains have a head, so it is only looked for; a missing one is made and all are locked
 * again. */
static int lock_heads(struct tx *tx)
{
    struct names names = head_names(tx);
    struct sql_arg districts = TA(names.districts, tx->n_heads),
                   chains = TA(names.chains, tx->n_heads);
    struct rows *rows;
    int r;

    r = sql_query(tx, &sql_ledger_heads_lock, &rows, districts, chains);
    if (r)
        return r;
    if (rows_count(rows) < tx->n_heads) {
        sql_exec(tx, &sql_ledger_heads_make, districts, chains);
        r = sql_query(tx, &sql_ledger_heads_lock, &rows, districts, chains);
        if (r)
            return r;
    }
    if (rows_count(rows) != tx->n_heads) {
        errtext_set(&tx->error, "ledger_heads_lock: a chain's head can be neither found nor made");
        return tx->failed = err_raise(-EIO);
    }
    read_heads(tx, rows);
    return 0;
}

static void append(struct tx *tx, const struct held *row, struct digest *d)
{
    struct head *head = &tx->heads[row->head];
    size_t n_args = LEDGER_OWN_PARAMS + row->n_values;
    struct sql_arg *args = arena_new_array(tx->arena, struct sql_arg, n_args);
    uint8_t hash[DIGEST_SIZE];

    ledger_hash_begin(d, row->ledger->name, row->district, head->position + 1,
                      (struct bytes){head->hash, DIGEST_SIZE});
    for (size_t i = 0; i < row->n_values; i++)
        ledger_hash_value(d, tx->arena, &row->values[i]);
    digest_finish(d, hash);
    args[0] = T(row->district);
    args[1] = I(head->position + 1);
    args[2] = T(digest_name(append_algorithm));
    args[3] = BY(head->hash, DIGEST_SIZE);
    args[4] = BY(hash, DIGEST_SIZE);
    memcpy(args + LEDGER_OWN_PARAMS, row->values, row->n_values * sizeof(*args));
    tx_exec(tx, row->ledger->append, args, n_args);
    head->position++;
    memcpy(head->hash, hash, DIGEST_SIZE);
}

static void advance_heads(struct tx *tx)
{
    struct names names = head_names(tx);
    int64_t *positions = arena_new_array(tx->arena, int64_t, tx->n_heads);
    const char **hashes = arena_new_array(tx->arena, const char *, tx->n_heads);

    for (size_t i = 0; i < tx->n_heads; i++) {
        positions[i] = tx->heads[i].position;
        hashes[i] = hex_format(tx->heads[i].hash, DIGEST_SIZE, arena_alloc(tx->arena, DIGEST_HEX));
    }
    sql_exec(tx, &sql_ledger_heads_advance, TA(names.districts, tx->n_heads),
             TA(names.chains, tx->n_heads), IA(positions, tx->n_heads), TA(hashes, tx->n_heads));
}

void tx_seal(struct tx *tx)
{
    CLEANUP(digest_free) struct digest *d = NULL;

    if (!tx->n_heads || lock_heads(tx))
        return;
    d = digest_new(append_algorithm);
    for (const struct held *row = tx->held; row; row = row->next)
        append(tx, row, d);
    advance_heads(tx);
}

void tx_keep_advances(struct tx *tx)
{
    struct advance *advances = arena_new_array(tx->arena, struct advance, tx->n_heads);

    for (size_t i = 0; i < tx->n_heads; i++)
        advances[i] =
            (struct advance){tx->heads[i].chain, tx->heads[i].district, tx->heads[i].position};
    tx->pg->advances = advances;
    tx->pg->n_advances = tx->n_heads;
}

size_t tx_advances(const struct pg *pg, const struct advance **ret_advances)
{
    *ret_advances = pg->advances;
    return pg->n_advances;
}
