/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include <string.h>

#include "common/base/points.h"

static int64_t parsed(const char *text)
{
    int64_t milli = -999;

    cr_assert_eq(points_parse(text, &milli), 0, "%s", text);
    return milli;
}

Test(points, text_becomes_thousandths)
{
    cr_assert_eq(parsed("92.345"), 92345);
    cr_assert_eq(parsed("92.5"), 92500);
    cr_assert_eq(parsed("3"), 3000);
    cr_assert_eq(parsed("-0.001"), -1);
    cr_assert_eq(parsed("0"), 0);
    cr_assert_eq(parsed("9223372036854775.807"), INT64_MAX);
}

Test(points, other_text_is_refused_and_nothing_is_written)
{
    static const char *const bad[] = {"",    "-",  ".5", "5.",  "1.2345", "+1", "1e3",
                                      "1,5", " 1", "1 ", "--1", "1.2.3",  "０", "-.5"};
    int64_t milli = 7;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_eq(points_parse(bad[i], &milli), POINTS_E_BAD, "row %zu", i);
    cr_assert_eq(points_parse("9223372036854775.808", &milli), POINTS_E_RANGE);
    cr_assert_eq(points_parse("99999999999999999999999", &milli), POINTS_E_RANGE);
    cr_assert_eq(milli, 7);
}

Test(points, thousandths_become_the_shortest_text)
{
    char buf[POINTS_TEXT];

    cr_assert_str_eq(points_format(92345, buf), "92.345");
    cr_assert_str_eq(points_format(92500, buf), "92.5");
    cr_assert_str_eq(points_format(3000, buf), "3");
    cr_assert_str_eq(points_format(0, buf), "0");
    cr_assert_str_eq(points_format(100000, buf), "100");
    cr_assert_str_eq(points_format(-1, buf), "-0.001");
    cr_assert_str_eq(points_format(INT64_MIN, buf), "-9223372036854775.808");
}

static struct fraction sum(struct fraction a, struct fraction b)
{
    struct fraction got = {0};

    cr_assert_eq(fraction_add(a, b, &got), 0);
    return got;
}

Test(fraction, is_kept_reduced_with_a_positive_denominator)
{
    struct fraction f = fraction_of(6, -4);

    cr_assert(f.num == -3 && f.den == 2);
    f = fraction_of(0, 5);
    cr_assert(f.num == 0 && f.den == 1);
    f = fraction_of(INT64_MIN, INT64_MIN);
    cr_assert(f.num == 1 && f.den == 1);
}

Test(fraction, adds_and_multiplies_exactly)
{
    struct fraction third = fraction_of(1, 3), got;

    got = sum(sum(third, third), third);
    cr_assert(got.num == 1 && got.den == 1);
    cr_assert_eq(fraction_mul(fraction_of(6, 35), fraction_of(14, 9), &got), 0);
    cr_assert(got.num == 4 && got.den == 15);
}

/* A manager's 6 points, a project of 120 000 of the enterprise's 360 000 square metres. */
Test(fraction, converts_a_managers_points_by_area)
{
    struct fraction share;

    cr_assert_eq(fraction_mul(fraction_of(6, 1), fraction_of(120000, 360000), &share), 0);
    share = sum(share, fraction_of(1, 1));
    cr_assert_eq(fraction_compare(share, fraction_of(3, 1)), 0);
    cr_assert_eq(fraction_milli(share), 3000);
}

Test(fraction, refuses_what_does_not_fit)
{
    struct fraction big = fraction_of(INT64_MAX, 1), got = {.num = 9, .den = 1};

    cr_assert_eq(fraction_mul(big, big, &got), 0);
    cr_assert_eq(fraction_mul(got, big, &got), POINTS_E_RANGE);
    cr_assert_eq(fraction_add(got, fraction_of(1, INT64_MAX - 1), &got), POINTS_E_RANGE);
}

Test(fraction, compares_where_crosswise_products_would_wrap)
{
    struct fraction a, b;
    __int128 top = ((__int128)1 << 126);

    a = (struct fraction){.num = top + 1, .den = top};
    b = (struct fraction){.num = top + 2, .den = top + 1}; /* the smaller by 2^-252 */
    cr_assert_eq(fraction_compare(a, b), 1);
    cr_assert_eq(fraction_compare(b, a), -1);
    cr_assert_eq(fraction_compare(a, a), 0);
    a.num = -a.num;
    b.num = -b.num;
    cr_assert_eq(fraction_compare(a, b), -1);
    cr_assert_eq(fraction_compare(fraction_of(-1, 2), fraction_of(1, 3)), -1);
    cr_assert_eq(fraction_compare(fraction_of(2, 1), fraction_of(5, 2)), -1);
    cr_assert_eq(fraction_compare(fraction_of(5, 2), fraction_of(2, 1)), 1);
}

Test(fraction, order_agrees_with_products_that_fit)
{
    for (int a = -6; a <= 6; a++)
        for (int b = 1; b <= 6; b++)
            for (int c = -6; c <= 6; c++)
                for (int d = 1; d <= 6; d++) {
                    int want = (a * d > c * b) - (a * d < c * b);

                    cr_assert_eq(fraction_compare(fraction_of(a, b), fraction_of(c, d)), want);
                }
}

Test(fraction, is_rounded_half_up_for_showing)
{
    cr_assert_eq(fraction_milli(fraction_of(2, 3)), 667);
    cr_assert_eq(fraction_milli(fraction_of(1, 2000)), 1);
    cr_assert_eq(fraction_milli(fraction_of(-1, 2000)), 0);
    cr_assert_eq(fraction_milli(fraction_of(-1, 3)), -333);
    cr_assert_eq(fraction_milli(fraction_of(1, 3001)), 0);
    cr_assert_eq(fraction_milli(fraction_of(INT64_MAX, 1)), INT64_MAX);
    cr_assert_eq(fraction_milli(fraction_of(INT64_MIN, 1)), INT64_MIN);
}

Test(fraction, rounds_where_a_thousandfold_would_wrap)
{
    __int128 top = ((__int128)1 << 126);
    struct fraction almost = {.num = top - 1, .den = top};
    struct fraction third = {.num = (__int128)(~(unsigned __int128)0 >> 1) / 3 - 1,
                             .den = (__int128)(~(unsigned __int128)0 >> 1)};

    cr_assert_eq(fraction_milli(almost), 1000);
    cr_assert_eq(fraction_milli(third), 333);
}

Test(fraction, text_reads_back)
{
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct fraction f = {.num = -(((__int128)1 << 126) + 1), .den = (__int128)1 << 126}, got;

    cr_assert_str_eq(fraction_text(a, fraction_of(-7, 3)), "-7/3");
    cr_assert_str_eq(fraction_text(a, fraction_of(0, 3)), "0/1");
    cr_assert_eq(fraction_parse(fraction_text(a, f), &got), 0);
    cr_assert(got.num == f.num && got.den == f.den);
    cr_assert_eq(fraction_parse("4/6", &got), 0);
    cr_assert(got.num == 2 && got.den == 3);
}

Test(fraction, other_text_is_refused)
{
    static const char *const bad[] = {
        "",
        "/",
        "1",
        "1/",
        "/1",
        "1/0",
        "1/-2",
        "--1/2",
        "1/2x",
        "1 /2",
        "170141183460469231731687303715884105728/1",
    };
    struct fraction got;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_assert_eq(fraction_parse(bad[i], &got), POINTS_E_BAD, "row %zu", i);
}
