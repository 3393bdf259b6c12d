/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>

#include "frame_sql.h"
#include "scoring_sql.h"
#include "tests/support/pg_test.h"

Test(scoring_schema, every_migration_applies_and_every_statement_prepares)
{
    const struct sql_stmt *const *const lists[] = {scoring_statements, NULL};
    struct pg_test t;
    struct pg *pg;

    pg_test_schema(&t, "scoring");
    pg_test_migrate(&t, "frame", frame_migrations);
    pg_test_migrate(&t, "scoring", scoring_migrations);
    pg = pg_test_open(&t, lists);
    cr_assert(pg_alive(pg));
    pg_close(pg);
}
