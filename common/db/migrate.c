/* SPDX-License-Identifier: Apache-2.0 */
#include "common/db/migrate.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/db/migrate_session.h"
#include "common/db/migrate_text.h"

#include "common/base/banned.h"

static const char table_sql[] =
    "create table if not exists schema_migration ("
    " part text not null, number integer not null, name text not null,"
    " checksum text not null, applied_at timestamptz not null default now(),"
    " additive boolean not null default false, primary key (part, number))";
/* Asked first: the alter takes its lock, which a dump can be in the way of, also for nothing. */
static const char complete_sql[] = "select from pg_attribute where attrelid = "
                                   "to_regclass('schema_migration') and attname = 'additive'";
static const char complete_table_sql[] =
    "alter table schema_migration add column if not exists additive boolean not null default false";
static const char applied_sql[] = "select number, name, checksum, additive from schema_migration"
                                  " where part = $1 order by number";
static const char record_sql[] =
    "insert into schema_migration (part, number, name, checksum, additive)"
    " values ($1, $2::integer, $3, $4, $5::boolean)";
static const char index_sql[] =
    "select indisvalid and indisready from pg_index where indexrelid = to_regclass($1)";

struct run {
    struct migrate_session s;
    const struct migration *one; /* the one being applied */
    struct migrate_report report;
};

static int ask(struct run *m, const char *sql, const char *const *values, int n, PGresult **ret_res)
{
    return migrate_session_ask(&m->s, sql, values, n, ret_res);
}

/* ---- what is there ---- */

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

/* The table, with all its columns. */
static int make_table(void *arg)
{
    struct run *m = arg;
    PGresult *res = NULL;
    bool complete;
    int r = ask(m, table_sql, NULL, 0, NULL);

    if (!r)
        r = ask(m, complete_sql, NULL, 0, &res);
    if (r)
        return r;
    complete = PQntuples(res) > 0;
    PQclear(res);
    return complete ? 0 : ask(m, complete_table_sql, NULL, 0, NULL);
}

/* Row @row of the applied ones is none of ours. */
static int meet_newer(struct run *m, const PGresult *res, int row)
{
    const char *name = PQgetvalue(res, row, 1);

    if (PQgetvalue(res, row, 3)[0] != 't') {
        errtext_set(m->s.e,
                    "%s: the database has migration %s, which this build does not know and which "
                    "is not additive: start a build that has it, or go back to a backup made "
                    "before it",
                    m->s.part, name);
        return MIGRATE_E_NEWER;
    }
    m->report.n_newer++;
    snprintf(m->report.newest, sizeof(m->report.newest), "%s", name);
    return 0;
}

static int meet_known(struct run *m, const PGresult *res, int row, const struct migration *ours)
{
    char sum[DIGEST_HEX];

    checksum(ours->text, sum);
    if (strtol(PQgetvalue(res, row, 0), NULL, 10) == ours->number &&
        strcmp(sum, PQgetvalue(res, row, 2)) == 0)
        return 0;
    errtext_set(m->s.e, "%s: migration %s was applied as %s with another text", m->s.part,
                ours->name, PQgetvalue(res, row, 1));
    return MIGRATE_E_CHANGED;
}

/* Every applied migration is one of ours, unchanged, or additive; *ret_n is their number. */
static int compare(struct run *m, const struct migration *migrations, size_t n, size_t *ret_n)
{
    PGresult *res = NULL;
    int r = ask(m, applied_sql, &m->s.part, 1, &res);

    if (r)
        return r;
    for (size_t i = 0; !r && i < (size_t)PQntuples(res); i++)
        r = i < n ? meet_known(m, res, (int)i, &migrations[i]) : meet_newer(m, res, (int)i);
    *ret_n = (size_t)PQntuples(res);
    PQclear(res);
    return r;
}

/* ---- applying one ---- */

/* @res, of the text that begins at @from, failed. */
static int failure(struct run *m, const char *from, const PGresult *res)
{
    const char *position = res ? PQresultErrorField(res, PG_DIAG_STATEMENT_POSITION) : NULL;
    char where[160];

    if (position)
        snprintf(where, sizeof(where), "%s: migration %s, line %d", m->s.part, m->one->name,
                 migration_line(m->one->text, from, strtol(position, NULL, 10)));
    else
        snprintf(where, sizeof(where), "%s: migration %s", m->s.part, m->one->name);
    pg_error(m->s.e, where, m->s.conn, res);
    return migrate_session_outcome(res);
}

/*
 * @text as psql would run it: one or several statements, no parameters. It is the migration's own
 * text from @from on, or a copy of it.
 */
static int run_text(struct run *m, const char *from, const char *text)
{
    PGresult *res;
    int r = 0;

    if (!PQsendQuery(m->s.conn, text))
        return failure(m, from, NULL);
    while ((res = migrate_session_result(&m->s))) {
        ExecStatusType status = PQresultStatus(res);

        if (!r && status != PGRES_COMMAND_OK && status != PGRES_TUPLES_OK &&
            status != PGRES_EMPTY_QUERY)
            r = failure(m, from, res);
        PQclear(res);
        if (status == PGRES_COPY_IN || status == PGRES_COPY_OUT)
            break; /* a migration cannot feed or drain a COPY */
    }
    return r;
}

