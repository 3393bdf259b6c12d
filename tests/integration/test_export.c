/* SPDX-License-Identifier: Apache-2.0 */
/* Rows of a ledger and the seals over them, as they stand, to a file: what is in it, what is refused, what is taken up again. */
#include <criterion/criterion.h>
#include <fcntl.h>
#include <signal.h>
#include <string.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/bus/bus.h"
#include "common/seal/archive.h"
#include "tests/support/echo_service/echo_jobs.h"
#include "tests/support/pg_test.h"

#define MARCH "2020-03"

enum { PATIENCE_US = 60000000, ROWS = 50, IN_MARCH = 20 };

static struct echo_stack s;
static char folder[128];
static pid_t echo;

#define TEXT(...) arena_printf(s.arena, __VA_ARGS__)

static void start(void)
{
    echo = echo_start(&s, "echo", TEXT("archive.folder=%s", folder), "message.days=1", NULL);
}

static void put_some(int n)
{
    for (int i = 0; i < n; i++)
        echo_done(&s, "echo", echo_put(&s, TEXT("k%d", i), "text"));
}

static void setup(void)
{
    echo_open(&s);
    snprintf(folder, sizeof(folder), "%s/archive", s.dir);
    start();
    put_some(ROWS);
}

static void teardown(void)
{
    echo_close(&s);
}

TestSuite(export, .init = setup, .fini = teardown, .timeout = 120);

static Hp__Envelope *export_envelope(const char *ledger, const char *file, int64_t from)
{
    Hp__ExportJob args = HP__EXPORT_JOB__INIT;

    args.ledger = (char *)ledger;
    args.district = (char *)ECHO_DISTRICT;
    args.file = (char *)file;
    args.has_from = from != 0;
    args.from = from;
    return echo_job_envelope(&s, "export", bus_pack(s.arena, &args.base));
}

static Hp__Job *begin(const char *ledger, const char *file, int64_t from)
{
    return echo_job_in(&s, echo_done(&s, "echo", export_envelope(ledger, file, from)));
}

static Hp__Archive *exported(const Hp__Job *job)
{
    Hp__Archive *a;

    job = echo_job_await(&s, "echo", job, "done", -1);
    a = hp__archive__unpack(arena_pb(s.arena), job->result.len, job->result.data);
    cr_assert_not_null(a);
    return a;
}

static void refused(const char *ledger, const char *file, int64_t from, const char *code)
{
    Hp__Reply *reply = echo_ask(&s, "echo", export_envelope(ledger, file, from));

    cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED);
    cr_assert_str_eq(reply->code, code);
}

static void no_fault(void *data, const struct seal_fault *fault)
{
    (void)data;
    cr_assert_fail("%s in line %lld", seal_reason_code(fault->reason), (long long)fault->line);
}

/* The file holds, and is of these rows. */
static void expect_file(const char *file, int64_t first, int64_t last)
{
    struct archive_head *head = arena_new_one(s.arena, struct archive_head);
    const struct archive_listener listener = {.faults = {no_fault, NULL}};
    FILE *f = fopen(TEXT("%s/%s", folder, file), "re");
    struct archive_sum sum;
    struct errtext e = {0};

    cr_assert_not_null(f, "%s", file);
    cr_assert_eq(archive_check(f, &listener, head, &sum, &e), 0, "%s", e.text);
    fclose(f);
    cr_assert_str_eq(head->month, "", "an export has no month");
    cr_assert_eq(head->first, first);
    cr_assert_eq(head->last, last);
    cr_assert_eq(sum.last, last);
    cr_assert_eq(sum.rows, last - first + 1);
    cr_assert_eq(sum.faults, 0);
}

Test(export, what_stands_is_written_and_stays)
{
    Hp__Archive *a = exported(begin("stream", "all", 0));

    cr_assert_eq(a->first, 1);
    cr_assert_eq(a->last, ROWS);
    cr_assert_str_eq(a->month, "");
    expect_file("all", 1, ROWS);
    put_some(3);
    a = exported(begin("log", "log", 7));
    cr_assert_eq(a->first, 7, "one command, one seal: it begins with that row");
    expect_file("log", 7, ROWS + 3);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from stream"), "53");
    cr_assert_eq(echo_verify(&s, "echo")->n_faults, 0);
    expect_file("all", 1, ROWS);
}

