/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_verify - all chains of a ledger: which there are, where they end, recomputed in one go */
#pragma once
#include "common/db/ledger_walk.h"

/* Where the heads of @n districts stand, as read: @ret_ends has room for them. */
int ledger_ends(struct pg *pg, const struct ledger *ledger, const char *const *districts, size_t n,
                int64_t *ret_ends) MUST_CHECK;
/* The districts @ledger has rows or heads of, in @arena. */
int ledger_districts(struct pg *pg, const struct ledger *ledger, struct arena *arena,
                     const char *const **ret_districts, size_t *ret_n) MUST_CHECK;
/* Walk every district of @ledger; @ret_rows counts the rows recomputed. */
int ledger_verify(struct pg *pg, const struct ledger *ledger,
                  void (*fault)(const struct ledger_fault *f, void *arg), void *arg,
                  int64_t *ret_rows) MUST_CHECK;
