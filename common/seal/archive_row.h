/* SPDX-License-Identifier: Apache-2.0 */
/* archive_row - row lines of an archive, read at the speed of hashing; for archive_check only */
#pragma once
#include "common/seal/archive.h"

/* The scratch a row's bytes are decoded into; grows to the longest row. */
struct row_reader {
    uint8_t *bytes;
    size_t room;
};
void row_reader_release(struct row_reader *r);

enum {
    ROW_E_FORM = 1, /* no row line; @ret_detail says which part */
    ROW_E_OTHER,    /* a line of another kind */
    ROW_E_TYPE, /* read, and its digest is right, but a value is not of its type; @ret_detail names it */
    ROW_E_SEQ, /* the column "seq" says another number */
};
/* Reads one line and adds its values to @digest, which is finished into @ret_value whenever the form
 * is right. */
int row_read(struct row_reader *r, const struct archive_head *head, const char *text, size_t size,
             struct row_digest *digest, int64_t *ret_seq, uint8_t ret_value[DIGEST_SIZE],
             struct errtext *ret_detail) MUST_CHECK;
