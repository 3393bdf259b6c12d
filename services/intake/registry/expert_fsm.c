/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/expert_fsm.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"registered", "end", "ended", "no panel is opened with the expert any more"},
    {"ended", "restore", "registered", "the end was recorded by mistake, or is over"},
    FSM_END,
};

const struct fsm expert_fsm = {"expert", "registered", edges};
