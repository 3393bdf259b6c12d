/* SPDX-License-Identifier: Apache-2.0 */
#include "services/reporting/pile.h"

#include <string.h>

#include "common/base/banned.h"

/* A letter for each value of a row: s the same in all rows, t text, n a number or an instant, b bytes. */
enum { MOST_VALUES = 12 };
static const char *const shapes[N_PUTS] = {
    [PUT_TIMELINE] = "sssnnttttttb", [PUT_TIMELINE_SUBJECT] = "ssnt",
    [PUT_SUBJECT] = "stttt",         [PUT_NAME] = "stt",
    [PUT_PROGRESS] = "stttt",        [PUT_DOSSIER] = "stttttn",
};

/* ---- one column ---- */

static struct sql_arg texts(struct piles *p, const struct pile *pile, size_t column)
{
    const char **items = arena_new_array(p->arena, const char *, pile->n);

    for (size_t i = 0; i < pile->n; i++)
        if (pile->rows[i][column].kind == SQL_TEXT)
            items[i] = pile->rows[i][column].text;
    return TA(items, pile->n);
}

static struct sql_arg numbers(struct piles *p, const struct pile *pile, size_t column)
{
    int64_t *items = arena_new_array(p->arena, int64_t, pile->n);

    for (size_t i = 0; i < pile->n; i++)
        items[i] = pile->rows[i][column].i64;
    return IA(items, pile->n);
}

/* Three arguments at @ret. */
static void blobs(struct piles *p, const struct pile *pile, size_t column, struct sql_arg *ret)
{
    int64_t *begins = arena_new_array(p->arena, int64_t, pile->n);
    int64_t *sizes = arena_new_array(p->arena, int64_t, pile->n);
    size_t size = 0;
    uint8_t *all;

    for (size_t i = 0; i < pile->n; i++)
        size += pile->rows[i][column].bytes.size;
    all = arena_alloc(p->arena, size + 1);
    size = 0;
    for (size_t i = 0; i < pile->n; i++) {
        struct bytes one = pile->rows[i][column].bytes;

        if (one.size)
            memcpy(all + size, one.data, one.size);
        begins[i] = (int64_t)size + 1;
        sizes[i] = (int64_t)one.size;
        size += one.size;
    }
    ret[0] = BY(all, size);
    ret[1] = IA(begins, pile->n);
    ret[2] = IA(sizes, pile->n);
}

/* ---- a pile ---- */

static void flush(struct piles *p, enum put what)
{
    struct pile *pile = &p->of[what];
    struct sql_arg args[MOST_VALUES + 2];
    size_t n = 0;

    if (!pile->n)
        return;
    for (size_t i = 0; shapes[what][i]; i++)
        switch (shapes[what][i]) {
        case 's':
            args[n++] = pile->rows[0][i];
            break;
        case 't':
            args[n++] = texts(p, pile, i);
            break;
        case 'n':
            args[n++] = numbers(p, pile, i);
            break;
        default:
            blobs(p, pile, i, &args[n]);
            n += 3;
        }
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
