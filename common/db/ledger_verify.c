/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The checking side of ledgers: row by row against its digest, transaction by transaction against
 * its seal, the last seal against the head. Pages are short transactions of their own, so that no
 * snapshot is held and commands go on; what is appended meanwhile lies behind the end that was read
 * first and is left for the next time.
 */
#include <endian.h>
#include <errno.h>
#include <string.h>

#include "common/base/str.h"
#include "common/db/copy.h"
#include "common/db/ledger_hash.h"
#include "common/db/pg.h"
#include "frame_sql.h"

#include "common/base/banned.h"

enum { PAGE_ROWS = 8000 };

/* A row of the page under way: its own digest and, in the page's text, its values as they lie. */
struct page_row {
    int64_t seq;
    bool has_digest;
    uint8_t digest[DIGEST_SIZE];
    size_t at, size;
};

struct ledger_walk {
    const struct ledger *ledger;
    char *district;
    void (*fault)(const struct ledger_fault *f, void *arg);
    void *arg;
    struct arena *page;
    struct page_row *rows; /* PAGE_ROWS */
    size_t n_rows;
    struct str text; /* of the page's rows */
    struct row_digest *digests[DIGEST_SM3 + 1];
    bool begun, over;
    int64_t n_seen, target;
    uint8_t head[DIGEST_SIZE];
    int64_t seq;               /* of the last row looked at */
    size_t n_same;             /* rows of that seq looked at; 0: none is expected to be there */
    bool given;                /* it was looked at by an earlier walk, and may be gone since */
    int64_t sealed;            /* last of the last seal looked at */
    uint8_t hash[DIGEST_SIZE]; /* of that seal, as stored */
    bool hash_known;
    struct merkle tree;                   /* of the rows behind it */
    enum digest_algorithm tree_algorithm; /* 0: none yet */
    struct ledger_seal seal;              /* the next one; last 0: not read yet */
    bool broken;                          /* the range of the seal was reported already */
    int64_t archived;                     /* the rows up to here are in files */
    int64_t bare;     /* up to here seals are looked at without rows; 0: not now */
    int64_t behind;   /* the row behind a gap that has more seals than a page; 0: none */
    bool crossed;     /* and they were looked at */
    bool beyond_seen; /* what lies behind the head was looked at */
};

