/* SPDX-License-Identifier: Apache-2.0 */
/* ledger - whose a ledger is: proof and export ask that service */
#pragma once
#include "services/cli/talk/operator.h"

/* The one service that has @ledger; the names of a service's own ledgers are used once. OPERATOR_E_REFUSED, with @e: none has, or
 * several (stream, log). What operator_state says: one did not answer. */
int ledger_service(struct operator* op, struct arena *a, const char *ledger,
                   const char **ret_service, struct errtext *e) MUST_CHECK;
