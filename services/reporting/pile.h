/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pile - what many events put into the read models, written aside by one statement a model
 *
 * A sink that keeps what it is given until it is flushed. The values of a pile must come from one
 * stream: its district and source are sent once.
 */
#pragma once
#include "services/reporting/reporting.h"

struct pile {
    const struct sql_arg **rows; /* in the arena, as the values they borrow */
    size_t n, room;
};
struct piles {
    struct sink sink; /* give to reporting_read */
    struct arena *arena;
    struct tx *tx;
    struct pile of[N_PUTS];
    size_t n_put[N_PUTS]; /* rows flushed */
};

/* Empty piles, for rows to be written in @tx. @arena holds what is given until the flush. */
void piles_init(struct piles *p, struct tx *tx, struct arena *arena);
/* Queue the statements for all that was given; the piles are empty again. */
void piles_flush(struct piles *p);
