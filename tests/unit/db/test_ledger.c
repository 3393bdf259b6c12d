/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "common/db/ledger.h"
#include "frame_sql.h"
#include "tests/support/pg_test.h"

static const struct sql_stmt entry_append = {
    "entry_append", 12,
    "insert into entry (district, seq, algorithm, prev_hash, hash, note, points, flag, at, raw, "
    "day, ref)"
    " values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11::text::date, $12::text::uuid)"};
static const struct sql_stmt entry_chain = {
    "entry_chain", 3,
    "select seq, algorithm, prev_hash, hash, note, points, flag, iso(at) as at, raw, day, ref from "
    "entry"
    " where district = $1 and seq > $2 order by seq limit $3"};
static const struct sql_stmt entry_numbers = {
    "entry_numbers", 1,
    "select count(*) as n, coalesce(max(seq), 0) as last from entry where district = $1"};
static const struct sql_stmt own_pid = {"own_pid", 0, "select pg_backend_pid() as pid"};

static const struct sql_stmt *const statements[] = {&entry_append, &entry_chain, &entry_numbers,
                                                    &own_pid, NULL};
static const struct sql_stmt *const *const lists[] = {frame_statements, statements, NULL};
static const struct ledger entry = {"entry", &entry_append, &entry_chain};

static struct pg_test schema;
static struct pg *pg;
static struct arena *arena;

static void setup(void)
{
    pg_test_schema(&schema, "credit");
    pg_test_migrate(&schema, "frame", frame_migrations);
    pg_test_run(&schema, "set role hongping_credit;"
                         "create table entry (district text, seq bigint, algorithm text not null, "
                         "prev_hash bytea not null,"
                         " hash bytea not null, note text, points bigint, flag boolean, at "
                         "timestamptz, raw bytea, day date,"
                         " ref uuid, primary key (district, seq))");
    pg = pg_test_open(&schema, lists);
    arena = arena_new();
}

static void teardown(void)
{
    pg_close(pg);
    arena_free(arena);
}

TestSuite(ledger, .init = setup, .fini = teardown, .timeout = 60);

static void add(struct tx *tx, const char *district, const char *note)
{
    ledger_append(tx, &entry, district, T(note), I(-1500), B(true), AT(1696118400123000),
                  BY("\x00\xff", 2), T("2023-10-01"), T("0190a5d0-0000-7000-8000-000000000001"));
}

static void add_many(const char *district, int n)
{
    for (int i = 0; i < n; i++) {
        struct tx *tx = tx_begin(pg, TX_WRITE, arena);

        add(tx, district, i % 2 ? "奇" : "");
        cr_assert_eq(tx_commit(tx, NULL), 0);
    }
}

/* Every fault as "district/seq/reason", in the order found. */
static char found[4096];

static void note_fault(const struct ledger_fault *f, void *arg)
{
    size_t n = strlen(found);

    (void)arg;
    snprintf(found + n, sizeof(found) - n, "%s%s/%d/%s", n ? " " : "", f->district, (int)f->seq,
             f->reason);
    cr_assert_str_eq(f->ledger, "entry");
}

static int64_t verify(void)
{
    int64_t rows = -1;

    found[0] = 0;
    cr_assert_eq(ledger_verify(pg, &entry, note_fault, NULL, &rows), 0);
    return rows;
}

Test(ledger, a_chain_of_every_kind_of_value_verifies_clean)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);

    add(tx, "310105", "first");
    add(tx, "310106", NULL);
    ledger_append(tx, &entry, "310105", T(NULL), I(INT64_MAX), B(false), AT(INSTANT_NONE),
                  BY(NULL, 0), T(NULL), T(NULL));
    add(tx, "310105", "it's \\x \"三\"");
    ledger_append(tx, &entry, "310105", T(""), I(0), B(false), AT(0), BY("", 0), T("1999-12-31"),
                  T(NULL));
    ledger_append(tx, &entry, "310105", T(" "), I(0), B(false), AT(-1), BY("", 0), T("1999-12-31"),
                  T(NULL));
    cr_assert_eq(tx_commit(tx, NULL), 0);
    cr_assert_eq(verify(), 6);
    cr_assert_str_eq(found, "");
}

