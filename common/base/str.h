/* SPDX-License-Identifier: Apache-2.0 */
/*
 * str - a growing string, for building text of unknown length
 */
#pragma once
#include "common/base/defs.h"

struct str {
    char *text; /* never NULL, always NUL-terminated; STR_INIT points at a shared "" */
    size_t size;
    size_t room;
};
extern char str_empty[1];
#define STR_INIT ((struct str){.text = str_empty})

void str_release(struct str *s);
UNUSED static inline void str_releasep(struct str *s)
{
    str_release(s);
}
void str_add(struct str *s, const char *text);
void str_add_bytes(struct str *s, const void *data, size_t size);
void str_add_char(struct str *s, char c);
void str_printf(struct str *s, const char *fmt, ...) PRINTF_LIKE(2, 3); /* appends */
void str_clear(struct str *s);
/* Hand the text over (free() it); @s is empty again. */
char *str_detach(struct str *s);

/* Whether @data is well-formed UTF-8 without NUL; ret_bad (may be NULL) is the first bad byte. */
bool utf8_valid(const void *data, size_t size, size_t *ret_bad);
/* The length of the well-formed UTF-8 sequence that begins @data, 0 if there is none; NUL is none. @size is at least 1. */
size_t utf8_step(const void *data, size_t size);
/* The number of code points of valid UTF-8. */
size_t utf8_length(const char *text);
bool str_equal(const char *a, const char *b); /* NULL equals only NULL */
/* Optional text of a message: NULL when absent or empty. */
static inline const char *text_or_null(const char *text)
{
    return text && *text ? text : NULL;
}
