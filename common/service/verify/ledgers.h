/* SPDX-License-Identifier: Apache-2.0 */
/* ledgers - those that a service has: its own, then the frame's two */
#pragma once
#include "common/service/frame.h"

/* The @i-th; NULL behind the last. */
const struct ledger *service_ledger(const struct service *svc, size_t i);
/* NULL: there is none of that name. */
const struct ledger *service_ledger_named(const struct service *svc, const char *name);
/* "ballot, stream, log", in @a. */
const char *service_ledger_list(const struct service *svc, struct arena *a);