Test(ledger, nothing_to_verify_is_clean)
{
    cr_assert_eq(verify(), 0);
    cr_assert_str_eq(found, "");
}

Test(ledger, a_chain_longer_than_a_page_verifies_clean)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);

    for (int i = 0; i < 2500; i++)
        add(tx, "310105", "样例");
    cr_assert_eq(tx_commit(tx, NULL), 0);
    cr_assert_eq(verify(), 2500);
    cr_assert_str_eq(found, "");
}

Test(ledger, one_byte_changed_in_any_column_is_found_and_named)
{
    static const struct {
        const char *change, *finds;
    } cases[] = {
        {"note = 'x'", "310105/3/hash"},
        {"note = null", "310105/3/hash"},
        {"points = points + 1", "310105/3/hash"},
        {"flag = not flag", "310105/3/hash"},
        {"at = at + interval '1 microsecond'", "310105/3/hash"},
        {"raw = set_byte(raw, 1, 254)", "310105/3/hash"},
        {"day = day + 1", "310105/3/hash"},
        {"ref = '0190a5d0-0000-7000-8000-000000000002'", "310105/3/hash"},
        {"algorithm = 'sm3'", "310105/3/hash"},
        {"algorithm = 'sha25'", "310105/3/hash"},
        {"prev_hash = set_byte(prev_hash, 31, get_byte(prev_hash, 31) # 1)",
         "310105/3/previous 310105/3/hash"},
        {"hash = set_byte(hash, 0, get_byte(hash, 0) # 1)", "310105/3/hash 310105/4/previous"},
        {"hash = ''", "310105/3/hash 310105/4/previous"},
        {"seq = 33", "310105/4/gap 310105/33/gap 310105/33/hash 310105/0/head"},
        {"seq = -3", "310105/-3/gap 310105/-3/hash 310105/1/gap 310105/4/gap"},
        {"district = '310106'", "310105/4/gap 310106/3/gap 310106/3/hash 310106/0/head"},
    };

    add_many("310105", 5);
    pg_test_run(&schema, "create table kept as select * from entry");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        char sql[300];

        snprintf(sql, sizeof(sql), "update entry set %s where seq = 3", cases[i].change);
        pg_test_run(&schema, sql);
        verify();
        cr_expect_str_eq(found, cases[i].finds, "%s: found %s", cases[i].change, found);
        pg_test_run(&schema, "delete from entry; insert into entry select * from kept");
        verify();
        cr_assert_str_eq(found, "");
    }
}

Test(ledger, the_last_row_changed_with_its_hash_is_found_at_the_head)
{
    add_many("310105", 3);
    pg_test_run(&schema,
                "update entry set hash = set_byte(hash, 5, get_byte(hash, 5) # 1) where seq = 3");
    verify();
    cr_assert_str_eq(found, "310105/3/hash 310105/0/head");
}

Test(ledger, a_deleted_tail_is_found)
{
    add_many("310105", 5);
    pg_test_run(&schema, "delete from entry where seq = 5");
    verify();
    cr_assert_str_eq(found, "310105/0/head");
}

Test(ledger, a_deleted_middle_is_found)
{
    add_many("310105", 5);
    pg_test_run(&schema, "delete from entry where seq in (2, 3)");
    verify();
    cr_assert_str_eq(found, "310105/4/gap");
}

Test(ledger, a_changed_or_removed_head_is_found)
{
    add_many("310105", 2);
    add_many("310106", 2);
    pg_test_run(&schema, "update chain_head set position = 3 where district = '310105';"
                         "delete from chain_head where district = '310106'");
    verify();
    cr_assert_str_eq(found, "310105/0/head 310106/0/head");
    pg_test_run(
        &schema,
        "update chain_head set position = 2, hash = set_byte(hash, 0, get_byte(hash, 0) # 1)");
    verify();
    cr_assert_str_eq(found, "310105/0/head 310106/0/head");
}

