/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/file/file_name.h"

#include <string.h>
#include <strings.h>

#include "common/base/str.h"
#include "common/document/decode.h"
#include "common/text/clean.h"
#include "services/gateway/file/sniff.h"

#include "common/base/banned.h"

enum { ENDING_MAX = 5 }; /* bytes behind a dot that are taken for an ending */

/* The dot of its ending, NULL if it has none: "方案.2023.10.27" and "第1.5稿" end in no word. */
static const char *ending_of(const char *name)
{
    const char *dot = strrchr(name, '.');
    size_t n;
    bool letter = false;

    if (!dot || dot == name)
        return NULL;
    n = strlen(dot + 1);
    for (size_t i = 1; i <= n; i++) {
        char c = dot[i] | 0x20;

        if (!(c >= 'a' && c <= 'z') && !(dot[i] >= '0' && dot[i] <= '9'))
            return NULL;
        letter = letter || (c >= 'a' && c <= 'z');
    }
    return n && n <= ENDING_MAX && letter ? dot : NULL;
}

static bool fits(const char *ending, const char *type)
{
    return strcasecmp(ending, sniff_ending(type)) == 0 || strcasecmp(ending, type) == 0;
}

/* At most @max characters of @name. */
static const char *cut(struct arena *a, const char *name, size_t max)
{
    const char *p = name;

    for (size_t i = 0; *p && i < max; i++)
        p += utf8_step(p, strlen(p));
    return *p ? arena_strndup(a, name, (size_t)(p - name)) : name;
}

/* Browsers of old send whole paths, of either kind. */
static const char *last_part(struct arena *a, const char *name)
{
    size_t n = strlen(name);

    while (n && strchr("/\\. ", name[n - 1])) /* Windows drops dots and blanks there, too */
        n--;
    name = arena_strndup(a, name, n);
    for (const char *p = name; *p; p++)
        if (*p == '/' || *p == '\\')
            name = p + 1;
    return name;
}

const char *file_name_of(struct arena *a, const char *said, const char *type)
{
    const char *name = said ? said : "", *dot, *ending = sniff_ending(type);
    struct text_fault fault;
    struct errtext why;
    size_t size;
    int line, column;

    if (text_decode(a, name, strlen(name), &name, &size, &line, &column, &why) ||
        text_clean(a, TEXT_SEARCH, name, &name, &fault))
        return NULL;
    name = last_part(a, name);
    if (!*name)
        name = "file";
    dot = ending_of(name);
    if (dot && fits(dot + 1, type))
        ending = dot + 1;
    if (dot)
        name = arena_strndup(a, name, (size_t)(dot - name));
    return arena_printf(a, "%s.%s", cut(a, name, FILE_NAME_MAX - strlen(ending) - 1), ending);
}
