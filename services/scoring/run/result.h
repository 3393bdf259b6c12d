/* SPDX-License-Identifier: Apache-2.0 */
/*
 * result - a run as canonical JSON
 *
 * One form only: keys sorted by bytes, no blanks, no floating point, subjects by id, ballots by
 * expert, explanations in the rubric's order, absent values as null, instants in UTC with six
 * digits. Its SHA-256 names the result.
 */
#pragma once
#include "services/scoring/run/model.h"

/* The computed run as canonical JSON (keys sorted, no blanks, subjects by id, exact fractions as
 * text), and its SHA-256 in hex. 0 or negative. */
int run_result(struct arena *a, const struct run_model *m, const char **ret_text,
               const char **ret_sha256) MUST_CHECK;
