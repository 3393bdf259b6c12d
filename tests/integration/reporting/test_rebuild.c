/* SPDX-License-Identifier: Apache-2.0 */
/* What a rebuild finds, beside a real reporting service among event sources. */
#include "tests/integration/reporting/stage.h"

TestSuite(rebuild, .init = setup, .fini = teardown, .timeout = 120);

Test(rebuild, of_what_was_said_gives_every_row_of_every_model)
{
    struct rebuild_result result = rebuild();

    expect_clean(&result);
    cr_expect_eq(result.events, 11);
    cr_expect_eq(
        result.rows,
        count("select (select count(*) from timeline) + (select count(*) from timeline_subject) "
              "+ (select count(*) from subject) + (select count(*) from progress) "
              "+ (select count(*) from dossier) + (select count(*) from task) "
              "+ (select count(*) from programme_term)"));
    cr_expect_eq(count("select least((select count(*) from timeline), (select count(*) from "
                       "timeline_subject), "
                       "(select count(*) from subject), (select count(*) from progress), "
                       "(select count(*) from dossier), (select count(*) from task))"),
                 2, "a model has too few rows to show anything");
    expect_nothing_left();
}

/* What is done to one row of a model, and what is said of it. */
static const struct {
    const char *model, *change, *key;
    bool live, rebuilt; /* whether the row is there */
} tampered[] = {
    {"timeline", "update timeline set summary = summary || ' ' where kind = 'scoring.ListProposed'",
     D "/scoring/1", true, true},
    {"timeline",
     "update timeline set payload = set_byte(payload, 3, get_byte(payload, 3) # 1) where kind = "
     "'scoring.ListProposed'",
     D "/scoring/1", true, true},
    {"timeline",
     "update timeline set at = at + interval '1 microsecond' where kind = 'scoring.ListProposed'",
     D "/scoring/1", true, true},
    {"timeline",
     "update timeline set name = '' where kind = 'scoring.ListProposed' and name is null",
     D "/scoring/1", true, true},
    {"timeline",
     "update timeline set account = '' where kind = 'scoring.ListProposed' and account is null",
     D "/scoring/1", true, true},
    {"timeline", "delete from timeline where kind = 'scoring.ListProposed'", D "/scoring/1", false,
     true},
    {"timeline",
     "insert into timeline values ('" D
     "', now(), 3, 'scoring', 99, 'scoring.Never', null, null, null, '', null, '')",
     D "/scoring/99", true, false},
    {"timeline_subject", "delete from timeline_subject where subject_id = 'E2'", D "/E2/scoring/1",
     false, true},
    {"timeline_subject", "insert into timeline_subject values ('" D "', 'scoring', 1, 'E9')",
     D "/E9/scoring/1", true, false},
    {"subject", "update subject set name = 'first' where subject_id = 'E1'", C "/E1", true, true},
    {"subject",
     "update subject set subdistrict = '' where subject_id = 'E1' and subdistrict is null", C "/E1",
     true, true},
    {"subject", "delete from subject where subject_id = 'E2'", C "/E2", false, true},
    {"subject",
     "insert into subject values ('999999', 'E1', 'enterprise', 'of another district', null)",
     "999999/E1", true, false},
    {"progress", "delete from progress where subject_id = 'E1'",
     D "/sample-programme/E1/enterprise", false, true},
    {"progress", "insert into progress values ('" D "', 'sample-programme', 'E9', 'enterprise', 1)",
     D "/sample-programme/E9/enterprise", true, false},
    {"progress", "update progress set steps = steps | 32768 where subject_id = 'E1'",
     D "/sample-programme/E1/enterprise", true, true},
    {"dossier", "update dossier set state = 'accepted' where id = 'A1'", D "/E1/application/A1",
     true, true},
    {"dossier", "update dossier set at = at - interval '1 microsecond' where id = 'A2'",
     D "/E2/application/A2", true, true},
    {"dossier", "delete from dossier where id = 'A1'", D "/E1/application/A1", false, true},
    {"dossier", "insert into dossier values ('" D "', 'E1', 'honour', 'H1', 'granted', '', now())",
     D "/E1/honour/H1", true, false},
    {"task", "update task set waits = false where kind = 'notice.draft'",
     D "/list/notice.draft//scoring", true, true},
    {"task", "delete from task where kind = 'notice.draft'", D "/list/notice.draft//scoring", false,
     true},
    {"programme_term", "insert into programme_term values ('" D "', 'P', 'body/x', 'district')",
     D "/P/body/x", true, false},
};

