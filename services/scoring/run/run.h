/* SPDX-License-Identifier: Apache-2.0 */
/*
 * run - a score run: gather every input, let compute.c score, keep result and reasons, say
 * SubjectScored
 *
 * The inputs are those in force when the run is made: the sheets, the counted ballots of a closed
 * panel, and what happened to the subjects. The result's bytes and hash depend on them alone
 * (model.h).
 */
#pragma once
#include "common/service/service.h"

/* scoring.RunScoring */
handler_fn run_scoring;
