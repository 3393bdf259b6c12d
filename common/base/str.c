/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/str.h"

#include <stdarg.h>
#include <string.h>

#include "common/base/banned.h"

char str_empty[1];

void str_release(struct str *s)
{
    if (s->text != str_empty)
        free(s->text);
    *s = STR_INIT;
}

/* Makes room for @more bytes and the NUL behind them. */
static void str_grow(struct str *s, size_t more)
{
    size_t need = s->size + more + 1;
    size_t room = s->room ? s->room : 64;
    char *text;

    CHECK(need > more && need < PTRDIFF_MAX / 2);
    if (need <= s->room)
        return;
    while (room < need)
        room *= 2;
    text = realloc(s->room ? s->text : NULL, room);
    if (!text)
        abort();
    s->text = text;
    s->room = room;
}

void str_add_bytes(struct str *s, const void *data, size_t size)
{
    if (!size)
        return;
    str_grow(s, size);
    memcpy(s->text + s->size, data, size);
    s->size += size;
    s->text[s->size] = 0;
}

void str_add(struct str *s, const char *text)
{
    str_add_bytes(s, text, strlen(text));
}

void str_add_char(struct str *s, char c)
{
    str_add_bytes(s, &c, 1);
}

void str_printf(struct str *s, const char *fmt, ...)
{
    va_list ap;
    int n;

    str_grow(s, 128);
    va_start(ap, fmt);
    n = vsnprintf(s->text + s->size, s->room - s->size, fmt, ap);
    va_end(ap);
    CHECK(n >= 0);
    if ((size_t)n >= s->room - s->size) {
        str_grow(s, (size_t)n);
        va_start(ap, fmt);
        vsnprintf(s->text + s->size, s->room - s->size, fmt, ap);
        va_end(ap);
    }
    s->size += (size_t)n;
}

void str_clear(struct str *s)
{
    s->size = 0;
    if (s->room)
        s->text[0] = 0;
}

char *str_detach(struct str *s)
{
    char *text;

    str_grow(s, 0);
    s->text[s->size] = 0;
    text = s->text;
    *s = STR_INIT;
    return text;
}

/* Unicode 15, table 3-7 */
size_t utf8_step(const void *data, size_t size)
{
    const unsigned char *p = data;
    unsigned char low = 0x80, high = 0xBF;
    size_t n;

    if (p[0] < 0x80)
        return p[0] ? 1 : 0;
    if (p[0] < 0xC2 || p[0] > 0xF4)
        return 0;
    n = p[0] < 0xE0 ? 2 : p[0] < 0xF0 ? 3 : 4;
    if (size < n)
        return 0;
    if (p[0] == 0xE0)
        low = 0xA0; /* shorter forms exist */
    else if (p[0] == 0xED)
        high = 0x9F; /* surrogates */
    else if (p[0] == 0xF0)
        low = 0x90;
    else if (p[0] == 0xF4)
        high = 0x8F; /* beyond U+10FFFF */
    if (p[1] < low || p[1] > high)
        return 0;
    for (size_t i = 2; i < n; i++)
        if ((p[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

bool utf8_valid(const void *data, size_t size, size_t *ret_bad)
{
    const unsigned char *p = data;
    size_t i = 0;

    while (i < size) {
        size_t n = utf8_step(p + i, size - i);

        if (!n) {
            if (ret_bad)
                *ret_bad = i;
            return false;
        }
        i += n;
    }
    return true;
}

size_t utf8_length(const char *text)
{
    size_t n = 0;

    for (; *text; text++)
        n += ((unsigned char)*text & 0xC0) != 0x80;
    return n;
}

bool str_equal(const char *a, const char *b)
{
    if (!a || !b)
        return a == b;
    return strcmp(a, b) == 0;
}
