/* SPDX-License-Identifier: Apache-2.0 */
/* panel_fsm - the life of an expert panel (评选团); docs/states.md prints its diagram from the
 * rows */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm panel_fsm;
