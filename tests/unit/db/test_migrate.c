/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <libpq-fe.h>
#include <pthread.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

#include "tests/support/pg_test.h"

static const struct migration one[] = {
    {1, "0001_first", "create table a (n bigint); insert into a values (1);"},
    {0},
};
static const struct migration two[] = {
    {1, "0001_first", "create table a (n bigint); insert into a values (1);"},
    {2, "0002_second", "alter table a add column m text;\nupdate a set m = 'x';\n"},
    {0},
};
static const struct migration changed[] = {
    {1, "0001_first", "create table a (n bigint); insert into a values (2);"},
    {2, "0002_second", "alter table a add column m text;\nupdate a set m = 'x';\n"},
    {0},
};
static const struct migration broken[] = {
    {1, "0001_first", "create table a (n bigint); insert into a values (1);"},
    {2, "0002_broken",
     "create table b (n bigint);\n-- 第二行\ninsert into b select 1 from 没有;\n"},
    {3, "0003_never", "create table c (n bigint)"},
    {0},
};
static const struct migration committing[] = {
    {1, "0001_commits", "create table a (n bigint); commit;"}, {0}};
static const struct migration comment_only[] = {{1, "0001_comment", "-- nothing yet\n"}, {0}};
static const struct migration none[] = {{0}};
#define FIRST \
    { \
        1, "0001_first", "create table a (n bigint); insert into a values (1);" \
    }
#define ADDS \
    { \
        2, "0002_adds", "-- More.\n--  additive \n\nalter table a add column m text;\n" \
    }
static const struct migration additive[] = {
    FIRST,
    ADDS,
    {3, "0003_index", "-- concurrent\ncreate index concurrently a_n on a (n);"},
    {0},
};
static const struct migration beyond_additive[] = {
    FIRST,
    ADDS,
    {3, "0003_index", "-- concurrent\ncreate index concurrently a_n on a (n);"},
    {4, "0004_breaks", "alter table a drop column n;"},
    {5, "0005_breaks_too", "alter table a drop column m;"},
    {0},
};
static const struct migration adds[] = {FIRST, ADDS, {0}};
static const struct migration indexes[] = {
    FIRST,
    {2, "0002_indexes",
     "-- Two.\n-- concurrent\ncreate index concurrently a_n on a (n) where n <> 7; -- the first\n"
     "create index concurrently if not exists a_minus on a ((-n));\n"},
    {0},
};
static const struct migration unique_index[] = {
    FIRST,
    {2, "0002_unique", "-- concurrent\ncreate unique index concurrently a_once on a (n);\n"},
    {0},
};
static const struct migration dropped_index[] = {
    FIRST,
    {2, "0002_unique", "-- concurrent\ncreate unique index concurrently a_once on a (n);\n"},
    {3, "0003_drop", "-- concurrent\ndrop index concurrently a_once;\n"},
    {0},
};
static const struct migration not_an_index[] = {
    FIRST,
    {2, "0002_mixed",
     "-- concurrent\ncreate index concurrently a_n on a (n);\nalter table a add column m text;\n"},
    {0},
};

static struct pg_test schema;
static struct errtext e;

static void setup(void)
{
    pg_test_schema(&schema, "scoring");
}

TestSuite(migrate, .init = setup, .timeout = 60);

static int run(const char *part, const struct migration *migrations)
{
    return migrate(schema.conninfo, schema.schema, part, migrations, &e);
}

static int run_for(const struct migration *migrations, int lock_ms, int patience_ms,
                   struct migrate_report *ret_report)
{
    const struct migrate_conf conf = {schema.conninfo, schema.schema, "scoring",
                                      migrations,      lock_ms,       patience_ms};

    return migrate_run(&conf, ret_report, &e);
}

static void expect(const char *sql, const char *value)
{
    char *got = pg_test_value(&schema, sql);

    cr_expect_str_eq(got, value, "%s: %s", sql, got);
    free(got);
}

#define APPLIED \
    "select coalesce(string_agg(part || ' ' || name, ', ' order by part, number), '') from " \
    "schema_migration"