struct ledger_walk *ledger_walk_new(const struct ledger *ledger, const char *district,
                                    void (*fault)(const struct ledger_fault *f, void *arg),
                                    void *arg)
{
    struct ledger_walk *w = calloc(1, sizeof(*w));

    CHECK(w);
    *w = (struct ledger_walk){
        .ledger = ledger, .fault = fault, .arg = arg, .page = arena_new(), .text = STR_INIT};
    w->district = strdup(district);
    w->rows = calloc(PAGE_ROWS, sizeof(*w->rows));
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

static struct row_digest *digest_for(struct ledger_walk *w, enum digest_algorithm algorithm)
{
    if (!w->digests[algorithm])
        w->digests[algorithm] = row_digest_new(algorithm);
    return w->digests[algorithm];
}

static void report(struct ledger_walk *w, int64_t seq, const char *reason)
{
    w->fault(&(struct ledger_fault){w->ledger->name, w->district, seq, reason}, w->arg);
}

/* ---- rows ---- */

/* What is hashed is the form in which COPY sends the values, so they are not taken apart. */
static bool take_row(void *arg, struct copy_row row)
{
    struct ledger_walk *w = arg;
    struct page_row *to = &w->rows[w->n_rows];
    struct bytes seq, digest;
    uint64_t n;

    if (w->n_rows == PAGE_ROWS || !copy_field(&row, &seq) || seq.size != sizeof(n) ||
        !copy_field(&row, &digest))
        return false;
    memcpy(&n, seq.data, sizeof(n));
    *to = (struct page_row){.seq = (int64_t)be64toh(n), .at = w->text.size, .size = row.size};
    to->has_digest = digest.size == DIGEST_SIZE;
    if (to->has_digest)
        memcpy(to->digest, digest.data, DIGEST_SIZE);
    str_add_bytes(&w->text, row.data, row.size);
    w->n_rows++;
    return true;
}

/* From the last row looked at on: another one of its seq may stand behind it. */
static int read_rows(struct ledger_walk *w, struct tx *tx)
{
    int64_t after = w->n_same ? w->seq - 1 : w->seq ? w->seq : INT64_MIN;
    const struct sql_arg args[] = {T(w->district), I(after), I(PAGE_ROWS)};

    w->n_rows = 0;
    str_clear(&w->text);
    tx_exec(tx, &sql_ledger_in_order, NULL, 0);
    return tx_copy_out(tx, w->ledger->chain, args, ARRAY_LEN(args), take_row, w);
}

/* The digest of a row as it was read, by the algorithm of its seal. */
static void digest_row(struct ledger_walk *w, const struct page_row *row, uint8_t ret[DIGEST_SIZE])
{
    struct row_digest *d = digest_for(w, w->seal.algorithm);

    row_digest_begin(d, w->ledger->name, w->district);
    row_digest_fields(d, w->text.text + row->at, row->size);
    row_digest_finish(d, ret);
}

/* ---- seals ---- */

static void next_range(struct ledger_walk *w)
{
    w->sealed = w->seal.last;
    memcpy(w->hash, w->seal.hash, DIGEST_SIZE);
    w->hash_known = true;
    w->seal = (struct ledger_seal){0};
    w->broken = false;
}

/* The seal follows from the one before. */
static void check_seal(struct ledger_walk *w)
{
    bool known = w->seal.algorithm != 0;
    uint8_t hash[DIGEST_SIZE];

    if (!w->hash_known)
        ledger_genesis(w->ledger->name, w->district, w->hash);
    if (known)
        seal_hash(w->seal.algorithm, w->hash, w->seal.root, w->seal.first, w->seal.last, hash);
    if (!known || memcmp(hash, w->seal.hash, DIGEST_SIZE) != 0 || w->seal.first != w->sealed + 1)
        report(w, w->seal.last, "seal");
    next_range(w);
}

/* All rows of the seal were looked at. */
static void close_seal(struct ledger_walk *w)
{
    uint8_t root[DIGEST_SIZE];

    if (!w->broken && w->seal.algorithm) {
        merkle_root(&w->tree, root);
        if (memcmp(root, w->seal.root, DIGEST_SIZE) != 0)
            report(w, w->seal.last, "root");
    }
    check_seal(w);
}

static int read_seal(struct ledger_walk *w, const struct rows *seals, size_t *at)
{
    if (*at == rows_count(seals))
        return 0;
    /* of a seal that cannot be read the range counts, so that the rows under it find their end */
    (void)ledger_seal_read(seals, (*at)++, &w->seal);
    if (w->seal.algorithm && w->seal.algorithm != w->tree_algorithm) {
        merkle_release(&w->tree);
        merkle_init(&w->tree, w->seal.algorithm);
        w->tree_algorithm = w->seal.algorithm;
    } else if (w->tree_algorithm) {
        merkle_reset(&w->tree);
    }
    return 1;
}

/* ---- pages ---- */

static void check_row(struct ledger_walk *w, const struct page_row *row)
{
    uint8_t digest[DIGEST_SIZE];

    w->n_seen++;
    if (!w->seal.algorithm) {
        w->broken = true;
        return;
    }
    digest_row(w, row, digest);
    if (!row->has_digest || memcmp(row->digest, digest, DIGEST_SIZE) != 0) {
        report(w, row->seq, "digest");
        w->broken = true; /* the root cannot fit either, and says less */
    }
    merkle_add(&w->tree, digest);
}

/* Seals that have no row at all before @seq. False: there are more than were read, so that the page ends here. */
static bool missing_before(struct ledger_walk *w, const struct rows *seals, size_t *at, int64_t seq)
{
    bool known = seq == w->behind;

    w->behind = 0;
    if (seq == w->seq + 1)
        return true;
    if (!known)
        report(w, seq, "gap");
    w->broken = true;
    while (w->seal.last && w->seal.last < seq) {
        next_range(w);
        if (!read_seal(w, seals, at)) {
            w->behind = rows_count(seals) > PAGE_ROWS ? seq : 0;
            w->crossed = false;
            break;
        }
        w->broken = true;
    }
    return !w->behind;
}

/* How many of the page were looked at with the page before. */
static size_t rows_again(const struct ledger_walk *w)
{
    size_t n = 0;

    while (n < w->n_same && n < w->n_rows && w->rows[n].seq == w->seq)
        n++;
    return n;
}

/* Whether the last row looked at is no longer there, and is in no file either. */
static bool lost_last(const struct ledger_walk *w)
{
    return w->n_same && !w->given && w->archived < w->seq && !rows_again(w);
}

static void check_page(struct ledger_walk *w, const struct rows *seals)
{
    size_t at = 0;

    if (lost_last(w)) {
        w->seq--; /* what comes next is behind a gap; if nothing does, the head does not fit */
        w->n_same = 0;
    }
    for (size_t i = rows_again(w); i < w->n_rows; i++) {
        const struct page_row *row = &w->rows[i];

        if (row->seq > w->target)
            break;
        if (w->n_same && row->seq == w->seq) {
            report(w, row->seq, "twice");
            w->n_seen++;
            w->n_same++;
            continue;
        }
        if (!w->seal.last)
            (void)read_seal(w, seals, &at);
        if (!missing_before(w, seals, &at, row->seq))
            break;
        if (!w->seal.last) {
            report(w, row->seq, "unsealed");
            w->n_seen++;
        } else {
            check_row(w, row);
        }
        w->seq = row->seq;
        w->n_same = 1;
        w->given = false;
        if (w->seal.last == row->seq)
            close_seal(w);
    }
    if (w->n_rows == PAGE_ROWS && w->rows[0].seq == w->rows[PAGE_ROWS - 1].seq)
        w->n_same = 0; /* of one seq from end to end: enough of it */
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
        report(w, rows_i64(rows, 0, "seq"), "twice");
    return r;
}

static int begin(struct ledger_walk *w, struct tx *tx)
{
    struct rows *rows;
    int r = sql_query(tx, &sql_ledger_head_get, &rows, T(w->district), T(w->ledger->name));

    if (r)
        return r;
    if (rows_count(rows) == 0 || rows_bytes(rows, 0, "hash").size != DIGEST_SIZE) {
        report(w, 0, "head");
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
        report(w, w->target, "head");
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
        report(w, rows_i64(rows, 0, "seq"), "unsealed");
    w->beyond_seen = r == 0;
    return r;
}

/* ---- seals without rows ---- */

/* Those of @seals up to where rows begin again; then the rows are looked at. */
static void check_bare(struct ledger_walk *w, const struct rows *seals)
{
    size_t at = 0;

    w->n_same = 0;
    while (read_seal(w, seals, &at) && w->seal.last <= w->bare) {
        w->seq = w->seal.last;
        check_seal(w);
    }
    if (!w->seal.last && rows_count(seals) > PAGE_ROWS)
        return; /* there are more */
    w->seal = (struct ledger_seal){0};
    if (w->sealed < w->archived)
        report(w, w->archived, "seal"); /* none ends there */
    w->seq = w->sealed = w->bare;
    w->bare = 0;
}

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
                      I(w->sealed), I(PAGE_ROWS + 1));
    tx_rollback(tx);
    if (r == 0)
        check_bare(w, seals);
    return r;
}

