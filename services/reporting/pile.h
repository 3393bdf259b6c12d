/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pile - what many events put into the read models, written by one statement a model
 *
 * A sink that keeps what it is given until it is flushed. The values of a pile must come from one
 * stream: its district and source are sent once.
 */
#pragma once
#include "services/reporting/reporting.h"

struct pile_row {
    struct sql_arg *values;
    size_t nth; /* as given */
};
struct pile {
    struct pile_row *rows; /* in the arena, as the values they borrow */
    size_t n, room;
};
struct piles {
    struct sink sink; /* give to reporting_read */
    struct arena *arena;
    struct tx *tx;
    const struct sql_stmt *const *stmts;
    struct pile of[N_PUTS];
    size_t n_put[N_PUTS]; /* rows flushed */
};

/*
 * Empty piles, for rows to be written in @tx. @arena holds what is given until the flush. @stmts has
 * the statement of each model (of N_PUTS). It takes the first values of a row, which are the same in
 * all (district; source and rank in the timeline), once, and of every other one an array. Where later rows
 * of a key take the place of earlier ones, or add steps to them, each key is there once.
 */
void piles_init(struct piles *p, const struct sql_stmt *const stmts[N_PUTS], struct tx *tx,
                struct arena *arena);
/* Queue the statements for all that was given; the piles are empty again. */
void piles_flush(struct piles *p);
