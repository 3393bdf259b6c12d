/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "tests/support/pg_test.h"

#define STMT(name_, n_, text_) static const struct sql_stmt name_ = {#name_, n_, text_}

STMT(put, 2, "insert into item (id, name) values ($1, $2)");
STMT(get, 1, "select id, name from item where id = $1");
STMT(rename_item, 3, "update item set name = $3 where id = $1 and name = $2");
STMT(count_items, 0, "select count(*) as n from item");
STMT(echo, 7,
     "select $1::text as t, $2::bigint as i, $3::boolean as b, $4::timestamptz as at, $5::bytea as "
     "raw,"
     " ($6::text)::date as day, $7::text is null as was_null");
STMT(texts, 1, "select u.t, u.n from unnest($1::text[]) with ordinality as u (t, n) order by n");
STMT(numbers, 1, "select sum(u)::bigint as total, count(*) as n from unnest($1::bigint[]) as u");
STMT(pid, 0, "select pg_backend_pid() as pid");
STMT(lock_item, 1, "select id from item where id = $1 for update nowait");
STMT(settings, 0,
     "select current_setting('search_path') as path, current_setting('TimeZone') as zone,"
     " current_setting('statement_timeout') as statement, current_setting('lock_timeout') as lock");
STMT(broken, 0, "select 1 / (select count(*) from item where id = -1)");

STMT(raise_state, 1, "select raise_state($1)");
static const struct sql_stmt *const statements[] = {
    &put, &get,       &rename_item, &count_items, &echo,        &texts, &numbers,
    &pid, &lock_item, &settings,    &broken,      &raise_state, NULL,
};
static const struct sql_stmt *const *const lists[] = {statements, NULL};

static struct pg_test schema;
static struct pg *pg;
static struct arena *arena;

static void setup(void)
{
    pg_test_schema(&schema, "intake");
    pg_test_run(
        &schema,
        "set role hongping_intake;"
        "create table item (id bigint primary key, name text not null check (name <> 'forbidden'),"
        " parent bigint references item deferrable initially deferred);"
        "create function raise_state(state text) returns int language plpgsql as $$ begin "
        "raise exception 'as asked' using errcode = state; end $$");
    pg = pg_test_open(&schema, lists);
    arena = arena_new();
}

static void teardown(void)
{
    pg_close(pg);
    arena_free(arena);
}

TestSuite(tx, .init = setup, .fini = teardown, .timeout = 60);

static int64_t count(void)
{
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, arena);
    struct rows *rows = NULL;
    int64_t n;

    cr_assert_eq(sql_query(tx, &count_items, &rows), 0);
    n = rows_i64(rows, 0, "n");
    cr_assert_eq(tx_commit(tx, NULL), 0);
    return n;
}

static void put_one(int64_t id, const char *name)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);

    sql_exec(tx, &put, I(id), T(name));
    cr_assert_eq(tx_commit(tx, NULL), 0);
}

Test(tx, writes_are_seen_inside_and_after_the_commit)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    struct rows *rows;

    sql_exec(tx, &put, I(1), T("东方小区"));
    sql_exec(tx, &put, I(2), T("b"));
    cr_assert_eq(sql_query(tx, &get, &rows, I(1)), 0);
    cr_assert_eq(rows_count(rows), 1);
    cr_assert_str_eq(rows_text(rows, 0, "name"), "东方小区");
    cr_assert_eq(tx_commit(tx, NULL), 0);
    cr_assert_eq(count(), 2);
}

Test(tx, a_rollback_leaves_nothing_and_the_connection_usable)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);

    sql_exec(tx, &put, I(1), T("a"));
    tx_rollback(tx);
    tx = tx_begin(pg, TX_WRITE, arena); /* nothing was sent in this one */
    tx_rollback(tx);
    cr_assert_eq(count(), 0);
    put_one(1, "a");
    cr_assert_eq(count(), 1);
}

Test(tx, an_empty_commit_is_done_at_once)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);

    cr_assert_eq(tx_commit(tx, NULL), 0);
    cr_assert_eq(count(), 0);
}

Test(tx, a_failed_exec_shows_at_the_next_query)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    struct rows *rows;
    int64_t n;

    sql_exec(tx, &put, I(1), T("forbidden"));
    sql_exec(tx, &put, I(2), T("fine"));
    cr_assert_eq(sql_query(tx, &get, &rows, I(2)), TX_E_CONSTRAINT);
    cr_assert_str_eq(tx_error(tx)->sqlstate, "23514");
    cr_assert(strstr(tx_error(tx)->text, "put: "), "%s", tx_error(tx)->text);
    cr_assert_eq(sql_change(tx, &rename_item, &n, I(2), T("fine"), T("x")), TX_E_CONSTRAINT);
    tx_rollback(tx);
    cr_assert_eq(count(), 0);
    cr_assert(pg_alive(pg));
}

