/* SPDX-License-Identifier: Apache-2.0 */
#include "common/text/clean.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <utf8proc.h>

#include "common/base/id.h"
#include "common/base/str.h"

#include "common/base/banned.h"

enum { LINE_FEED = '\n', TAB = '\t', BRAILLE_BLANK = 0x2800 };

/* ---- characters ---- */

/* UAX 14's mandatory breaks. */
static bool is_break(int32_t c)
{
    return (c >= 0x0a && c <= 0x0d) || c == 0x85 || c == 0x2028 || c == 0x2029;
}

static bool is_blank(int32_t c)
{
    return c == TAB || is_break(c) || c == BRAILLE_BLANK ||
           utf8proc_category(c) == UTF8PROC_CATEGORY_ZS;
}

/* They choose between drawings of the character before, as in names with rare forms. */
static bool is_variation(int32_t c)
{
    return (c >= 0xfe00 && c <= 0xfe0f) || (c >= 0xe0100 && c <= 0xe01ef);
}

/* Letters and marks that are drawn as nothing (Default_Ignorable_Code_Point) and are of no other category that is refused. */
static bool is_filler(int32_t c)
{
    return c == 0x034f || c == 0x115f || c == 0x1160 || c == 0x17b4 || c == 0x17b5 ||
           (c >= 0x180b && c <= 0x180f) || c == 0x3164 || c == 0xffa0 ||
           (c >= 0xe0000 && c <= 0xe0fff);
}

static bool is_noncharacter(int32_t c)
{
    return (c & 0xfffe) == 0xfffe || (c >= 0xfdd0 && c <= 0xfdef);
}

/* Neither a mark that hangs on another nor a blank. */
static bool is_seen(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);

    return !is_blank(c) && category != UTF8PROC_CATEGORY_MN && category != UTF8PROC_CATEGORY_ME;
}

static bool may_stand(int32_t c)
{
    utf8proc_category_t category = utf8proc_category(c);

    if (is_variation(c))
        return true;
    return category != UTF8PROC_CATEGORY_CC && category != UTF8PROC_CATEGORY_CF &&
           category != UTF8PROC_CATEGORY_CS && category != UTF8PROC_CATEGORY_ZL &&
           category != UTF8PROC_CATEGORY_ZP && !is_filler(c) && !is_noncharacter(c);
}

/* The kinds of hyphen and minus that keyboards and programs put for one another. */
static bool is_dash(int32_t c)
{
    return (c >= 0x2010 && c <= 0x2015) || c == 0x2212 || c == 0xfe58 || c == 0xfe63 || c == 0xff0d;
}

/* ---- text as code points ---- */

static int32_t *decode(struct arena *a, const char *text, size_t *ret_n)
{
    size_t size = strlen(text), n = 0;
    int32_t *points = arena_new_array(a, int32_t, size + 1);

    for (size_t at = 0; at < size;) {
        utf8proc_ssize_t step = utf8proc_iterate((const utf8proc_uint8_t *)text + at,
                                                 (utf8proc_ssize_t)(size - at), &points[n]);

        at += step > 0 ? (size_t)step : 1; /* bytes that are not UTF-8 are left out */
        n += step > 0;
    }
    *ret_n = n;
    return points;
}

static char *encode(struct arena *a, const int32_t *points, size_t n)
{
    char *text = arena_alloc(a, 4 * n + 1);
    size_t size = 0;

    for (size_t i = 0; i < n; i++)
        size += (size_t)utf8proc_encode_char(points[i], (utf8proc_uint8_t *)text + size);
    text[size] = '\0';
    return text;
}

/* @text in a normal form, in @a. */
static const char *normal(struct arena *a, const char *text, utf8proc_option_t form)
{
    utf8proc_uint8_t *made = NULL;
    utf8proc_ssize_t size = utf8proc_map((const utf8proc_uint8_t *)text, 0, &made,
                                         UTF8PROC_NULLTERM | UTF8PROC_STABLE | form);
    const char *copy = size < 0 ? text : arena_strndup(a, (const char *)made, (size_t)size);

    free(made);
    return copy;
}

/* Most texts are ASCII and Chinese characters, which are what they are in every normal form: nothing to do for those. */
static bool is_plain(const char *text)
{
    const unsigned char *p = (const unsigned char *)text;

    if (*p == ' ')
        return false;
    while (*p) {
        if (*p >= ' ' && *p < 0x7f)
            p++;
        else if (*p >= 0xe4 && *p <= 0xe9 && (*p != 0xe4 || p[1] >= 0xb8) &&
                 (*p != 0xe9 || p[1] < 0xbf)) /* U+4E00 to U+9FBF */
            p += 3;
        else
            return false;
    }
    return p == (const unsigned char *)text || p[-1] != ' ';
}

