/* SPDX-License-Identifier: Apache-2.0 */
#include "common/text/text.h"

#include <libintl.h>
#include <locale.h>
#include <string.h>
#include <strings.h>

#include "common/base/str.h"
#include "proto/reasons.h"
#include "common/base/banned.h"

#define DOMAIN_ZH "hongping-zh_CN"

static locale_t catalogue_locale;
static char wanted_language[16]; /* the first entry of LANGUAGE, before it was taken away */

const char *language_tag(enum language language)
{
    return language == LANGUAGE_ZH ? "zh-CN" : "en";
}

void text_init(const char *share)
{
    CLEANUP(str_release) struct str dir = STR_INIT;
    const char *wanted = getenv("LANGUAGE");

    if (wanted) {
        snprintf(wanted_language, sizeof(wanted_language), "%.*s", (int)strcspn(wanted, ":"),
                 wanted);
        unsetenv("LANGUAGE");
    }
    str_printf(&dir, "%s/locale", share);
    bindtextdomain(DOMAIN_ZH, dir.text);
    bind_textdomain_codeset(DOMAIN_ZH, "UTF-8");
    if (!catalogue_locale)
        catalogue_locale = newlocale(LC_CTYPE_MASK | LC_MESSAGES_MASK, "C.UTF-8", (locale_t)0);
}

/* ---- which language ---- */

/* Our language for a language range; -1 for none. "*" stands for the default. */
static int range_language(const char *range, size_t size)
{
    size_t primary = 0;

    while (primary < size && range[primary] != '-' && range[primary] != '_')
        primary++;
    if (size == 1 && *range == '*')
        return LANGUAGE_ZH;
    if (primary != 2)
        return -1;
    if (strncasecmp(range, "zh", 2) == 0)
        return LANGUAGE_ZH;
    return strncasecmp(range, "en", 2) == 0 ? LANGUAGE_EN : -1;
}

/* The weight in thousandths of ";q=0.8" and the like in @params; 1000 without, 0 when it is not a
 * weight. */
static int range_weight(const char *params, size_t size)
{
    const char *p = params, *end = params + size;
    int weight, unit = 100;

    while (p < end && (*p == ';' || *p == ' ' || *p == '\t'))
        p++;
    if (p == end)
        return 1000;
    if (end - p < 3 || (*p != 'q' && *p != 'Q') || p[1] != '=' || (p[2] != '0' && p[2] != '1'))
        return 0;
    weight = (p[2] - '0') * 1000;
    p += 3;
    if (p < end && *p == '.')
        for (p++; p < end && *p >= '0' && *p <= '9'; p++, unit /= 10)
            weight += (*p - '0') * unit;
    return weight > 1000 ? 1000 : weight;
}

enum language text_language_http(const char *accept_language)
{
    enum language best = LANGUAGE_ZH;
    int best_weight = 0;

    for (const char *p = accept_language ? accept_language : ""; *p;) {
        size_t size, name;
        int language, weight;

        p += strspn(p, ", \t");
        size = strcspn(p, ",");
        name = strcspn(p, ",; \t");
        language = range_language(p, name);
        weight = range_weight(p + name, size - name);
        if (language >= 0 && weight > best_weight) {
            best = (enum language)language;
            best_weight = weight;
        }
        p += size;
    }
    return best;
}

enum language text_language_env(void)
{
    static const char *const names[] = {"LC_ALL", "LC_MESSAGES", "LANG"};
    const char *value = NULL, *wanted = getenv("LANGUAGE");

    for (size_t i = 0; i < ARRAY_LEN(names) && !(value && *value); i++)
        value = getenv(names[i]);
    if (!value || !*value || strcmp(value, "C") == 0 || strcmp(value, "POSIX") == 0)
        return LANGUAGE_EN;
    if (!wanted)
        wanted = wanted_language;
    if (*wanted)
        value = wanted;
    return range_language(value, strcspn(value, ".@:")) == LANGUAGE_ZH ? LANGUAGE_ZH : LANGUAGE_EN;
}

/* ---- sentences ---- */

const char *text_in(enum language language, const char *msgid)
{
    const char *sentence;
    locale_t before;

    if (language != LANGUAGE_ZH || !*msgid || !catalogue_locale)
        return msgid; /* the empty id is the catalogue's own header */
    before = uselocale(catalogue_locale);
    sentence = dgettext(DOMAIN_ZH, msgid);
    uselocale(before);
    return sentence;
}

/* Whether a value is one of our words ("notice", "under_review"), not a name or a number. */
static bool is_word(const char *value)
{
    return *value && !value[strspn(value, "abcdefghijklmnopqrstuvwxyz_- ")];
}

char *text_fill(struct arena *a, enum language language, const char *sentence,
                const char *const *args, size_t n_args)
{
    CLEANUP(str_release) struct str out = STR_INIT;

    for (const char *p = sentence; *p; p++) {
        bool as_is = *p == '{' && p[1] == '=';
        const char *digit = p + 1 + as_is;
        size_t i;

        if (*p != '{' || *digit < '0' || *digit > '9' || digit[1] != '}') {
            str_add_char(&out, *p);
            continue;
        }
        i = (size_t)(*digit - '0');
        if (i < n_args && args[i])
            str_add(&out, !as_is && is_word(args[i]) ? text_in(language, args[i]) : args[i]);
        p = digit + 1;
    }
    return arena_strndup(a, out.text, out.size);
}

char *text_reason(struct arena *a, enum language language, const char *code,
                  const char *const *args, size_t n_args)
{
    const struct reason_row *row = reason_by_code(code);

    if (!row)
        return arena_strdup(a, code);
    return text_fill(a, language, text_in(language, row->text), args, n_args);
}
