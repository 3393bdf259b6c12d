/* SPDX-License-Identifier: Apache-2.0 */
/*
 * golden - a state machine walked against its golden table: the same steps written down a second
 * time, by hand, so that none appears, goes or leads elsewhere unnoticed
 */
#pragma once
#include "common/base/err.h"
#include "common/fsm/fsm.h"

struct golden {
    const char *from, *on, *to; /* a table is ended by a row whose from is NULL */
};

/*
 * Whether @m is sound, begins in @start, and in every state on every event that it or the table
 * knows does what the table says, which is nothing where the table has no row. False with the
 * sentence.
 */
bool golden_holds(const struct fsm *m, const char *start, const struct golden *table,
                  struct errtext *e) MUST_CHECK;

/* The same in a Criterion test, which it ends. */
#define golden_check(machine, start, table) \
    do { \
        struct errtext golden_fault_; \
        cr_assert(golden_holds(machine, start, table, &golden_fault_), "%s", golden_fault_.text); \
    } while (0)
