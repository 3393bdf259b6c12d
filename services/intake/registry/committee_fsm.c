/* SPDX-License-Identifier: Apache-2.0 */
/* changning-2023-owners-committee 五(四)2. */
#include "services/intake/registry/committee_fsm.h"

#include "common/base/banned.h"

/* clang-format off */
static const struct fsm_edge edges[] = {
    {"elected", "file", "active", "its term was filed (备案): it is in office"},
    {"elected", "succeed", "succeeded", "registered late: a later term was filed already"},
    {"active", "succeed", "succeeded", "the next term was filed"},
    {"elected", "renamed", "elected", "only the name changed"},
    {"active", "renamed", "active", "only the name changed"},
    {"elected", "dissolved", "dissolved", "dissolved before it was filed"},
    {"active", "dissolved", "dissolved", "dissolved before its term was over"},
    FSM_END,
};
/* clang-format on */

const struct fsm committee_fsm = {"committee", "elected", edges};
