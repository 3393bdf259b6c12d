/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/score.h"
#include "tests/unit/scoring/fixture.h"

Test(score, forty_percent_inspection_and_sixty_percent_panel)
{
    struct arena *a = arena_new();
    const struct programme *p = changning(a);
    struct fraction f;

    /* 0.4 x 86.5 + 0.6 x 271/3 = 34.6 + 54.2 = 88.8 */
    cr_assert_eq(score_total(p, 86500, fraction_of(271, 3), &f), 0);
    cr_assert_eq(fraction_compare(f, fraction_of(888, 10)), 0);
    arena_free(a);
}

Test(score, a_part_out_of_other_than_a_hundred_points_keeps_its_share)
{
    struct arena *a = arena_new();
    struct programme *p = changning(a);
    struct fraction f;

    p->panel.points_milli = 10000;
    cr_assert_eq(score_total(p, 100000, fraction_of(10, 1), &f), 0);
    cr_assert_eq(fraction_compare(f, fraction_of(100, 1)), 0);
    arena_free(a);
}
