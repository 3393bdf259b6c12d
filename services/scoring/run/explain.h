/* SPDX-License-Identifier: Apache-2.0 */
/*
 * explain - why each point was given: every inspection line, the panel, the shares, the total
 *
 * A line's points are what its source gave, before the shares; "share/..." and "total" show what
 * they come to. Times and actors are those of the inputs, so that the explanation too is the same
 * for the same inputs.
 */
#pragma once
#include "services/scoring/run/model.h"

/* Set the explanation lines of one computed subject; @inspection and @panel are its parts in
 * points. 0 or negative. */
int run_explain(struct arena *a, const struct run_model *m, struct run_subject *s,
                struct fraction inspection, struct fraction panel) MUST_CHECK;
