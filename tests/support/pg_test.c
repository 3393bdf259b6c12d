/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/pg_test.h"

#include <errno.h>
#include <libpq-fe.h>
#include <stdarg.h>
#include <string.h>
#include <unistd.h>

#include "common/base/str.h"
#include "common/base/banned.h"

/* Ends the test as crashed, which every test runner counts as failed. */
static void PRINTF_LIKE(1, 2) __attribute__((noreturn)) give_up(const char *fmt, ...)
{
    va_list ap;

    va_start(ap, fmt);
    fputs("pg_test: ", stderr);
    vfprintf(stderr, fmt, ap);
    fputc('\n', stderr);
    va_end(ap);
    abort();
}

void pg_test_conninfo(const char *service, char *buf, size_t size)
{
    const char *dir = getenv("HP_TEST_PG_DIR"), *port = getenv("HP_TEST_PG_PORT");

    if (!dir || !port)
        give_up(
            "this test needs a PostgreSQL server: run it by ctest, or as with_postgres PROGRAM");
    snprintf(buf, size, "host='%s' port=%s dbname=hongping user=%s%s", dir, port,
             service ? "hongping_" : "postgres", service ? service : "");
}

/* As the superuser; the caller clears the result, which is the last statement's. */
static PGresult *run(const struct pg_test *t, const char *sql)
{
    PGconn *conn = PQconnectdb(t->superuser);
    PGresult *res, *last = NULL;

    if (PQstatus(conn) != CONNECTION_OK)
        give_up("%s", PQerrorMessage(conn));
    res = PQexecParams(conn,
                       "select set_config('search_path', $1, false), "
                       "set_config('client_min_messages', 'warning', false)",
                       1, NULL, (const char *[]){t->schema}, NULL, NULL, 0);
    if (PQresultStatus(res) != PGRES_TUPLES_OK || !PQsendQuery(conn, sql))
        give_up("%s", PQerrorMessage(conn));
    PQclear(res);
    while ((res = PQgetResult(conn))) {
        if (PQresultStatus(res) != PGRES_TUPLES_OK && PQresultStatus(res) != PGRES_COMMAND_OK)
            give_up("%s\nin: %s", PQresultErrorMessage(res), sql);
        PQclear(last);
        last = res;
    }
    PQfinish(conn);
    return last;
}

void pg_test_run(const struct pg_test *t, const char *sql)
{
    PQclear(run(t, sql));
}

void pg_test_age(const struct pg_test *t, const char *sql)
{
    CLEANUP(str_release) struct str all = STR_INIT;
    char buf[16384];
    FILE *f = fopen(HP_SOURCE_DIR "/tests/support/age.sql", "re");

    if (!f) {
        fprintf(stderr, "pg_test: tests/support/age.sql: %s\n", strerror(errno));
        abort();
    }
    str_add_bytes(&all, buf, fread(buf, 1, sizeof(buf), f));
    fclose(f);
    str_printf(&all, ";\n%s", sql);
    pg_test_run(t, all.text);
}

char *pg_test_value(const struct pg_test *t, const char *sql)
{
    PGresult *res = run(t, sql);
    char *value = NULL;

    if (PQntuples(res) > 0 && !PQgetisnull(res, 0, 0))
        value = strdup(PQgetvalue(res, 0, 0));
    PQclear(res);
    return value;
}

void pg_test_schema(struct pg_test *t, const char *service)
{
    static int n;
    char sql[256];

    pg_test_conninfo(service, t->conninfo, sizeof(t->conninfo));
    pg_test_conninfo(NULL, t->superuser, sizeof(t->superuser));
    snprintf(t->schema, sizeof(t->schema), "test_%d_%d", (int)getpid(), n++);
    /* the name and the service are ours, so text will do */
    snprintf(sql, sizeof(sql),
             "drop schema if exists %s cascade; create schema %s authorization hongping_%s",
             t->schema, t->schema, service);
    pg_test_run(t, sql);
}

void pg_test_migrate(const struct pg_test *t, const char *part, const struct migration *migrations)
{
    struct errtext e = {0};
    int r = migrate(t->conninfo, t->schema, part, migrations, &e);

    if (r)
        give_up("migrate: %d: %s (%s)", r, e.text, e.sqlstate);
}

struct pg *pg_test_open(const struct pg_test *t,
                        const struct sql_stmt *const *const *statement_lists)
{
    struct errtext e = {0};
    struct pg *pg = NULL;
    int r = pg_open(t->conninfo, t->schema, statement_lists, &pg, &e);

    if (r)
        give_up("pg_open: %d: %s (%s)", r, e.text, e.sqlstate);
    return pg;
}
