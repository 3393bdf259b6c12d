/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/programme/stage_fsm.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"waiting", "begin", "open", "its first day has begun"},
    {"open", "end", "closed", "its last day is over"},
    {"closed", "extend", "open", "a supplementary decision gave it later days"},
    FSM_END,
};

const struct fsm stage_fsm = {"stage", "waiting", edges};