/* ---- codes ---- */

static bool all_hex(const char *text, size_t n)
{
    for (size_t i = 0; i < n; i++)
        if (!isxdigit((unsigned char)text[i]))
            return false;
    return true;
}

static bool is_lower_case(const char *code, size_t n)
{
    struct uuid id;

    return (n == 64 && all_hex(code, n)) || uuid_parse(code, &id) == 0;
}

/* A credit code has 18 letters and digits (GB 32100-2015); a site begins with its subdistrict, "310105001-B001", a project with its site. */
static bool is_upper_case(const char *code, size_t n)
{
    size_t digits = strspn(code, "0123456789");

    if (digits == 9 && code[9] == '-')
        return true;
    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)code[i]))
            return false;
    return n == 18;
}

/* Without width, blanks and kinds of dashes; a copy. */
static char *without_dress(struct arena *a, const char *text)
{
    size_t n, kept = 0;
    int32_t *points = decode(a, normal(a, text, UTF8PROC_COMPOSE | UTF8PROC_COMPAT), &n);

    for (size_t i = 0; i < n; i++)
        if (!is_blank(points[i]))
            points[kept++] = is_dash(points[i]) ? '-' : points[i];
    return encode(a, points, kept);
}

static bool is_graphic_ascii(const char *text)
{
    for (; *text; text++)
        if (!isgraph((unsigned char)*text))
            return false;
    return true;
}

static const char *as_code(struct arena *a, const char *text)
{
    char *code = is_graphic_ascii(text) ? arena_strdup(a, text) : without_dress(a, text);
    bool lower, upper;

    lower = is_lower_case(code, strlen(code));
    upper = !lower && is_upper_case(code, strlen(code));
    for (char *p = code; (lower || upper) && *p; p++)
        *p = (char)(lower ? tolower((unsigned char)*p) : toupper((unsigned char)*p));
    return code;
}

/* ---- the rule ---- */

/* The character that stands for @c in a text of this kind. */
static int32_t standing(enum text_kind kind, int32_t c)
{
    if (kind == TEXT_PARAGRAPH && is_break(c))
        return LINE_FEED;
    return kind == TEXT_PARAGRAPH && c == TAB ? ' ' : c;
}

static int refuse_character(int32_t c, size_t place, struct text_fault *fault)
{
    snprintf(fault->character, sizeof(fault->character), "U+%04X", (unsigned)c);
    fault->place = place;
    return TEXT_E_CHARACTER;
}

/* Without the blanks around it and, of @kind, with what may stand; the number kept. */
static int keep_standing(enum text_kind kind, int32_t *points, size_t n, size_t *ret_kept,
                         struct text_fault *fault)
{
    size_t first = 0, kept = 0;
    bool seen = false;

    while (n > 0 && is_blank(points[n - 1]))
        n--;
    while (first < n && is_blank(points[first]))
        first++;
    for (size_t i = first; i < n; i++) {
        int32_t c = standing(kind, points[i]);

        if (kind == TEXT_PARAGRAPH && points[i] == '\r' && i + 1 < n && points[i + 1] == LINE_FEED)
            continue;
        if (!may_stand(c) && !(kind == TEXT_PARAGRAPH && c == LINE_FEED)) {
            if (kind == TEXT_SEARCH)
                continue;
            return refuse_character(points[i], i + 1, fault);
        }
        seen |= is_seen(c);
        points[kept++] = c;
    }
    *ret_kept = seen ? kept : 0;
    return 0;
}

int text_clean(struct arena *a, enum text_kind kind, const char *text, const char **ret_clean,
               struct text_fault *ret_fault)
{
    int32_t *points;
    size_t n;
    int r;

    *ret_clean = text;
    if (kind == TEXT_RAW)
        return 0;
    if (!is_plain(text)) {
        points = decode(a, text, &n);
        r = keep_standing(kind, points, n, &n, ret_fault);
        if (r)
            return r;
        *ret_clean = normal(a, encode(a, points, n), UTF8PROC_COMPOSE);
    }
    if (kind == TEXT_CODE)
        *ret_clean = as_code(a, *ret_clean);
    return 0;
}

const char *text_key(struct arena *a, const char *text)
{
    size_t n, kept = 0;
    int32_t *points = decode(
        a,
        normal(a, text, UTF8PROC_COMPOSE | UTF8PROC_COMPAT | UTF8PROC_CASEFOLD | UTF8PROC_IGNORE),
        &n);

    for (size_t i = 0; i < n; i++)
        if (!is_blank(points[i]) && may_stand(points[i]) && !is_variation(points[i]))
            points[kept++] = is_dash(points[i]) ? '-' : points[i];
    return encode(a, points, kept);
}
