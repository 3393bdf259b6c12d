/* SPDX-License-Identifier: Apache-2.0 */
/* objection_fsm - the life of an objection: receipt, investigation, conclusion */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm objection_fsm;
