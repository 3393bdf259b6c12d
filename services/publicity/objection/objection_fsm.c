/* SPDX-License-Identifier: Apache-2.0 */
/* The states are those of domain.md section 5. */
#include "services/publicity/objection/objection_fsm.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"received", "investigate", "investigating", "the bureau takes it up"},
    {"investigating", "resolve", "resolved", "upheld, partly upheld or dismissed, with an answer"},
    {"received", "close", "closed", "its list was replaced; whoever objected is told why"},
    {"investigating", "close", "closed", "its list was replaced; whoever objected is told why"},
    {"resolved", "reopen", "investigating", "the conclusion was wrong; the entry is held again"},
    FSM_END,
};

const struct fsm objection_fsm = {"objection", "received", edges};
