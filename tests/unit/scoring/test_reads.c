/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <libpq-fe.h>
#include <string.h>

#include "frame_sql.h"
#include "scoring_sql.h"
#include "tests/support/pg_test.h"

TestSuite(reads, .timeout = 60);

Test(reads, a_statement_says_whether_it_only_reads)
{
    cr_expect(sql_case_list.reads);
    cr_expect(sql_case_get.reads);
    cr_expect(sql_recusal_find.reads);       /* with ... select */
    cr_expect(sql_run_candidates.reads);     /* calls a stable function of ours */
    cr_expect_not(sql_panel_lock.reads);     /* for update */
    cr_expect_not(sql_case_confirm.reads);   /* update */
    cr_expect_not(sql_case_add.reads);       /* insert */
    cr_expect_not(sql_subject_rename.reads); /* with ... update */
    cr_expect_not(sql_case_clear_conditions.reads);
}

/* The SQLSTATE of @stmt in a read-only transaction, all its parameters null; "" if it went well. */
static void try_reading(PGconn *conn, const struct sql_stmt *stmt, char state[6])
{
    static const char *const nulls[32];
    PGresult *res;

    cr_assert_leq(stmt->n_params, (int)ARRAY_LEN(nulls));
    PQclear(PQexec(conn, "begin read only"));
    res = PQexecParams(conn, stmt->text, stmt->n_params, NULL, nulls, NULL, NULL, 0);
    snprintf(state, 6, "%s",
             PQresultStatus(res) == PGRES_TUPLES_OK || PQresultStatus(res) == PGRES_COMMAND_OK
                 ? ""
                 : PQresultErrorField(res, PG_DIAG_SQLSTATE));
    PQclear(res);
    PQclear(PQexec(conn, "rollback"));
}

/* What PostgreSQL thinks of every statement: the ones that read are let through, nearly all others
 * are not. */
Test(reads, what_only_reads_is_let_through_by_a_reading_transaction)
{
    static const struct sql_stmt *const *const lists[] = {scoring_statements, frame_statements};
    int n_read = 0, n_refused = 0;
    struct pg_test t;
    PGconn *conn;
    char sql[128], state[6];

    pg_test_schema(&t, "scoring");
    pg_test_migrate(&t, "frame", frame_migrations);
    pg_test_migrate(&t, "scoring", scoring_migrations);
    conn = PQconnectdb(t.conninfo);
    snprintf(sql, sizeof(sql), "set search_path = %s, pg_temp", t.schema);
    PQclear(PQexec(conn, sql));
    for (size_t l = 0; l < ARRAY_LEN(lists); l++)
        for (const struct sql_stmt *const *s = lists[l]; *s; s++) {
            try_reading(conn, *s, state);
            if (strcmp(state, "25006") == 0)
                cr_expect_not((*s)->reads, "%s writes", (*s)->name);
            else if ((*s)->reads && strcmp(state, "22004") != 0) /* null where a name is needed */
                cr_expect_str_empty(state, "%s: %s", (*s)->name, state);
            n_read += (*s)->reads;
            n_refused += strcmp(state, "25006") == 0;
        }
    cr_expect_gt(n_read, 30);
    cr_expect_gt(n_refused, 30);
    PQfinish(conn);
}
