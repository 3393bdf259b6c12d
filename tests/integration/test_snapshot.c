/* SPDX-License-Identifier: Apache-2.0 */
/* A new hearer begins with a snapshot of another one, though the source archived what came before. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/service/snapshot/snapshot.h"
#include "tests/support/echo_service/echo_jobs.h"
#include "tests/support/echo_service/wire.h"
#include "tests/support/pg_test.h"

#define MARCH "2020-03"
#define APRIL "2020-04"
#define FILE_NAME "mirror.snapshot"

enum { ROWS = 50, IN_MARCH = 20, IN_APRIL = 35, MORE = 10, ALL = ROWS + MORE };

static struct echo_stack s;
static struct pg_test first; /* the schema of the mirror that heard everything */
static char folder[128];
static pid_t echo, mirror;

#define TEXT(...) arena_printf(s.arena, __VA_ARGS__)

static void put_some(int n)
{
    for (int i = 0; i < n; i++)
        echo_done(&s, "echo", echo_put(&s, TEXT("k%d", i), "text"));
}

static void start_echo(void)
{
    echo = echo_start(&s, "echo", TEXT("archive.folder=%s", folder), "message.days=1", NULL);
}

static void start_mirror(const char *from)
{
    mirror = echo_start(&s, "mirror", TEXT("archive.folder=%s", folder), TEXT("hear.from=%s", from),
                        NULL);
}

/* ---- jobs ---- */

static Hp__Envelope *snapshot_envelope(const char *kind, const char *file)
{
    Hp__SnapshotJob args = HP__SNAPSHOT_JOB__INIT;

    args.file = (char *)file;
    return echo_job_envelope(&s, kind, bus_pack(s.arena, &args.base));
}

static Hp__Job *begin(const char *kind, const char *file)
{
    return echo_job_in(&s, echo_done(&s, "mirror", snapshot_envelope(kind, file)));
}

static Hp__SnapshotReport *report_in(const Hp__Job *job)
{
    Hp__SnapshotReport *report =
        hp__snapshot_report__unpack(arena_pb(s.arena), job->result.len, job->result.data);

    cr_assert_not_null(report);
    return report;
}

static Hp__SnapshotReport *snapshot(const char *file)
{
    return report_in(echo_job_await(&s, "mirror", begin("snapshot", file), "done", -1));
}

static Hp__SnapshotReport *load(const char *file)
{
    return report_in(echo_job_await(&s, "mirror", begin("load_snapshot", file), "done", -1));
}

static const char *failed(const char *kind, const char *file)
{
    return echo_job_await(&s, "mirror", begin(kind, file), "failed", -1)->error;
}

static void archive(const char *month)
{
    Hp__ArchiveJob args = HP__ARCHIVE_JOB__INIT;

    args.month = (char *)month;
    echo_job_await(
        &s, "echo",
        echo_job_in(&s, echo_done(&s, "echo",
                                  echo_job_envelope(&s, "archive", bus_pack(s.arena, &args.base)))),
        "done", -1);
}

/* ---- what there is ---- */

static const char *path(const char *file)
{
    return TEXT("%s/%s", folder, file);
}

static const char *rows(const struct pg_test *t, int upto)
{
    return echo_value(&s, t,
                      TEXT("select string_agg(row(district, n, key, text, case when n <= %d then "
                           "at end)::text, ' ' order by n)"
                           " from heard where n <= %d",
                           ROWS, upto));
}

/* Until the new mirror's subscription is there. */
static void await_stands(int position, const char *state)
{
    wire_await(&s, &s.mirror,
               "select position || ' ' || state || ' ' || (sealed_hash is not null) from "
               "subscription where district = '" ECHO_DISTRICT "'",
               TEXT("%d %s true", position, state));
}

static void nothing_heard(void)
{
    cr_assert_str_eq(
        echo_value(&s, &s.mirror,
                   "select count(*) || ' ' || (select sum(position) from subscription) from heard"),
        "0 0");
}

/* ---- before each: a mirror heard what is in three months, a snapshot of it, more, and two of the months are archived ---- */

static void setup(void)
{
    echo_open(&s);
    snprintf(folder, sizeof(folder), "%s/archive", s.dir);
    start_echo();
    put_some(ROWS);
    echo_end(&s, echo, SIGTERM);
    pg_test_age(&s.echo, TEXT("select pg_temp.age_month('" MARCH "-01'), pg_temp.age_month('" APRIL
                              "-01'); select pg_temp.age_rows(%d, '" APRIL
                              "-10T00:00:00Z'); select pg_temp.age_rows(%d, '" MARCH
                              "-10T00:00:00Z'); select pg_temp.age_seal('echo');",
                              IN_APRIL, IN_MARCH));
    start_echo();
    start_mirror("start");
    cr_assert_eq(echo_await(&s, ROWS), HP__REPLY__STATUS__DONE);
}

