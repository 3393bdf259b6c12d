/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate - forward-only schema changes: numbered, checksummed, one transaction each, one lock for all
 *
 * Marks in a migration's head comment, each a line of its own:
 *     -- additive      builds that do not know it may go on, and start, beside it
 *     -- concurrent    it makes or drops indexes only, each statement by itself outside a transaction, and is done
 *                      again from its beginning if a crash stops it; additive as long as it only creates
 *                      indexes that are not unique
 * A migration takes its locks in turn with the commands of running instances, who queue behind it while it waits: it
 * does so for a short time only, gives up all it has, and tries again. Each of its statements can wait that long, so
 * one that alters several busy tables is better split.
 */
#pragma once
#include "common/base/err.h"

struct migration {
    int number;       /* from 1, without gaps; 0 ends the table */
    const char *name; /* the file's stem */
    const char *text;
};

/* What a database says of migrations: another part ("frame" or a service's name) counts for itself. */
enum {
    MIGRATE_E_NEWER = 1, /* the database is ahead of this build by what is not additive */
    MIGRATE_E_CHANGED,   /* an applied migration's text is not the one in this build */
    MIGRATE_E_FAILED, /* a statement failed; that migration left nothing behind (a concurrent one perhaps an
                            index that is not valid, made anew next time) */
    MIGRATE_E_BUSY, /* others hold what it needs, or are migrating; left behind as above: again later */
};

enum {
    MIGRATE_LOCK_MS = 3000, /* so long commands can queue behind a migration that waits */
    MIGRATE_PATIENCE_MS =
        60000, /* so long one migration is tried, and the lock of the schema is asked for */
};

struct migrate_conf {
    const char *conninfo, *schema, *part;
    const struct migration *migrations;
    int lock_ms,
        patience_ms; /* 0: the above. A concurrent migration, behind which nobody queues, waits
                                 @patience_ms for each lock */
};

/* What was found and done. */
struct migrate_report {
    int n_applied; /* now */
    int n_newer; /* in the database, unknown to this build, all additive: it may go on; worth a line in the log */
    char newest[64]; /* the last of them; "" */
};

/*
 * Bring @conf's part of a schema in a database up to date; creates the table schema_migration in it, or adds to it what
 * an older build's lacks. Two callers at once: the second waits. The role needs rights on its schema only; the schema
 * exists. On an outcome @e names the migration, the reason and the SQLSTATE, and for MIGRATE_E_BUSY who is in the way;
 * what stood before it stays applied. @ret_report may be NULL.
 */
int migrate_run(const struct migrate_conf *conf, struct migrate_report *ret_report,
                struct errtext *e) MUST_CHECK;
/* The same with the usual times and no report. */
int migrate(const char *conninfo, const char *schema, const char *part,
            const struct migration *migrations, struct errtext *e) MUST_CHECK;
