/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/ledger_copy.h"

#include <errno.h>
#include <string.h>

#include "common/db/ledger_hash.h"
#include "common/db/pg.h"
#include "frame_sql.h"

#include "common/base/banned.h"

enum { PAGE_ROWS = 2000, FIRST_VALUE = 2 /* after seq, digest */ };

struct ledger_copy {
    const struct ledger *ledger;
    struct archive_head head;
    FILE *f;
    struct archive_writer *out; /* NULL until the first page was read */
    struct arena *page;
    int64_t at;              /* the last row copied */
    int64_t sealed;          /* the last row under a seal that was copied */
    struct ledger_seal seal; /* of the row after @at; last 0: not read yet */
    struct bytes values[ARCHIVE_COLUMNS_MAX];
};

struct ledger_copy *ledger_copy_new(const struct ledger *ledger, const struct archive_head *head,
                                    FILE *f)
{
    struct ledger_copy *c = calloc(1, sizeof(*c));

    CHECK(c);
    c->ledger = ledger;
    c->head = *head;
    c->f = f;
    c->page = arena_new();
    c->at = c->sealed = head->first - 1;
    return c;
}

void ledger_copy_free(struct ledger_copy *c)
{
    if (!c)
        return;
    archive_writer_free(c->out);
    arena_free(c->page);
    free(c);
}

int64_t ledger_copy_at(const struct ledger_copy *c)
{
    return c->at;
}

static int missing(const struct ledger_copy *c, const char *what, int64_t seq, struct errtext *e)
{
    errtext_set(e, "%s %lld of %s in %s is missing: hongping verify says what is wrong", what,
                (long long)seq, c->ledger->name, c->head.chain.district);
    return LEDGER_COPY_E_ROW;
}

/* ---- one page ---- */

/* The first line, which needs the columns and the first seal. */
static int begin(struct ledger_copy *c, const struct rows *rows)
{
    size_t width = rows_width(rows);

    if (width - FIRST_VALUE > ARCHIVE_COLUMNS_MAX)
        return err_raise(-EINVAL);
    c->head.n_columns = width - FIRST_VALUE;
    for (size_t i = 0; i < c->head.n_columns; i++)
        if (seal_name_set(c->head.columns[i].name, rows_column_name(rows, i + FIRST_VALUE)) != 0 ||
            !rows_column_type(rows, i + FIRST_VALUE, &c->head.columns[i].type))
            return err_raise(-EINVAL); /* a chain statement casts all other types */
    c->head.algorithm = c->seal.algorithm;
    c->out = archive_writer_new(c->f, &c->head);
    return 0;
}

static int next_seal(struct ledger_copy *c, const struct rows *seals, size_t *at, struct errtext *e)
{
    if (c->seal.last)
        return 0;
    if (*at == rows_count(seals) || !ledger_seal_read(seals, (*at)++, &c->seal) ||
        c->seal.first != c->sealed + 1)
        return missing(c, "the seal of row", c->sealed + 1, e);
    return 0;
}

static void put_row(struct ledger_copy *c, const struct rows *rows, size_t row)
{
    for (size_t i = 0; i < c->head.n_columns; i++)
        c->values[i] = rows_cell_raw(rows, row, i + FIRST_VALUE);
    archive_row(c->out, ++c->at, c->values);
}

static void put_seal(struct ledger_copy *c)
{
    struct archive_seal seal = {
        .first = c->seal.first, .last = c->seal.last, .algorithm = c->seal.algorithm};

    memcpy(seal.root, c->seal.root, sizeof(seal.root));
    memcpy(seal.hash, c->seal.hash, sizeof(seal.hash));
    archive_seal(c->out, &seal);
    c->sealed = c->seal.last;
    c->seal = (struct ledger_seal){0};
}

static int copy_page(struct ledger_copy *c, const struct rows *rows, const struct rows *seals,
                     struct errtext *e)
{
    size_t at = 0;
    int r = 0;

    for (size_t row = 0; row < rows_count(rows) && c->at < c->head.last && r == 0; row++) {
        if (rows_i64(rows, row, "seq") != c->at + 1)
            break;
        r = next_seal(c, seals, &at, e);
        if (r == 0 && !c->out)
            r = begin(c, rows);
        if (r)
            return r;
        put_row(c, rows, row);
        if (c->seal.last == c->at)
            put_seal(c);
    }
    return 0;
}

int ledger_copy_page(struct ledger_copy *c, struct pg *pg, struct errtext *e)
{
    struct rows *rows = NULL, *seals = NULL;
    int64_t before = c->at;
    struct tx *tx;
    int r;

    arena_reset(c->page);
    tx = tx_begin(pg, TX_SNAPSHOT, c->page);
    r = sql_query(tx, &sql_ledger_seals, &seals, T(c->head.chain.district), T(c->ledger->name),
                  I(c->seal.last ? c->seal.last : c->sealed), I(PAGE_ROWS + 1));
    if (r == 0)
        r = sql_query(tx, c->ledger->chain, &rows, T(c->head.chain.district), I(c->at),
                      I(PAGE_ROWS));
    if (r)
        errtext_set(e, "%s", tx_error(tx)->text);
    tx_rollback(tx);
    r = r ? r : copy_page(c, rows, seals, e);
    if (r)
        return r;
    if (c->at == before)
        return missing(c, "row", c->at + 1, e);
    if (c->at < c->head.last)
        return 0;
    if (c->sealed != c->head.last)
        return missing(c, "the seal of row", c->head.last, e);
    r = archive_end(c->out);
    return r ? r : LEDGER_COPY_DONE;
}