static int record(struct run *m)
{
    char sum[DIGEST_HEX], number[12];
    const char *values[] = {m->s.part, number, m->one->name, sum,
                            migration_is_additive(m->one->text) ? "true" : "false"};

    checksum(m->one->text, sum);
    snprintf(number, sizeof(number), "%d", m->one->number);
    return ask(m, record_sql, values, ARRAY_LEN(values), NULL);
}

static int in_transaction(struct run *m)
{
    int r = migrate_session_set(&m->s, m->one->name, m->s.lock_ms, true);

    if (!r)
        r = run_text(m, m->one->text, m->one->text);
    if (!r && PQtransactionStatus(m->s.conn) != PQTRANS_INTRANS) {
        errtext_set(m->s.e, "%s: migration %s ends the transaction it runs in", m->s.part,
                    m->one->name);
        r = MIGRATE_E_FAILED;
    }
    return r ? r : record(m);
}

static int apply(void *arg)
{
    struct run *m = arg;
    int r = ask(m, "begin", NULL, 0, NULL);

    if (!r)
        r = in_transaction(m);
    if (!r)
        r = ask(m, "commit", NULL, 0, NULL);
    if (r == MIGRATE_E_BUSY && ask(m, "rollback", NULL, 0, NULL) != 0)
        r = MIGRATE_E_FAILED;
    return r; /* after any other failure the caller closes the connection, which undoes everything */
}

/* ---- applying one outside a transaction ---- */

/* *ret_there: an index of that name stands, and *ret_valid: it is whole. */
static int look_at_index(struct run *m, const char *name, bool *ret_there, bool *ret_valid)
{
    PGresult *res = NULL;
    int r = ask(m, index_sql, &name, 1, &res);

    if (r)
        return r;
    *ret_there = PQntuples(res) > 0;
    *ret_valid = *ret_there && PQgetvalue(res, 0, 0)[0] == 't';
    PQclear(res);
    return 0;
}

/* One statement, or nothing if its work is done already. */
static int run_index(struct run *m, const struct index_stmt *stmt)
{
    char drop[INDEX_NAME_SIZE + 32], *text;
    bool there, valid;
    int r = look_at_index(m, stmt->name, &there, &valid);

    if (r || (stmt->action == INDEX_DROP ? !there : valid))
        return r;
    if (there && stmt->action != INDEX_DROP) {
        /* a crash or a failure left it half built; the name is the migration's own text */
        snprintf(drop, sizeof(drop), "drop index concurrently %s", stmt->name);
        r = run_text(m, stmt->text, drop);
        if (r)
            return r;
    }
    text = strndup(stmt->text, stmt->length);
    CHECK(text);
    r = run_text(m, stmt->text, text);
    free(text);
    return r;
}

static int apply_concurrent(void *arg)
{
    struct run *m = arg;
    const char *at = m->one->text;
    struct index_stmt stmt;
    int r = migrate_session_set(&m->s, m->one->name, m->s.patience_ms, false), more = 0;

    while (!r && (more = migration_next_index(&at, &stmt)) == 0)
        r = run_index(m, &stmt);
    if (!r && more == MIGRATION_E_OTHER) {
        errtext_set(m->s.e,
                    "%s: migration %s, line %d: a concurrent one only creates and drops indexes, "
                    "concurrently and by name",
                    m->s.part, m->one->name, migration_line(m->one->text, stmt.text, 1));
        r = MIGRATE_E_FAILED;
    }
    return r ? r : record(m);
}

/* ---- all ---- */

static int apply_all(struct run *m, const struct migration *migrations, size_t from, size_t n)
{
    int r = 0;

    for (size_t i = from; !r && i < n; i++) {
        char what[96];

        m->one = &migrations[i];
        snprintf(what, sizeof(what), "migration %s", m->one->name);
        r = migrate_session_insist(
            &m->s, what, migration_is_concurrent(m->one->text) ? apply_concurrent : apply, m);
        m->report.n_applied += r == 0;
    }
    return r;
}

static int bring_up(struct run *m, const struct migration *migrations)
{
    size_t n = n_migrations(migrations), done = 0;
    int r = migrate_session_lock(&m->s);

    if (!r)
        r = migrate_session_insist(&m->s, "the table schema_migration", make_table, m);
    if (!r)
        r = compare(m, migrations, n, &done);
    return r ? r : apply_all(m, migrations, done, n);
}

int migrate_run(const struct migrate_conf *conf, struct migrate_report *ret_report,
                struct errtext *e)
{
    struct run m = {
        .s = {.conninfo = conf->conninfo,
              .schema = conf->schema,
              .part = conf->part,
              .lock_ms = conf->lock_ms ? conf->lock_ms : MIGRATE_LOCK_MS,
              .patience_ms = conf->patience_ms ? conf->patience_ms : MIGRATE_PATIENCE_MS,
              .e = e},
    };
    int r = migrate_session_open(&m.s);

    if (r == 0)
        r = bring_up(&m, conf->migrations);
    migrate_session_close(&m.s); /* with it go the lock and what was not committed */
    if (r == 0 && ret_report)
        *ret_report = m.report;
    return r;
}

int migrate(const char *conninfo, const char *schema, const char *part,
            const struct migration *migrations, struct errtext *e)
{
    const struct migrate_conf conf = {
        .conninfo = conninfo, .schema = schema, .part = part, .migrations = migrations};

    return migrate_run(&conf, NULL, e);
}
