/* SPDX-License-Identifier: Apache-2.0 */
/* panel_fsm - the life of an expert panel (评选团); docs/states.md prints its diagram from these
 * rows */
#include "scoring.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"open", "close", "closed",
     "every candidate has the least number of ballots; they are counted and shown from now on"},
    FSM_END,
};
const struct fsm panel_fsm = {"panel", "open", edges};
