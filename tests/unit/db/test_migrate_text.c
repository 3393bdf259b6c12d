/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <string.h>

#include "common/db/migrate_text.h"

TestSuite(migrate_text, .timeout = 10);

Test(migrate_text, a_mark_is_a_line_of_its_own_in_the_head)
{
    cr_expect(migration_is_additive("-- additive\ncreate table a ();"));
    cr_expect(migration_is_additive("-- SPDX\n-- What it is.\n--additive\t\r\n\nselect 1"));
    cr_expect(migration_is_additive("-- additive"));
    cr_expect_not(migration_is_additive(""));
    cr_expect_not(migration_is_additive("-"));
    cr_expect_not(migration_is_additive("-- not additive\ncreate table a ();"));
    cr_expect_not(migration_is_additive("-- additive, mostly\ncreate table a ();"));
    cr_expect_not(migration_is_additive("create table a ();\n-- additive\n"));
    cr_expect_not(migration_is_additive("-- A table.\n\n-- additive\ncreate table a ();"));
    cr_expect(migration_is_concurrent("-- x\n-- concurrent\n"));
    cr_expect_not(migration_is_concurrent("-- additive\n"));
}

Test(migrate_text, a_concurrent_one_is_additive_when_all_it_does_is_make_indexes)
{
    cr_expect(migration_is_additive("-- concurrent\ncreate index concurrently i on a (n);"
                                    "create index concurrently j on a (m)"));
    cr_expect_not(migration_is_additive("-- concurrent\ncreate index concurrently i on a (n);"
                                        "create unique index concurrently j on a (m)"));
    cr_expect_not(migration_is_additive("-- concurrent\ndrop index concurrently i"));
    cr_expect_not(migration_is_additive("-- concurrent\nalter table a add column m text"));
    cr_expect_not(migration_is_additive("create index concurrently i on a (n);"));
}

static void expect_next(const char **at, enum index_action action, const char *name,
                        const char *text)
{
    struct index_stmt stmt;

    cr_assert_eq(migration_next_index(at, &stmt), 0, "%s", text);
    cr_expect_eq(stmt.action, action, "%s", text);
    cr_expect_str_eq(stmt.name, name);
    cr_expect(stmt.length == strlen(text) && !memcmp(stmt.text, text, stmt.length), "%.*s",
              (int)stmt.length, stmt.text);
}

Test(migrate_text, statements_end_at_semicolons_outside_quotes_and_comments)
{
    const char *at =
        "-- concurrent; really\n ;/* a; b */\n"
        "CREATE INDEX CONCURRENTLY i ON a (n) where s = 'it''s; so' -- ; no\n and n = 1;"
        "create unique /* ; */ index concurrently if not exists \"my;\"\"i\" on a (n) ;"
        "drop index\nconcurrently if exists 老 ;;  ";
    struct index_stmt stmt;

    expect_next(&at, INDEX_CREATE, "i",
                "CREATE INDEX CONCURRENTLY i ON a (n) where s = 'it''s; so' -- ; no\n and n = 1");
    expect_next(&at, INDEX_CREATE_UNIQUE, "\"my;\"\"i\"",
                "create unique /* ; */ index concurrently if not exists \"my;\"\"i\" on a (n) ");
    expect_next(&at, INDEX_DROP, "老", "drop index\nconcurrently if exists 老 ");
    cr_expect_eq(migration_next_index(&at, &stmt), MIGRATION_E_END);
    cr_expect_eq(migration_next_index(&at, &stmt), MIGRATION_E_END);
}

Test(migrate_text, anything_else_is_told_apart)
{
    static const char *const others[] = {
        "create index i on a (n)",
        "create index concurrently on a (n)",
        "create index concurrentlyx i on a (n)",
        "create index concurrently if exists i on a (n)",
        "drop index i",
        "drop index concurrently i, j",
        "drop index concurrently i cascade",
        "drop index concurrently",
        "reindex index concurrently i",
        "'unfinished",
        "/* unfinished */ x",
    };

    for (size_t i = 0; i < ARRAY_LEN(others); i++) {
        const char *at = others[i];
        struct index_stmt stmt;

        cr_expect_eq(migration_next_index(&at, &stmt), MIGRATION_E_OTHER, "%s", others[i]);
    }
}

Test(migrate_text, lines_are_counted_from_one_in_characters)
{
    const char *text = "-- 一\n-- 二\nselect 三;\nselect 4;";

    cr_expect_eq(migration_line(text, text, 1), 1);
    cr_expect_eq(migration_line(text, text, 11), 3);
    cr_expect_eq(migration_line(text, strstr(text, "select 4"), 1), 4);
    cr_expect_eq(migration_line(text, text, 1000), 4);
}
