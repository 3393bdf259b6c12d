/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <string.h>

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

/* The second stands at the lock until the first is through, which is seen in the server's own list.
 */
Test(migrate, a_second_caller_waits_for_the_lock)
{
    static const char held[] =
        "select count(*) from pg_locks where locktype = 'advisory' and not granted";
    pthread_t thread;
    int result = -1;
    char lock[300], *waiting;
    static const struct sql_stmt take = {
        "take", 1,
        "select true as done from pg_advisory_xact_lock(hashtextextended('hongping migrate ' || "
        "$1::text, 0))"};
    static const struct sql_stmt *const list[] = {&take, NULL}, *const *const lists[] = {list,
                                                                                         NULL};
    struct pg *pg = pg_test_open(&schema, lists);
    struct arena *arena = arena_new();
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    struct rows *rows;
    bool blocked;

    cr_assert_eq(sql_query(tx, &take, &rows, T(schema.schema)), 0);
    cr_assert_eq(pthread_create(&thread, NULL, run_two, &result), 0);
    do {
        waiting = pg_test_value(&schema, held);
        blocked = waiting[0] != '0';
        free(waiting);
    } while (!blocked);
    snprintf(lock, sizeof(lock), "select coalesce(to_regclass('%s.a')::text, 'none')",
             schema.schema);
    expect(lock, "none");
    tx_rollback(tx);
    pthread_join(thread, NULL);
    cr_assert_eq(result, 0);
    expect("select count(*) from a", "1");
    pg_close(pg);
    arena_free(arena);
}
