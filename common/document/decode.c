/* SPDX-License-Identifier: Apache-2.0 */
#include "common/document/decode.h"

#include <errno.h>
#include <iconv.h>
#include <string.h>

#include "common/base/str.h"
#include "common/text/text.h"

#include "common/base/banned.h"

/* The place behind @n bytes of UTF-8 text. */
static void place_after(const char *text, size_t n, int *ret_line, int *ret_column)
{
    int line = 1, column = 1;

    for (size_t i = 0; i < n; i++) {
        if (text[i] == '\n') {
            line++;
            column = 1;
        } else if (((unsigned char)text[i] & 0xC0) != 0x80) {
            column++;
        }
    }
    *ret_line = line;
    *ret_column = column;
}

static int bad(const char *text, size_t n, const char *why, int *ret_line, int *ret_column,
               struct errtext *e)
{
    place_after(text, n, ret_line, ret_column);
    errtext_set(e, "%s", why);
    return DECODE_E_BAD;
}

/* The name that iconv has for what it is; NULL: bytes as they are, UTF-8 or GB18030. @ret_skip: its mark. */
static const char *utf16_name(const unsigned char *p, size_t size, size_t *ret_skip)
{
    *ret_skip = 0;
    if (size < 2)
        return NULL;
    if ((p[0] == 0xFF && p[1] == 0xFE) || (p[0] == 0xFE && p[1] == 0xFF)) {
        *ret_skip = 2;
        return p[0] == 0xFF ? "UTF-16LE" : "UTF-16BE";
    }
    if (size % 2 || size < 4)
        return NULL;
    if (p[0] && !p[1] && p[2] && !p[3])
        return "UTF-16LE";
    if (!p[0] && p[1] && !p[2] && p[3])
        return "UTF-16BE";
    return NULL;
}

/* Whether bytes that are not UTF-8 throughout were meant as UTF-8: they have more whole characters of three and more bytes than breaks.
 * Text of GB18030 has few such characters, by chance. */
static bool meant_as_utf8(const char *p, size_t size)
{
    size_t n_whole = 0, n_broken = 0;

    for (size_t i = 0, step; i < size; i += step ? step : 1) {
        step = utf8_step(p + i, size - i);
        n_whole += step >= 3;
        n_broken += !step;
    }
    return n_whole > n_broken;
}

/* All of it through iconv; what cannot be converted is the fault. */
static int convert(struct arena *a, const char *name, const char *data, size_t size,
                   char **ret_text, size_t *ret_size)
{
    size_t room = 3 * size + 4, left = room;
    char *text = arena_alloc(a, room + 1), *out = text, *in = (char *)data;
    iconv_t cd = iconv_open("UTF-8", name);
    size_t n;

    CHECK(cd != (iconv_t)-1);
    n = iconv(cd, &in, &size, &out, &left);
    iconv_close(cd);
    *ret_size = room - left;
    text[*ret_size] = '\0';
    *ret_text = text;
    return n == (size_t)-1 ? DECODE_E_BAD : 0;
}

int text_decode(struct arena *a, const void *data, size_t size, const char **ret_text,
                size_t *ret_size, int *ret_line, int *ret_column, struct errtext *e)
{
    const char *p = data, *name, *nul;
    size_t skip, at;
    char *text;

    if (size >= 3 && memcmp(p, "\xEF\xBB\xBF", 3) == 0) {
        p += 3;
        size -= 3;
    }
    name = utf16_name(data, size, &skip);
    if (!name && utf8_valid(p, size, &at)) {
        *ret_text = p;
        *ret_size = size;
        return 0;
    }
    if (!name && !p[at])
        return bad(p, at, N_("a zero byte"), ret_line, ret_column, e);
    if (!name && (p != data || meant_as_utf8(p, size)))
        return bad(p, at, N_("bytes that are no text in the encoding of this file"), ret_line,
                   ret_column, e);
    if (convert(a, name ? name : "GB18030", p + skip, size - skip, &text, &at))
        return bad(text, at, N_("bytes that are no text in the encoding of this file"), ret_line,
                   ret_column, e);
    nul = memchr(text, 0, at);
    if (nul)
        return bad(text, (size_t)(nul - text), N_("a zero byte"), ret_line, ret_column, e);
    *ret_text = text;
    *ret_size = at;
    return 0;
}