Test(migrate, applies_in_order_once_and_only_what_is_new)
{
    cr_assert_eq(run("scoring", none), 0);
    expect(APPLIED, "");
    cr_assert_eq(run("scoring", one), 0);
    cr_assert_eq(run("scoring", one), 0);
    cr_assert_eq(run("scoring", two), 0);
    cr_assert_eq(run("scoring", two), 0);
    expect(APPLIED, "scoring 0001_first, scoring 0002_second");
    expect("select string_agg(n || m, ',') from a", "1x");
}

Test(migrate, parts_count_for_themselves)
{
    cr_assert_eq(run("frame", comment_only), 0);
    cr_assert_eq(run("scoring", two), 0);
    cr_assert_eq(run("frame", comment_only), 0);
    expect(APPLIED, "frame 0001_comment, scoring 0001_first, scoring 0002_second");
}

Test(migrate, a_changed_text_is_refused_and_nothing_is_done)
{
    cr_assert_eq(run("scoring", one), 0);
    cr_assert_eq(run("scoring", changed), MIGRATE_E_CHANGED);
    cr_assert(strstr(e.text, "0001_first"), "%s", e.text);
    expect(APPLIED, "scoring 0001_first");
}

Test(migrate, a_newer_database_is_refused)
{
    cr_assert_eq(run("scoring", two), 0);
    cr_assert_eq(run("scoring", one), MIGRATE_E_NEWER);
    cr_assert(strstr(e.text, "0002_second"), "%s", e.text);
    cr_assert(strstr(e.text, "start a build that has it"), "%s", e.text);
}

Test(migrate, a_build_works_beside_a_database_that_is_newer_by_additive_migrations)
{
    struct migrate_report report;

    cr_assert_eq(run_for(additive, 0, 0, &report), 0);
    cr_assert_eq(report.n_applied, 3);
    cr_assert_eq(report.n_newer, 0);
    cr_assert_eq(run_for(one, 0, 0, &report), 0, "%s", e.text);
    cr_assert_eq(report.n_applied, 0);
    cr_assert_eq(report.n_newer, 2);
    cr_assert_str_eq(report.newest, "0003_index");
    expect("select string_agg(additive::text, ' ' order by number) from schema_migration",
           "false true true");
    cr_assert_eq(run("scoring", one), 0);
}

Test(migrate, of_newer_migrations_the_first_that_is_not_additive_is_named)
{
    cr_assert_eq(run("scoring", beyond_additive), 0, "%s", e.text);
    cr_assert_eq(run("scoring", one), MIGRATE_E_NEWER);
    cr_assert(strstr(e.text, "0004_breaks"), "%s", e.text);
    cr_assert_eq(run("scoring", additive), MIGRATE_E_NEWER);
    cr_assert(strstr(e.text, "0004_breaks"), "%s", e.text);
}

Test(migrate, the_table_of_an_older_build_gets_what_it_lacks)
{
    char sql[1024];

    snprintf(sql, sizeof(sql),
             "create table schema_migration (part text not null, number integer not null,"
             " name text not null, checksum text not null, applied_at timestamptz not null default "
             "now(),"
             " primary key (part, number));"
             " insert into schema_migration select 'scoring', 1, '0001_first',"
             " encode(sha256($t$%s$t$::bytea), 'hex');"
             " create table a (n bigint); insert into a values (1);"
             " alter table a owner to hongping_scoring;"
             " alter table schema_migration owner to hongping_scoring",
             one[0].text);
    pg_test_run(&schema, sql);
    cr_assert_eq(run("scoring", two), 0, "%s", e.text);
    expect("select string_agg(name || ' ' || additive, ', ' order by number) from schema_migration",
           "0001_first false, 0002_second false");
    expect("select string_agg(n || m, ',') from a", "1x");
}

Test(migrate, a_failing_migration_leaves_nothing_and_names_its_line)
{
    cr_assert_eq(run("scoring", broken), MIGRATE_E_FAILED);
    cr_assert(strstr(e.text, "0002_broken, line 3"), "%s", e.text);
    cr_assert_str_eq(e.sqlstate, "42P01");
    expect(APPLIED, "scoring 0001_first");
    expect("select coalesce(to_regclass('b')::text, 'none')", "none");
    expect("select coalesce(to_regclass('c')::text, 'none')", "none");
    cr_assert_eq(run("scoring", two), 0);
}

