/* SPDX-License-Identifier: Apache-2.0 */
/*
 * snapshot - all that a service made by hearing, in a file, with the positions it stands at
 *
 * For a service that does nothing but hear (service_spec.heard). A new one begins with it and hears on from there, so it needs no event
 * that its sources have archived.
 */
#pragma once
#include "common/service/frame.h"
#include "common/service/snapshot/snapshot_file.h"

struct task;
struct work;

/* The file of this path in archive.folder, as snapshot_from; @path is borrowed. */
int snapshot_open(const char *path, struct snapshot_in **ret_in, struct errtext *e) MUST_CHECK;

/* Whether job snapshot or load_snapshot with these arguments may be begun (job.h). */
bool snapshot_admit_job(struct task *t, struct pg *pg, struct bytes args, int *ret_r);
int snapshot_job(struct work *w);
int snapshot_load_job(struct work *w);

/* What both share: the name of the file, its path in archive.folder. The job's error says why not. */
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
int snapshot_table(struct tx *tx, const char *name, struct snapshot_table *ret_table,
                   struct errtext *e) MUST_CHECK;
