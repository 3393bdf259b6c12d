/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot - all that a service made by hearing, in a file, with the positions it stands at
 *
 * For a service that does nothing but hear (service_spec.heard). A new one begins with it and hears on from there, so it needs no event
 * that its sources have archived. The file is read and written as it streams, a row at a time; docs/core.md has the format.
 */
#pragma once
#include <stdio.h>

#include "common/db/copy.h"
#include "common/service/frame.h"

/* ---- the file (snapshot_file.c) ---- */

/* A file being written; the caller's memory, borrows @f. */
struct snapshot_out {
    FILE *f;
    struct digest *digest;
    int64_t bytes;
    int failed; /* the first -errno; nothing is written any more */
};
enum { SNAPSHOT_ROW_MAX = 64 * 1024 * 1024 };
void snapshot_out_init(struct snapshot_out *out, FILE *f, struct arena *a, const Hp__SnapshotHead *head);
void snapshot_out_release(struct snapshot_out *out);
/* False: out->failed says why (-EMSGSIZE: more than SNAPSHOT_ROW_MAX bytes). */
bool snapshot_put_row(struct snapshot_out *out, struct copy_row row) MUST_CHECK;
void snapshot_put_table_end(struct snapshot_out *out);
/* Its digest, and all that was put is with the system. -errno. */
int snapshot_put_end(struct snapshot_out *out) MUST_CHECK;

struct snapshot_in; /* a file being read */
/* Every -EBADMSG and -errno below says in @e what is wrong with it, by its name. */
int snapshot_open(const char *path, struct snapshot_in **ret_in, struct errtext *e) MUST_CHECK;
void snapshot_close(struct snapshot_in *in); /* NULL is fine */
DEFINE_CLEANUP(struct snapshot_in *, snapshot_close)
int64_t snapshot_size(const struct snapshot_in *in);
int64_t snapshot_at(const struct snapshot_in *in); /* bytes read since snapshot_open or snapshot_head */

enum { SNAPSHOT_WHOLE = 1, SNAPSHOT_TABLE_END };
/* First: read a block more. 0; SNAPSHOT_WHOLE: that was all, and it is what was written. */
int snapshot_check(struct snapshot_in *in, struct errtext *e) MUST_CHECK;
/* Then, from the beginning: the head, in @a. */
int snapshot_head(struct snapshot_in *in, struct arena *a, Hp__SnapshotHead **ret_head, struct errtext *e) MUST_CHECK;
/* The next row of @n_columns, borrowed until the next call. SNAPSHOT_TABLE_END. */
int snapshot_row(struct snapshot_in *in, int n_columns, struct copy_row *ret_row, struct errtext *e) MUST_CHECK;
/* After the last table: there is nothing more, and it was read as it was checked. */
int snapshot_end(struct snapshot_in *in, struct errtext *e) MUST_CHECK;

/* ---- the jobs (snapshot_job.c, snapshot_load.c) ---- */

/* Whether job snapshot or load_snapshot with these arguments may be begun (job.h). */
bool snapshot_admit_job(struct task *t, struct pg *pg, struct bytes args, int *ret_r);
int snapshot_job(struct work *w);
int snapshot_load_job(struct work *w);

/* What both share: the name of the file, its path in archive.folder. @e and the job's error say why not. */
int snapshot_begin(struct work *w, const char **ret_file, const char **ret_path) MUST_CHECK;
/* A connection of the job's own, for a transaction that takes long: what the job tells of itself goes another way. */
int snapshot_connect(struct work *w, struct pg **ret_pg) MUST_CHECK;
/* @e becomes the job's error unless @r will pass. */
int snapshot_fail(struct work *w, int r, const struct errtext *e) MUST_CHECK;
/* The newest migration that this build knows of the service. */
int64_t snapshot_schema(const struct service_spec *spec);
/* A table as it is in the database, in @tx's arena; -ENOENT: it is not, @e. */
struct snapshot_table {
    Hp__SnapshotTable said;
    const char *read, *target, *probe; /* SQL, of the server's making */
};
int snapshot_table(struct tx *tx, const char *name, struct snapshot_table *ret_table, struct errtext *e) MUST_CHECK;
