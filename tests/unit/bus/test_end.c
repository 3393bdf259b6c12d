/* SPDX-License-Identifier: Apache-2.0 */
/* A connection that cannot be opened: how often it is tried, and what is said of it. */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/bus/end.h"

static int n_woken, n_other;

static void woken(struct bus_end *end)
{
    (void)end;
    n_woken++;
}

static void other(struct bus_end *end)
{
    (void)end;
    n_other++;
}

static const struct bus_end_fns fns = {
    .readable = other, .writable = other, .up = other, .lost = other, .wake = woken};

static uv_loop_t loop;
static struct bus_conf conf;
static struct bus_end *end;
static FILE *log_file;
static int old_stderr;

static void open_all(void)
{
    log_file = tmpfile();
    old_stderr = dup(STDERR_FILENO);
    dup2(fileno(log_file), STDERR_FILENO);
    uv_loop_init(&loop);
    conf = (struct bus_conf){.dir = (char *)"/nowhere"};
    cr_assert_eq(bus_end_new(&loop, &conf, "credit", "tcp://127.0.0.1:1", &fns, NULL, &end), 0);
}

static void close_all(void)
{
    dup2(old_stderr, STDERR_FILENO);
    close(old_stderr);
    bus_end_free(end);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert_eq(uv_loop_close(&loop), 0);
    fclose(log_file);
}

TestSuite(end, .init = open_all, .fini = close_all, .timeout = 30);

static int n_lines(const char *text)
{
    char line[4096];
    int n = 0;

    rewind(log_file);
    while (fgets(line, sizeof(line), log_file))
        n += strstr(line, text) != NULL;
    return n;
}

/* The next try, as if its time had come. */
static void try_again(void)
{
    bus_end_tick(end, end->reopen_us);
}

Test(end, tries_again_after_one_to_six_seconds)
{
    static const int64_t least_ms[] = {1000, 2000, 4000, 4000, 4000};

    int64_t before = monotonic_now_us();

    cr_assert_eq(bus_end_open(end), -EINVAL);
    for (size_t i = 0; i < ARRAY_LEN(least_ms); i++) {
        cr_assert_geq(end->reopen_us, before + least_ms[i] * 1000);
        cr_assert_leq(end->reopen_us, monotonic_now_us() + least_ms[i] * 1500);
        cr_assert_eq(n_woken, (int)i + 1, "its owner is told each time");
        bus_end_tick(end, end->reopen_us - 1);
        cr_assert_eq(n_woken, (int)i + 1, "and not before");
        before = monotonic_now_us();
        try_again();
    }
    cr_assert_eq(n_other, 0);
}

Test(end, logs_each_reason_once)
{
    cr_assert_eq(bus_end_open(end), -EINVAL);
    cr_assert_eq(n_lines("curve.servers"), 0, "the caller has it");
    for (int i = 0; i < 5; i++)
        try_again();
    cr_assert_eq(n_lines("curve.servers is not set"), 1);
    cr_assert_eq(n_lines("tcp://127.0.0.1:1"), 1);
    conf.curve_servers = (char *)"/nowhere/servers";
    for (int i = 0; i < 5; i++)
        try_again();
    cr_assert_eq(n_lines("/nowhere/servers/credit.cert is not a certificate"), 1);
}

Test(end, a_quiet_one_only_keeps_the_reason)
{
    end->quiet = true;
    cr_assert_eq(bus_end_open(end), -EINVAL);
    for (int i = 0; i < 5; i++)
        try_again();
    cr_assert_eq(n_lines(""), 0);
    cr_assert(strstr(end->error.text, "curve.servers"), "%s", end->error.text);
}
