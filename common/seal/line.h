/* SPDX-License-Identifier: Apache-2.0 */
/*
 * line - a signed head as a line of a seal file, and files of lines read one by one
 */
#pragma once
#include "common/base/err.h"
#include "common/seal/sign.h"

/* Append @s as one JSON object; a line of a file has a newline behind it, which is not added. */
void seal_signed_format(const struct seal_signed *s, struct str *out);
enum { SEAL_LINE_E_FORM = 1 }; /* no such line; @e says which part */
/* The signature is not checked here. */
int seal_signed_parse(const char *text, size_t size, struct seal_signed *ret_signed,
                      struct errtext *e) MUST_CHECK;

/*
 * Lines of a file of any size through one buffer. A line of more than 64 MiB is refused, so that a
 * file of other people's cannot fill the memory.
 */
struct lines;
struct lines *lines_new(FILE *f); /* borrows @f, from where it stands */
void lines_free(struct lines *l);
DEFINE_CLEANUP(struct lines *, lines_free)
enum {
    LINES_E_END = 1, /* nothing follows */
    LINES_E_TORN,    /* text without a newline at the end of the file; given out all the same */
    LINES_E_LONG,    /* the line is too long; the next call goes on behind it */
};
/* The next line without its newline; borrowed until the next call. -errno when reading fails. */
int lines_next(struct lines *l, const char **ret_text, size_t *ret_size) MUST_CHECK;
int64_t lines_number(const struct lines *l); /* of the line given last, from 1 */
/* Where the line given last begins in the file; lines_back() makes it the next one. -errno:
 * -ESPIPE when @f is a pipe. */
struct lines_place {
    int64_t offset, number;
};
struct lines_place lines_place(const struct lines *l);
int lines_back(struct lines *l, struct lines_place place) MUST_CHECK;
