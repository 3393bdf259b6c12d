/* SPDX-License-Identifier: Apache-2.0 */
/* stage_fsm - the life of a programme's stage; docs/states.md's diagram is printed from its rows
 */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm stage_fsm;