Test(migrate, a_migration_may_not_end_its_transaction)
{
    cr_assert_eq(run("scoring", committing), MIGRATE_E_FAILED);
    cr_assert(strstr(e.text, "0001_commits"), "%s", e.text);
    expect(APPLIED, "");
}

Test(migrate, an_absent_server_is_fatal_and_named)
{
    cr_assert_lt(migrate("host=/nonexistent port=1", "x", "x", one, &e), 0);
    cr_assert_neq(e.text[0], 0);
}

static void *run_two(void *result)
{
    struct errtext own;

    *(int *)result = migrate(schema.conninfo, schema.schema, "scoring", two, &own);
    return NULL;
}

Test(migrate, several_at_once_apply_everything_once)
{
    enum { N = 6 };
    pthread_t threads[N];
    int results[N];

    for (int i = 0; i < N; i++)
        cr_assert_eq(pthread_create(&threads[i], NULL, run_two, &results[i]), 0);
    for (int i = 0; i < N; i++) {
        pthread_join(threads[i], NULL);
        cr_expect_eq(results[i], 0);
    }
    expect("select count(*) from a", "1");
    expect(APPLIED, "scoring 0001_first, scoring 0002_second");
}

/* ---- beside other sessions ---- */

/* A superuser's session of the name @application, which others can see. */
static PGconn *session(const char *application)
{
    PGconn *conn = PQconnectdb(schema.superuser);
    const char *values[] = {schema.schema, application};
    PGresult *res = PQexecParams(conn,
                                 "select set_config('search_path', $1, false),"
                                 " set_config('application_name', $2, false)",
                                 2, NULL, values, NULL, NULL, 0);

    cr_assert_eq(PQresultStatus(res), PGRES_TUPLES_OK, "%s", PQerrorMessage(conn));
    PQclear(res);
    return conn;
}

static void say(PGconn *conn, const char *sql)
{
    PGresult *res = PQexec(conn, sql);

    cr_assert(PQresultStatus(res) == PGRES_TUPLES_OK || PQresultStatus(res) == PGRES_COMMAND_OK,
              "%s: %s", sql, PQerrorMessage(conn));
    PQclear(res);
}

/* Until @sql says @value; the suite's limit is the deadline. */
static void await(const char *sql, const char *value)
{
    bool there = false;

    while (!there) {
        char *got = pg_test_value(&schema, sql);

        there = got && !strcmp(got, value);
        free(got);
    }
}

#define BEHIND_A_LOCK \
    "select count(*) from pg_locks l join pg_stat_activity a using (pid) where not l.granted and " \
    "a.application_name like 'hongping migrate%'"
#define MIGRATING \
    "select count(*) from pg_stat_activity where application_name like 'hongping migrate%'"
#define INDEXES \
    "select coalesce(string_agg(indexrelid::regclass || ' ' || indisvalid, ', ' order by " \
    "indexrelid::regclass::text), '') from pg_index where indrelid = 'a'::regclass"

struct attempt {
    const struct migration *migrations;
    int lock_ms, patience_ms;
    pthread_t thread;
    int result;
    bool over;
    struct errtext e;
};

static void *attempt(void *arg)
{
    struct attempt *t = arg;
    const struct migrate_conf conf = {schema.conninfo, schema.schema, "scoring",
                                      t->migrations,   t->lock_ms,    t->patience_ms};

    t->result = migrate_run(&conf, NULL, &t->e);
    __atomic_store_n(&t->over, true, __ATOMIC_RELEASE);
    return NULL;
}

static void begin_attempt(struct attempt *t)
{
    cr_assert_eq(pthread_create(&t->thread, NULL, attempt, t), 0);
}

static bool is_over(const struct attempt *t)
{
    return __atomic_load_n(&t->over, __ATOMIC_ACQUIRE);
}

static int end_attempt(struct attempt *t)
{
    pthread_join(t->thread, NULL);
    return t->result;
}

