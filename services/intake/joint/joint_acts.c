/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/joint/joint_acts.h"

#include "intake.pb-c.h"
#include "services/intake/programme/programme.h"

#include "common/base/banned.h"

static const struct joint_kind *const joint_kinds[] = {&programme_act, NULL};

JOINT_HANDLERS(intake, Intake, INTAKE, joint_kinds)
