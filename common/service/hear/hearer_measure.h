/* SPDX-License-Identifier: Apache-2.0 */
/* hearer_measure - how far the source is, of what stands still */
#pragma once
#include "common/service/hear/subscription.h"

/* Ask for those of which it is to be asked. */
void source_measure(struct source *source);
