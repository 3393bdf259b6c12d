/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "services/scoring/panel/mean.h"

static struct fraction mean(const int64_t *points, size_t n, int trim)
{
    struct fraction f;

    cr_assert_eq(ballots_mean(points, n, trim, &f), 0);
    return f;
}

Test(mean, the_mean_is_exact_where_decimals_would_round)
{
    int64_t three[] = {90000, 90000, 91000};

    cr_assert_eq(fraction_compare(mean(three, 3, 0), fraction_of(271, 3)), 0);
}

Test(mean, trimming_leaves_out_the_highest_and_the_lowest_ballots)
{
    int64_t points[] = {100000, 0, 80000, 82000, 81000};

    cr_assert_eq(fraction_compare(mean(points, 5, 1), fraction_of(81, 1)), 0);
    cr_assert_eq(fraction_compare(mean(points, 5, 2), fraction_of(81, 1)), 0);
    cr_assert_eq(fraction_compare(mean(points, 5, 0), fraction_of(343, 5)), 0);
}

Test(mean, trimming_does_not_change_the_ballots_it_was_given)
{
    int64_t points[] = {3000, 1000, 2000};
    struct fraction f = mean(points, 3, 1);

    cr_assert_eq(fraction_compare(f, fraction_of(2, 1)), 0);
    cr_assert_eq(points[0], 3000);
    cr_assert_eq(points[2], 2000);
}

Test(mean, nothing_left_after_trimming_is_too_few)
{
    int64_t points[] = {80000, 81000};
    struct fraction f;

    cr_assert_eq(ballots_mean(points, 2, 1, &f), BALLOTS_E_TOO_FEW);
    cr_assert_eq(ballots_mean(points, 0, 0, &f), BALLOTS_E_TOO_FEW);
}
