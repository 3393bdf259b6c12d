/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inputs - everything a score run depends on, as it stands in the database now: candidates and whether they stand, the ballots that
 * count, the sheets in force
 */
#pragma once
#include "common/service/service.h"
#include "services/scoring/run/model.h"

/* Fill in the subjects of @m, whose programme and panel are set; by subject id, nothing computed. In the message's arena. */
int inputs_gather(struct ctx *c, struct run_model *m) MUST_CHECK;