Test(ledger, all_rows_of_a_district_removed_is_found)
{
    add_many("310105", 2);
    pg_test_run(&schema, "delete from entry");
    cr_assert_eq(verify(), 0);
    cr_assert_str_eq(found, "310105/0/head");
}

Test(ledger, sm3_chains_after_sha256_in_one_ledger)
{
    char *names;

    add_many("310105", 2);
    ledger_set_algorithm(DIGEST_SM3);
    add_many("310105", 2);
    ledger_set_algorithm(DIGEST_SHA256);
    names = pg_test_value(&schema, "select string_agg(algorithm, ',' order by seq) from entry");
    cr_assert_str_eq(names, "sha256,sha256,sm3,sm3");
    free(names);
    cr_assert_eq(verify(), 4);
    cr_assert_str_eq(found, "");
}

Test(ledger, a_rolled_back_or_failed_append_uses_no_number)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    const struct advance *advances;

    add(tx, "310105", "dropped");
    tx_rollback(tx);
    tx = tx_begin(pg, TX_WRITE, arena);
    ledger_append(tx, &entry, "310105", T("bad"), I(0), B(true), AT(0), BY("", 0), T("not a day"),
                  T(NULL));
    cr_assert_eq(tx_commit(tx, NULL), TX_E_CONSTRAINT);
    cr_assert_eq(tx_advances(pg, &advances), 0);
    add_many("310105", 1);
    cr_assert_eq(tx_advances(pg, &advances), 1);
    cr_assert_eq(advances[0].position, 1);
    cr_assert_eq(verify(), 1);
    cr_assert_str_eq(found, "");
}

Test(ledger, a_commit_says_how_far_each_chain_came)
{
    struct tx *tx;
    const struct advance *advances;

    add_many("310105", 3);
    tx = tx_begin(pg, TX_WRITE, arena);
    add(tx, "310106", "a");
    add(tx, "310105", "b");
    add(tx, "310106", "c");
    cr_assert_eq(tx_commit(tx, NULL), 0);
    cr_assert_eq(tx_advances(pg, &advances), 2);
    cr_assert_str_eq(advances[0].ledger, "entry");
    cr_assert_str_eq(advances[0].district, "310106");
    cr_assert_eq(advances[0].position, 2);
    cr_assert_str_eq(advances[1].district, "310105");
    cr_assert_eq(advances[1].position, 4);
}

/* ---- races ---- */

static int64_t visible(struct pg *reader, struct arena *a, int64_t *ret_last)
{
    struct tx *tx = tx_begin(reader, TX_READ_ONLY, a);
    struct rows *rows = NULL;
    int64_t n;

    cr_assert_eq(sql_query(tx, &entry_numbers, &rows, T("310105")), 0);
    n = rows_i64(rows, 0, "n");
    *ret_last = rows_i64(rows, 0, "last");
    cr_assert_eq(tx_commit(tx, NULL), 0);
    return n;
}

struct committer {
    struct pg *pg;
    int result;
};

static void *commit_one(void *arg)
{
    struct committer *c = arg;
    struct arena *a = arena_new();
    struct tx *tx = tx_begin(c->pg, TX_WRITE, a);

    add(tx, "310105", "B");
    c->result = tx_commit(tx, NULL);
    arena_free(a);
    return NULL;
}

static int64_t pid_of(struct pg *conn)
{
    struct tx *tx = tx_begin(conn, TX_READ_ONLY, arena);
    struct rows *rows = NULL;
    int64_t pid;

    cr_assert_eq(sql_query(tx, &own_pid, &rows), 0);
    pid = rows_i64(rows, 0, "pid");
    cr_assert_eq(tx_commit(tx, NULL), 0);
    return pid;
}

