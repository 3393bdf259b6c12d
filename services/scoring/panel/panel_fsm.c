/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/panel/panel_fsm.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"open", "close", "closed",
     "every candidate that enough experts may vote on has its ballots; they are shown from now on"},
    FSM_END,
};
const struct fsm panel_fsm = {"panel", "open", edges};