/* ... and a new mirror stands beside it. */
static void renew(const char *from, bool archived)
{
    Hp__SnapshotReport *report = snapshot(FILE_NAME);

    cr_assert_eq(report->rows, ROWS);
    cr_assert_eq(report->n_positions, 2); /* of the city nothing, and the district */
    cr_assert_eq(report->positions[0]->position, 0);
    cr_assert_str_eq(report->positions[1]->district, ECHO_DISTRICT);
    cr_assert_eq(report->positions[1]->position, ROWS);
    put_some(MORE);
    cr_assert_eq(echo_await(&s, ALL), HP__REPLY__STATUS__DONE);
    cr_assert_eq(echo_end(&s, mirror, SIGTERM), 0);
    if (archived) {
        archive(MARCH);
        archive(APRIL);
    }
    first = s.mirror;
    pg_test_schema(&s.mirror, "scoring");
    start_mirror(from);
    wire_await_state(&s, ECHO_DISTRICT, "diverged");
    nothing_heard();
}

static void equal_to_the_first(void)
{
    await_stands(ALL, "following");
    cr_assert_str_eq(
        echo_value(&s, &s.mirror, "select count(*) from subscription where state = 'following'"),
        "2");
    cr_assert_str_eq(rows(&s.mirror, ALL), rows(&first, ALL));
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select count(*) from heard"), TEXT("%d", ALL));
}

static void teardown(void)
{
    echo_close(&s);
}

TestSuite(snapshot, .init = setup, .fini = teardown, .timeout = 240);

