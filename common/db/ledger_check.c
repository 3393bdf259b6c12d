/* SPDX-License-Identifier: Apache-2.0 */
/* Row by row against its digest, transaction by transaction against its seal. */
#include "common/db/ledger_check.h"

#include <endian.h>
#include <errno.h>
#include <string.h>

#include "common/db/copy.h"
#include "common/db/pg.h"
#include "frame_sql.h"

#include "common/base/banned.h"

static struct row_digest *digest_for(struct ledger_walk *w, enum digest_algorithm algorithm)
{
    if (!w->digests[algorithm])
        w->digests[algorithm] = row_digest_new(algorithm);
    return w->digests[algorithm];
}

void walk_report(struct ledger_walk *w, int64_t seq, const char *reason)
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

    if (w->n_rows == WALK_PAGE_ROWS || !copy_field(&row, &seq) || seq.size != sizeof(n) ||
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
int walk_read_rows(struct ledger_walk *w, struct tx *tx)
{
    int64_t after = w->n_same ? w->seq - 1 : w->seq ? w->seq : INT64_MIN;
    const struct sql_arg args[] = {T(w->district), I(after), I(WALK_PAGE_ROWS)};

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
        walk_report(w, w->seal.last, "seal");
    next_range(w);
}

/* All rows of the seal were looked at. */
static void close_seal(struct ledger_walk *w)
{
    uint8_t root[DIGEST_SIZE];

    if (!w->broken && w->seal.algorithm) {
        merkle_root(&w->tree, root);
        if (memcmp(root, w->seal.root, DIGEST_SIZE) != 0)
            walk_report(w, w->seal.last, "root");
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
        walk_report(w, row->seq, "digest");
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
        walk_report(w, seq, "gap");
    w->broken = true;
    while (w->seal.last && w->seal.last < seq) {
        next_range(w);
        if (!read_seal(w, seals, at)) {
            w->behind = rows_count(seals) > WALK_PAGE_ROWS ? seq : 0;
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

void walk_check_page(struct ledger_walk *w, const struct rows *seals)
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
            walk_report(w, row->seq, "twice");
            w->n_seen++;
            w->n_same++;
            continue;
        }
        if (!w->seal.last)
            (void)read_seal(w, seals, &at);
        if (!missing_before(w, seals, &at, row->seq))
            break;
        if (!w->seal.last) {
            walk_report(w, row->seq, "unsealed");
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
    if (w->n_rows == WALK_PAGE_ROWS && w->rows[0].seq == w->rows[WALK_PAGE_ROWS - 1].seq)
        w->n_same = 0; /* of one seq from end to end: enough of it */
}

/* Those of @seals up to where rows begin again; then the rows are looked at. */
void walk_check_bare(struct ledger_walk *w, const struct rows *seals)
{
    size_t at = 0;

    w->n_same = 0;
    while (read_seal(w, seals, &at) && w->seal.last <= w->bare) {
        w->seq = w->seal.last;
        check_seal(w);
    }
    if (!w->seal.last && rows_count(seals) > WALK_PAGE_ROWS)
        return; /* there are more */
    w->seal = (struct ledger_seal){0};
    if (w->sealed < w->archived)
        walk_report(w, w->archived, "seal"); /* none ends there */
    w->seq = w->sealed = w->bare;
    w->bare = 0;
}

/* Whether rows are missing where the page begins (or, at the end of all rows, behind the last one). */
bool walk_begins_with_gap(const struct ledger_walk *w)
{
    size_t again = rows_again(w);

    if (w->n_same && !again)
        return true;
    return again < w->n_rows ? w->rows[again].seq > w->seq + 1 || w->rows[again].seq < w->seq
                             : w->seq < w->target;
}
