/* SPDX-License-Identifier: Apache-2.0 */
/*
 * tie - the bodies' joint decision on subjects that the programme's keys cannot tell apart
 */
#pragma once
#include "common/domain/joint/joint.h"

/* scoring.DecideTie: the subjects named are exactly one open tie, each once. */
handler_fn decide_tie;
extern const struct joint_kind tie_act;
