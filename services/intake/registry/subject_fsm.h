/* SPDX-License-Identifier: Apache-2.0 */
/* subject_fsm - the life of an enterprise or site in the registry; docs/states.md's diagram is
 * printed from its rows */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm subject_fsm;
