/* SPDX-License-Identifier: Apache-2.0 */
/* hearer_position - where the subscriptions stand, as it is in the database */
#pragma once
#include "common/service/hear/subscription.h"

/* Read on a reader, and go on from there; if a reading is under way, once more after it. */
void hearers_read_positions(struct hearers *all);
