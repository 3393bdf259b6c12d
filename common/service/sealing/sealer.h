/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sealer - a service signs where its ledgers stand, and checks them against what it signed
 *
 * On while seal.key is set; without it every call here does nothing. Signing has a worker of its own, so that a slow disk or
 * a mount that hangs keeps nobody waiting, and a long verify does not keep seals from being signed.
 */
#pragma once
#include "common/db/ledger_walk.h"
#include "common/seal/sign.h"
#include "common/service/frame.h"

/* Load the key, open the seal file, sign what moved since the last time soon. Negative with a sentence in @e. */
int sealer_new(struct service *svc, struct errtext *e) MUST_CHECK;
/* Something was committed: sign within a second. Loop thread; cheap. */
void sealer_moved(struct service *svc);
/* Sign a last time, then call @stopped, once, at once or later. Loop thread; when all other workers have ended. */
void sealer_stop(struct service *svc, void (*stopped)(struct service *svc));
void sealer_free(struct service *svc);

/* The public key in hex, in @a; NULL: nothing is signed. Any thread. */
const char *sealer_key(const struct service *svc, struct arena *a);
bool sealer_public(const struct service *svc,
                   struct seal_public *ret_key); /* false: nothing is signed */

/*
 * Check what is in the database against every line of the service's own seal file. @fault is called with @arg for each
 * that does not fit; borrowed. Faults of a chain have its ledger, its district and the signed row: "signed", another history was
 * signed there (the first such line of the chain); "cut", rows up to there were signed and are gone; "signature", the line's signature does
 * not fit; "key", it was made with another key after ours was in use. Faults of the file have the ledger "seal.file", the district
 * "line" and the line: "form", it is no signed line of this service; "missing", 0, the file cannot be read.
 * Keys before ours are named in the log. 0, negative: the database. Memory grows with the chains, not with the lines.
 */
int sealer_check(struct service *svc, struct pg *pg,
                 void (*fault)(const struct ledger_fault *f, void *arg), void *arg) MUST_CHECK;
