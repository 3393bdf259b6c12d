/* SPDX-License-Identifier: Apache-2.0 */
/* The states are those of domain.md section 5. */
#include "services/publicity/list/list_fsm.h"

#include "common/base/banned.h"

static const struct fsm_edge list_edges[] = {
    {"proposed", "publish", "on_notice", "its first notice is published"},
    {"proposed", "withdraw", "withdrawn", "taken back before its first notice was published"},
    {"on_notice", "publish", "on_notice", "a supplementary or corrected notice is published"},
    {"on_notice", "finalise", "final", "notices over, objections concluded: honours are granted"},
    {"on_notice", "replace", "replaced", "taken back after its notice; another list is proposed"},
    FSM_END,
};

const struct fsm list_fsm = {"list", "proposed", list_edges};

static const struct fsm_edge entry_edges[] = {
    {"reserve", "promote", "listed", "an entry above was removed; this is the group's next"},
    {"reserve", "end", "removed", "its subject is no more or has left"},
    {"listed", "object", "held", "an objection is open; it holds this entry, not the list"},
    {"listed", "end", "removed", "its subject is no more or has left"},
    {"listed", "strike", "removed", "both departments struck it from the list"},
    {"listed", "reopen", "held", "the conclusion that freed it was reopened"},
    {"listed", "demote", "reserve", "the conclusion it moved up for was reopened"},
    {"held", "object", "held", "one more objection"},
    {"held", "free", "listed", "the last open objection was dismissed or upheld in part only"},
    {"held", "remove", "removed", "an objection was upheld"},
    {"held", "end", "removed", "its subject is no more or has left"},
    {"held", "strike", "removed", "both departments struck it from the list"},
    {"removed", "free", "removed", "another objection was dismissed after one had been upheld"},
    {"removed", "remove", "removed", "another objection was upheld as well"},
    {"removed", "reopen", "held", "the conclusion that removed it was reopened"},
    FSM_END,
};

const struct fsm entry_fsm = {"entry", "reserve", entry_edges};
