/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <pthread.h>
#include <stdatomic.h>
#include <string.h>

#include "common/db/ledger.h"
#include "common/db/ledger_verify.h"
#include "frame_sql.h"
#include "tests/support/pg_test.h"

static const struct sql_stmt entry_append = {
    "entry_append", 11,
    "insert into entry (district, seq, wall_at, digest, note, points, flag, at, raw, day, ref)"
    " values ($1, $2, $3::timestamptz, $4, $5, $6, $7, $8, $9, $10::text::date, $11::uuid)"};
static const struct sql_stmt entry_chain = {
    "entry_chain", 3,
    "select seq, digest, wall_at, note, points, flag, at, raw, day::text, ref from entry"
    " where district = $1 and seq > $2::bigint order by seq limit $3::bigint",
    .reads = true, .binary = true};
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
                         "create table entry (district text, seq bigint, wall_at timestamptz not "
                         "null, digest bytea not null, note text, points bigint, flag boolean, at "
                         "timestamptz, raw bytea, day date,"
                         " ref uuid, primary key (district, seq))");
    ledger_set_service("credit");
    pg = pg_test_open(&schema, lists);
    arena = arena_new();
}

static void teardown(void)
{
    pg_close(pg);
    arena_free(arena);
}

TestSuite(ledger, .init = setup, .fini = teardown, .timeout = 60);

static const struct uuid ref = {{1, 2, 3, 4, 5, 6, 0x70, 8, 0x80, 10, 11, 12, 13, 14, 15, 16}};

static void add(struct tx *tx, const char *district, const char *note)
{
    ledger_append(tx, &entry, district, T(note), I(-1500), B(true), AT(1696118400123000),
                  BY("\x00\xff", 2), T("2023-10-01"), U(&ref));
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
        {"update entry set note = 'x' where seq = 3", "310105/3/digest"},
        {"update entry set note = null where seq = 3", "310105/3/digest"},
        {"update entry set points = points + 1 where seq = 3", "310105/3/digest"},
        {"update entry set flag = not flag where seq = 3", "310105/3/digest"},
        {"update entry set at = at + interval '1 microsecond' where seq = 3", "310105/3/digest"},
        {"update entry set wall_at = wall_at + interval '1 microsecond' where seq = 3",
         "310105/3/digest"},
        {"update entry set raw = set_byte(raw, 1, 254) where seq = 3", "310105/3/digest"},
        {"update entry set day = day + 1 where seq = 3", "310105/3/digest"},
        {"update entry set ref = '0190a5d0-0000-7000-8000-000000000002' where seq = 3",
         "310105/3/digest"},
        {"update entry set digest = set_byte(digest, 0, get_byte(digest, 0) # 1) where seq = 3",
         "310105/3/digest"},
        {"update entry set digest = '' where seq = 3", "310105/3/digest"},
        {"update entry set seq = 33 where seq = 3", "310105/33/unsealed 310105/4/gap"},
        {"update entry set seq = -3 where seq = 3", "310105/-3/gap 310105/1/gap 310105/4/gap"},
        {"update entry set district = '310106' where seq = 3",
         "310105/4/gap 310106/0/head 310106/3/gap 310106/3/unsealed"},
        {"update seal set root = set_byte(root, 31, get_byte(root, 31) # 1) where last = 3",
         "310105/3/root 310105/3/seal"},
        {"update seal set hash = set_byte(hash, 31, get_byte(hash, 31) # 1) where last = 3",
         "310105/3/seal 310105/4/seal"},
        {"update seal set algorithm = 'sm3' where last = 3", "310105/3/digest 310105/3/seal"},
        {"update seal set algorithm = 'none' where last = 3", "310105/3/seal"},
        {"update seal set first = 2 where last = 3", "310105/3/seal"},
        {"delete from seal where last = 3", "310105/4/root 310105/4/seal"},
    };

    add_many("310105", 5);
    pg_test_run(&schema, "create table kept as select * from entry;"
                         "create table kept_seal as select * from seal");
    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        pg_test_run(&schema, cases[i].change);
        verify();
        cr_expect_str_eq(found, cases[i].finds, "%s: found %s", cases[i].change, found);
        pg_test_run(&schema, "delete from entry; insert into entry select * from kept;"
                             "delete from seal; insert into seal select * from kept_seal");
        verify();
        cr_assert_str_eq(found, "");
    }
}

Test(ledger, a_row_changed_with_its_digest_is_found_under_its_seal)
{
    add_many("310105", 3);
    /* both of row 2 as they are in row 3: nothing of the row itself shows it */
    pg_test_run(&schema, "update entry e set (wall_at, note, digest) = (select wall_at, note, "
                         "digest from entry where seq = 3) where seq = 2");
    verify();
    cr_assert_str_eq(found, "310105/2/root");
}

