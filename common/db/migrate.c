/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/migrate.h"

#include <errno.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/db/pg.h"

#include "common/base/banned.h"

static const char lock_sql[] =
    "select pg_advisory_lock(hashtextextended('hongping migrate ' || $1::text, 0))";
static const char table_sql[] =
    "create table if not exists schema_migration ("
    " part text not null, number integer not null, name text not null,"
    " checksum text not null, applied_at timestamptz not null default now(),"
    " primary key (part, number))";
static const char applied_sql[] =
    "select number, name, checksum from schema_migration where part = $1 order by number";
static const char record_sql[] =
    "insert into schema_migration (part, number, name, checksum) values ($1, $2::integer, $3, $4)";

struct run {
    PGconn *conn;
    const char *part;
    struct errtext *e;
};

/* One statement with text parameters. The caller clears the result, on success only. */
static int ask(struct run *m, const char *sql, const char *const *values, int n, PGresult **ret_res)
{
    PGresult *res = PQexecParams(m->conn, sql, n, NULL, values, NULL, NULL, 0);
    ExecStatusType status = PQresultStatus(res);

    if (status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK) {
        pg_error(m->e, "migrations", m->conn, res);
        PQclear(res);
        return MIGRATE_E_FAILED;
    }
    if (ret_res)
        *ret_res = res;
    else
        PQclear(res);
    return 0;
}

static void checksum(const char *text, char hex[DIGEST_HEX])
{
    uint8_t value[DIGEST_SIZE];

    digest_once(DIGEST_SHA256, text, strlen(text), value);
    hex_format(value, sizeof(value), hex);
}

static size_t n_migrations(const struct migration *migrations)
{
    size_t n = 0;

    while (migrations[n].number) {
        CHECK(migrations[n].number == (int)n + 1); /* from 1, without gaps */
        n++;
    }
    return n;
}

/* Every applied migration is one of ours, unchanged; *ret_n is their number. */
static int compare(struct run *m, const struct migration *migrations, size_t n, size_t *ret_n)
{
    PGresult *res = NULL;
    int r = ask(m, applied_sql, &m->part, 1, &res);

    if (r)
        return r;
    for (size_t i = 0; !r && i < (size_t)PQntuples(res); i++) {
        const char *name = PQgetvalue(res, (int)i, 1);
        char ours[DIGEST_HEX];

        if (i >= n) {
            errtext_set(m->e, "%s: the database has migration %s, which this build does not know",
                        m->part, name);
            r = MIGRATE_E_NEWER;
            break;
        }
        checksum(migrations[i].text, ours);
        if (strtol(PQgetvalue(res, (int)i, 0), NULL, 10) != migrations[i].number ||
            strcmp(ours, PQgetvalue(res, (int)i, 2)) != 0) {
            errtext_set(m->e, "%s: migration %s was applied as %s with another text", m->part,
                        migrations[i].name, name);
            r = MIGRATE_E_CHANGED;
        }
    }
    *ret_n = (size_t)PQntuples(res);
    PQclear(res);
    return r;
}

/* The line of the 1-based character @position in @text. */
static int line_of(const char *text, long position)
{
    int line = 1;

    for (; *text && position > 1; text++) {
        if (*text == '\n')
            line++;
        if (((unsigned char)text[1] & 0xC0) != 0x80)
            position--;
    }
    return line;
}

static void name_failure(struct run *m, const struct migration *one, const PGresult *res)
{
    const char *position = PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION);
    char where[160];

    if (position)
        snprintf(where, sizeof(where), "%s: migration %s, line %d", m->part, one->name,
                 line_of(one->text, strtol(position, NULL, 10)));
    else
        snprintf(where, sizeof(where), "%s: migration %s", m->part, one->name);
    pg_error(m->e, where, m->conn, res);
}

/* The whole file in one go, as psql would: several statements, no parameters. */
static int run_text(struct run *m, const struct migration *one)
{
    PGresult *res;
    int r = 0;

    if (!PQsendQuery(m->conn, one->text)) {
        name_failure(m, one, NULL);
        return MIGRATE_E_FAILED;
    }
    while ((res = PQgetResult(m->conn))) {
        ExecStatusType status = PQresultStatus(res);

        if (!r && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
            status != PGRES_EMPTY_QUERY) {
            name_failure(m, one, res);
            r = MIGRATE_E_FAILED;
        }
        PQclear(res);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
            break; /* a migration cannot feed or drain a COPY */
    }
    if (!r && PQtransactionStatus(m->conn) != PQTRANS_INTRANS) {
        errtext_set(m->e, "%s: migration %s ends the transaction it runs in", m->part, one->name);
        r = MIGRATE_E_FAILED;
    }
    return r;
}

static int apply(struct run *m, const struct migration *one)
{
    char sum[DIGEST_HEX], number[12];
    const char *values[] = {m->part, number, one->name, sum};
    int r;

    checksum(one->text, sum);
    snprintf(number, sizeof(number), "%d", one->number);
    r = ask(m, "begin", NULL, 0, NULL);
    if (!r)
        r = run_text(m, one);
    if (!r)
        r = ask(m, record_sql, values, 4, NULL);
    if (!r)
        r = ask(m, "commit", NULL, 0, NULL);
    return r; /* on failure the caller closes the connection, which undoes everything */
}

static int bring_up(struct run *m, const char *schema, const struct migration *migrations)
{
    size_t n = n_migrations(migrations), done = 0;
    int r;

    r = ask(m, lock_sql, &schema, 1, NULL);
    if (!r)
        r = ask(m, table_sql, NULL, 0, NULL);
    if (!r)
        r = compare(m, migrations, n, &done);
    for (size_t i = done; !r && i < n; i++)
        r = apply(m, &migrations[i]);
    return r;
}

int migrate(const char *conninfo, const char *schema, const char *part,
            const struct migration *migrations, struct errtext *e)
{
    struct run m = {.part = part, .e = e};
    int r = pg_connect(conninfo, schema, false, &m.conn, e);

    if (r)
        return err_pass(r);
    r = bring_up(&m, schema, migrations);
    PQfinish(m.conn); /* with it go the lock and what was not committed */
    return r;
}
