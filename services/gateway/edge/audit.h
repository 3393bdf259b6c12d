/* SPDX-License-Identifier: Apache-2.0 */
/* audit - the audit trail of a service is its command log, asked for over the bus */
#pragma once
#include "services/gateway/edge/edge.h"

/* Answers gateway.ListAudit. */
void audit_go(struct call *call);
