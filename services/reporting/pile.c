/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/pile.h"

#include <string.h>

#include "common/base/banned.h"

/* A letter for each value of a row: s the same in all rows, t text, n a number, a an instant, b bytes. */
enum { MOST_VALUES = 12 };
static const char *const shapes[N_PUTS] = {
    [PUT_TIMELINE] = "sssanttttttb", [PUT_TIMELINE_SUBJECT] = "ssnt",
    [PUT_SUBJECT] = "stttt",         [PUT_NAME] = "stt",
    [PUT_PROGRESS] = "stttt",        [PUT_DOSSIER] = "sttttta",
};

static enum sql_kind kind_of(char letter)
{
    return letter == 't' ? SQL_TEXT : letter == 'n' ? SQL_I64 : letter == 'a' ? SQL_AT : SQL_BYTES;
}

static struct sql_arg column(struct piles *p, const struct pile *pile, size_t at, char letter)
{
    struct sql_arg *values;

    if (letter == 's')
        return pile->rows[0][at];
    values = arena_new_array(p->arena, struct sql_arg, pile->n);
    for (size_t i = 0; i < pile->n; i++)
        values[i] = pile->rows[i][at];
    return RA(kind_of(letter), values, pile->n);
}

static void flush(struct piles *p, enum put what)
{
    struct pile *pile = &p->of[what];
    struct sql_arg args[MOST_VALUES];
    size_t n = 0;

    if (!pile->n)
        return;
    for (; shapes[what][n]; n++)
        args[n] = column(p, pile, n, shapes[what][n]);
    tx_exec(p->tx, p->stmts[what], args, n);
    p->n_put[what] += pile->n;
    pile->n = 0;
}

static void put(struct sink *sink, enum put what, const struct sql_arg *args, size_t n_args)
{
    struct piles *p = container_of(sink, struct piles, sink);
    struct pile *pile = &p->of[what];

    CHECK(n_args == strlen(shapes[what]) && n_args <= MOST_VALUES);
    /* of these two the later one counts */
    if (what == PUT_NAME || what == PUT_SUBJECT)
        flush(p, what == PUT_NAME ? PUT_SUBJECT : PUT_NAME);
    if (pile->n == pile->room) {
        const struct sql_arg **grown;

        pile->room = pile->room ? pile->room * 2 : 64;
        grown = arena_new_array(p->arena, const struct sql_arg *, pile->room);
        if (pile->n)
            memcpy(grown, pile->rows, pile->n * sizeof(*grown));
        pile->rows = grown;
    }
    pile->rows[pile->n++] = arena_memdup(p->arena, args, n_args * sizeof(*args));
}

void piles_init(struct piles *p, const struct sql_stmt *const stmts[N_PUTS], struct tx *tx,
                struct arena *arena)
{
    *p = (struct piles){.sink = {put}, .arena = arena, .tx = tx, .stmts = stmts};
}

void piles_flush(struct piles *p)
{
    for (enum put what = 0; what < N_PUTS; what++)
        flush(p, what);
}
