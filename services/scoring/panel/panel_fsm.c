/* SPDX-License-Identifier: Apache-2.0 */
/* panel_fsm - the life of an expert panel (评选团); docs/states.md prints its diagram from these
 * rows */
#include "services/scoring/scoring.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"open", "close", "closed",
     "every candidate that enough experts may vote on has its ballots; they are shown from now on"},
    FSM_END,
};
const struct fsm panel_fsm = {"panel", "open", edges};
