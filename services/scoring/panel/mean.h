/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mean - what the ballots on one candidate come to, in exact fractions
 *
 * Nothing here reads a database or a clock.
 */
#pragma once
#include "common/base/err.h"
#include "common/base/points.h"

enum {
    BALLOTS_E_TOO_FEW = 1 /* fewer ballots than the mean needs: nothing is left after trimming */
};

/*
 * The mean of @n ballots in points, exact, after leaving out the @trim highest and the @trim
 * lowest. @points_milli is not changed. BALLOTS_E_TOO_FEW
 */
int ballots_mean(const int64_t *points_milli, size_t n, int trim,
                 struct fraction *ret_mean) MUST_CHECK;
