/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checking side of ledgers: every district's chain, row by row, against its own hashes and its
 * head.
 */
#include <errno.h>
#include <string.h>

#include "common/db/ledger_hash.h"
#include "common/db/pg.h"
#include "frame_sql.h"

#include "common/base/banned.h"

enum { PAGE_ROWS = 1000, FIRST_VALUE = 4 /* after seq, algorithm, prev_hash, hash */ };

struct walk {
    struct tx *tx;
    const struct ledger *ledger;
    void (*fault)(const struct ledger_fault *f, void *arg);
    void *arg;
    struct digest *digests[DIGEST_SM3 + 1];
    int64_t rows;
    /* of the district being walked */
    const char *district;
    int64_t seq;               /* the last row's */
    uint8_t hash[DIGEST_SIZE]; /* the last row's, as stored */
};

static void report(struct walk *w, int64_t seq, const char *reason)
{
    w->fault(&(struct ledger_fault){w->ledger->name, w->district, seq, reason}, w->arg);
}

static bool is_hash(struct bytes b, const uint8_t hash[DIGEST_SIZE])
{
    return b.size == DIGEST_SIZE && !memcmp(b.data, hash, DIGEST_SIZE);
}

/* Whether the row's hash is that of its values. An unknown algorithm cannot have made it. */
static bool hash_fits(struct walk *w, const struct rows *rows, size_t row, int64_t seq)
{
    const char *name = rows_cell(rows, row, 1);
    enum digest_algorithm algorithm;
    uint8_t hash[DIGEST_SIZE];
    struct digest *d;

    if (!name || digest_by_name(name, &algorithm) != 0)
        return false;
    if (!w->digests[algorithm])
        w->digests[algorithm] = digest_new(algorithm);
    d = w->digests[algorithm];
    ledger_hash_begin(d, w->ledger->name, w->district, seq, rows_cell_bytes(rows, row, 2));
    for (size_t i = FIRST_VALUE; i < rows_width(rows); i++)
        ledger_hash_text(d, rows_cell(rows, row, i));
    digest_finish(d, hash);
    return is_hash(rows_cell_bytes(rows, row, 3), hash);
}

static void check_row(struct walk *w, const struct rows *rows, size_t row)
{
    int64_t seq = rows_i64(rows, row, "seq");
    struct bytes stored = rows_cell_bytes(rows, row, 3);

    if (seq != w->seq + 1)
        report(w, seq, "gap");
    else if (!is_hash(rows_cell_bytes(rows, row, 2), w->hash))
        report(w, seq, "previous");
    if (!hash_fits(w, rows, row, seq))
        report(w, seq, "hash");
    w->seq = seq;
    memset(w->hash, 0, DIGEST_SIZE);
    if (stored.size == DIGEST_SIZE)
        memcpy(w->hash, stored.data, DIGEST_SIZE);
    w->rows++;
}

/* Rows of a page live in @page, which is emptied before the next. */
static int check_rows(struct walk *w, struct arena *page)
{
    struct arena *whole = w->tx->arena;
    int64_t after = INT64_MIN;
    size_t n;
    int r;

    w->tx->arena = page;
    do {
        struct rows *rows;

        r = sql_query(w->tx, w->ledger->chain, &rows, T(w->district), I(after), I(PAGE_ROWS));
        if (r)
            break;
        n = rows_count(rows);
        for (size_t row = 0; row < n; row++)
            check_row(w, rows, row);
        after = w->seq;
        arena_reset(page);
    } while (n == PAGE_ROWS);
    w->tx->arena = whole;
    return r;
}

static int check_districts(struct walk *w)
{
    CLEANUP(arena_free) struct arena *page = arena_new();
    struct rows *heads;
    int r;

    r = sql_query(w->tx, &sql_ledger_heads_of, &heads, T(w->ledger->name));
    for (size_t i = 0; !r && i < rows_count(heads); i++) {
        w->district = rows_text(heads, i, "district");
        w->seq = 0;
        memset(w->hash, 0, DIGEST_SIZE);
        r = check_rows(w, page);
        if (!r && (rows_null(heads, i, "position") || rows_i64(heads, i, "position") != w->seq ||
                   !is_hash(rows_bytes(heads, i, "hash"), w->hash)))
            report(w, 0, "head");
    }
    return r;
}

int ledger_verify(struct pg *pg, const struct ledger *ledger,
                  void (*fault)(const struct ledger_fault *f, void *arg), void *arg,
                  int64_t *ret_rows)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct walk w = {.ledger = ledger, .fault = fault, .arg = arg};
    int r;

    w.tx = tx_begin(pg, TX_SNAPSHOT, arena);
    r = check_districts(&w);
    tx_rollback(w.tx);
    for (size_t i = 0; i < ARRAY_LEN(w.digests); i++)
        digest_free(w.digests[i]);
    if (r)
        return r < 0 ? err_pass(r) : err_fold(r);
    *ret_rows = w.rows;
    return 0;
}