/* Whether rows are missing where the page begins (or, at the end of all rows, behind the last one). */
static bool begins_with_gap(const struct ledger_walk *w)
{
    size_t again = rows_again(w);

    if (w->n_same && !again)
        return true;
    return again < w->n_rows ? w->rows[again].seq > w->seq + 1 || w->rows[again].seq < w->seq
                             : w->seq < w->target;
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
                      I(w->seal.last ? w->seal.last : w->sealed), I(PAGE_ROWS + 1));
    if (r == 0)
        r = read_rows(w, tx);
    if (r == 0 && !w->behind && begins_with_gap(w))
        r = read_archived(w, tx);
    if (r == 0 && w->bare)
        return bare_page(w, tx);
    last = r == 0 && (w->n_rows < PAGE_ROWS || w->rows[PAGE_ROWS - 1].seq > w->target);
    if (last && w->target != INT64_MAX && !w->beyond_seen)
        r = check_beyond(w, tx);
    tx_rollback(tx);
    if (r)
        return r;
    check_page(w, seals);
    if (!last || w->behind)
        return 0;
    end(w);
    return WALK_DONE;
}

/* ---- all of it ---- */

int ledger_districts(struct pg *pg, const struct ledger *ledger, struct arena *arena,
                     const char *const **ret_districts, size_t *ret_n)
{
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, arena);
    const char **list = NULL;
    struct rows *rows;
    int r = sql_query(tx, &sql_ledger_districts_of, &rows, T(ledger->name));

    *ret_n = r ? 0 : rows_count(rows);
    if (r == 0)
        list = arena_new_array(arena, const char *, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        list[i] = rows_text(rows, i, "district");
    tx_rollback(tx);
    *ret_districts = list;
    return r;
}

static size_t place_of(const char *const *districts, size_t n, const char *district, size_t hint)
{
    for (size_t i = 0; i < n; i++)
        if (strcmp(districts[(hint + i) % n], district) == 0)
            return (hint + i) % n;
    return n;
}

int ledger_ends(struct pg *pg, const struct ledger *ledger, const char *const *districts, size_t n,
                int64_t *ret_ends)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, arena);
    struct rows *rows;
    int r = sql_query(tx, &sql_ledger_ends, &rows, T(ledger->name), TA(districts, n));
    size_t at = 0;

    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        at = place_of(districts, n, rows_text(rows, i, "district"), at);
        if (at < n)
            ret_ends[at] = rows_i64(rows, i, "seq");
    }
    tx_rollback(tx);
    return r;
}

int ledger_verify(struct pg *pg, const struct ledger *ledger,
                  void (*fault)(const struct ledger_fault *f, void *arg), void *arg,
                  int64_t *ret_rows)
{
    CLEANUP(arena_free) struct arena *arena = arena_new();
    const char *const *districts;
    size_t n;
    int r = ledger_districts(pg, ledger, arena, &districts, &n);

    *ret_rows = 0;
    for (size_t i = 0; i < n && r == 0; i++) {
        CLEANUP(ledger_walk_free)
        struct ledger_walk *w = ledger_walk_new(ledger, districts[i], fault, arg);

        while ((r = ledger_walk_page(w, pg)) == 0)
            continue;
        if (r == WALK_DONE)
            r = 0;
        *ret_rows += ledger_walk_rows(w);
    }
    return r <= 0 ? err_pass(r) : err_fold(r);
}
