/* SPDX-License-Identifier: Apache-2.0 */
/* archive_row - the lines of an archive, rows at the speed of hashing; for archive_check and archive_read only */
#pragma once
#include "common/seal/archive.h"

/* The first line; the positive outcome: it is no archive's, @e says which part. */
int archive_head_read(const char *text, size_t size, struct archive_head *h,
                      struct errtext *e) MUST_CHECK;

/* The scratch a row's bytes are decoded into; grows to the longest row. */
struct row_reader {
    uint8_t *bytes;
    size_t room;
    struct bytes *
        values; /* NULL, or where the values of the row read last are left, borrowed from the scratch */
};
void row_reader_release(struct row_reader *r);

enum {
    ROW_E_FORM = 1, /* no row line; @ret_detail says which part */
    ROW_E_OTHER,    /* a line of another kind */
    ROW_E_TYPE, /* read, and its digest is right, but a value is not of its type; @ret_detail names it */
    ROW_E_SEQ, /* the column "seq" says another number */
};
/* Reads one line and adds its values to @digest (may be NULL), which is finished into @ret_value whenever the form
 * is right. */
int row_read(struct row_reader *r, const struct archive_head *head, const char *text, size_t size,
             struct row_digest *digest, int64_t *ret_seq, uint8_t ret_value[DIGEST_SIZE],
             struct errtext *ret_detail) MUST_CHECK;
