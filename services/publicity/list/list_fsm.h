/* SPDX-License-Identifier: Apache-2.0 */
/* list_fsm - the life of a proposed list and of one entry on it */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm list_fsm, entry_fsm;
