/* SPDX-License-Identifier: Apache-2.0 */
/* confirming - a computed verdict is confirmed, and stands */
#pragma once
#include "common/domain/joint/joint.h"

handler_fn confirm_verdict;
extern const struct joint_kind verdict_act;