Test(migrate, a_second_caller_waits_for_the_lock)
{
    struct attempt second = {.migrations = two};
    PGconn *holder = session("holder");
    char sql[256];

    snprintf(sql, sizeof(sql),
             "select pg_advisory_lock(hashtextextended('hongping migrate %s', 0))", schema.schema);
    say(holder, sql);
    begin_attempt(&second);
    await("select count(*) from pg_stat_activity where application_name = 'hongping migrate "
          "scoring' and query like '%pg_try_advisory_lock%'",
          "1");
    expect("select coalesce(to_regclass('schema_migration')::text, 'none')", "none");
    cr_assert(!is_over(&second));
    PQfinish(holder);
    cr_assert_eq(end_attempt(&second), 0, "%s", second.e.text);
    expect("select count(*) from a", "1");
}

Test(migrate, who_keeps_the_lock_of_a_schema_is_named)
{
    PGconn *holder = session("hongping migrate 0009_endless");
    char sql[256], process[80];

    snprintf(sql, sizeof(sql),
             "select pg_advisory_lock(hashtextextended('hongping migrate %s', 0))", schema.schema);
    say(holder, sql);
    cr_assert_eq(run_for(two, 0, 1, NULL), MIGRATE_E_BUSY);
    snprintf(process, sizeof(process), "process %d (hongping migrate 0009_endless",
             PQbackendPID(holder));
    cr_assert(strstr(e.text, process), "%s", e.text);
    PQfinish(holder);
    cr_assert_eq(run("scoring", two), 0, "%s", e.text);
}

/* The reader never ends, the migration wants the table for itself, a command comes third: it is
 * through before either. With a migration that just waits it would never be. */
Test(migrate, commands_pass_a_migration_that_waits_for_a_reader)
{
    struct attempt alter = {.migrations = adds, .lock_ms = 300};
    PGconn *reader = session("reader"), *command = session("command");

    cr_assert_eq(run("scoring", one), 0);
    say(reader, "begin; select * from a");
    begin_attempt(&alter);
    for (int i = 0; i < 3; i++) {
        await(BEHIND_A_LOCK, "1");
        say(command, "insert into a values (2)");
    }
    cr_assert(!is_over(&alter));
    expect(APPLIED, "scoring 0001_first");
    say(reader, "commit");
    cr_assert_eq(end_attempt(&alter), 0, "%s", alter.e.text);
    expect("select count(*) from a where m is null", "4");
    PQfinish(reader);
    PQfinish(command);
}

Test(migrate, a_migration_that_gives_up_names_who_is_in_its_way)
{
    PGconn *reader = session("yearly report");
    char process[60];

    cr_assert_eq(run("scoring", one), 0);
    say(reader, "begin; select * from a");
    cr_assert_eq(run_for(adds, 500, 3000, NULL), MIGRATE_E_BUSY);
    snprintf(process, sizeof(process), "process %d (yearly report, role postgres",
             PQbackendPID(reader));
    cr_assert(strstr(e.text, process), "%s", e.text);
    cr_assert(strstr(e.text, "migration 0002_adds"), "%s", e.text);
    cr_assert_str_eq(e.sqlstate, "55P03");
    expect(APPLIED, "scoring 0001_first");
    PQfinish(reader);
    cr_assert_eq(run("scoring", adds), 0, "%s", e.text);
}

Test(migrate, completing_the_table_waits_no_longer_either)
{
    struct attempt alter = {.migrations = one, .lock_ms = 300};
    PGconn *reader = session("dump");

    cr_assert_eq(run("scoring", one), 0);
    pg_test_run(&schema, "alter table schema_migration drop column additive");
    say(reader, "begin; select * from schema_migration");
    begin_attempt(&alter);
    await(BEHIND_A_LOCK, "1");
    expect("select count(*) from schema_migration", "1"); /* passes it */
    say(reader, "commit");
    cr_assert_eq(end_attempt(&alter), 0, "%s", alter.e.text);
    expect("select additive::text from schema_migration", "false");
    PQfinish(reader);
}

Test(migrate, a_killed_process_leaves_no_lock_behind)
{
    PGconn *reader = session("reader");
    int status;
    pid_t child;

    cr_assert_eq(run("scoring", one), 0);
    say(reader, "begin; select * from a");
    child = fork();
    if (child == 0)
        _exit(run_for(adds, 600000, 600000, NULL));
    cr_assert_gt(child, 0);
    await(BEHIND_A_LOCK, "1");
    kill(child, SIGKILL);
    cr_assert_eq(waitpid(child, &status, 0), child);
    cr_assert(WIFSIGNALED(status));
    await(MIGRATING, "0"); /* though what it waited for still stands */
    expect("select count(*) from pg_locks where locktype = 'advisory'", "0");
    PQfinish(reader);
    cr_assert_eq(run("scoring", adds), 0, "%s", e.text);
}