Test(tx, a_failed_exec_shows_at_the_commit)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    struct errtext e = {0};

    sql_exec(tx, &put, I(1), T("fine"));
    sql_exec(tx, &put, I(2), T(NULL));
    cr_assert_eq(tx_commit(tx, &e), TX_E_CONSTRAINT);
    cr_assert_str_eq(e.sqlstate, "23502");
    cr_assert_eq(count(), 0);
}

Test(tx, a_deferred_constraint_fails_the_commit_itself)
{
    struct tx *tx;
    struct errtext e = {0};

    pg_test_run(&schema, "alter table item alter parent set default 99");
    tx = tx_begin(pg, TX_WRITE, arena);
    sql_exec(tx, &put, I(1), T("orphan"));
    cr_assert_eq(tx_commit(tx, &e), TX_E_CONSTRAINT);
    cr_assert_str_eq(e.sqlstate, "23503");
    cr_assert_eq(count(), 0);
}

Test(tx, a_value_that_does_not_parse_is_a_constraint_outcome)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    struct rows *rows;

    cr_assert_eq(sql_query(tx, &echo, &rows, T("t"), I(1), B(true), AT(0), BY("", 0),
                           T("2023-02-30"), T(NULL)),
                 TX_E_CONSTRAINT);
    tx_rollback(tx);
    cr_assert_eq(count(), 0);
}

Test(tx, an_error_of_another_kind_is_fatal_and_keeps_its_text)
{
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, arena);

    sql_exec(tx, &put, I(1), T("in a read-only transaction"));
    struct errtext e = {0};
    cr_assert_lt(tx_commit(tx, &e), 0);
    cr_assert_str_eq(e.sqlstate, "25006");
    cr_assert_eq(count(), 0);
}

Test(tx, what_an_sqlstate_means)
{
    static const struct {
        const char *state;
        int outcome;
        bool alive;
    } cases[] = {
        {"53100", TX_E_MACHINE, true},    {"53200", TX_E_MACHINE, true},
        {"53300", TX_E_MACHINE, true},    {"58030", TX_E_MACHINE, true},
        {"54000", TX_E_CONSTRAINT, true}, {"54001", TX_E_MACHINE, true},
        {"XX000", TX_E_MACHINE, true},    {"57014", TX_E_MACHINE, true},
        {"57P01", TX_E_LOST, false},      {"25006", TX_E_LOST, false},
        {"0A000", TX_E_LOST, false},      {"40003", TX_E_LOST, false},
        {"08006", TX_E_LOST, false},      {"40001", TX_E_COLLISION, true},
        {"40P01", TX_E_COLLISION, true},  {"55P03", TX_E_COLLISION, true},
        {"23505", TX_E_UNIQUE, true},     {"23503", TX_E_CONSTRAINT, true},
        {"22P02", TX_E_CONSTRAINT, true},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct tx *tx = tx_begin(pg, TX_WRITE, arena);
        struct rows *rows;
        int r = sql_query(tx, &raise_state, &rows, T(cases[i].state));

        cr_expect_eq(r, cases[i].outcome, "%s gives %d", cases[i].state, r);
        cr_expect_eq(pg_alive(pg), cases[i].alive, "%s", cases[i].state);
        tx_rollback(tx);
        if (!pg_alive(pg)) {
            pg_close(pg);
            pg = pg_test_open(&schema, lists);
        }
    }
}

Test(tx, a_change_says_how_many_rows_it_met)
{
    struct tx *tx;
    int64_t n = -1;

    put_one(1, "old");
    tx = tx_begin(pg, TX_WRITE, arena);
    cr_assert_eq(sql_change(tx, &rename_item, &n, I(1), T("other"), T("new")), 0);
    cr_assert_eq(n, 0);
    cr_assert_eq(sql_change(tx, &rename_item, &n, I(1), T("old"), T("new")), 0);
    cr_assert_eq(n, 1);
    cr_assert_eq(tx_commit(tx, NULL), 0);
}

Test(tx, a_key_that_is_taken_is_told_apart)
{
    struct pg *other = pg_test_open(&schema, lists);
    struct tx *slow = tx_begin(other, TX_WRITE, arena);
    struct rows *rows;
    struct errtext e = {0};

    cr_assert_eq(sql_query(slow, &get, &rows, I(1)), 0);
    cr_assert_eq(rows_count(rows), 0);
    put_one(1, "faster");
    sql_exec(slow, &put, I(1), T("slower"));
    cr_assert_eq(tx_commit(slow, &e), TX_E_UNIQUE);
    cr_assert_str_eq(e.sqlstate, "23505");
    pg_close(other);
}

