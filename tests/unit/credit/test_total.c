/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "services/credit/total.h"

static const char *counting[] = {"notified", "objected", "effective", "archived"};
static const struct rules rules = {.counting_states = counting, .n_counting_states = 4};

static struct total sum(const struct share *shares, size_t n)
{
    struct total t;

    cr_assert_eq(total_sum(&rules, shares, n, &t), 0);
    return t;
}

Test(total, manager_points_weigh_project_area_over_enterprise_area)
{
    /* domain-facts section 1: project 120 000 m2, 6 points, company 2 000 000 m2 -> 0.36 */
    struct share s = {"a", "effective", true, 6000, 120000, 2000000};
    struct total t = sum(&s, 1);

    cr_assert_eq(fraction_compare(t.sum, fraction_of(36, 100)), 0);
    cr_assert_eq(t.own_milli, 0);
}

Test(total, exactly_three_reaches_three_and_a_hair_less_does_not)
{
    /* 2 own + 6 x 1/6 = 3 exactly; with one square metre more below the line it stays below */
    struct share reached[] = {{"a", "effective", false, 2000, 0, 0},
                              {"b", "effective", true, 6000, 100000, 600000}};
    struct share below[] = {{"a", "effective", false, 2000, 0, 0},
                            {"b", "effective", true, 6000, 100000, 600001}};

    cr_assert_eq(fraction_compare(sum(reached, 2).sum, fraction_of(3, 1)), 0);
    cr_assert_lt(fraction_compare(sum(below, 2).sum, fraction_of(3, 1)), 0);
    cr_assert_eq(fraction_milli(sum(below, 2).sum), 3000,
                 "rounding alone would have decided wrongly");
}

Test(total, only_counting_states_count_and_disputes_are_shown_apart)
{
    struct share s[] = {
        {"a", "proposed", false, 18000, 0, 0}, {"b", "withdrawn", false, 18000, 0, 0},
        {"c", "repaired", false, 18000, 0, 0}, {"d", "objected", false, 1000, 0, 0},
        {"e", "notified", false, 3000, 0, 0},
    };
    struct total t = sum(s, ARRAY_LEN(s));

    cr_assert_eq(fraction_milli(t.sum), 4000);
    cr_assert_eq(fraction_milli(t.undisputed), 3000);
    cr_assert_eq(t.own_milli, 4000);
}

Test(total, nothing_is_zero)
{
    cr_assert_eq(fraction_milli(sum(NULL, 0).sum), 0);
}
