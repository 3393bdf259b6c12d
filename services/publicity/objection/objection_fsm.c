/* SPDX-License-Identifier: Apache-2.0 */
/* The states are those of domain.md section 5. */
#include "services/publicity/objection/objection_fsm.h"

#include "common/base/banned.h"

static const struct fsm_edge edges[] = {
    {"received", "investigate", "investigating", "the bureau takes it up"},
    {"investigating", "resolve", "resolved", "upheld, partly upheld or dismissed, with an answer"},
    FSM_END,
};

const struct fsm objection_fsm = {"objection", "received", edges};