Test(ledger, a_deleted_tail_is_found)
{
    add_many("310105", 5);
    pg_test_run(&schema, "delete from entry where seq = 5");
    verify();
    cr_assert_str_eq(found, "310105/5/head");
    pg_test_run(&schema, "delete from seal where last = 5");
    verify();
    cr_assert_str_eq(found, "310105/5/head");
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
    pg_test_run(&schema, "update ledger_head set seq = 3 where district = '310105';"
                         "delete from ledger_head where district = '310106'");
    verify();
    cr_assert_str_eq(found, "310105/3/head 310106/0/head");
    pg_test_run(&schema,
                "update ledger_head set seq = 2, hash = set_byte(hash, 0, get_byte(hash, 0) # 1)");
    verify();
    cr_assert_str_eq(found, "310105/2/head 310106/0/head");
}

Test(ledger, all_rows_of_a_district_removed_is_found)
{
    add_many("310105", 2);
    pg_test_run(&schema, "delete from entry");
    cr_assert_eq(verify(), 0);
    cr_assert_str_eq(found, "310105/2/head");
}

Test(ledger, sm3_seals_after_sha256_in_one_ledger)
{
    char *names;

    add_many("310105", 2);
    ledger_set_algorithm(DIGEST_SM3);
    add_many("310105", 2);
    ledger_set_algorithm(DIGEST_SHA256);
    names = pg_test_value(&schema, "select string_agg(algorithm, ',' order by last) from seal");
    cr_assert_str_eq(names, "sha256,sha256,sm3,sm3");
    free(names);
    cr_assert_eq(verify(), 4);
    cr_assert_str_eq(found, "");
}

Test(ledger, a_walk_goes_on_where_an_earlier_one_stood)
{
    struct ledger_walk *w = ledger_walk_new(&entry, "310105", note_fault, NULL);
    uint8_t hash[DIGEST_SIZE];
    char *hex;

    add_many("310105", 4);
    hex = pg_test_value(&schema, "select encode(hash, 'hex') from seal where last = 2");
    cr_assert_eq(hex_parse(hex, hash, sizeof(hash)), 0);
    free(hex);
    pg_test_run(&schema, "delete from entry where seq <= 2"); /* archived, say */
    found[0] = 0;
    ledger_walk_from(w, 2, hash);
    cr_assert_eq(ledger_walk_page(w, pg), WALK_DONE);
    cr_assert_eq(ledger_walk_rows(w), 2);
    cr_assert_str_eq(found, "");
    ledger_walk_free(w);
    hash[3] ^= 1; /* another history before it */
    w = ledger_walk_new(&entry, "310105", note_fault, NULL);
    ledger_walk_from(w, 2, hash);
    cr_assert_eq(ledger_walk_page(w, pg), WALK_DONE);
    cr_assert_str_eq(found, "310105/3/seal");
    ledger_walk_free(w);
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
    cr_assert_eq(verify(), 1);
    cr_assert_str_eq(found, "");
}

/* ---- stream and log, which share a head ---- */

static void say(struct tx *tx, const char *district, uint8_t n)
{
    struct uuid id = ref;

    id.bytes[15] = n;
    ledger_append(tx, &frame_stream, district, U(&id), T("test.Said"), AT(1696118400000000 + n),
                  U(&ref), T(NULL), T("sample"), B(n % 2), BY("\x08\x01", 2));
}

static void enter(struct tx *tx, const char *district, uint8_t n)
{
    struct uuid id = ref;

    id.bytes[14] = n;
    ledger_append(tx, &frame_log, district, U(&id), T("test.Say"), AT(1696118400000000 + n),
                  T("sample"), T(NULL), BY("digest", 6), T("done"), T(NULL), T(NULL), T("备注"),
                  BY("", 0));
}

static void make_heads(void)
{
    static const char *const districts[] = {"310105", "310106"};
    struct errtext e;

    cr_assert_eq(ledger_make_heads(pg, districts, 2, NULL, &e), 0, "%s", e.text);
    cr_assert_eq(ledger_make_heads(pg, districts, 2, NULL, &e), 0, "again does nothing");
}

static void frame_fault(const struct ledger_fault *f, void *arg)
{
    size_t n = strlen(found);

    (void)arg;
    snprintf(found + n, sizeof(found) - n, "%s%s/%s/%d/%s", n ? " " : "", f->ledger, f->district,
             (int)f->seq, f->reason);
}

