/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pg_test - a schema of its own for each test, on the server that with_postgres started
 *
 * A test whose file includes this header is run under with_postgres by ctest. By hand:
 *     build/dev/bin/with_postgres build/dev/tests/unit_db_tx
 * Without a server nothing is skipped: every function here ends the test with a message.
 */
#pragma once
#include "common/db/migrate.h"
#include "common/db/tx.h"

struct pg_test {
    char conninfo[512];  /* logs in as the service's role */
    char superuser[512]; /* the same database */
    char schema[64];
};

/* Conninfo of hongping_<service>; NULL: the superuser in the product's database. */
void pg_test_conninfo(const char *service, char *buf, size_t size);

/* A fresh, empty schema that belongs to hongping_<service> ("intake", ...). It goes with the
 * server. */
void pg_test_schema(struct pg_test *t, const char *service);
/* Bring @part up to date in that schema; any outcome but 0 ends the test. */
void pg_test_migrate(const struct pg_test *t, const char *part, const struct migration *migrations);
/* pg_open in that schema; any outcome but 0 ends the test. */
struct pg *pg_test_open(const struct pg_test *t,
                        const struct sql_stmt *const *const *statement_lists);

/*
 * Run @sql (any number of statements) as the superuser with search_path to the schema, on a
 * connection of its own: for setting up and for tampering. An error ends the test.
 */
void pg_test_run(const struct pg_test *t, const char *sql);
/* The same with tests/support/age.sql before it, whose functions make rows older and seal them anew. */
void pg_test_age(const struct pg_test *t, const char *sql);
/* The first column of the first row, or NULL; free() it. */
char *pg_test_value(const struct pg_test *t, const char *sql);