static void expect_found(size_t i, const struct rebuild_result *result)
{
    const struct rebuild_difference *d = result->differences;

    cr_expect_eq(result->found, 1, "%s", tampered[i].change);
    cr_assert_eq(result->n_differences, 1, "%s: %s", tampered[i].change, all_of(result));
    cr_expect_str_eq(d->table, tampered[i].model);
    cr_expect_str_eq(d->key, tampered[i].key);
    cr_expect_eq(*d->live != 0, tampered[i].live, "%s: %s", tampered[i].change, d->live);
    cr_expect_eq(*d->rebuilt != 0, tampered[i].rebuilt, "%s: %s", tampered[i].change, d->rebuilt);
    cr_expect_str_neq(d->live, d->rebuilt, "%s", tampered[i].change);
}

Test(rebuild, a_row_changed_missing_or_added_in_any_model_is_named)
{
    for (size_t i = 0; i < ARRAY_LEN(tampered); i++) {
        const char *m = tampered[i].model;
        struct rebuild_result result;

        pg_test_run(&s.pg, arena_printf(s.arena, "create table kept as select * from %s; %s", m,
                                        tampered[i].change));
        result = rebuild();
        expect_found(i, &result);
        pg_test_run(&s.pg, arena_printf(
                               s.arena,
                               "delete from %s; insert into %s select * from kept; drop table kept",
                               m, m));
    }
    struct rebuild_result result = rebuild();

    expect_clean(&result);
}

Test(rebuild, in_parts_sees_the_same_rows_and_differences)
{
    struct rebuild_spec spec = plain();
    struct rebuild_result whole, parts;

    pg_test_run(&s.pg,
                "update dossier set state = 'x'; delete from progress where subject_id = 'E1'; "
                "update timeline set summary = summary || 'x'; insert into subject select "
                "'999999', 'E' || n, 'k', 'n', null "
                "from generate_series(1, 50) n; delete from timeline_subject");
    whole = rebuild();
    spec.part_rows = 1;
    parts = rebuild_with(&spec);
    cr_expect_gt(whole.found, 55);
    cr_expect_eq(parts.found, whole.found);
    cr_expect_eq(parts.rows, whole.rows);
    cr_expect_eq(parts.n_differences, whole.n_differences);
    for (size_t i = 0; i < whole.n_differences; i++) {
        size_t n = 0;

        for (size_t k = 0; k < parts.n_differences; k++)
            n += str_equal(parts.differences[k].table, whole.differences[i].table) &&
                 str_equal(parts.differences[k].key, whole.differences[i].key) &&
                 str_equal(parts.differences[k].live, whole.differences[i].live);
        cr_expect_eq(n, 1, "%s %s", whole.differences[i].table, whole.differences[i].key);
    }
}

Test(rebuild, of_many_differences_counts_all_and_names_the_first)
{
    int64_t n = count("select count(*) from dossier");
    struct rebuild_result result;

    pg_test_run(&s.pg, "insert into subject select '999999', to_char(n, 'FM0000'), 'k', 'n', null "
                       "from generate_series(1, 1500) n; "
                       "delete from dossier");
    result = rebuild();
    cr_expect_eq(result.found, 1500 + n);
    cr_assert_eq(result.n_differences, REBUILD_MOST_DIFFERENCES);
    cr_expect_str_eq(result.differences[0].key, "999999/0001");
    cr_expect_str_eq(result.differences[REBUILD_MOST_DIFFERENCES - 1].key, "999999/1000");
}

Test(rebuild, a_long_row_is_shown_by_its_beginning_and_still_differs)
{
    char *reason = arena_zalloc(s.arena, 5001);
    struct rebuild_result result;

    memset(reason, 'x', 5000);
    application("A9", "E9", "accepted", reason);
    sources_settle(&s);
    pg_test_run(
        &s.pg, "update timeline set payload = set_byte(payload, 5000, get_byte(payload, 5000) # 1) "
               "where length(payload) > 5000");
    result = rebuild();
    cr_assert_eq(result.found, 1);
    cr_expect_lt(strlen(result.differences[0].live), 1100);
    cr_expect_str_neq(result.differences[0].live, result.differences[0].rebuilt);
    cr_expect(strstr(result.differences[0].live, "... sha256 "));
}
