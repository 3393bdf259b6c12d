/* SPDX-License-Identifier: Apache-2.0 */
/*
 * score - from an inspection's total and the mean of the panel's ballots to a subject's score, in
 * exact fractions
 *
 * Nothing here reads a database or a clock. Points are fractions of a point; only score_line-like
 * texts for people are rounded, by fraction_milli(). Source: changning-2023-property 三(三): the
 * panel votes on the ground of the special inspection; the shares are the programme's.
 */
#pragma once
#include "common/base/err.h"
#include "common/base/points.h"
#include "common/programme/programme.h"

/* The share of a part: @percent of 100 points for the part's full @full_milli; with full marks of
 * 100 it is value x percent / 100. */
int score_share(int percent, struct fraction value, int64_t full_milli,
                struct fraction *ret_points) MUST_CHECK;

/* What the inspection's @total_milli and the panel's @mean make together, 0..100 points. */
int score_total(const struct programme *p, int64_t total_milli, struct fraction mean,
                struct fraction *ret_score) MUST_CHECK;
