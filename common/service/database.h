/* SPDX-License-Identifier: Apache-2.0 */
/* database - the start's work in the database: schema, ledger heads, the clock */
#pragma once
#include "common/service/frame.h"

/* Bring the schema up to date, open svc->first_pg, make the ledgers' heads. */
int database_open(struct service *svc, struct errtext *e) MUST_CHECK;
/* Business time never goes back behind where it was set or what was written, whatever the settings say. */
int database_read_clock(struct service *svc, struct errtext *e) MUST_CHECK;
