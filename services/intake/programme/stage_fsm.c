/* SPDX-License-Identifier: Apache-2.0 */
/* stage_fsm - the life of a programme's stage; docs/states.md's diagram is printed from these rows
 */
#include "services/intake/intake.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"waiting", "begin", "open", "its first day has begun"},
    {"open", "end", "closed", "its last day is over"},
    FSM_END,
};

const struct fsm stage_fsm = {"stage", "waiting", edges};
