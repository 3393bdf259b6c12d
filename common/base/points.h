/* SPDX-License-Identifier: Apache-2.0 */
/*
 * points - scores and deductions as whole thousandths of a point; exact fractions where a rule divides
 *
 * Names end in _milli. No floating point decides a rank, a star or a threshold.
 */
#pragma once
#include "common/base/arena.h"

enum { POINTS_E_BAD = 1, POINTS_E_RANGE };

/* "92.345" to 92345 and back ("92.345", "92.5", "3"). At most 3 decimals; no sign unless negative. */
int points_parse(const char *text, int64_t *ret_milli) MUST_CHECK;
#define POINTS_TEXT 32
const char *points_format(int64_t milli, char buf[POINTS_TEXT]);

/* An exact fraction num/den, den > 0, kept reduced. 128-bit: overflow is refused, never wrapped. */
struct fraction {
    __int128 num;
    __int128 den;
};
struct fraction fraction_of(int64_t num, int64_t den); /* den != 0 */
int fraction_add(struct fraction a, struct fraction b,
                 struct fraction *ret) MUST_CHECK; /* POINTS_E_RANGE */
int fraction_mul(struct fraction a, struct fraction b,
                 struct fraction *ret) MUST_CHECK;          /* POINTS_E_RANGE */
int fraction_compare(struct fraction a, struct fraction b); /* -1, 0, 1; exact */
/* Rounded half up to thousandths, for showing only; stops at the ends of int64. */
int64_t fraction_milli(struct fraction f);
/* "num/den" for storing and explaining. */
char *fraction_text(struct arena *a, struct fraction f);
int fraction_parse(const char *text, struct fraction *ret) MUST_CHECK; /* POINTS_E_BAD */
