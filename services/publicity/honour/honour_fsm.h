/* SPDX-License-Identifier: Apache-2.0 */
/* honour_fsm - the life of an honour and of its plaque */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm honour_fsm, plaque_fsm;
