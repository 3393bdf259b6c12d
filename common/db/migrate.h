/* SPDX-License-Identifier: Apache-2.0 */
/*
 * migrate - forward-only schema changes: numbered, checksummed, one transaction each, one lock for all
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
    MIGRATE_E_NEWER = 1, /* the database is ahead of this build */
    MIGRATE_E_CHANGED,   /* an applied migration's text is not the one in this build */
    MIGRATE_E_FAILED,    /* a statement failed; that migration left nothing behind */
};

/*
 * Bring @part of schema @schema in the database @conninfo up to date; creates the table schema_migration in it.
 * Two callers at once: the second waits. The role needs rights on its schema only; the schema exists.
 * On an outcome @e names the migration, the reason and the SQLSTATE.
 */
int migrate(const char *conninfo, const char *schema, const char *part, const struct migration *migrations,
            struct errtext *e) MUST_CHECK;
