/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/joint/joint_acts.h"

#include "scoring.pb-c.h"
#include "services/scoring/reevaluation/confirming.h"
#include "services/scoring/run/list.h"
#include "services/scoring/run/tie.h"

#include "common/base/banned.h"

static const struct joint_kind *const joint_kinds[] = {&tie_act, &list_act, &verdict_act, NULL};

JOINT_HANDLERS(scoring, Scoring, SCORING, joint_kinds)