Test(tx, a_lock_held_by_another_is_to_be_retried)
{
    struct pg *other = pg_test_open(&schema, lists);
    struct tx *holder, *asker;
    struct rows *rows;

    put_one(1, "a");
    holder = tx_begin(other, TX_WRITE, arena);
    cr_assert_eq(sql_query(holder, &lock_item, &rows, I(1)), 0);
    asker = tx_begin(pg, TX_WRITE, arena);
    cr_assert_eq(sql_query(asker, &lock_item, &rows, I(1)), TX_E_COLLISION);
    cr_assert_str_eq(tx_error(asker)->sqlstate, "55P03");
    tx_rollback(asker);
    cr_assert_eq(tx_commit(holder, NULL), 0);
    asker = tx_begin(pg, TX_WRITE, arena);
    cr_assert_eq(sql_query(asker, &lock_item, &rows, I(1)), 0);
    cr_assert_eq(tx_commit(asker, NULL), 0);
    pg_close(other);
}

static void terminate(struct pg *victim)
{
    struct tx *tx = tx_begin(victim, TX_READ_ONLY, arena);
    struct rows *rows;
    char sql[100];

    cr_assert_eq(sql_query(tx, &pid, &rows), 0);
    snprintf(sql, sizeof(sql), "select pg_terminate_backend(%d, 10000)",
             (int)rows_i64(rows, 0, "pid"));
    cr_assert_eq(tx_commit(tx, NULL), 0);
    pg_test_run(&schema, sql);
}

Test(tx, a_terminated_connection_is_lost_at_a_query)
{
    struct tx *tx;
    struct rows *rows;

    terminate(pg);
    tx = tx_begin(pg, TX_WRITE, arena);
    sql_exec(tx, &put, I(1), T("a"));
    cr_assert_eq(sql_query(tx, &count_items, &rows), TX_E_LOST);
    cr_assert(!pg_alive(pg));
    cr_assert_neq(tx_error(tx)->text[0], 0);
    tx_rollback(tx);
    /* and stays lost without hanging */
    tx = tx_begin(pg, TX_WRITE, arena);
    cr_assert_eq(sql_query(tx, &count_items, &rows), TX_E_LOST);
    tx_rollback(tx);
    pg_close(pg);
    pg = pg_test_open(&schema, lists);
    cr_assert_eq(count(), 0);
}

Test(tx, a_connection_terminated_before_the_commit_is_lost_there)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    struct rows *rows;
    struct errtext e = {0};
    char sql[100];

    sql_exec(tx, &put, I(1), T("a"));
    cr_assert_eq(sql_query(tx, &pid, &rows), 0);
    snprintf(sql, sizeof(sql), "select pg_terminate_backend(%d, 10000)",
             (int)rows_i64(rows, 0, "pid"));
    pg_test_run(&schema, sql);
    cr_assert_eq(tx_commit(tx, &e), TX_E_LOST);
    cr_assert_neq(e.text[0], 0);
    cr_assert(!pg_alive(pg));
}

Test(tx, values_of_every_kind_come_back_as_they_were)
{
    static const uint8_t raw[] = {0, 1, 0xff, '\\', '\''};
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, arena);
    struct bytes b;
    struct rows *rows;

    cr_assert_eq(sql_query(tx, &echo, &rows, T("it's \"红\" \\ {}"), I(INT64_MIN), B(true),
                           AT(1696118400123456), BY(raw, sizeof(raw)), T("2023-10-01"), T(NULL)),
                 0);
    cr_assert_str_eq(rows_text(rows, 0, "t"), "it's \"红\" \\ {}");
    cr_assert_eq(rows_i64(rows, 0, "i"), INT64_MIN);
    cr_assert(rows_bool(rows, 0, "b"));
    cr_assert_eq(rows_at(rows, 0, "at"), 1696118400123456);
    b = rows_bytes(rows, 0, "raw");
    cr_assert_eq(b.size, sizeof(raw));
    cr_assert_eq(memcmp(b.data, raw, sizeof(raw)), 0);
    cr_assert_eq(rows_day(rows, 0, "day"), 19631);
    cr_assert(rows_bool(rows, 0, "was_null"));
    cr_assert_eq(tx_commit(tx, NULL), 0);
}

