/* SPDX-License-Identifier: Apache-2.0 */
/* A month of stream and log goes to files and out of the database; what is left, and the files, are still the history. */
#include <criterion/criterion.h>
#include <errno.h>
#include <fcntl.h>
#include <libpq-fe.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/resource.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/str.h"
#include "common/bus/bus.h"
#include "common/service/archive/archived_events.h"
#include "tests/support/echo_service/echo_jobs.h"
#include "tests/support/pg_test.h"

#define MARCH "2020-03"
#define APRIL "2020-04"
#define MAY "2020-05"

enum { PATIENCE_US = 60000000, ROWS = 50, IN_MARCH = 20, IN_APRIL = 35 };

static struct echo_stack s;
static char folder[128];
static pid_t echo;

#define TEXT(...) arena_printf(s.arena, __VA_ARGS__)

static void start(void)
{
    echo = echo_start(&s, "echo", TEXT("archive.folder=%s", folder), "message.days=1", NULL);
}

/* tests/support/age.sql, then @calls. */
static void age(const char *calls)
{
    pg_test_age(&s.echo, TEXT("%s; select pg_temp.age_seal('echo');", calls));
}

static void put_some(int n)
{
    for (int i = 0; i < n; i++)
        echo_done(&s, "echo", echo_put(&s, TEXT("k%d", i), "text"));
}

/* Rows 1 to 20 in March, to 35 in April, the rest today. */
static void setup(void)
{
    echo_open(&s);
    snprintf(folder, sizeof(folder), "%s/archive", s.dir);
    start();
    put_some(ROWS);
    echo_end(&s, echo, SIGTERM);
    age(TEXT("select pg_temp.age_month('" MARCH "-01'), pg_temp.age_month('" APRIL
             "-01'), pg_temp.age_month('" MAY "-01');"
             "select pg_temp.age_rows(%d, '" APRIL
             "-10T00:00:00Z'); select pg_temp.age_rows(%d, '" MARCH "-10T00:00:00Z')",
             IN_APRIL, IN_MARCH));
    start();
}

static void teardown(void)
{
    echo_close(&s);
}

TestSuite(archive, .init = setup, .fini = teardown, .timeout = 120);

/* ---- jobs ---- */

static Hp__Envelope *archive_envelope(const char *month)
{
    Hp__ArchiveJob args = HP__ARCHIVE_JOB__INIT;

    args.month = (char *)month;
    return echo_job_envelope(&s, "archive", bus_pack(s.arena, &args.base));
}

static Hp__Job *begin(const char *month)
{
    return echo_job_in(&s, echo_done(&s, "echo", archive_envelope(month)));
}

static Hp__ArchiveList *archive(const char *month)
{
    const Hp__Job *job = echo_job_await(&s, "echo", begin(month), "done", -1);
    Hp__ArchiveList *list =
        hp__archive_list__unpack(arena_pb(s.arena), job->result.len, job->result.data);

    cr_assert_not_null(list);
    return list;
}

static void refused(const char *month, const char *code, const char *field)
{
    Hp__Reply *reply = echo_ask(&s, "echo", archive_envelope(month));

    cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED, "%s", month);
    cr_assert_str_eq(reply->code, code);
    cr_assert_str_eq(reply->field, field);
}

/* "ledger seq reason file" of every fault. */
static const char *faults(void)
{
    const Hp__VerifyReply *v = echo_verify(&s, "echo");
    const char *text = "";

    for (size_t i = 0; i < v->n_faults; i++)
        text = TEXT("%s%s%s %lld %s%s%s", text, i ? ", " : "", v->faults[i]->ledger,
                    (long long)v->faults[i]->seq, v->faults[i]->reason,
                    v->faults[i]->file ? " " : "", v->faults[i]->file ? v->faults[i]->file : "");
    return text;
}

/* ---- files ---- */

static const char *path(const char *ledger, const char *month)
{
    return TEXT("%s/echo.%s." ECHO_DISTRICT ".%s.jsonl", folder, ledger, month);
}

