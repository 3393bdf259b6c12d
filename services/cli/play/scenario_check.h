/* SPDX-License-Identifier: Apache-2.0 */
/*
 * scenario_check - what of a scenario can be known to be wrong before it is played
 */
#pragma once
#include "services/cli/play/scenario.h"

/* Look at every step of @s, which was read without a finding, and add what is wrong to @found; sets
 * its head (district, starts, once) and where its loops end. Everything lives in @a. */
void scenario_check(struct arena *a, struct scenario *s, struct scenario_findings *found);
