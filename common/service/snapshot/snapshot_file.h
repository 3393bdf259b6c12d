/* SPDX-License-Identifier: Apache-2.0 */
/* snapshot_file - the file of a snapshot, written and read as it streams; docs/core.md has the format */
#pragma once
#include <stdio.h>

#include "common/base/digest.h"
#include "common/bus/bus.h"
#include "common/db/copy.h"

/* A file being written; the caller's memory, borrows @f. */
struct snapshot_out {
    FILE *f;
    struct digest *digest;
    int64_t bytes;
    int failed; /* the first -errno; nothing is written any more */
};
enum { SNAPSHOT_ROW_MAX = 64 * 1024 * 1024 };
void snapshot_out_init(struct snapshot_out *out, FILE *f, struct arena *a,
                       const Hp__SnapshotHead *head);
void snapshot_out_release(struct snapshot_out *out);
/* False: out->failed says why (-EMSGSIZE: more than SNAPSHOT_ROW_MAX bytes). */
bool snapshot_put_row(struct snapshot_out *out, struct copy_row row) MUST_CHECK;
void snapshot_put_table_end(struct snapshot_out *out);
/* Its digest, and all that was put is with the system. -errno. */
int snapshot_put_end(struct snapshot_out *out) MUST_CHECK;

struct snapshot_in; /* a file being read */
/* Every -EBADMSG and -errno below says in @e what is wrong with it, by its name. */
/* Takes @f in any case; @name is borrowed. */
int snapshot_from(FILE *f, const char *name, struct snapshot_in **ret_in,
                  struct errtext *e) MUST_CHECK;
void snapshot_close(struct snapshot_in *in); /* NULL is fine */
DEFINE_CLEANUP(struct snapshot_in *, snapshot_close)
int64_t snapshot_size(const struct snapshot_in *in);
int64_t
snapshot_at(const struct snapshot_in *in); /* bytes read since snapshot_from or snapshot_head */

enum { SNAPSHOT_WHOLE = 1, SNAPSHOT_TABLE_END };
/* First: read a block more. 0; SNAPSHOT_WHOLE: that was all, and it is what was written. */
int snapshot_check(struct snapshot_in *in, struct errtext *e) MUST_CHECK;
/* Then, from the beginning: the head, in @a. */
int snapshot_head(struct snapshot_in *in, struct arena *a, Hp__SnapshotHead **ret_head,
                  struct errtext *e) MUST_CHECK;
/* The next row of @n_columns, borrowed until the next call. SNAPSHOT_TABLE_END. */
int snapshot_row(struct snapshot_in *in, int n_columns, struct copy_row *ret_row,
                 struct errtext *e) MUST_CHECK;
/* After the last table: there is nothing more, and it was read as it was checked. */
int snapshot_end(struct snapshot_in *in, struct errtext *e) MUST_CHECK;
