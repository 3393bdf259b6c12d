/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/golden.h"

#include "common/base/str.h"

#include "common/base/banned.h"

enum { WORDS_MAX = 256 };

/* Each once. */
struct words {
    const char *list[WORDS_MAX];
    size_t n;
};

static void words_add(struct words *w, const char *word)
{
    for (size_t i = 0; i < w->n; i++)
        if (str_equal(w->list[i], word))
            return;
    CHECK(w->n < WORDS_MAX);
    w->list[w->n++] = word;
}

/* Where the table's first row for the pair leads, NULL without one. */
static const char *golden_to(const struct golden *table, const char *from, const char *on)
{
    for (; table->from; table++)
        if (str_equal(table->from, from) && str_equal(table->on, on))
            return table->to;
    return NULL;
}

static bool pair_holds(const struct fsm *m, const struct golden *table, const char *from,
                       const char *on, struct errtext *e)
{
    const struct fsm_edge *edge = fsm_edge_for(m, from, on);
    const char *to = edge ? edge->to : NULL, *want = golden_to(table, from, on);

    if (str_equal(to, want))
        return true;
    errtext_set(e, "%s: %s on %s leads to %s, the table says %s", m->name, from, on,
                to ? to : "nothing", want ? want : "nothing");
    return false;
}

/* No row but the first says anything of its pair. */
static bool rows_hold(const struct fsm *m, const struct golden *table, struct errtext *e)
{
    for (const struct golden *a = table; a->from; a++)
        for (const struct golden *b = table; b != a; b++)
            if (str_equal(a->from, b->from) && str_equal(a->on, b->on)) {
                errtext_set(e, "%s: the table has %s on %s twice", m->name, a->from, a->on);
                return false;
            }
    return true;
}

bool golden_holds(const struct fsm *m, const char *start, const struct golden *table,
                  struct errtext *e)
{
    struct words states = {0}, events = {0};

    if (fsm_fault(m) || !str_equal(m->start, start)) {
        errtext_set(e, "%s: %s", m->name, fsm_fault(m) ? fsm_fault(m) : "begins elsewhere");
        return false;
    }
    for (const struct fsm_edge *edge = m->edges; edge->from; edge++) {
        words_add(&states, edge->from);
        words_add(&states, edge->to);
        words_add(&events, edge->on);
    }
    for (const struct golden *row = table; row->from; row++) {
        words_add(&states, row->from);
        words_add(&states, row->to);
        words_add(&events, row->on);
    }
    for (size_t s = 0; s < states.n; s++)
        for (size_t k = 0; k < events.n; k++)
            if (!pair_holds(m, table, states.list[s], events.list[k], e))
                return false;
    return rows_hold(m, table, e);
}
