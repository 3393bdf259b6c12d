/* SPDX-License-Identifier: Apache-2.0 */
/* expert_fsm - an expert's registration: panels are opened with those that are registered */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm expert_fsm;