static int64_t verify_frame(void)
{
    int64_t stream = 0, log = 0;

    found[0] = 0;
    cr_assert_eq(ledger_verify(pg, &frame_stream, frame_fault, NULL, &stream), 0);
    cr_assert_eq(ledger_verify(pg, &frame_log, frame_fault, NULL, &log), 0);
    return stream * 100 + log;
}

Test(ledger, a_commit_says_how_far_each_district_came)
{
    struct tx *tx;
    const struct advance *advances;

    make_heads();
    for (uint8_t i = 0; i < 3; i++) {
        tx = tx_begin(pg, TX_WRITE, arena);
        say(tx, "310105", i);
        enter(tx, "310105", i);
        cr_assert_eq(tx_commit(tx, NULL), 0);
    }
    tx = tx_begin(pg, TX_WRITE, arena);
    say(tx, "310106", 10);
    say(tx, "310105", 11);
    say(tx, "310106", 12);
    enter(tx, "310106", 10);
    cr_assert_eq(tx_commit(tx, NULL), 0);
    cr_assert_eq(tx_advances(pg, &advances), 2);
    cr_assert_str_eq(advances[0].district, "310105");
    cr_assert_eq(advances[0].stream_from, 3);
    cr_assert_eq(advances[0].stream_seq, 4);
    cr_assert_eq(advances[0].log_seq, 3);
    cr_assert_str_eq(advances[1].district, "310106");
    cr_assert_eq(advances[1].stream_from, 0);
    cr_assert_eq(advances[1].stream_seq, 2);
    cr_assert_eq(advances[1].log_seq, 1);
    cr_assert_eq(advances[1].events[1].values[0].uuid.bytes[15], 12);
    cr_assert_eq(verify_frame(), 6 * 100 + 4);
    cr_assert_str_eq(found, "");
}

Test(ledger, many_rows_of_one_commit_are_under_one_seal_each_of_stream_and_log)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    char *seals;

    tx_rollback(tx);
    make_heads();
    for (int k = 0; k < 2; k++) {
        tx = tx_begin(pg, TX_WRITE, arena);
        for (uint8_t i = 0; i < 33; i++) {
            say(tx, "310105", (uint8_t)(i + k * 40));
            enter(tx, "310105", (uint8_t)(i + k * 40));
        }
        cr_assert_eq(tx_commit(tx, NULL), 0);
        ledger_set_algorithm(DIGEST_SM3); /* closed here, not in the server */
    }
    ledger_set_algorithm(DIGEST_SHA256);
    cr_assert_eq(verify_frame(), 66 * 100 + 66);
    cr_assert_str_eq(found, "");
    seals = pg_test_value(&schema, "select string_agg(ledger || first || '-' || last || algorithm,"
                                   " ' ' order by ledger, last) from seal");
    cr_assert_str_eq(seals, "log1-33sha256 log34-66sm3 stream1-33sha256 stream34-66sm3");
    free(seals);
    pg_test_run(&schema, "update stream set may_skip = not may_skip where seq = 20;"
                         "update log set note = 'x' where seq = 40");
    verify_frame();
    cr_assert_str_eq(found, "stream/310105/20/digest log/310105/40/digest");
}

/* 8316 events under seals of 33. */
static void say_much(void)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);

    tx_rollback(tx);
    make_heads();
    for (int k = 0; k < 252; k++) {
        tx = tx_begin(pg, TX_WRITE, arena);
        for (uint8_t i = 0; i < 33; i++)
            say(tx, "310105", i);
        cr_assert_eq(tx_commit(tx, NULL), 0);
    }
}

/* Up to row 8118; a page ends within a seal before it. */
static const char record[] =
    "insert into archive (ledger, month, district, first, last, hash, file, file_sha256) "
    "select 'stream', '2020-03-01', '310105', 1, 8118, hash, 'none', sha256('') from seal "
    "where ledger = 'stream' and last = 8118;";
static const char gone[] = "delete from stream where seq <= 8118;";

static int64_t walk_beside(const char *sql)
{
    CLEANUP(ledger_walk_free)
    struct ledger_walk *w = ledger_walk_new(&frame_stream, "310105", frame_fault, NULL);
    int r;

    found[0] = 0;
    cr_assert_eq(ledger_walk_page(w, pg), 0);
    cr_assert_eq(ledger_walk_at(w), 8000);
    pg_test_run(&schema, sql);
    while ((r = ledger_walk_page(w, pg)) == 0)
        continue;
    cr_assert_eq(r, WALK_DONE);
    return ledger_walk_rows(w);
}