static const char *name(const char *ledger, const char *month)
{
    return TEXT("echo.%s." ECHO_DISTRICT ".%s.jsonl", ledger, month);
}

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

static const char *value(const char *sql)
{
    return echo_value(&s, &s.echo, sql);
}

static const char *partitions(void)
{
    return value("select string_agg(relname, ' ' order by relname) from pg_class c where "
                 "relnamespace = current_schema()::regnamespace "
                 "and relkind = 'r' and relname ~ '_2020_'");
}

/* ---- what holds ---- */

Test(archive, two_months_go_to_files_and_the_history_still_verifies)
{
    Hp__ArchiveList *list;
    struct stat st;

    cr_assert_eq(echo_verify(&s, "echo")->n_faults, 0);
    list = archive(MARCH);
    cr_assert_eq(list->n_files, 2);
    cr_assert_str_eq(list->files[0]->file, name("log", MARCH));
    cr_assert_eq(list->files[0]->first, 1);
    cr_assert_eq(list->files[0]->last, IN_MARCH);
    cr_assert_str_eq(partitions(), "log_2020_04 log_2020_05 stream_2020_04 stream_2020_05");
    cr_assert_str_eq(faults(), "");
    list = archive(APRIL);
    cr_assert_eq(list->files[1]->first, IN_MARCH + 1);
    cr_assert_eq(list->files[1]->last, IN_APRIL);
    cr_assert_str_eq(faults(), "");
    cr_assert_eq(echo_verify(&s, "echo")->rows, 2 * (ROWS - IN_APRIL));
    cr_assert_eq(echo_verify(&s, "echo")->n_absent, 0);
    cr_assert_str_eq(value("select min(seq) || ' ' || count(*) from stream"), "36 15");
    cr_assert_str_eq(value("select min(seq) || ' ' || count(*) from log"), "36 15");
    /* a month without rows leaves no file, and its partitions go too; asked again, the same answer */
    cr_assert_eq(archive(MAY)->n_files, 0);
    cr_assert_str_eq(partitions(), "");
    cr_assert_eq(archive(MARCH)->n_files, 2);
    cr_assert_eq(stat(folder, &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0700);
    cr_assert_eq(stat(path("log", MARCH), &st), 0);
    cr_assert_eq(st.st_mode & 0777, 0600);
    /* and the service goes on */
    put_some(3);
    cr_assert_str_eq(faults(), "");
}

Test(archive, a_month_that_cannot_go_is_refused_and_nothing_changes)
{
    char now[DAY_TEXT];
    Hp__Job *job;

    day_format((int32_t)(wall_now_us() / DAY_US), now);
    now[7] = '\0';
    refused(now, "month_not_over", "month");
    refused("2999-01", "month_not_over", "month");
    refused("2020-13", "month_bad", "month");
    refused("March", "month_bad", "month");
    refused(APRIL, "month_before", "month");
    echo_end(&s, echo, SIGTERM);
    echo = echo_start(&s, "echo", TEXT("archive.folder=%s", folder), "message.days=3650", NULL);
    refused(MARCH, "month_remembered", "month");
    echo_end(&s, echo, SIGTERM);
    echo = echo_start(&s, "echo", "message.days=1", NULL);
    refused(MARCH, "folder_missing", "archive.folder");
    echo_end(&s, echo, SIGTERM);
    /* a folder that others can enter */
    cr_assert_eq(mkdir(folder, 0755), 0);
    start();
    job = echo_job_await(&s, "echo", begin(MARCH), "failed", -1);
    cr_assert_not_null(strstr(job->error, "archive.folder"), "%s", job->error);
    cr_assert_eq(chmod(folder, 0700), 0);
    /* another file in its place is kept, and nothing is taken out */
    write_all(path("log", MARCH), "{}\n", 3);
    job = echo_job_await(&s, "echo", begin(MARCH), "failed", -1);
    cr_assert_not_null(strstr(job->error, name("log", MARCH)), "%s", job->error);
    cr_assert_str_eq(value("select count(*) from log"), "50");
    cr_assert_str_eq(value("select count(*) from stream"), "50");
    cr_assert_str_eq(faults(), "");
}

/* ---- what was changed behind its back ---- */

Test(archive, a_changed_cut_swapped_or_foreign_file_is_named_and_an_absent_one_is_told)
{
    const char *march = name("stream", MARCH), *april = name("stream", APRIL),
               *log = name("log", MARCH);
    struct str whole[3];
    const Hp__VerifyReply *v;
    char *at;

    archive(MARCH);
    archive(APRIL);
    whole[0] = read_all(path("stream", MARCH));
    whole[1] = read_all(path("stream", APRIL));
    whole[2] = read_all(path("log", MARCH));
    /* one digit of a value */
    at = strstr(whole[0].text, "\"seq\":7,\"values\":[\"") + 21;
    *at = *at == '0' ? '1' : '0';
    write_all(path("stream", MARCH), whole[0].text, whole[0].size);
    cr_assert_str_eq(faults(), TEXT("stream 1 archive_changed %s", march));
    *at = *at == '0' ? '1' : '0';
    /* cut, within a line and behind one */
    write_all(path("stream", MARCH), whole[0].text, whole[0].size / 2);
    cr_assert_str_eq(faults(), TEXT("stream 1 archive_cut %s", march));
    write_all(path("stream", MARCH), whole[0].text,
              (size_t)(strstr(whole[0].text, "{\"kind\":\"end\"") - whole[0].text));
    cr_assert_str_eq(faults(), TEXT("stream 1 archive_cut %s", march));
    /* April's in March's name and the other way round; the log's in the stream's */
    write_all(path("stream", MARCH), whole[1].text, whole[1].size);
    write_all(path("stream", APRIL), whole[0].text, whole[0].size);
    cr_assert_str_eq(
        faults(), TEXT("stream 1 archive_swapped %s, stream 21 archive_swapped %s", march, april));
    write_all(path("stream", APRIL), whole[1].text, whole[1].size);
    write_all(path("stream", MARCH), whole[2].text, whole[2].size);
    cr_assert_str_eq(faults(), TEXT("stream 1 archive_swapped %s", march));
    /* no archive at all, and no file but a link to a good one */
    write_all(path("stream", MARCH), "", 0);
    cr_assert_str_eq(faults(), TEXT("stream 1 archive_changed %s", march));
    write_all(TEXT("%s/elsewhere", folder), whole[0].text, whole[0].size);
    cr_assert_eq(unlink(path("stream", MARCH)), 0);
    cr_assert_eq(symlink(TEXT("%s/elsewhere", folder), path("stream", MARCH)), 0);
    cr_assert_str_eq(faults(), TEXT("stream 1 archive_unreadable %s", march));
    /* kept elsewhere: told, and no fault */
    cr_assert_eq(unlink(path("stream", MARCH)), 0);
    cr_assert_eq(unlink(path("log", MARCH)), 0);
    v = echo_verify(&s, "echo");
    cr_assert_eq(v->n_faults, 0);
    cr_assert_eq(v->n_absent, 2);
    cr_assert_str_eq(v->absent[0]->file, log);
    write_all(path("stream", MARCH), whole[0].text, whole[0].size);
    write_all(path("log", MARCH), whole[2].text, whole[2].size);
    cr_assert_eq(echo_verify(&s, "echo")->n_absent, 0);
    cr_assert_str_eq(faults(), "");
    for (int i = 0; i < 3; i++)
        str_release(&whole[i]);
}

Test(archive, what_was_dropped_by_hand_or_a_record_that_does_not_fit_is_named)
{
    pg_test_run(&s.echo,
                "create table kept as select * from stream_2020_03; drop table stream_2020_03");
    cr_assert_str_eq(faults(), "stream 21 gap");
    pg_test_run(&s.echo, "insert into stream select * from kept; drop table kept");
    cr_assert_str_eq(faults(), "");
    archive(MARCH);
    /* rows that are in a file and here again */
    pg_test_run(&s.echo, "create table kept as select * from stream where seq = 22; insert into "
                         "stream select district, 3, "
                         "'2020-03-02T00:00:00Z', digest, event_id, type, at, cause_id, trace_id, "
                         "account, may_skip, payload from kept");
    cr_assert_str_eq(faults(), "stream 3 twice");
    pg_test_run(&s.echo, "delete from stream where seq = 3; drop table kept");
    /* a month dropped behind one that was archived, and a record that claims it */
    pg_test_run(&s.echo, "drop table log_2020_04");
    cr_assert_str_eq(faults(), "log 36 gap");
    pg_test_run(
        &s.echo,
        "insert into archive (ledger, month, district, first, last, hash, file, file_sha256) "
        "select 'log', '2020-04-01', '310105', 21, 35, sha256(''), 'none', sha256('')");
    cr_assert_str_eq(faults(), "log 35 archive_record");
    pg_test_run(&s.echo, "update archive set first = 25 where file = 'none'");
    cr_assert_str_eq(faults(), "log 25 archive_record");
    pg_test_run(&s.echo, "update archive set file = '../none', first = 21, hash = (select hash "
                         "from seal where ledger = 'log' and last = 35) "
                         "where file = 'none'");
    cr_assert_str_eq(faults(), "log 21 archive_record");
    /* what a seal of an archived month says is still checked */
    pg_test_run(&s.echo, "delete from archive where file = '../none'; update seal set root = "
                         "sha256('x') where ledger = 'stream' and last = 9");
    cr_assert_str_eq(faults(), "stream 9 seal, log 36 gap");
}

/* What somebody who can write to the database enters to account for rows that were deleted. */
static const char *forged(const char *month, int last)
{
    return TEXT(
        "delete from archive; delete from log where seq <= %d; insert into archive (ledger, month, "
        "district, first, last, hash, file, file_sha256) select 'log', %s, '310105', 1, last, "
        "hash, 'none', sha256('') from seal where ledger = 'log' and last = %d",
        last, month, last);
}

Test(archive, a_record_of_a_month_that_is_not_over_is_a_fault_and_one_without_its_file_is_told)
{
    /* it fits the seals: what shows that the rows are in no file is that the file is not to be found */
    pg_test_run(&s.echo, forged("date '2020-03-01'", IN_MARCH));
    cr_assert_str_eq(faults(), "");
    cr_assert_eq(echo_verify(&s, "echo")->n_absent, 1);
    cr_assert_str_eq(echo_verify(&s, "echo")->absent[0]->file, "none");
    pg_test_run(&s.echo, forged("date_trunc('month', now() at time zone 'UTC')::date", ROWS - 1));
    cr_assert_str_eq(faults(), "log 1 archive_record");
    pg_test_run(&s.echo, "update archive set month = '2999-01-01'");
    cr_assert_str_eq(faults(), "log 1 archive_record");
    pg_test_run(&s.echo, "update archive set month = '12020-01-01'");
    cr_assert_str_eq(faults(), "log 1 archive_record");
    /* beyond the first row that is still there */
    pg_test_run(&s.echo, "update archive set month = '2020-05-01', last = 50, hash = (select hash "
                         "from seal where ledger = 'log' and last = 50)");
    cr_assert_str_eq(faults(), "log 50 twice");
}

/* A history of many pages: rows and seals that no page holds at once. */
Test(archive, a_long_month_is_archived_page_by_page_and_a_long_gap_is_one_fault)
{
    Hp__ArchiveList *list;

    echo_end(&s, echo, SIGTERM);
    age("select pg_temp.age_more('310105', 9001, '" MAY
        "-03T00:00:00Z'), pg_temp.age_rows(50, '" APRIL "-10T00:00:00Z'), "
        "pg_temp.age_rows(20, '" MARCH "-10T00:00:00Z')");
    start();
    put_some(2);
    cr_assert_str_eq(faults(), "");
    pg_test_run(&s.echo,
                "create table kept as select * from stream_2020_05; drop table stream_2020_05");
    cr_assert_str_eq(faults(), TEXT("stream %d gap", 50 + 9001 + 1));
    pg_test_run(&s.echo, "insert into stream select * from kept; drop table kept");
    cr_assert_str_eq(faults(), "");
    archive(MARCH);
    archive(APRIL);
    list = archive(MAY);
    cr_assert_eq(list->n_files, 2);
    cr_assert_eq(list->files[0]->first, 51);
    cr_assert_eq(list->files[0]->last, 50 + 9001);
    cr_assert_str_eq(faults(), "");
    cr_assert_eq(echo_verify(&s, "echo")->rows, 4);
    cr_assert_str_eq(value("select count(*) from stream"), "2");
}

/* Rows that a clock which stood in another month wrote between those of this one go with it; what is still remembered does not. */
Test(archive, rows_of_other_months_go_with_those_they_lie_between)
{
    Hp__ArchiveList *list;
    Hp__Job *job;

    /* 30 was written in March, 10 in April, 45 in April among those of today */
    echo_end(&s, echo, SIGTERM);
    age("update stream set wall_at = '" MARCH
        "-30T00:00:00Z' where seq = 30; update log set wall_at = '" MARCH
        "-30T00:00:00Z' where seq = 30; "
        "update stream set wall_at = '" APRIL
        "-30T00:00:00Z' where seq in (10, 45); update log set wall_at = '" APRIL
        "-30T00:00:00Z' where seq in (10, 45)");
    start();
    cr_assert_str_eq(faults(), "");
    list = archive(MARCH);
    cr_assert_eq(list->files[0]->last, 30);
    cr_assert_str_eq(faults(), "");
    cr_assert_str_eq(value("select count(*) || ' ' || min(seq) from stream"), "20 31");
    job = echo_job_await(&s, "echo", begin(APRIL), "failed", -1);
    cr_assert_not_null(strstr(job->error, "row 36 "), "%s", job->error);
    cr_assert_str_eq(value("select count(*) from stream"), "20");
    cr_assert_str_eq(faults(), "");
}

/* A partition is known by its bounds: what only bears the month's name is not dropped. */
Test(archive, a_partition_of_another_month_under_the_months_name_is_refused_and_kept)
{
    static const char swap[] = "alter table stream_2020_03 rename to stream_swap; "
                               "alter table stream_2020_04 rename to stream_2020_03; "
                               "alter table stream_swap rename to stream_2020_04";
    Hp__Job *job;

    pg_test_run(&s.echo, swap);
    cr_assert_str_eq(faults(), "");
    job = echo_job_await(&s, "echo", begin(MARCH), "failed", -1);
    cr_assert_not_null(strstr(job->error, "stream_2020_03"), "%s", job->error);
    cr_assert_str_eq(value("select count(*) || ' ' || min(seq) from stream"), "50 1");
    cr_assert_str_eq(value("select count(*) from archive"), "0");
    cr_assert_str_eq(faults(), "");
    /* under their own names again */
    pg_test_run(&s.echo, swap);
    cr_assert_eq(archive(MARCH)->n_files, 2);
    cr_assert_str_eq(value("select count(*) || ' ' || min(seq) from stream"), "30 21");
    cr_assert_str_eq(faults(), "");
}

/* ---- in the middle ---- */

/* The job stands before the log's file until the lock is let go. */
static int hold_draft(void)
{
    int fd;

    cr_assert(mkdir(folder, 0700) == 0);
    fd = open(TEXT("%s.part", path("log", MARCH)), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_geq(fd, 0);
    cr_assert_eq(write(fd, "{\"kind\":\"archive\"", 17), 17);
    cr_assert_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
    return fd;
}

/* The stream's file is made and the log's is waited for. */
static Hp__Job *begin_half(void)
{
    Hp__Job *job = begin(MARCH);
    int64_t until = monotonic_now_us() + PATIENCE_US;

    while (
        strcmp(echo_job_look(&s, "echo", job)->phase ? echo_job_look(&s, "echo", job)->phase : "",
               "log") != 0)
        cr_assert_lt(monotonic_now_us(), until);
    cr_assert_eq(access(path("stream", MARCH), F_OK), 0);
    cr_assert_neq(access(path("log", MARCH), F_OK), 0);
    return job;
}

static void nothing_left(void)
{
    cr_assert_str_eq(value("select (select count(*) from stream) || ' ' || (select count(*) from "
                           "log) || ' ' || (select count(*) from archive)"),
                     "50 50 0");
    cr_assert_str_eq(faults(), "");
}

Test(archive, a_killed_service_goes_on_from_the_files_it_made)
{
    int fd = hold_draft();
    Hp__Job *job = begin_half();
    struct stat before, after;

    cr_assert_eq(stat(path("stream", MARCH), &before), 0);
    echo_end(&s, echo, SIGKILL);
    cr_assert_str_eq(value("select state from job"), "running");
    close(fd); /* half a file is left */
    start();
    job = echo_job_await(&s, "echo", job, "done", -1);
    cr_assert_eq(job->turn, 2);
    cr_assert_eq(stat(path("stream", MARCH), &after), 0);
    cr_assert_eq(before.st_ino, after.st_ino);
    cr_assert_neq(access(TEXT("%s.part", path("log", MARCH)), F_OK), 0);
    cr_assert_str_eq(value("select count(*) from log"), "30");
    cr_assert_str_eq(faults(), "");
}

Test(archive, a_file_that_was_changed_while_the_job_was_down_is_not_taken_for_whole)
{
    int fd = hold_draft();
    Hp__Job *job = begin_half();

    echo_end(&s, echo, SIGKILL);
    close(fd);
    cr_assert_eq(truncate(path("stream", MARCH), 3000), 0);
    start();
    job = echo_job_await(&s, "echo", job, "failed", -1);
    cr_assert_not_null(strstr(job->error, "archive_cut"), "%s", job->error);
    nothing_left();
    cr_assert_eq(unlink(path("stream", MARCH)), 0);
    archive(MARCH);
    cr_assert_str_eq(faults(), "");
}

Test(archive, a_cancelled_one_leaves_the_ledgers_as_they_were)
{
    Hp__CancelJob cancel = HP__CANCEL_JOB__INIT;
    int fd = hold_draft();
    Hp__Job *job = begin_half();

    cancel.id = job->id;
    echo_done(&s, "echo", echo_envelope(&s, "bus.CancelJob", &cancel.base));
    echo_job_await(&s, "echo", job, "cancelled", -1);
    nothing_left();
    close(fd);
    archive(MARCH);
    cr_assert_str_eq(faults(), "");
}

Test(archive, a_disk_that_is_full_leaves_the_ledgers_as_they_were)
{
    const struct rlimit narrow = {2000, RLIM_INFINITY}, wide = {RLIM_INFINITY, RLIM_INFINITY};
    const Hp__Job *job;

    cr_assert_eq(prlimit(echo, RLIMIT_FSIZE, &narrow, NULL), 0);
    job = echo_job_await(&s, "echo", begin(MARCH), "failed", -1);
    cr_assert_not_null(strstr(job->error, name("stream", MARCH)), "%s", job->error);
    cr_assert_neq(access(path("stream", MARCH), F_OK), 0);
    cr_assert_neq(access(TEXT("%s.part", path("stream", MARCH)), F_OK), 0);
    cr_assert_eq(prlimit(echo, RLIMIT_FSIZE, &wide, NULL), 0);
    nothing_left();
    archive(MARCH);
    cr_assert_str_eq(faults(), "");
}

Test(archive, who_reads_the_ledger_is_waited_for_and_commands_go_on_meanwhile)
{
    PGconn *reader = PQconnectdb(s.echo.superuser);
    Hp__Job *job;

    PQclear(PQexec(reader, TEXT("begin; select count(*) from %s.stream", s.echo.schema)));
    cr_assert_eq(PQtransactionStatus(reader), PQTRANS_INTRANS);
    job = begin(MARCH);
    for (int64_t until = monotonic_now_us() + PATIENCE_US; access(path("log", MARCH), F_OK) != 0;)
        cr_assert_lt(monotonic_now_us(), until);
    put_some(20);
    cr_assert_str_eq(echo_job_look(&s, "echo", job)->state, "running");
    cr_assert_str_eq(value("select count(*) from archive"), "0");
    PQfinish(reader);
    echo_job_await(&s, "echo", job, "done", -1);
    cr_assert_str_eq(faults(), "");
}

/* ---- who hears, who proves ---- */

static struct events fetch(int64_t after)
{
    struct events events;
    struct errtext e = {0};
    int r = events_fetch(s.link, s.arena, "echo", ECHO_DISTRICT, after, 0, 0, EVENTS_PATIENCE_MS,
                         &events, &e);

    cr_assert_eq(r, 0, "%s", e.text);
    return events;
}

Test(archive, a_reader_is_told_what_was_archived_and_finds_it_in_the_files)
{
    struct archived_events *archived = archived_events_new(s.link, folder);
    struct events was = fetch(0), is;
    struct errtext e = {0};
    int64_t after = 0;

    archive(MARCH);
    archive(APRIL);
    /* the service's memory may still have them: only after a restart are they gone for sure */
    echo_end(&s, echo, SIGTERM);
    start();
    cr_assert_eq(
        events_fetch(s.link, s.arena, "echo", ECHO_DISTRICT, 34, 0, 0, EVENTS_PATIENCE_MS, &is, &e),
        EVENTS_E_ARCHIVED);
    cr_assert_not_null(strstr(e.text, "35"), "%s", e.text);
    cr_assert_eq(fetch(35).n, 15);
    while (after < IN_APRIL) {
        cr_assert_eq(archived_events_read(archived, s.arena, "echo", ECHO_DISTRICT, after, 7,
                                          EVENTS_PATIENCE_MS, &is, &e),
                     0, "%s", e.text);
        for (size_t i = 0; i < is.n; i++, after++) {
            struct bytes a = bus_pack(s.arena, &was.list[after]->base),
                         b = bus_pack(s.arena, &is.list[i]->base);

            cr_assert(a.size == b.size && memcmp(a.data, b.data, a.size) == 0, "event %lld",
                      (long long)after + 1);
        }
    }
    cr_assert_eq(after, IN_APRIL);
    archived_events_free(archived);
    /* not another file in its place, and not without it */
    archived = archived_events_new(s.link, folder);
    cr_assert_eq(rename(path("stream", APRIL), path("stream", MARCH)), 0);
    cr_assert_eq(archived_events_read(archived, s.arena, "echo", ECHO_DISTRICT, 3, 7,
                                      EVENTS_PATIENCE_MS, &is, &e),
                 -EBADMSG);
    cr_assert_eq(archived_events_read(archived, s.arena, "echo", ECHO_DISTRICT, 25, 7,
                                      EVENTS_PATIENCE_MS, &is, &e),
                 -ENOENT);
    cr_assert_not_null(strstr(e.text, name("stream", APRIL)), "%s", e.text);
    archived_events_free(archived);
}

static const Hp__SubscriptionState *stopped(void)
{
    int64_t until = monotonic_now_us() + PATIENCE_US;

    for (;;) {
        const Hp__StateReply *state = echo_state(&s, "mirror");

        for (size_t i = 0; i < state->n_subscriptions; i++)
            if (strcmp(state->subscriptions[i]->district, ECHO_DISTRICT) == 0 &&
                strcmp(state->subscriptions[i]->state, "following") != 0)
                return state->subscriptions[i];
        cr_assert_lt(monotonic_now_us(), until);
    }
}

static void rejoin(int64_t from, const char *sealed)
{
    Hp__Rejoin in = HP__REJOIN__INIT;
    uint8_t hash[DIGEST_SIZE];

    in.source = (char *)"echo";
    in.district = (char *)ECHO_DISTRICT;
    in.from = from;
    in.reason = (char *)"sample";
    if (sealed) {
        cr_assert_eq(hex_parse(sealed, hash, sizeof(hash)), 0);
        in.has_sealed_hash = true;
        in.sealed_hash = (ProtobufCBinaryData){sizeof(hash), hash};
    }
    echo_done(&s, "mirror", echo_envelope(&s, "bus.Rejoin", &in.base));
}

Test(archive, a_new_hearer_stands_still_until_it_is_told_where_to_begin)
{
    const Hp__SubscriptionState *sub;
    const char *seal;

    archive(MARCH);
    archive(APRIL);
    echo_end(&s, echo, SIGTERM);
    start();
    echo_start(&s, "mirror", NULL);
    sub = stopped();
    cr_assert_str_eq(sub->state, "diverged");
    cr_assert_not_null(strstr(sub->error, "up to position 35"), "%s", sub->error);
    cr_assert_not_null(strstr(sub->error, "--from 35"), "%s", sub->error);
    /* before the first event kept, and at another history than the archive's */
    rejoin(20, NULL);
    cr_assert_not_null(strstr(stopped()->error, "stands at 20"), "%s", stopped()->error);
    seal = value("select encode(hash, 'hex') from seal where ledger = 'stream' and district = "
                 "'310105' and last = 34");
    rejoin(35, seal);
    cr_assert_not_null(strstr(stopped()->error, "another now"), "%s", stopped()->error);
    seal = value("select encode(hash, 'hex') from archive where ledger = 'stream' and last = 35");
    rejoin(35, seal);
    cr_assert_eq(echo_await(&s, ROWS), HP__REPLY__STATUS__DONE);
    cr_assert_str_eq(echo_value(&s, &s.mirror, "select count(*) from heard"), "15");
}

static Hp__Reply *ask_proof(const char *ledger, int64_t seq)
{
    Hp__GetProof in = HP__GET_PROOF__INIT;

    in.ledger = (char *)ledger;
    in.district = (char *)ECHO_DISTRICT;
    in.seq = seq;
    return echo_ask(&s, "echo", echo_envelope(&s, "bus.GetProof", &in.base));
}

static const char *proof_text(const char *ledger, int64_t seq)
{
    Hp__Reply *reply = ask_proof(ledger, seq);
    Hp__GetProofReply *proof;

    cr_assert_eq(reply->status, HP__REPLY__STATUS__DONE, "%s", reply->code ? reply->code : "");
    proof = hp__get_proof_reply__unpack(arena_pb(s.arena), reply->payload.len, reply->payload.data);
    cr_assert_not_null(proof);
    return proof->proof;
}

Test(archive, a_row_is_proved_from_its_file_as_it_was_from_the_ledger)
{
    const char *log = proof_text("log", 7), *stream = proof_text("stream", 30);
    struct str whole;
    Hp__Reply *reply;
    char *at;

    archive(MARCH);
    archive(APRIL);
    cr_assert_str_eq(proof_text("log", 7), log);
    cr_assert_str_eq(proof_text("stream", 30), stream);
    whole = read_all(path("log", MARCH));
    at = strstr(whole.text, "\"seq\":7,\"values\":[\"") + 21;
    *at = *at == '0' ? '1' : '0';
    write_all(path("log", MARCH), whole.text, whole.size);
    cr_assert_str_eq(ask_proof("log", 7)->code, "row_archived");
    cr_assert_eq(unlink(path("log", MARCH)), 0);
    reply = ask_proof("log", 7);
    cr_assert_str_eq(reply->code, "row_archived");
    cr_assert_str_eq(reply->field, "seq");
    cr_assert_str_eq(reply->args[1], MARCH);
    cr_assert_str_eq(reply->args[2], name("log", MARCH));
    cr_assert_str_eq(ask_proof("log", 999)->code, "row_missing");
    str_release(&whole);
}
