/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_copy - a range of a ledger's rows and seals out of the database into an archive, page by page */
#pragma once
#include "common/db/ledger.h"
#include "common/seal/archive.h"

struct ledger_copy;
/*
 * Of @head the chain, month, first, last and previous say what is copied; columns and algorithm are filled in here. Nothing is read or
 * written yet; borrows @ledger and @f.
 */
struct ledger_copy *ledger_copy_new(const struct ledger *ledger, const struct archive_head *head,
                                    FILE *f);
void ledger_copy_free(struct ledger_copy *c);
DEFINE_CLEANUP(struct ledger_copy *, ledger_copy_free)

enum {
    LEDGER_COPY_DONE = 1, /* the archive is whole and flushed */
    LEDGER_COPY_E_ROW,    /* a row or a seal is missing: Verify says what is wrong; @e says where */
};
/* One page more, in a transaction of its own. TX_E_*: the database; may be called again. -errno: it cannot be written. */
int ledger_copy_page(struct ledger_copy *c, struct pg *pg, struct errtext *e) MUST_CHECK;
int64_t ledger_copy_at(const struct ledger_copy *c); /* the last row copied */
