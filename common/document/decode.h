/* SPDX-License-Identifier: Apache-2.0 */
/*
 * decode - the bytes of a text file from somebody's office program as UTF-8
 *
 * Read are UTF-8 with or without a byte order mark, UTF-16 of either order (with its mark, or without one when the first character is
 * ASCII, as a table's header is), and GB18030, which Excel and WPS write in a Chinese Windows. What is UTF-8 is taken as UTF-8. A file
 * that is mostly UTF-8 with some bytes broken is damaged, not GB18030. A NUL is refused wherever it stands: whoever reads on as C would
 * lose what comes behind it.
 */
#pragma once
#include "common/base/arena.h"
#include "common/base/err.h"

enum { DECODE_E_BAD = 1 };
/*
 * @ret_text of @ret_size bytes, without a byte order mark, NUL-terminated, lives in @a (or is @data itself, where nothing was to change).
 * DECODE_E_BAD: @ret_line and @ret_column (in characters, from 1) say where, @e why, a msgid of lower-case words (see text_fill).
 */
int text_decode(struct arena *a, const void *data, size_t size, const char **ret_text,
                size_t *ret_size, int *ret_line, int *ret_column, struct errtext *e) MUST_CHECK;
