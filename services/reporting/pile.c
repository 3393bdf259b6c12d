/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/pile.h"

#include <string.h>

#include "common/base/banned.h"

/*
 * A letter for each value of a row: s the same in all rows, t text, n a number, a an instant, b bytes, k text of the
 * key. Where there is a key, the last row of each counts, with the bits (o) of all.
 */
enum { MOST_VALUES = 20 };
static const char *const shapes[N_PUTS] = {
    [PUT_TIMELINE] = "sssanttttttb",
    [PUT_TIMELINE_SUBJECT] = "ssnt",
    [PUT_SUBJECT] = "skttt",
    [PUT_NAME] = "skt",
    [PUT_PROGRESS] = "skkko",
    [PUT_UNPROGRESS] = "skkko",
    [PUT_DOSSIER] = "skkktta",
    [PUT_TASK] = "skkkknannttttttttat",
    [PUT_TERM] = "skkta",
};

static enum sql_kind kind_of(char letter)
{
    switch (letter) {
    case 't':
    case 'k':
        return SQL_TEXT;
    case 'n':
    case 'o':
        return SQL_I64;
    case 'a':
        return SQL_AT;
    default:
        return SQL_BYTES;
    }
}

/* By their keys. A null is none that another takes the place of: the table refuses it. */
static int compare_keys(const struct pile_row *x, const struct pile_row *y, const char *shape)
{
    int r = 0;

    for (size_t i = 1; shape[i] == 'k' && r == 0; i++) {
        const char *a = x->values[i].text, *b = y->values[i].text;

        r = a && b ? strcmp(a, b) : (a != NULL) - (b != NULL);
    }
    return r;
}

static int in_order(const void *a, const void *b, void *arg)
{
    const struct pile_row *x = a, *y = b;
    int r = compare_keys(x, y, arg);

    return r ? r : (x->nth > y->nth) - (x->nth < y->nth);
}

static void add_bits(const struct pile_row *from, struct pile_row *to, const char *shape)
{
    for (size_t i = 0; shape[i]; i++)
        if (shape[i] == 'o')
            to->values[i].i64 |= from->values[i].i64;
}

/* In the order of the keys, which is an index's too, and of each the last. */
static void keep_last(struct pile *pile, const char *shape)
{
    size_t n = 0;

    if (shape[1] != 'k')
        return;
    qsort_r(pile->rows, pile->n, sizeof(*pile->rows), in_order, (void *)shape);
    for (size_t i = 0; i < pile->n; i++)
        if (i + 1 == pile->n || compare_keys(&pile->rows[i], &pile->rows[i + 1], shape) != 0)
            pile->rows[n++] = pile->rows[i];
        else
            add_bits(&pile->rows[i], &pile->rows[i + 1], shape);
    pile->n = n;
}

static struct sql_arg column(struct piles *p, const struct pile *pile, size_t at, char letter)
{
    struct sql_arg *values;

    if (letter == 's')
        return pile->rows[0].values[at];
    values = arena_new_array(p->arena, struct sql_arg, pile->n);
    for (size_t i = 0; i < pile->n; i++)
        values[i] = pile->rows[i].values[at];
    return RA(kind_of(letter), values, pile->n);
}

static void flush(struct piles *p, enum put what)
{
    struct pile *pile = &p->of[what];
    struct sql_arg args[MOST_VALUES];
    size_t n = 0;

    if (!pile->n)
        return;
    keep_last(pile, shapes[what]);
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
    /* of these pairs the later one counts */
    if (what == PUT_NAME || what == PUT_SUBJECT)
        flush(p, what == PUT_NAME ? PUT_SUBJECT : PUT_NAME);
    if (what == PUT_PROGRESS || what == PUT_UNPROGRESS)
        flush(p, what == PUT_PROGRESS ? PUT_UNPROGRESS : PUT_PROGRESS);
    if (pile->n == pile->room) {
        struct pile_row *grown;

        pile->room = pile->room ? pile->room * 2 : 64;
        grown = arena_new_array(p->arena, struct pile_row, pile->room);
        if (pile->n)
            memcpy(grown, pile->rows, pile->n * sizeof(*grown));
        pile->rows = grown;
    }
    pile->rows[pile->n] =
        (struct pile_row){arena_memdup(p->arena, args, n_args * sizeof(*args)), pile->n};
    pile->n++;
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
