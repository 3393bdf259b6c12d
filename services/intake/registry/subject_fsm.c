/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/subject_fsm.h"

#include "common/base/banned.h"

/* clang-format off */
static const struct fsm_edge edges[] = {
    {"active", "renamed", "active", "only the name changed"},
    {"active", "branch_changed", "active", "a branch changed within one legal person"},
    {"active", "left_site", "active", "the enterprise left a site it served"},
    {"active", "left_one_district", "active", "it goes on in other districts of the city"},
    {"active", "merged", "merged", "another goes on for it"},
    {"active", "dissolved", "dissolved", "dissolved, liquidated or struck off the register"},
    {"active", "left_district", "left", "no longer in the trade anywhere in the city"},
    {"active", "taken_back", "active", "what did not end it was recorded by mistake"},
    {"merged", "taken_back", "active", "the merger was recorded by mistake"},
    {"dissolved", "taken_back", "active", "the dissolution was recorded by mistake"},
    {"left", "taken_back", "active", "that it left was recorded by mistake"},
    FSM_END,
};
/* clang-format on */

const struct fsm subject_fsm = {"subject", "active", edges};
