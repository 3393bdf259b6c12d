/* SPDX-License-Identifier: Apache-2.0 */
/*
 * apply - events into the read models
 *
 * Uses the event alone, never the clock or another table's content of another stream: replaying the
 * streams in any interleaving gives the same rows.
 */
#pragma once
#include "common/service/service.h"
#include "services/reporting/reporting.h"

/*
 * Say to @sink what c->event puts into the read models. The only place that knows. Of @c it uses the
 * arena, district, source, event, and the event's message in request; no other state and no clock.
 */
void reporting_read(const struct ctx *c, struct sink *sink);
/* A batch handler: reporting_read of all its events into the live models, in c->tx. */
int reporting_apply(struct ctx *c) MUST_CHECK;