Test(snapshot, a_new_hearer_begins_with_it_and_ends_equal_to_the_first)
{
    struct stat st;

    renew("start", true);
    cr_assert_eq(load(FILE_NAME)->rows, ROWS);
    equal_to_the_first();
    cr_assert_eq(stat(path(FILE_NAME), &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    cr_assert_eq(access(path(FILE_NAME ".part"), F_OK), -1);
    /* it goes on, and another one can be made of it; one that heard begins with none */
    put_some(1);
    cr_assert_eq(echo_await(&s, ALL + 1), HP__REPLY__STATUS__DONE);
    cr_assert_not_null(strstr(failed("load_snapshot", FILE_NAME), "heard already"));
    cr_assert_eq(snapshot("again")->rows, ALL + 1);
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select count(*) from heard"), TEXT("%d", ALL + 1));
}

/* Also where it could hear all from the beginning. */
Test(snapshot, one_that_waits_for_it_hears_nothing_before)
{
    renew("snapshot", false);
    cr_assert_not_null(strstr(wire_await_state(&s, ECHO_DISTRICT, "diverged")->error, "hear.from"));
    load(FILE_NAME);
    equal_to_the_first();
    /* what was begun goes on */
    cr_assert_eq(echo_end(&s, mirror, SIGTERM), 0);
    start_mirror("snapshot");
    put_some(1);
    cr_assert_eq(echo_await(&s, ALL + 1), HP__REPLY__STATUS__DONE);
}

Test(snapshot, the_history_must_be_the_one_it_was_made_of)
{
    renew("start", true);
    echo_end(&s, echo, SIGTERM);
    pg_test_run(
        &s.echo,
        TEXT("update seal set hash = sha256('x') where ledger = 'stream' and last = %d", ROWS));
    start_echo();
    load(FILE_NAME);
    await_stands(ROWS, "diverged");
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select count(*) from heard"), TEXT("%d", ROWS));
}

/* ---- files that are none ---- */

static struct str read_all(const char *from)
{
    struct str text = STR_INIT;
    char buf[65536];
    FILE *f = fopen(from, "re");
    size_t n;

    cr_assert_not_null(f, "%s", from);
    while ((n = fread(buf, 1, sizeof(buf), f)) > 0)
        str_add_bytes(&text, buf, n);
    fclose(f);
    return text;
}

static void write_all(const char *to, const char *text, size_t size)
{
    FILE *f = fopen(to, "we");

    cr_assert_not_null(f);
    cr_assert_eq(fwrite(text, 1, size, f), size);
    cr_assert_eq(fclose(f), 0);
}

static void is_refused(const char *file, const char *why)
{
    const char *error = failed("load_snapshot", file);

    cr_assert_not_null(strstr(error, why), "%s", error);
    cr_assert_not_null(strstr(error, file), "%s", error);
    nothing_heard();
}

static void bytes_refused(const char *text, size_t size, const char *why)
{
    write_all(path("bad"), text, size);
    is_refused("bad", why);
}

/* A sound file with the rows of the first and another head. */
static void head_refused(Hp__SnapshotHead *head, const char *why)
{
    struct snapshot_in *in;
    Hp__SnapshotHead *old;
    struct snapshot_out out;
    struct errtext e = {0};
    struct copy_row row;
    FILE *f = fopen(path("bad"), "we");
    int r = snapshot_open(path(FILE_NAME), &in, &e);

    cr_assert(f && r == 0 && snapshot_head(in, s.arena, &old, &e) == 0);
    snapshot_out_init(&out, f, s.arena, head);
    while ((r = snapshot_row(in, (int)old->tables[0]->n_columns, &row, &e)) == 0)
        cr_assert(snapshot_put_row(&out, row));
    cr_assert_eq(r, SNAPSHOT_TABLE_END);
    snapshot_put_table_end(&out);
    cr_assert_eq(snapshot_put_end(&out), 0);
    snapshot_out_release(&out);
    snapshot_close(in);
    fclose(f);
    is_refused("bad", why);
}

static Hp__SnapshotHead *good_head(void)
{
    struct snapshot_in *in;
    Hp__SnapshotHead *head;
    struct errtext e = {0};

    cr_assert_eq(snapshot_open(path(FILE_NAME), &in, &e), 0, "%s", e.text);
    cr_assert_eq(snapshot_head(in, s.arena, &head, &e), 0, "%s", e.text);
    snapshot_close(in);
    return head;
}

Test(snapshot, a_damaged_or_foreign_file_is_refused_by_name_and_nothing_changes)
{
    Hp__SnapshotHead *head;
    struct str whole;

    renew("start", true);
    whole = read_all(path(FILE_NAME));
    whole.text[whole.size / 2] ^= 1;
    bytes_refused(whole.text, whole.size, "was changed");
    whole.text[whole.size / 2] ^= 1;
    whole.text[30] ^= 1; /* in the head */
    bytes_refused(whole.text, whole.size, "was changed");
    whole.text[30] ^= 1;
    bytes_refused(whole.text, whole.size / 2, "is cut");
    bytes_refused(whole.text, whole.size - 1, "is cut");
    bytes_refused(whole.text, 20, "is cut");
    bytes_refused(whole.text, 0, "is no snapshot");
    bytes_refused("{}\n", 3, "is no snapshot");
    whole.text[strlen("hongping snapshot ")] = '2';
    bytes_refused(whole.text, whole.size, "format");
    str_release(&whole);
    is_refused("absent", "is not in archive.folder");
    cr_assert_eq(symlink(path(FILE_NAME), path("link")), 0);
    is_refused("link", "no plain file");

    head = good_head();
    head->service = (char *)"reporting";
    head_refused(head, "another service's: reporting");
    head = good_head();
    head->schema++;
    head_refused(head, "newer");
    head->schema -= 2;
    head_refused(head, "older");
    head = good_head();
    head->tables[0]->name = (char *)"subscription";
    head_refused(head, "does not know: subscription");
    head = good_head();
    head->n_tables = 0;
    head_refused(head, "lacks the table heard");
    head = good_head();
    head->tables[0]->columns[1]->type = (char *)"text";
    head_refused(head, "other columns than the table heard");
    head = good_head();
    head->tables[0]->n_columns--;
    head_refused(head, "other columns than the table heard");
    head = good_head();
    head->tables = (Hp__SnapshotTable *[]){head->tables[0], head->tables[0]};
    head->n_tables = 2;
    head_refused(head, "twice");
    head = good_head();
    head->positions[0]->position = -1;
    head_refused(head, "position");
    head = good_head();
    head->n_positions = 0;
    head_refused(head, "no positions");
    /* the good one still is */
    load(FILE_NAME);
    equal_to_the_first();
}

static void refused(const char *service, const char *kind, const char *file, const char *code)
{
    Hp__Reply *reply = echo_ask(&s, service, snapshot_envelope(kind, file));

    cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED, "%s", file);
    cr_assert_str_eq(reply->code, code);
}

Test(snapshot, what_cannot_be_done_is_said)
{
    static const char *const names[] = {"", "../x", "a/b", ".x", "-x", "x.jsonl", "x.part", "x y"};

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        refused("mirror", "snapshot", names[i], "snapshot_name_bad");
        refused("mirror", "load_snapshot", names[i], "snapshot_name_bad");
    }
    refused("echo", "snapshot", FILE_NAME, "snapshot_none");
    renew("start", true);
    cr_assert_not_null(strstr(failed("snapshot", "empty"), "nothing was heard"));
    cr_assert_not_null(strstr(failed("snapshot", FILE_NAME), "is there already"));
    /* rows that nobody heard */
    pg_test_run(&s.mirror,
                "insert into heard (district, n, key, text) values ('310105', 1, 'a', 'b')");
    cr_assert_not_null(strstr(failed("load_snapshot", FILE_NAME), "table heard has rows"));
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select sum(position) from subscription"), "0");
    echo_end(&s, mirror, SIGTERM);
    mirror = echo_start(&s, "mirror", NULL);
    refused("mirror", "snapshot", "other", "folder_missing");
}