Test(ledger, a_month_that_is_archived_beside_a_walk_is_no_gap_in_it)
{
    char *sql = arena_printf(arena, "begin; %s %s commit", record, gone);

    say_much();
    cr_assert_eq(walk_beside(sql), 8000 + 8316 - 8118);
    cr_assert_str_eq(found, "");
    cr_assert_eq(verify_frame(), (8316 - 8118) * 100);
    cr_assert_str_eq(found, "");
}

Test(ledger, rows_that_go_beside_a_walk_without_a_record_are_a_gap)
{
    say_much();
    walk_beside(gone);
    cr_assert_str_eq(found, "stream/310105/8119/gap");
    verify_frame();
    cr_assert_str_eq(found, "stream/310105/8119/gap");
}

/* Another row of @seq in the stream; of which of the two the digest is looked at is open. */
static const char *doubled(int seq, const char *apart)
{
    const char *sql = arena_printf(
        arena,
        "insert into stream (district, seq, wall_at, digest, event_id, type, at, cause_id, "
        "account, may_skip, payload) select district, seq, wall_at + interval '%s', digest, "
        "event_id, type, at, cause_id, 'other', may_skip, payload from stream where seq = %d",
        apart, seq);

    pg_test_run(&schema, sql);
    verify_frame();
    pg_test_run(&schema, "delete from stream where account = 'other'");
    return found;
}

Test(ledger, a_second_row_of_a_seq_is_found_wherever_a_page_ends)
{
    /* within a page, at its ends, at the end of the next, the last one */
    static const int seqs[] = {1, 7000, 7999, 8000, 8001, 8315, 8316};

    say_much();
    for (size_t i = 0; i < ARRAY_LEN(seqs); i++) {
        const char *twice = arena_printf(arena, "stream/310105/%d/twice", seqs[i]);

        cr_expect_not_null(strstr(doubled(seqs[i], "1 second"), twice), "%d: %s", seqs[i], found);
        cr_expect_not_null(strstr(doubled(seqs[i], "-1 second"), twice), "%d: %s", seqs[i], found);
        verify_frame();
        cr_assert_str_eq(found, "");
    }
}

static int n_twice, n_other;

static void count_fault(const struct ledger_fault *f, void *arg)
{
    (void)arg;
    if (strcmp(f->reason, "twice") == 0)
        n_twice++;
    else
        n_other++;
}

/* More of them than a page holds: the walk ends, and finds what comes behind. */
Test(ledger, pages_full_of_one_seq_do_not_hold_a_walk_up)
{
    say_much();
    pg_test_run(&schema,
                "insert into stream (district, seq, wall_at, digest, event_id, type, at, cause_id, "
                "account, may_skip, payload) select district, seq, wall_at + n * interval '1 "
                "millisecond', digest, event_id, type, at, cause_id, 'other', may_skip, payload "
                "from stream, generate_series(1, 17000) n where seq = 40; "
                "update stream set type = 'other' where seq = 8300");
    n_twice = 0;
    n_other = 0;
    cr_assert_eq(ledger_verify(pg, &frame_stream, count_fault, NULL, &(int64_t){0}), 0);
    cr_assert_gt(n_twice, 0);
    cr_assert_leq(n_other, 2); /* the digest of 40, if another's was looked at, and that of 8300 */
    cr_assert_geq(n_other, 1);
}

Test(ledger, a_row_that_goes_where_a_page_ended_is_a_gap)
{
    say_much();
    walk_beside("delete from stream where seq = 8000");
    cr_assert_str_eq(found, "stream/310105/8001/gap");
}

/* A walk that goes on behind a row looks at it once more. */
Test(ledger, a_second_row_where_an_earlier_walk_stood_is_found)
{
    struct ledger_walk *w = ledger_walk_new(&frame_stream, "310105", frame_fault, NULL);
    uint8_t hash[DIGEST_SIZE];
    char *hex;

    say_much();
    hex = pg_test_value(&schema, "select encode(hash, 'hex') from seal where last = 66");
    cr_assert_eq(hex_parse(hex, hash, sizeof(hash)), 0);
    free(hex);
    pg_test_run(&schema, "insert into stream (district, seq, wall_at, digest, event_id, type, at, "
                         "cause_id, may_skip, payload) select district, seq, wall_at + interval "
                         "'1 second', digest, event_id, type, at, cause_id, may_skip, payload "
                         "from stream where seq = 66");
    found[0] = 0;
    ledger_walk_from(w, 66, hash);
    while (ledger_walk_page(w, pg) == 0)
        continue;
    cr_assert_eq(ledger_walk_rows(w), 8316 - 66 + 1);
    cr_assert_str_eq(found, "stream/310105/66/twice");
    ledger_walk_free(w);
}

