/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <endian.h>
#include <errno.h>
#include <stdlib.h>
#include <string.h>

#include "common/db/copy.h"
#include "tests/support/pg_test.h"

static const struct sql_stmt two = {"two", 2,
                                    "-- $1 is not one here\nselect n, $1::text, 'it''s $2', "
                                    "null::text from generate_series(1, $2::bigint) n",
                                    .reads = true, .binary = true};
static const struct sql_stmt fails_late = {"fails_late", 0,
                                           "select 1 / (5000 - n) from generate_series(1, 9000) n",
                                           .reads = true, .binary = true};
static const struct sql_stmt endless = {"endless", 0, "select generate_series(1, 1000000000000000)",
                                        .reads = true, .binary = true};
static const struct sql_stmt dies = {
    "dies", 0, "select pg_terminate_backend(pg_backend_pid()) from generate_series(1, 2) n",
    .reads = true, .binary = true};
static const struct sql_stmt count = {
    "count", 0, "select count(*) as n, coalesce(sum(n), 0)::bigint as s from pile", .reads = true};
static const struct sql_stmt add = {"add", 1, "insert into pile values ($1::bigint)"};
static const struct sql_stmt *const statements[] = {&two,   &fails_late, &endless, &dies,
                                                    &count, &add,        NULL};
static const struct sql_stmt *const *const lists[] = {statements, NULL};

static struct pg_test schema;
static struct pg *pg;
static struct arena *arena;

static void open_schema(void)
{
    pg_test_schema(&schema, "intake");
    pg_test_run(&schema,
                "create table pile (n bigint primary key, note text, flag boolean, raw bytea);"
                "grant all on pile to public");
    pg = pg_test_open(&schema, lists);
    arena = arena_new();
}

static void close_schema(void)
{
    pg_close(pg);
    arena_free(arena);
}

TestSuite(copy, .init = open_schema, .fini = close_schema, .timeout = 60);

struct taken {
    int64_t n, sum;
    int64_t most; /* of rows, then it wants no more; 0: all */
    const char *text;
};

static int64_t number_of(struct bytes b)
{
    uint64_t n = 0;

    cr_assert(b.size == 8 || b.size == 4);
    memcpy((uint8_t *)&n + 8 - b.size, b.data, b.size);
    return (int64_t)be64toh(n);
}

static bool take(void *arg, struct copy_row row)
{
    struct taken *t = arg;
    struct bytes n, said, quoted, null, more;

    cr_assert_eq(row.n, 4);
    cr_assert(copy_field(&row, &n) && copy_field(&row, &said) && copy_field(&row, &quoted) &&
              copy_field(&row, &null));
    cr_assert_not(copy_field(&row, &more));
    cr_assert_eq(said.size, strlen(t->text));
    cr_assert_eq(memcmp(said.data, t->text, said.size), 0);
    cr_assert_eq(quoted.size, 7);
    cr_assert_eq(memcmp(quoted.data, "it's $2", 7), 0);
    cr_assert_null(null.data);
    t->n++;
    t->sum += number_of(n);
    return !t->most || t->n < t->most;
}

static bool take_any(void *arg, struct copy_row row)
{
    (void)row;
    ++*(int64_t *)arg;
    return true;
}

static bool take_first(void *arg, struct copy_row row)
{
    (void)row;
    ++*(int64_t *)arg;
    return false;
}

static struct tx *begun(enum tx_mode mode)
{
    return tx_begin(pg, mode, arena);
}

static void expect_rows(int64_t n, int64_t sum)
{
    struct tx *tx = begun(TX_READ_ONLY);
    struct rows *rows;

    cr_assert_eq(tx_query(tx, &count, NULL, 0, &rows), 0);
    cr_assert_eq(rows_i64(rows, 0, "n"), n);
    cr_assert_eq(rows_i64(rows, 0, "s"), sum);
    tx_rollback(tx);
}

Test(copy, rows_come_one_by_one_with_parameters_as_they_are)
{
    static const char *const texts[] = {"", "plain", "it's; drop table pile; --",
                                        "back\\slash $1 \"x\"", "样例"};

    for (size_t i = 0; i < ARRAY_LEN(texts); i++) {
        struct taken t = {.text = texts[i]};
        const struct sql_arg args[] = {T(texts[i]), I(20000)};
        struct tx *tx = begun(TX_READ_ONLY);

        cr_assert_eq(tx_copy_out(tx, &two, args, 2, take, &t), 0, "%s", tx_error(tx)->text);
        cr_assert_eq(t.n, 20000);
        cr_assert_eq(t.sum, 200010000);
        tx_rollback(tx);
    }
    expect_rows(0, 0);
}

Test(copy, no_row_is_no_failure)
{
    struct taken t = {.text = "x"};
    const struct sql_arg args[] = {T("x"), I(0)};
    struct tx *tx = begun(TX_READ_ONLY);

    cr_assert_eq(tx_copy_out(tx, &two, args, 2, take, &t), 0);
    cr_assert_eq(t.n, 0);
    tx_rollback(tx);
}

