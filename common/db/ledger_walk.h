/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_walk - a chain of a ledger recomputed, page by page */
#pragma once
#include "common/db/ledger.h"

/* One thing wrong with a ledger. */
struct ledger_fault {
    const char *ledger, *district;
    int64_t seq; /* the row it shows at, or the seal's last */
    /* "digest": the row is not what was sealed; "gap": rows are missing; "root": the rows are not those of the seal; "seal": the seal
     * does not follow from the one before; "unsealed": rows without a seal; "head": the end is not where the head says; "twice": the
     * row is there though it was archived, or there is another of its seq */
    const char *reason;
};
/* A walk over one district's chain of a ledger, in pages, each in a transaction of its own. Of rows that were archived, also meanwhile,
 * the seals are checked alone. */
struct ledger_walk;
struct ledger_walk *ledger_walk_new(const struct ledger *ledger, const char *district,
                                    void (*fault)(const struct ledger_fault *f, void *arg),
                                    void *arg);
void ledger_walk_free(struct ledger_walk *w);
DEFINE_CLEANUP(struct ledger_walk *, ledger_walk_free)
/* Begin behind @after, the last row of a sealed range whose seal's hash is @hash (an earlier walk). */
void ledger_walk_from(struct ledger_walk *w, int64_t after, const uint8_t hash[DIGEST_SIZE]);
enum { WALK_DONE = 1 };
/* One page more. WALK_DONE: up to the head as it was when the walk began. Negative, TX_E_*: the database; may be called again. */
int ledger_walk_page(struct ledger_walk *w, struct pg *pg) MUST_CHECK;
/* Rows recomputed so far, where it stands and where it will end. */
int64_t ledger_walk_rows(const struct ledger_walk *w);
int64_t ledger_walk_at(const struct ledger_walk *w);
/* The last seal looked at, for ledger_walk_from another time; 0: none yet, @ret_hash is as it was. */
int64_t ledger_walk_sealed(const struct ledger_walk *w, uint8_t ret_hash[DIGEST_SIZE]);
