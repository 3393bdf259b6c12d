/* SPDX-License-Identifier: Apache-2.0 */
/* hearer_pull - one bus.Fetch for all that wait for events of a source */
#pragma once
#include "common/service/hear/subscription.h"

/* Ask for all that wait; when too many questions are open, for those too, and end them. */
void source_pump(struct source *source);