/* ---- ended on the way ---- */

/* Row 25 waits for lock 42. */
static void hold_in_the_middle(void)
{
    pg_test_run(&s.mirror, "create function wait() returns trigger language plpgsql as"
                           " $$ begin perform pg_advisory_xact_lock_shared(42); return new; end $$;"
                           "create trigger wait before insert on heard for each row when (new.n = "
                           "25) execute function wait()");
}

Test(snapshot, killed_in_the_middle_of_loading_leaves_nothing_and_is_done_again)
{
    PGconn *session;
    Hp__Job *job;

    renew("snapshot", true);
    hold_in_the_middle();
    session = wire_session(&s.mirror, WIRE_LOCK);
    job = begin("load_snapshot", FILE_NAME);
    wire_await_waits(&s, &s.mirror, 1);
    echo_end(&s, mirror, SIGKILL);
    nothing_heard();
    wire_session_end(session);
    start_mirror("snapshot");
    job = echo_job_await(&s, "mirror", job, "done", -1);
    cr_assert_eq(report_in(job)->rows, ROWS);
    equal_to_the_first();
}

Test(snapshot, a_cancelled_one_leaves_nothing)
{
    Hp__CancelJob cancel = HP__CANCEL_JOB__INIT;
    PGconn *session;
    Hp__Job *job;

    session = wire_session(&s.mirror, "lock table heard in access exclusive mode");
    job = begin("snapshot", FILE_NAME);
    wire_await_waits(&s, &s.mirror, 1);
    cancel.id = job->id;
    echo_done(&s, "mirror", echo_envelope(&s, "bus.CancelJob", &cancel.base));
    echo_job_await(&s, "mirror", job, "cancelled", -1);
    wire_session_end(session);
    cr_assert_eq(access(path(FILE_NAME), F_OK), -1);
    cr_assert_eq(access(path(FILE_NAME ".part"), F_OK), -1);
    renew("start", true);
    hold_in_the_middle();
    session = wire_session(&s.mirror, WIRE_LOCK);
    job = begin("load_snapshot", FILE_NAME);
    wire_await_waits(&s, &s.mirror, 1);
    cancel.id = job->id;
    echo_done(&s, "mirror", echo_envelope(&s, "bus.CancelJob", &cancel.base));
    echo_job_await(&s, "mirror", job, "cancelled", -1);
    wire_session_end(session);
    nothing_heard();
    load(FILE_NAME);
    equal_to_the_first();
}

/* Killed after the file had its name, before the job's end was told: it is known again, not made anew. */
Test(snapshot, a_file_that_was_whole_before_the_end_is_the_job_s_own)
{
    Hp__Job *job = echo_job_await(&s, "mirror", begin("snapshot", FILE_NAME), "done", -1);
    struct stat before, after;

    cr_assert_eq(stat(path(FILE_NAME), &before), 0);
    echo_end(&s, mirror, SIGTERM);
    pg_test_run(&s.mirror, "update job set state = 'queued', result = null");
    start_mirror("start");
    job = echo_job_await(&s, "mirror", job, "done", -1);
    cr_assert_eq(report_in(job)->rows, ROWS);
    cr_assert_eq(report_in(job)->bytes, before.st_size);
    cr_assert_eq(stat(path(FILE_NAME), &after), 0);
    cr_assert_eq(before.st_ino, after.st_ino);
    cr_assert_eq(access(path(FILE_NAME ".part"), F_OK), -1);
}
