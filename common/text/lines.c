/* SPDX-License-Identifier: Apache-2.0 */
#include "common/text/lines.h"

#include <string.h>

#include "common/base/banned.h"

char **lines_split(struct arena *a, const char *text, size_t *ret_n)
{
    size_t n = *text ? 1 : 0, at = 0;
    char **lines;

    for (const char *s = text; *s; s++)
        n += *s == '\n';
    lines = arena_new_array(a, char *, n + 1);
    while (at < n) {
        size_t size = strcspn(text, "\n");

        lines[at++] = arena_strndup(a, text, size);
        text += size + (text[size] == '\n');
    }
    *ret_n = n;
    return lines;
}

const char *lines_join(struct arena *a, const char *const *lines, size_t n)
{
    size_t size = 1;
    char *text, *p;

    for (size_t i = 0; i < n; i++)
        size += strlen(lines[i]) + 1;
    text = p = arena_alloc(a, size);
    for (size_t i = 0; i < n; i++) {
        size_t length = strlen(lines[i]);

        if (i)
            *p++ = '\n';
        memcpy(p, lines[i], length);
        p += length;
    }
    *p = 0;
    return text;
}
