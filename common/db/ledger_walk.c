/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checking side of ledgers: row by row against its digest, transaction by transaction against
 * its seal, the last seal against the head. Pages are short transactions of their own, so that no
 * snapshot is held and commands go on; what is appended meanwhile lies behind the end that was read
 * first and is left for the next time.
 */
#include "common/db/ledger_walk.h"

#include <string.h>

#include "common/db/ledger_check.h"
#include "common/db/pg.h"
#include "frame_sql.h"

#include "common/base/banned.h"

struct ledger_walk *ledger_walk_new(const struct ledger *ledger, const char *district,
                                    void (*fault)(const struct ledger_fault *f, void *arg),
                                    void *arg)
{
    struct ledger_walk *w = calloc(1, sizeof(*w));

    CHECK(w);
    *w = (struct ledger_walk){
        .ledger = ledger, .fault = fault, .arg = arg, .page = arena_new(), .text = STR_INIT};
    w->district = strdup(district);
    w->rows = calloc(WALK_PAGE_ROWS, sizeof(*w->rows));
    CHECK(w->district && w->rows);
    return w;
}

void ledger_walk_free(struct ledger_walk *w)
{
    if (!w)
        return;
    for (size_t i = 0; i < ARRAY_LEN(w->digests); i++)
        row_digest_free(w->digests[i]);
    arena_free(w->page);
    str_release(&w->text);
    free(w->rows);
    free(w->district);
    merkle_release(&w->tree);
    free(w);
}

void ledger_walk_from(struct ledger_walk *w, int64_t after, const uint8_t hash[DIGEST_SIZE])
{
    CHECK(!w->begun);
    w->seq = w->sealed = after;
    w->n_same = after > 0;
    w->given = true;
    memcpy(w->hash, hash, DIGEST_SIZE);
    w->hash_known = true;
}

int64_t ledger_walk_rows(const struct ledger_walk *w)
{
    return w->n_seen;
}

int64_t ledger_walk_at(const struct ledger_walk *w)
{
    return w->seq;
}

int64_t ledger_walk_sealed(const struct ledger_walk *w, uint8_t ret_hash[DIGEST_SIZE])
{
    if (!w->hash_known)
        return 0;
    memcpy(ret_hash, w->hash, DIGEST_SIZE);
    return w->sealed;
}

/* How far the ledger was archived; rows up to there are not expected. Read after the rows, so that none left unnoticed. */
static int read_archived(struct ledger_walk *w, struct tx *tx)
{
    struct rows *rows;
    int64_t upto;
    int r;

    if (w->ledger->append) /* a service's own are never archived */
        return 0;
    r = sql_query(tx, &sql_frame_archive_upto, &rows, T(w->ledger->name), T(w->district));
    if (r)
        return r;
    upto = rows_i64(rows, 0, "last");
    if (upto > w->archived && upto > w->sealed) {
        w->bare = upto;
        w->seal = (struct ledger_seal){0}; /* of one that was begun the rest is gone */
        w->broken = false;
    }
    w->archived = upto;
    return 0;
}

/* Rows that were archived and are here all the same. */
static int check_archived(struct ledger_walk *w, struct tx *tx)
{
    struct rows *rows;
    int r = sql_query(tx, w->ledger->chain, &rows, T(w->district), I(INT64_MIN), I(1));

    if (r == 0 && rows_count(rows) && rows_i64(rows, 0, "seq") <= w->archived)
        walk_report(w, rows_i64(rows, 0, "seq"), "twice");
    return r;
}

static int begin(struct ledger_walk *w, struct tx *tx)
{
    struct rows *rows;
    int r = sql_query(tx, &sql_ledger_head_get, &rows, T(w->district), T(w->ledger->name));

    if (r)
        return r;
    if (rows_count(rows) == 0 || rows_bytes(rows, 0, "hash").size != DIGEST_SIZE) {
        walk_report(w, 0, "head");
        w->target = INT64_MAX; /* the rows are looked at all the same */
    } else {
        w->target = rows_i64(rows, 0, "seq");
        memcpy(w->head, rows_bytes(rows, 0, "hash").data, DIGEST_SIZE);
    }
    r = read_archived(w, tx);
    if (r == 0 && w->archived && !w->hash_known)
        r = check_archived(w, tx);
    w->begun = r == 0;
    return r;
}

