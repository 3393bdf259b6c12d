/* SPDX-License-Identifier: Apache-2.0 */
/* notice_fsm - the life of a public notice */
#pragma once
#include "common/fsm/fsm.h"

extern const struct fsm notice_fsm;
