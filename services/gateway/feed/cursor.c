/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/feed/cursor.h"

#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include "common/base/banned.h"

/* "name.position" in @text up to its '-' or end; the position, and what follows. */
static int parse_one(const char *text, int *ret_source, int64_t *ret_at, const char **ret_rest)
{
    size_t n = strcspn(text, "."), digits;
    char name[16];
    int64_t at = 0;

    if (n >= sizeof(name) || !text[n])
        return CURSOR_E_BAD;
    memcpy(name, text, n);
    name[n] = 0;
    *ret_source = change_source(name);
    text += n + 1;
    digits = strspn(text, "0123456789");
    if (*ret_source < 0 || digits < 1 || digits > 18 || (digits > 1 && *text == '0'))
        return CURSOR_E_BAD;
    while (digits--)
        at = at * 10 + (*text++ - '0');
    *ret_at = at;
    *ret_rest = text;
    return 0;
}

int cursor_parse(const char *text, struct cursor *ret_cursor)
{
    int last = -1;

    *ret_cursor = (struct cursor){.now = strcmp(text, "now") == 0};
    if (!*text || ret_cursor->now)
        return 0;
    for (;;) {
        int64_t at = 0;
        int source;

        if (parse_one(text, &source, &at, &text) || source <= last)
            return CURSOR_E_BAD;
        ret_cursor->at[source] = at;
        last = source;
        if (!*text)
            return 0;
        if (*text++ != '-')
            return CURSOR_E_BAD;
    }
}

const char *cursor_format(const struct cursor *cursor, char *ret_text)
{
    size_t n = 0;

    for (int i = 0; i < CHANGE_SOURCES; i++)
        n += (size_t)snprintf(ret_text + n, CURSOR_TEXT - n, "%s%s.%" PRId64, i ? "-" : "",
                              change_sources[i], cursor->at[i]);
    return ret_text;
}

bool cursor_reaches(const struct cursor *cursor, const struct cursor *other)
{
    for (int i = 0; i < CHANGE_SOURCES; i++)
        if (cursor->at[i] < other->at[i])
            return false;
    return true;
}
