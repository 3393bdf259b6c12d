/* SPDX-License-Identifier: Apache-2.0 */
/*
 * compute - from the inputs of a run to its scores, ranks and reasons
 */
#pragma once
#include "services/scoring/run/model.h"

/*
 * Bring the inputs into their order, score everything that has an inspection and enough ballots,
 * rank what may rank, and say why. Reasons not to rank, first that holds: the caller's;
 * "no_inspection"; "too_few_ballots" (less than the least number, or nothing left after trimming);
 * "below_grade" (ranking.at_least_grade; the grade itself passes). 0 or negative.
 */
int run_compute(struct arena *a, struct run_model *m) MUST_CHECK;
/* Whether @reason not to rank is one that run_compute finds itself, not the caller's. */
bool out_by_result(const char *reason);