Test(tx, nulls_come_back_as_nulls)
{
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, arena);
    struct rows *rows;

    cr_assert_eq(sql_query(tx, &echo, &rows, T(NULL), (struct sql_arg){SQL_NULL},
                           (struct sql_arg){SQL_NULL}, AT(INSTANT_NONE), BY(NULL, 0), T(NULL),
                           T("")),
                 0);
    cr_assert_null(rows_text(rows, 0, "t"));
    cr_assert(rows_null(rows, 0, "i"));
    cr_assert_eq(rows_i64(rows, 0, "i"), 0);
    cr_assert(!rows_bool(rows, 0, "b"));
    cr_assert_eq(rows_at(rows, 0, "at"), INSTANT_NONE);
    cr_assert_null(rows_bytes(rows, 0, "raw").data);
    cr_assert_eq(rows_day(rows, 0, "day"), DAY_NONE);
    cr_assert(!rows_bool(rows, 0, "was_null"), "an empty text is not null");
    cr_assert_eq(tx_commit(tx, NULL), 0);
}

Test(tx, instants_keep_their_microseconds_on_both_sides_of_1970)
{
    static const int64_t instants[] = {
        0, 1, -1, -1000000, 1696118400000000, 1696118400000010, -2208988800000000};

    for (size_t i = 0; i < ARRAY_LEN(instants); i++) {
        struct tx *tx = tx_begin(pg, TX_READ_ONLY, arena);
        struct rows *rows;

        cr_assert_eq(sql_query(tx, &echo, &rows, T(""), I(0), B(false), AT(instants[i]), BY("", 0),
                               T(NULL), T(NULL)),
                     0);
        cr_assert_eq(rows_at(rows, 0, "at"), instants[i]);
        cr_assert_eq(tx_commit(tx, NULL), 0);
    }
}

static char *big_text(void)
{
    static const char pattern[] = "\\\"'{},;红NULL\n\t$1 ";
    size_t n = 1024 * 1024;
    char *text = arena_alloc(arena, n + sizeof(pattern));
    size_t used = 0;

    while (used < n) {
        memcpy(text + used, pattern, sizeof(pattern) - 1);
        used += sizeof(pattern) - 1;
    }
    text[used] = 0;
    return text;
}

Test(tx, hostile_texts_pass_through_arrays_and_values_unchanged)
{
    const char *items[] = {"",           "NULL",   "null",     "{}",       "{\"a\",b}",
                           "a,b",        "\"",     "\\",       "\\\"",     "'; drop table item; --",
                           "  blanks  ", "\n\r\t", "红色物业", "\x01\x7f", NULL,
                           "$1",         "\\x00",  "{",        "}",        big_text()};
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    struct rows *rows;

    cr_assert_eq(sql_query(tx, &texts, &rows, TA(items, ARRAY_LEN(items))), 0);
    cr_assert_eq(rows_count(rows), ARRAY_LEN(items));
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        if (items[i])
            cr_assert_str_eq(rows_text(rows, i, "t"), items[i]);
        else
            cr_assert(rows_null(rows, i, "t"));
    }
    for (size_t i = 0; i < ARRAY_LEN(items); i++)
        if (items[i])
            sql_exec(tx, &put, I((int64_t)i), T(items[i]));
    for (size_t i = 0; i < ARRAY_LEN(items); i++) {
        if (!items[i])
            continue;
        cr_assert_eq(sql_query(tx, &get, &rows, I((int64_t)i)), 0);
        cr_assert_str_eq(rows_text(rows, 0, "name"), items[i]);
    }
    cr_assert_eq(tx_commit(tx, NULL), 0);
}

Test(tx, bad_utf8_is_refused_and_not_stored)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);

    sql_exec(tx, &put, I(1), T("\xc3\x28"));
    cr_assert_eq(tx_commit(tx, NULL), TX_E_CONSTRAINT);
    cr_assert_eq(count(), 0);
}

Test(tx, number_arrays_arrive_whole)
{
    int64_t values[] = {INT64_MIN, INT64_MAX, 0, -1, 2};
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, arena);
    struct rows *rows;

    cr_assert_eq(sql_query(tx, &numbers, &rows, IA(values, ARRAY_LEN(values))), 0);
    cr_assert_eq(rows_i64(rows, 0, "total"), 0);
    cr_assert_eq(rows_i64(rows, 0, "n"), 5);
    cr_assert_eq(sql_query(tx, &numbers, &rows, IA(NULL, 0)), 0);
    cr_assert_eq(rows_i64(rows, 0, "n"), 0);
    cr_assert(rows_null(rows, 0, "total"));
    cr_assert_eq(tx_commit(tx, NULL), 0);
}

