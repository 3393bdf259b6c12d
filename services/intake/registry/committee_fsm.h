/* SPDX-License-Identifier: Apache-2.0 */
/* committee_fsm - one term of an owners' committee; docs/states.md's diagram is printed from its
 * rows */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm committee_fsm;
