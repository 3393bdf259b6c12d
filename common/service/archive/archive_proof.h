/* SPDX-License-Identifier: Apache-2.0 */
/* archive_proof - the proof of a row that was archived */
#pragma once
#include "common/seal/proof.h"
#include "common/service/archive/archive.h"

enum {
    ARCHIVE_E_ROW = 1 /* it was not archived */,
    ARCHIVE_E_FILE /* its file, *ret_archived, is not here or does not hold */
};
/* As ledger_proof_row, of a row that was archived. TX_E_*, @e. */
int archive_proof_row(const struct service *svc, struct pg *pg, const struct ledger *ledger,
                      const char *district, int64_t seq, struct arena *arena,
                      struct proof *ret_proof, const struct archived **ret_archived,
                      struct errtext *e) MUST_CHECK;
