/* SPDX-License-Identifier: Apache-2.0 */
/* hearer_apply - a batch of events into the district's lane, and what follows */
#pragma once
#include "common/service/hear/subscription.h"

/* Apply @ap where @sub stands; takes its arena. Without events: store @ap->state. */
void sub_apply(struct subscription *sub, const struct apply *ap);
/*
 * The source's history is not the one that was heard. Loud, and nothing is applied until an operator says how to go on. Only
 * the newest seal is kept here: what it shows is behind which position nothing counts any more.
 */
void sub_diverged(struct subscription *sub, int64_t head);
/* What would come next is in the source's archives only. As loud. */
void sub_archived(struct subscription *sub, int64_t kept);
/* What was asked for ahead is forgotten. */
void sub_drop_ahead(struct subscription *sub);
