/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/joint/joint_acts.h"

#include "publicity.pb-c.h"
#include "services/publicity/honour/ending.h"
#include "services/publicity/list/finalising.h"

#include "common/base/banned.h"

static const struct joint_kind *const joint_kinds[] = {&final_list_act, &revocation_act, NULL};

JOINT_HANDLERS(publicity, Publicity, PUBLICITY, joint_kinds)
