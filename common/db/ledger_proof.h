/* SPDX-License-Identifier: Apache-2.0 */
/* ledger_proof - what the database knows of a row's proof: its values, its seal, the seals behind it */
#pragma once
#include "common/db/ledger.h"
#include "common/seal/proof.h"

enum {
    LEDGER_PROOF_E_ROW = 1, /* there is no such row, or it was archived */
    LEDGER_PROOF_E_SEAL, /* no seal covers it, or not all rows of the seal are there: Verify says what is wrong */
    LEDGER_PROOF_E_LONG, /* too many seals lie between */
};
/*
 * All of @ret_proof but the seals after the row's own and the signature, as it is stored; nothing is checked. Lives in @arena; of the
 * other rows of the seal only digests are kept. TX_E_*: the database; may be called again.
 */
int ledger_proof_row(struct pg *pg, const struct ledger *ledger, const char *district, int64_t seq,
                     struct arena *arena, struct proof *ret_proof, struct errtext *e) MUST_CHECK;
/* Of a row that is elsewhere: chain, seq and what its seal says, as ledger_proof_row fills them. LEDGER_PROOF_E_ROW, _SEAL; TX_E_*. */
int ledger_proof_seal(struct pg *pg, const struct ledger *ledger, const char *district, int64_t seq,
                      struct arena *arena, struct proof *ret_proof, struct errtext *e) MUST_CHECK;
/* The seals behind @p's own up to that which ends with row @upto; at most @max. LEDGER_PROOF_E_LONG, TX_E_*. */
int ledger_proof_seals(struct pg *pg, struct proof *p, int64_t upto, size_t max,
                       struct arena *arena, struct errtext *e) MUST_CHECK;