Test(ledger, of_archived_rows_the_seals_are_checked_and_the_record_must_end_with_one)
{
    say_much();
    pg_test_run(&schema, record);
    verify_frame();
    cr_assert_str_eq(found, "stream/310105/1/twice");
    pg_test_run(&schema, gone);
    pg_test_run(&schema,
                "update seal set root = sha256('x') where ledger = 'stream' and last = 330");
    verify_frame();
    cr_assert_str_eq(found, "stream/310105/330/seal");
    pg_test_run(&schema, "delete from seal where ledger = 'stream' and last = 330");
    verify_frame();
    cr_assert_str_eq(found, "stream/310105/363/seal");
    pg_test_run(&schema, "update archive set last = 8000");
    verify_frame();
    cr_assert_str_eq(found,
                     "stream/310105/363/seal stream/310105/8000/seal stream/310105/8119/gap");
}

Test(ledger, a_message_id_is_taken_once_whatever_the_district)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);
    struct errtext e = {0};

    tx_rollback(tx);
    make_heads();
    tx = tx_begin(pg, TX_WRITE, arena);
    enter(tx, "310105", 1);
    cr_assert_eq(tx_commit(tx, NULL), 0);
    tx = tx_begin(pg, TX_WRITE, arena);
    enter(tx, "310106", 1);
    cr_assert_eq(tx_commit(tx, &e), TX_E_COLLISION);
    cr_assert_str_eq(e.sqlstate, "23505");
    cr_assert_eq(verify_frame(), 1);
    cr_assert_str_eq(found, "");
}

Test(ledger, without_a_head_nothing_is_committed)
{
    struct tx *tx = tx_begin(pg, TX_WRITE, arena);

    say(tx, "310105", 1);
    cr_assert_eq(tx_commit(tx, NULL), TX_E_CONSTRAINT);
    tx = tx_begin(pg, TX_WRITE, arena);
    tx_make_head(tx, "310105");
    say(tx, "310105", 1);
    cr_assert_eq(tx_commit(tx, NULL), 0);
    cr_assert_eq(verify_frame(), 100);
    cr_assert_str_eq(found, "");
}

Test(ledger, a_step_taken_back_leaves_no_row_and_no_number)
{
    struct tx *tx;
    struct rows *rows;
    char *kept;

    make_heads();
    tx = tx_begin(pg, TX_WRITE, arena);
    tx_step(tx);
    say(tx, "310105", 1);
    sql_exec(tx, &entry_append, T("310105"), I(100), AT(0), BY("d", 1), T("kept"), I(0), B(true),
             AT(0), BY("", 0), T(NULL), U(NULL));
    tx_step(tx);
    say(tx, "310105", 2);
    sql_exec(tx, &entry_append, T("310105"), I(101), AT(0), BY("d", 1), T("gone"), I(0), B(true),
             AT(0), BY("", 0), T(NULL), U(NULL));
    cr_assert_eq(sql_query(tx, &entry_numbers, &rows, T("310105")), 0);
    cr_assert_eq(rows_i64(rows, 0, "n"), 2);
    cr_assert(tx_step_back(tx));
    enter(tx, "310105", 2);
    tx_step(tx);
    say(tx, "310105", 3);
    cr_assert(tx_step_back(tx)); /* nothing was written: nothing is sent */
    tx_step(tx);
    say(tx, "310105", 4);
    cr_assert_eq(tx_commit(tx, NULL), 0);
    kept = pg_test_value(&schema, "select string_agg(note, ' ') from entry");
    cr_assert_str_eq(kept, "kept");
    free(kept);
    kept =
        pg_test_value(&schema, "select string_agg(right(event_id::text, 1), ' ' order by seq) || "
                               "(select count(*) from log) from stream");
    cr_assert_str_eq(kept, "1 41");
    free(kept);
    cr_assert_eq(verify_frame(), 201);
    cr_assert_str_eq(found, "");
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
    struct sql_arg chain = T("entry");
    int64_t pid_b = pid_of(b.pg), last;
    struct rows *rows;
    pthread_t thread;
    struct tx *tx;
    char *note;

    add_many("310105", 1);
    tx = tx_begin(a, TX_WRITE, arena);
    add(tx, "310105", "A");
    /* what the commit does first, done early, so that B meets a locked head */
    cr_assert_eq(sql_query(tx, &sql_ledger_head_lock, &rows, T("310105"), RA(SQL_TEXT, &chain, 1)),
                 0);
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
        if (r == TX_E_COLLISION)
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
