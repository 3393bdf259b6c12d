/* SPDX-License-Identifier: Apache-2.0 */
/*
 * multipart - the file out of a multipart/form-data body, as it streams by (RFC 7578)
 *
 * The name of a part and its file are read as RFC 6266 and 8187 have them: quoted or not, "filename*" before "filename", the escapes of
 * browsers (%22, %0D, %0A) undone. Only the part named "file" is handed on; other parts are passed over. Nothing is kept but the
 * headers of the part at hand and a delimiter's length of its content.
 */
#pragma once
#include <stdbool.h>
#include <stddef.h>

#include "common/base/str.h"

struct multipart {
    char delimiter[80]; /* "\r\n--<boundary>" */
    size_t delimiter_size;
    int state;
    bool in_file, had_file;
    struct str pending;   /* not yet decided about */
    struct str file_name; /* as sent, in whatever encoding; "" for none */
};

/* False: @content_type is not multipart/form-data with a usable boundary (RFC 2046: 1..70
 * characters). */
bool multipart_init(struct multipart *m, const char *content_type);
void multipart_release(struct multipart *m);
/* A piece of the body; sink(arg) gets the file's content, its non-zero result is passed on. -1:
 * malformed. */
typedef int multipart_fn(const void *data, size_t size, void *arg);
int multipart_feed(struct multipart *m, const void *data, size_t size, multipart_fn *sink,
                   void *arg);
/* Whether the body ended properly and had the file. */
bool multipart_complete(const struct multipart *m);