/* ---- concurrent ones ---- */

Test(migrate, indexes_are_made_while_others_write)
{
    struct attempt build = {.migrations = indexes};
    PGconn *writer = session("writer"), *command = session("command");

    cr_assert_eq(run("scoring", one), 0);
    say(writer, "begin; insert into a values (2)");
    begin_attempt(&build);
    await(BEHIND_A_LOCK, "1");
    say(command, "insert into a values (3)");
    cr_assert(!is_over(&build));
    say(writer, "commit");
    cr_assert_eq(end_attempt(&build), 0, "%s", build.e.text);
    expect(INDEXES, "a_minus true, a_n true");
    expect("select name from schema_migration where additive", "0002_indexes");
    PQfinish(writer);
    PQfinish(command);
}

Test(migrate, an_index_half_made_is_made_again)
{
    PGconn *writer = session("import");

    cr_assert_eq(run("scoring", one), 0);
    say(writer, "begin; insert into a values (2)");
    cr_assert_eq(run_for(indexes, 0, 1000, NULL), MIGRATE_E_BUSY);
    cr_assert(strstr(e.text, "0002_indexes"), "%s", e.text);
    expect(INDEXES, "a_n false");
    expect(APPLIED, "scoring 0001_first");
    say(writer, "commit");
    cr_assert_eq(run("scoring", indexes), 0, "%s", e.text);
    expect(INDEXES, "a_minus true, a_n true");
    PQfinish(writer);
}

Test(migrate, an_index_that_fails_is_made_again_after_the_cause_is_mended)
{
    cr_assert_eq(run("scoring", one), 0);
    pg_test_run(&schema, "insert into a values (1)");
    cr_assert_eq(run("scoring", unique_index), MIGRATE_E_FAILED);
    cr_assert(strstr(e.text, "0002_unique"), "%s", e.text);
    cr_assert_str_eq(e.sqlstate, "23505");
    expect(INDEXES, "a_once false");
    pg_test_run(&schema, "delete from a where ctid = (select max(ctid) from a)");
    cr_assert_eq(run("scoring", unique_index), 0, "%s", e.text);
    expect(INDEXES, "a_once true");
    expect("select bool_or(additive)::text from schema_migration", "false");
    cr_assert_eq(run("scoring", one), MIGRATE_E_NEWER);
    cr_assert_eq(run("scoring", dropped_index), 0, "%s", e.text);
    expect(INDEXES, "");
}

Test(migrate, an_index_that_stands_already_is_left_alone)
{
    static const char relfilenode[] = "select pg_relation_filenode('a_n')::text";
    char *before, *after;

    cr_assert_eq(run("scoring", one), 0);
    pg_test_run(&schema, "create index a_n on a (n) where n <> 7");
    before = pg_test_value(&schema, relfilenode);
    cr_assert_eq(run("scoring", indexes), 0, "%s", e.text);
    after = pg_test_value(&schema, relfilenode);
    cr_assert_str_eq(after, before);
    expect(INDEXES, "a_minus true, a_n true");
    free(before);
    free(after);
}

Test(migrate, a_concurrent_migration_holds_indexes_only)
{
    cr_assert_eq(run("scoring", not_an_index), MIGRATE_E_FAILED);
    cr_assert(strstr(e.text, "0002_mixed, line 3"), "%s", e.text);
    expect(APPLIED, "scoring 0001_first");
}

/* One that waited for the lock inside the server would have a snapshot, which the index waits for:
 * a deadlock. */
Test(migrate, several_at_once_make_an_index_once)
{
    enum { N = 6 };
    struct attempt attempts[N];

    for (int i = 0; i < N; i++) {
        attempts[i] = (struct attempt){.migrations = indexes};
        begin_attempt(&attempts[i]);
    }
    for (int i = 0; i < N; i++)
        cr_expect_eq(end_attempt(&attempts[i]), 0, "%s", attempts[i].e.text);
    expect(INDEXES, "a_minus true, a_n true");
}
