/* SPDX-License-Identifier: Apache-2.0 */
#include "common/document/cell.h"

#include <errno.h>
#include <string.h>
#include <strings.h>

#include "common/base/clock.h"

#include "common/base/banned.h"

/* ---- characters ---- */

/* The size of the blank at @p, 0 if there is none. */
static size_t blank(const char *p)
{
    static const char *const wide[] = {"\xE3\x80\x80", "\xC2\xA0",     "\xEF\xBB\xBF",
                                       "\xE2\x80\x8B", "\xE2\x80\x8C", "\xE2\x80\x8D",
                                       "\xE2\x81\xA0"};

    if (*p && strchr(" \t\r\n\v\f", *p))
        return 1;
    for (size_t i = 0; i < ARRAY_LEN(wide); i++)
        if (strncmp(p, wide[i], strlen(wide[i])) == 0)
            return strlen(wide[i]);
    return 0;
}

const char *cell_trim(struct arena *a, const char *text)
{
    const char *end;
    size_t n;

    while ((n = blank(text)))
        text += n;
    end = text;
    for (const char *p = text; *p;) {
        n = blank(p);
        p += n ? n : 1;
        if (!n)
            end = p;
    }
    return *end ? arena_strndup(a, text, (size_t)(end - text)) : text;
}

/* Without outer blanks, U+FF01..U+FF5E as the ASCII they are the wide form of. */
static char *plain(struct arena *a, const char *text)
{
    char *copy = arena_strdup(a, cell_trim(a, text)), *to = copy;

    for (const unsigned char *p = (unsigned char *)copy; *p;) {
        if (p[0] == 0xEF && (p[1] == 0xBC || p[1] == 0xBD) && p[2] >= 0x80 && p[2] <= 0xBF) {
            unsigned code = 0xF000 | (p[1] & 0x3Fu) << 6 | (p[2] & 0x3Fu);

            if (code >= 0xFF01 && code <= 0xFF5E) {
                *to++ = (char)(code - 0xFF01 + '!');
                p += 3;
                continue;
            }
        }
        *to++ = (char)*p++;
    }
    *to = '\0';
    return copy;
}

/* ---- values ---- */

int cell_yes_no(struct arena *a, const char *text, bool *ret_yes)
{
    static const char *const yes[] = {"true", "yes", "y", "1", "是", "有", "真", "√", "✓"};
    static const char *const no[] = {"false", "no", "n", "0", "否", "无", "假", "×", "✗"};
    const char *word = plain(a, text);

    for (size_t i = 0; i < ARRAY_LEN(yes); i++)
        if (strcasecmp(word, yes[i]) == 0 || strcasecmp(word, no[i]) == 0) {
            *ret_yes = strcasecmp(word, yes[i]) == 0;
            return 0;
        }
    return CELL_E_BAD;
}

/* The digits before the decimal point, thousands parted or not, to @to; the first byte behind them, NULL if wrong. */
static const char *whole_part(const char *p, char **to)
{
    size_t n = strspn(p, "0123456789");
    bool parted = n <= 3 && p[n] == ',';

    if (!n)
        return NULL;
    for (;;) {
        memcpy(*to, p, n);
        *to += n;
        p += n;
        if (*p != ',')
            return p;
        n = strspn(++p, "0123456789");
        if (!parted || n != 3)
            return NULL;
    }
}

const char *cell_number(struct arena *a, const char *text)
{
    const char *p = plain(a, text);
    char *number = arena_alloc(a, strlen(p) + 1), *to = number, *point;
    size_t n;

    if (*p == '-' || *p == '+') {
        if (*p == '-')
            *to++ = '-';
        p++;
    }
    p = whole_part(p, &to);
    if (!p)
        return NULL;
    point = to;
    if (*p == '.') {
        n = strspn(p + 1, "0123456789");
        if (!n)
            return NULL;
        memcpy(to, p, n + 1);
        to += n + 1;
        p += n + 1;
        while (to[-1] == '0')
            to--;
        if (to == point + 1)
            to = point;
    }
    *to = '\0';
    return *p ? NULL : number;
}

int cell_whole(struct arena *a, const char *text, int64_t *ret_n)
{
    const char *number = cell_number(a, text);
    char *end;
    long long n;

    if (!number)
        return CELL_E_BAD;
    errno = 0;
    n = strtoll(number, &end, 10);
    if (*end || errno)
        return CELL_E_BAD;
    *ret_n = n;
    return 0;
}

/* One or two digits. */
static const char *two_digits(const char *p, int *ret_n)
{
    size_t n = strspn(p, "0123456789");

    if (n < 1 || n > 2)
        return NULL;
    *ret_n = n == 1 ? p[0] - '0' : (p[0] - '0') * 10 + p[1] - '0';
    return p + n;
}

static const char *after(const char *p, const char *word)
{
    size_t n = strlen(word);

    return p && strncmp(p, word, n) == 0 ? p + n : NULL;
}

/* Month and day with what stands between and behind them. */
static const char *month_day(const char *p, const char *first, const char *second, int *ret_month,
                             int *ret_day)
{
    p = after(p, first);
    p = p ? two_digits(p, ret_month) : NULL;
    p = after(p, second);
    return p ? two_digits(p, ret_day) : NULL;
}

/* A time of midnight, which table programs put behind a day, or nothing. */
static bool midnight_or_end(const char *p)
{
    if (!*p)
        return true;
    if (*p != ' ' && *p != 'T')
        return false;
    p += strspn(p, " T");
    return *p == '0' && strspn(p, "0:.") == strlen(p) && strchr(p, ':');
}

int cell_day(struct arena *a, const char *text, int32_t *ret_day)
{
    static const char *const signs[] = {"-", "/", "."};
    const char *p = plain(a, text), *rest = NULL;
    int month, day;

    if (strspn(p, "0123456789") == 8 && !p[8])
        return day_parse(arena_printf(a, "%.4s-%.2s-%.2s", p, p + 4, p + 6), ret_day) ? CELL_E_BAD
                                                                                      : 0;
    if (strspn(p, "0123456789") != 4)
        return CELL_E_BAD;
    for (size_t i = 0; i < ARRAY_LEN(signs) && !rest; i++)
        rest = month_day(p + 4, signs[i], signs[i], &month, &day);
    if (!rest) {
        rest = month_day(p + 4, "年", "月", &month, &day);
        p = after(rest, "日");
        rest = p ? p : after(rest, "号");
        p = plain(a, text);
    }
    if (!rest || !midnight_or_end(rest))
        return CELL_E_BAD;
    return day_parse(arena_printf(a, "%.4s-%02d-%02d", p, month, day), ret_day) ? CELL_E_BAD : 0;
}

bool cell_is_shortened(const char *text)
{
    size_t n = strspn(text, "0123456789."), digits;

    if (!n || (text[n] != 'E' && text[n] != 'e') || text[n + 1] != '+')
        return false;
    digits = strspn(text + n + 2, "0123456789");
    return digits >= 1 && !text[n + 2 + digits];
}

bool cell_calculates(const char *text)
{
    static const char *const signs[] = {"=", "+", "-", "@", "＝", "＋", "－", "＠"};

    text += strspn(text, "'");
    for (size_t i = 0; i < ARRAY_LEN(signs); i++)
        if (strncmp(text, signs[i], strlen(signs[i])) == 0)
            return true;
    return false;
}