static void end(struct ledger_walk *w)
{
    bool fits = w->seq == w->target && w->sealed == w->target;

    w->over = true;
    if (w->target == INT64_MAX)
        return;
    if (!w->hash_known)
        ledger_genesis(w->ledger->name, w->district, w->hash);
    fits &= memcmp(w->head, w->hash, DIGEST_SIZE) == 0;
    if (!fits)
        walk_report(w, w->target, "head");
}

/* Rows behind the head, which nothing seals. The row is read first: whatever is appended properly moves the head with it. */
static int check_beyond(struct ledger_walk *w, struct tx *tx)
{
    struct rows *rows, *head;
    int r = sql_query(tx, w->ledger->chain, &rows, T(w->district), I(w->target), I(1));

    if (r || rows_count(rows) == 0)
        return r;
    r = sql_query(tx, &sql_ledger_head_get, &head, T(w->district), T(w->ledger->name));
    if (r == 0 && rows_count(head) && rows_i64(head, 0, "seq") < rows_i64(rows, 0, "seq"))
        walk_report(w, rows_i64(rows, 0, "seq"), "unsealed");
    w->beyond_seen = r == 0;
    return r;
}

/* ---- seals without rows ---- */

/* A long gap: seals are looked at alone up to the one that covers the row behind it. */
static int cross_gap(struct ledger_walk *w, struct tx *tx)
{
    struct rows *rows;
    int r =
        sql_query(tx, &sql_ledger_seal_at, &rows, T(w->district), T(w->ledger->name), I(w->behind));

    if (r)
        return r;
    w->bare = rows_count(rows) ? rows_i64(rows, 0, "first") - 1 : w->behind - 1;
    if (w->bare < w->seq)
        w->bare = w->seq;
    if (w->bare < w->sealed)
        w->bare = w->sealed;
    w->crossed = true;
    return 0;
}

static int bare_page(struct ledger_walk *w, struct tx *tx)
{
    struct rows *seals;
    int r = w->bare ? 0 : cross_gap(w, tx);

    if (r == 0)
        r = sql_query(tx, &sql_ledger_seals, &seals, T(w->district), T(w->ledger->name),
                      I(w->sealed), I(WALK_PAGE_ROWS + 1));
    tx_rollback(tx);
    if (r == 0)
        walk_check_bare(w, seals);
    return r;
}

int ledger_walk_page(struct ledger_walk *w, struct pg *pg)
{
    bool last;
    struct tx *tx;
    struct rows *seals = NULL;
    int r = 0;

    if (w->over)
        return WALK_DONE;
    arena_reset(w->page);
    tx = tx_begin(pg, TX_READ_ONLY, w->page);
    if (!w->begun)
        r = begin(w, tx);
    if (r == 0 && (w->bare || (w->behind && !w->crossed)))
        return bare_page(w, tx);
    if (r == 0)
        r = sql_query(tx, &sql_ledger_seals, &seals, T(w->district), T(w->ledger->name),
                      I(w->seal.last ? w->seal.last : w->sealed), I(WALK_PAGE_ROWS + 1));
    if (r == 0)
        r = walk_read_rows(w, tx);
    if (r == 0 && !w->behind && walk_begins_with_gap(w))
        r = read_archived(w, tx);
    if (r == 0 && w->bare)
        return bare_page(w, tx);
    last = r == 0 && (w->n_rows < WALK_PAGE_ROWS || w->rows[WALK_PAGE_ROWS - 1].seq > w->target);
    if (last && w->target != INT64_MAX && !w->beyond_seen)
        r = check_beyond(w, tx);
    tx_rollback(tx);
    if (r)
        return r;
    walk_check_page(w, seals);
    if (!last || w->behind)
        return 0;
    end(w);
    return WALK_DONE;
}
