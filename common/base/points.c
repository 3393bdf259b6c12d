/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/points.h"

#include <string.h>

#include "common/base/banned.h"

typedef __int128 wide;
typedef unsigned __int128 uwide;
#define WIDE_MAX ((wide)(~(uwide)0 >> 1))

int points_parse(const char *text, int64_t *ret_milli)
{
    bool negative = *text == '-';
    int64_t value = 0;
    const char *p = text + negative;
    int decimals = -1, n_whole = 0;

    for (; *p; p++) {
        if (*p == '.' && decimals < 0 && n_whole) {
            decimals = 0;
            continue;
        }
        if (*p < '0' || *p > '9' || decimals == 3)
            return POINTS_E_BAD;
        if (__builtin_mul_overflow(value, 10, &value) ||
            __builtin_add_overflow(value, *p - '0', &value))
            return POINTS_E_RANGE;
        if (decimals < 0)
            n_whole++;
        else
            decimals++;
    }
    if (!n_whole || decimals == 0)
        return POINTS_E_BAD;
    for (decimals = decimals < 0 ? 0 : decimals; decimals < 3; decimals++)
        if (__builtin_mul_overflow(value, 10, &value))
            return POINTS_E_RANGE;
    *ret_milli = negative ? -value : value;
    return 0;
}

const char *points_format(int64_t milli, char buf[POINTS_TEXT])
{
    uint64_t size = milli < 0 ? 0 - (uint64_t)milli : (uint64_t)milli;
    int n = snprintf(buf, POINTS_TEXT, "%s%llu.%03u", milli < 0 ? "-" : "",
                     (unsigned long long)(size / 1000), (unsigned)(size % 1000));

    while (buf[n - 1] == '0')
        buf[--n] = 0;
    if (buf[n - 1] == '.')
        buf[n - 1] = 0;
    return buf;
}

/* --- fractions --- */

static uwide size_of(wide x)
{
    return x < 0 ? 0 - (uwide)x : (uwide)x;
}

static uwide gcd(uwide a, uwide b)
{
    while (b) {
        uwide rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

/* Plain multiplication and addition that refuse to wrap; clang's builtin would need compiler-rt. */
static bool mul(wide a, wide b, wide *ret)
{
    if (a != 0 && size_of(b) > (uwide)WIDE_MAX / size_of(a))
        return false;
    *ret = a * b;
    return true;
}

static bool add(wide a, wide b, wide *ret)
{
    if (b > 0 ? a > WIDE_MAX - b : a < -WIDE_MAX - b)
        return false;
    *ret = a + b;
    return true;
}

static struct fraction reduced(wide num, wide den)
{
    wide common = (wide)gcd(size_of(num), (uwide)den);

    return (struct fraction){.num = num / common, .den = den / common};
}

struct fraction fraction_of(int64_t num, int64_t den)
{
    CHECK(den != 0);
    return den < 0 ? reduced(-(wide)num, -(wide)den) : reduced(num, den);
}

int fraction_add(struct fraction a, struct fraction b, struct fraction *ret)
{
    wide common = (wide)gcd((uwide)a.den, (uwide)b.den);
    wide left, right, num, den;

    if (!mul(a.num, b.den / common, &left) || !mul(b.num, a.den / common, &right) ||
        !add(left, right, &num) || !mul(a.den, b.den / common, &den))
        return POINTS_E_RANGE;
    *ret = reduced(num, den);
    return 0;
}

int fraction_mul(struct fraction a, struct fraction b, struct fraction *ret)
{
    /* crosswise first, so that only results that do not fit are refused */
    struct fraction ab = reduced(a.num, b.den), ba = reduced(b.num, a.den);
    wide num, den;

    if (!mul(ab.num, ba.num, &num) || !mul(ab.den, ba.den, &den))
        return POINTS_E_RANGE;
    *ret = reduced(num, den);
    return 0;
}

static wide floor_div(wide num, wide den, wide *ret_rest)
{
    wide q = num / den, rest = num % den;

    if (rest < 0) {
        rest += den;
        q--;
    }
    *ret_rest = rest;
    return q;
}

/*
 * Crosswise products may not fit, so the whole parts are compared, then the inverses of what is
 * left, the other way round: Euclid's steps, exact and without growth.
 */
int fraction_compare(struct fraction a, struct fraction b)
{
    for (int sign = 1;; sign = -sign) {
        wide rest_a, rest_b;
        wide whole_a = floor_div(a.num, a.den, &rest_a), whole_b = floor_div(b.num, b.den, &rest_b);

        if (whole_a != whole_b)
            return whole_a < whole_b ? -sign : sign;
        if (rest_a == 0 || rest_b == 0)
            return rest_a == rest_b ? 0 : rest_a == 0 ? -sign : sign;
        a = (struct fraction){.num = a.den, .den = rest_a};
        b = (struct fraction){.num = b.den, .den = rest_b};
    }
}

/* floor(1000 * rest / den) and what remains, for 0 <= rest < den, bit by bit: 1000 * rest may not
 * fit. */
static int thousandths(uwide rest, uwide den, uwide *ret_rest)
{
    uwide left = 0;
    int q = 0;

    for (int bit = 1 << 9; bit; bit >>= 1) {
        q *= 2;
        left *= 2; /* below 2 * den, which fits */
        if (left >= den) {
            left -= den;
            q++;
        }
        left += 1000 & bit ? rest : 0;
        if (left >= den) {
            left -= den;
            q++;
        }
    }
    *ret_rest = left;
    return q;
}

int64_t fraction_milli(struct fraction f)
{
    wide rest, milli;
    wide whole = floor_div(f.num, f.den, &rest);
    uwide left;

    if (whole > INT64_MAX / 1000 - 1)
        return INT64_MAX;
    if (whole < INT64_MIN / 1000 + 1)
        return INT64_MIN;
    milli = whole * 1000 + thousandths((uwide)rest, (uwide)f.den, &left);
    if (left >= (uwide)f.den - left)
        milli++;
    return (int64_t)milli;
}

/* Decimal digits of @x in front of @end, which they do not include. */
static char *wide_digits(wide x, char *end)
{
    uwide size = size_of(x);

    do {
        *--end = (char)('0' + (int)(size % 10));
        size /= 10;
    } while (size);
    if (x < 0)
        *--end = '-';
    return end;
}

char *fraction_text(struct arena *a, struct fraction f)
{
    char buf[2 * 41];
    char *end = buf + sizeof(buf), *p = wide_digits(f.den, end);

    *--p = '/';
    p = wide_digits(f.num, p);
    return arena_strndup(a, p, (size_t)(end - p));
}

/* At least one digit, all up to the first other character; @ret_next is there. */
static bool wide_parse(const char *text, wide *ret, const char **ret_next)
{
    wide value = 0;
    const char *p = text;

    for (; *p >= '0' && *p <= '9'; p++)
        if (!mul(value, 10, &value) || !add(value, *p - '0', &value))
            return false;
    *ret = value;
    *ret_next = p;
    return p != text;
}

int fraction_parse(const char *text, struct fraction *ret)
{
    bool negative = *text == '-';
    wide num, den;
    const char *p;

    if (!wide_parse(text + negative, &num, &p) || *p != '/' || !wide_parse(p + 1, &den, &p) || *p ||
        den == 0)
        return POINTS_E_BAD;
    *ret = reduced(negative ? -num : num, den);
    return 0;
}
