/* SPDX-License-Identifier: Apache-2.0 */
/* All chains of a ledger. */
#include "common/db/ledger_verify.h"

#include <string.h>

#include "common/db/pg.h"
#include "frame_sql.h"

#include "common/base/banned.h"

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