Test(export, what_cannot_be_is_refused_before_it_begins)
{
    refused("ballot", "x", 0, "ledger_unknown");
    refused("stream", "x", ROWS + 1, "row_missing");
    refused("stream", "x", -1, "row_missing");
    refused("stream", "x.jsonl", 0, "snapshot_name_bad");
    refused("stream", "../x", 0, "snapshot_name_bad");
    cr_assert_neq(access(TEXT("%s/x", folder), F_OK), 0);
    cr_assert_str_eq(echo_value(&s, &s.echo, "select count(*) from job"), "0");
}

Test(export, behind_an_archived_month_it_begins_where_rows_are_kept)
{
    Hp__ArchiveJob args = HP__ARCHIVE_JOB__INIT;

    echo_end(&s, echo, SIGTERM);
    pg_test_age(&s.echo, TEXT("select pg_temp.age_month('" MARCH "-01');"
                              "select pg_temp.age_rows(%d, '" MARCH "-10T00:00:00Z');"
                              "select pg_temp.age_seal('echo');",
                              IN_MARCH));
    start();
    args.month = (char *)MARCH;
    echo_job_await(
        &s, "echo",
        echo_job_in(&s, echo_done(&s, "echo",
                                  echo_job_envelope(&s, "archive", bus_pack(s.arena, &args.base)))),
        "done", -1);
    refused("stream", "x", IN_MARCH, "export_archived");
    exported(begin("stream", "kept", 0));
    expect_file("kept", IN_MARCH + 1, ROWS);
    cr_assert_eq(system(TEXT("%s/bin/hongping-verify %s/kept %s/echo.stream." ECHO_DISTRICT
                             "." MARCH ".jsonl >&2",
                             HP_BUILD_DIR, folder, folder)),
                 0, "the archive and what is kept behind it are one chain");
}

static void write_something(const char *file)
{
    FILE *f = fopen(TEXT("%s/%s", folder, file), "we");

    cr_assert_not_null(f);
    cr_assert_geq(fputs("something", f), 0);
    cr_assert_eq(fclose(f), 0);
}

Test(export, a_file_that_is_there_is_kept)
{
    Hp__Job *job;

    cr_assert_eq(mkdir(folder, 0700), 0);
    write_something("mine");
    job = echo_job_await(&s, "echo", begin("stream", "mine", 0), "failed", -1);
    cr_assert_not_null(strstr(job->error, "mine is there already and is something else"));
    exported(begin("stream", "same", 0));
    exported(begin("stream", "same", 0)); /* nothing moved: it is what was asked for */
    expect_file("same", 1, ROWS);
    put_some(1);
    echo_job_await(&s, "echo", begin("stream", "same", 0), "failed", -1);
    expect_file("same", 1, ROWS);
}

/* Another process seems to write the file: the job stands before it, and its mark says where it will end. */
Test(export, one_that_is_taken_up_again_ends_where_it_would_have)
{
    Hp__Job *job;
    int fd;
    int64_t until = monotonic_now_us() + PATIENCE_US;

    cr_assert_eq(mkdir(folder, 0700), 0);
    fd = open(TEXT("%s/late.part", folder), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
    cr_assert_geq(fd, 0);
    cr_assert_eq(flock(fd, LOCK_EX | LOCK_NB), 0);
    job = begin("stream", "late", 0);
    while (strcmp(echo_value(&s, &s.echo, "select count(*) from job where mark is not null"), "1"))
        cr_assert_lt(monotonic_now_us(), until);
    put_some(4);
    echo_end(&s, echo, SIGKILL);
    close(fd);
    start();
    cr_assert_eq(exported(job)->last, ROWS);
    expect_file("late", 1, ROWS);
}