Test(copy, it_stands_among_other_statements_of_its_transaction)
{
    struct taken t = {.text = "x"};
    const struct sql_arg args[] = {T("x"), I(3)};
    struct tx *tx = begun(TX_WRITE);
    struct rows *rows;

    sql_exec(tx, &add, I(7));
    cr_assert_eq(tx_copy_out(tx, &two, args, 2, take, &t), 0);
    sql_exec(tx, &add, I(8));
    cr_assert_eq(tx_query(tx, &count, NULL, 0, &rows), 0);
    cr_assert_eq(rows_i64(rows, 0, "s"), 15);
    cr_assert_eq(tx_commit(tx, NULL), 0);
    expect_rows(2, 15);
}

Test(copy, an_error_in_the_middle_ends_the_transaction_and_not_the_connection)
{
    struct tx *tx = begun(TX_READ_ONLY);
    int64_t n = 0;

    cr_assert_eq(tx_copy_out(tx, &fails_late, NULL, 0, take_any, &n), TX_E_CONSTRAINT);
    cr_assert_eq(n, 4999);
    cr_assert_str_eq(tx_error(tx)->sqlstate, "22012");
    tx_rollback(tx);
    cr_assert(pg_alive(pg));
    expect_rows(0, 0);
}

Test(copy, who_wants_no_more_ends_it)
{
    struct taken t = {.text = "x", .most = 10};
    const struct sql_arg args[] = {T("x"), I(20000)};
    struct tx *tx = begun(TX_READ_ONLY);

    cr_assert_eq(tx_copy_out(tx, &two, args, 2, take, &t), -EINVAL);
    cr_assert_eq(t.n, 10);
    tx_rollback(tx);
    expect_rows(0, 0);
}

Test(copy, what_nobody_wants_is_not_sent_to_its_end)
{
    struct tx *tx = begun(TX_READ_ONLY);
    int64_t n = 0;

    cr_assert_eq(tx_copy_out(tx, &endless, NULL, 0, take_first, &n), -EINVAL);
    cr_assert_eq(n, 1);
    tx_rollback(tx);
    cr_assert(pg_alive(pg));
    expect_rows(0, 0);
}

Test(copy, a_lost_server_is_lost)
{
    struct tx *tx = begun(TX_READ_ONLY);
    int64_t n = 0;

    cr_assert_eq(tx_copy_out(tx, &dies, NULL, 0, take_any, &n), TX_E_LOST);
    tx_rollback(tx);
    cr_assert_not(pg_alive(pg));
}

/* ---- in ---- */

struct given {
    int64_t n, upto, twice; /* the row that stands twice; 0: none */
    char *long_text;
};

static bool give(void *arg, struct sql_arg *ret_values)
{
    struct given *g = arg;

    if (g->n == g->upto)
        return false;
    g->n++;
    ret_values[0] = I(g->n == g->twice + 1 && g->twice ? g->twice : g->n);
    ret_values[1] = T(g->n % 2 ? g->long_text : NULL);
    ret_values[2] = B(g->n % 3 == 0);
    ret_values[3] = BY("\x00\xff", 2);
    return true;
}

Test(copy, many_rows_go_in)
{
    char text[2001] = {0};
    struct given g = {.upto = 100000, .long_text = text};
    struct tx *tx = begun(TX_WRITE);
    char *sound;
    int64_t n;

    memset(text, 'x', 200);
    sql_exec(tx, &add, I(-1));
    cr_assert_eq(tx_copy_in(tx, "pile (n, note, flag, raw)", 4, give, &g, &n), 0, "%s",
                 tx_error(tx)->text);
    cr_assert_eq(n, 100000);
    sql_exec(tx, &add, I(-2));
    cr_assert_eq(tx_commit(tx, NULL), 0);
    expect_rows(100002, 5000049997);
    sound = pg_test_value(&schema,
                          "select count(*) from pile where raw = '\\x00ff' and flag = (n % 3 = 0) "
                          "and (note is null) = (n % 2 = 0)");
    cr_assert_str_eq(sound, "100000");
    free(sound);
}

Test(copy, a_row_that_does_not_go_in_takes_all_with_it)
{
    struct given g = {.upto = 50000, .twice = 40000, .long_text = (char *)"short"};
    struct tx *tx = begun(TX_WRITE);
    int64_t n;

    cr_assert_eq(tx_copy_in(tx, "pile (n, note, flag, raw)", 4, give, &g, &n), TX_E_UNIQUE);
    tx_rollback(tx);
    cr_assert(pg_alive(pg));
    expect_rows(0, 0);
}

Test(copy, a_step_that_copied_can_be_undone_alone)
{
    struct given g = {.upto = 5, .long_text = (char *)"short"};
    struct tx *tx = begun(TX_WRITE);
    int64_t n;

    sql_exec(tx, &add, I(100));
    tx_step(tx);
    cr_assert_eq(tx_copy_in(tx, "pile (n, note, flag, raw)", 4, give, &g, &n), 0);
    cr_assert(tx_step_back(tx));
    cr_assert_eq(tx_commit(tx, NULL), 0);
    expect_rows(1, 100);
}

Test(copy, nobody_there_is_said)
{
    struct given g = {.upto = 5, .long_text = (char *)"short"};
    struct tx *tx = begun(TX_WRITE);
    int64_t n;

    cr_assert_neq(tx_copy_in(tx, "no_such_table (n)", 4, give, &g, &n), 0);
    cr_assert_not_null(strstr(tx_error(tx)->text, "no_such_table"));
    tx_rollback(tx);
    expect_rows(0, 0);
}