/* Until the server says so; the suite's timeout is the deadline. */
static void wait_until_blocked(int64_t pid)
{
    char sql[100], *n;
    bool blocked;

    snprintf(sql, sizeof(sql), "select cardinality(pg_blocking_pids(%d))", (int)pid);
    do {
        n = pg_test_value(&schema, sql);
        blocked = n && n[0] != '0';
        free(n);
    } while (!blocked);
}

/* The head's place in the queue is the place in the stream: B cannot overtake A, whoever started
 * first. */
Test(ledger, a_second_appender_waits_and_readers_never_see_it_first)
{
    struct committer b = {.pg = pg_test_open(&schema, lists)};
    struct pg *a = pg_test_open(&schema, lists);
    const char *district = "310105", *chain = "entry";
    int64_t pid_b = pid_of(b.pg), last;
    struct rows *rows;
    pthread_t thread;
    struct tx *tx;
    char *note;

    add_many("310105", 1);
    tx = tx_begin(a, TX_WRITE, arena);
    add(tx, "310105", "A");
    /* what the commit does first, done early, so that B meets a locked head */
    cr_assert_eq(sql_query(tx, &sql_ledger_heads_lock, &rows, TA(&district, 1), TA(&chain, 1)), 0);
    cr_assert_eq(pthread_create(&thread, NULL, commit_one, &b), 0);
    wait_until_blocked(pid_b);
    cr_assert_eq(visible(pg, arena, &last), 1);
    cr_assert_eq(tx_commit(tx, NULL), 0);
    cr_assert_geq(visible(pg, arena, &last), 2);
    pthread_join(thread, NULL);
    cr_assert_eq(b.result, 0);
    cr_assert_eq(visible(pg, arena, &last), 3);
    note = pg_test_value(&schema, "select string_agg(note, ',' order by seq) from entry");
    cr_assert_str_eq(note, ",A,B");
    free(note);
    verify();
    cr_assert_str_eq(found, "");
    pg_close(a);
    pg_close(b.pg);
}

enum { THREADS = 4, EACH = 60 };
static atomic_int running, failures;

/* Two chains, appended in an order that differs by thread: sorted locking keeps them from deadlock.
 */
static void *append_many(void *arg)
{
    int who = *(int *)arg;
    struct pg *own = pg_test_open(&schema, lists);
    struct arena *a = arena_new();

    for (int i = 0; i < EACH; i++) {
        struct tx *tx = tx_begin(own, TX_WRITE, a);
        int r;

        add(tx, who % 2 ? "310105" : "310106", "x");
        add(tx, who % 2 ? "310106" : "310105", "y");
        r = tx_commit(tx, NULL);
        if (r == TX_E_RETRY)
            i--; /* only the very first rows, when heads are made, may meet this */
        else if (r)
            failures++;
        arena_reset(a);
    }
    pg_close(own);
    arena_free(a);
    running--;
    return NULL;
}

Test(ledger, positions_have_no_gap_for_any_reader_while_many_append)
{
    int who[THREADS], looks = 0;
    pthread_t threads[THREADS];
    int64_t n, last, before = 0;

    running = THREADS;
    for (int i = 0; i < THREADS; i++) {
        who[i] = i;
        cr_assert_eq(pthread_create(&threads[i], NULL, append_many, &who[i]), 0);
    }
    do {
        n = visible(pg, arena, &last);
        cr_assert_eq(n, last, "a row is visible before one with a lower number");
        cr_assert_geq(last, before);
        before = last;
        looks++;
        arena_reset(arena);
    } while (running);
    for (int i = 0; i < THREADS; i++)
        pthread_join(threads[i], NULL);
    cr_assert_eq(failures, 0);
    cr_assert_gt(looks, 1);
    cr_assert_eq(visible(pg, arena, &last), THREADS * EACH);
    cr_assert_eq(verify(), 2 * THREADS * EACH);
    cr_assert_str_eq(found, "");
}