Test(tx, thousands_of_queued_statements_with_large_values_do_not_jam)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    char *name = arena_zalloc(arena, 4097);

    memset(name, 'x', 4096);
    for (int64_t i = 0; i < 5000; i++)
        sql_exec(tx, &put, I(i), T(name));
    cr_assert_eq(tx_commit(tx, NULL), 0);
    cr_assert_eq(count(), 5000);
}

Test(tx, a_snapshot_does_not_move)
{
    struct pg *other = pg_test_open(&schema, lists);
    struct tx *tx = tx_begin(other, TX_SNAPSHOT, arena);
    struct rows *rows;

    cr_assert_eq(sql_query(tx, &count_items, &rows), 0);
    put_one(1, "later");
    cr_assert_eq(sql_query(tx, &count_items, &rows), 0);
    cr_assert_eq(rows_i64(rows, 0, "n"), 0);
    cr_assert_eq(tx_commit(tx, NULL), 0);
    pg_close(other);
}

Test(tx, an_error_inside_a_long_queue_leaves_a_clean_connection)
{
    for (int round = 0; round < 3; round++) {
        struct tx *tx = tx_begin(pg, TX_WRITE, arena);

        for (int64_t i = 0; i < 50; i++)
            sql_exec(tx, &put, I(i), T("a"));
        sql_exec(tx, &broken);
        for (int64_t i = 50; i < 100; i++)
            sql_exec(tx, &put, I(i), T("a"));
        if (round == 0)
            tx_rollback(tx);
        else
            cr_assert_eq(tx_commit(tx, NULL), TX_E_CONSTRAINT); /* 22012, division by zero */
        cr_assert_eq(count(), 0);
    }
}

Test(tx, the_session_is_set_up_as_promised)
{
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, arena);
    struct rows *rows;
    char path[100];

    snprintf(path, sizeof(path), "%s, pg_temp", schema.schema);
    cr_assert_eq(sql_query(tx, &settings, &rows), 0);
    cr_assert_str_eq(rows_text(rows, 0, "path"), path);
    cr_assert_str_eq(rows_text(rows, 0, "zone"), "UTC");
    cr_assert_str_eq(rows_text(rows, 0, "statement"), "30s");
    cr_assert_str_eq(rows_text(rows, 0, "lock"), "1s");
    cr_assert_eq(tx_commit(tx, NULL), 0);
}

Test(tx, opening_refuses_a_wrong_parameter_count_a_bad_statement_and_no_server)
{
    static const struct sql_stmt miscounted = {"miscounted", 2, "select $1::text"};
    static const struct sql_stmt unknown = {"unknown", 0, "select * from no_such_table"};
    static const struct sql_stmt *const list1[] = {&get, &miscounted, &put, NULL},
                                        *const list2[] = {&unknown, &put, NULL};
    const struct sql_stmt *const *const bad1[] = {list1, NULL}, *const *const bad2[] = {
                                                                    statements, list2, NULL};
    struct pg *none = NULL;
    struct errtext e = {0};

    cr_assert_lt(pg_open(schema.conninfo, schema.schema, bad1, &none, &e), 0);
    cr_assert(strstr(e.text, "miscounted: the statement has 1 parameters, its file counts 2"), "%s",
              e.text);
    cr_assert_lt(pg_open(schema.conninfo, schema.schema, bad2, &none, &e), 0);
    cr_assert(strstr(e.text, "unknown: ") && strstr(e.text, "no_such_table"), "%s", e.text);
    cr_assert_str_eq(e.sqlstate, "42P01");
    cr_assert_lt(pg_open("host=/nonexistent port=1", "x", lists, &none, &e), 0);
    cr_assert_neq(e.text[0], 0);
    cr_assert_null(none);
}

Test(tx, a_step_that_wrote_and_is_not_saved_is_undone_with_the_whole_only)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    struct rows *rows;

    tx_steps_unsaved(tx);
    tx_step(tx);
    cr_assert_eq(sql_query(tx, &get, &rows, I(1)), 0);
    sql_exec(tx, &put, I(1), T("one"));
    cr_assert_not(tx_step_back(tx));
    tx_rollback(tx);
    cr_assert_eq(count(), 0);
    tx = tx_begin(pg, TX_WRITE, arena);
    tx_steps_unsaved(tx);
    tx_step(tx);
    sql_exec(tx, &put, I(1), T("one"));
    tx_step(tx);
    cr_assert(tx_step_back(tx), "nothing was written in it");
    cr_assert_eq(tx_commit(tx, NULL), 0);
    cr_assert_eq(count(), 1);
}
