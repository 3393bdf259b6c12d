/* SPDX-License-Identifier: Apache-2.0 */
/* How many answers a stream tells its events in: counted, not timed. */
#include <criterion/criterion.h>
#include <stdlib.h>
#include <string.h>

#include "tests/support/echo_service/harness.h"
#include "tests/support/pg_test.h"
#include "tests/support/plain_http.h"

static struct echo_stack s;

static void open_stack(void)
{
    echo_open(&s);
}

static void close_stack(void)
{
    echo_close(&s);
}

TestSuite(linger, .init = open_stack, .fini = close_stack, .timeout = 90);

enum { SLOW = 100 };

static long long counted(int port, const char *name)
{
    const char *answer, *at;

    cr_assert_eq(plain_http_get(s.arena, port, "/metrics", &answer), 200);
    at = strstr(answer, arena_printf(s.arena, "\n%s ", name));
    return at ? strtoll(at + strlen(name) + 2, NULL, 10) : 0;
}

/* echo with a slow clock: on any machine its commits follow each other as quickly, to it, as under load. */
static void start_slow(const char *metrics)
{
    const char *options = getenv("ASAN_OPTIONS");

    setenv("ASAN_OPTIONS",
           arena_printf(s.arena, "%s:verify_asan_link_order=0", options ? options : ""), 1);
    setenv("LD_PRELOAD", HP_BUILD_DIR "/tests/clock_step.so", 1);
    setenv("HP_TEST_CLOCK_SLOW", arena_printf(s.arena, "%d", SLOW), 1);
    echo_start(&s, "echo", metrics, NULL);
    unsetenv("HP_TEST_CLOCK_SLOW");
    unsetenv("LD_PRELOAD");
}

/* Of a stream that moves all the time, several commits are told in one answer. */
Test(linger, under_load_several_commits_are_told_together)
{
    enum { N = 300 };
    int port = plain_http_port();
    long long answers, commits;

    start_slow(arena_printf(s.arena, "metrics=127.0.0.1:%d", port));
    echo_start(&s, "mirror", NULL);
    for (int i = 0; i < N; i++)
        echo_done(&s, "echo", echo_put(&s, "a", "one"));
    cr_assert_eq(echo_await(&s, N), HP__REPLY__STATUS__DONE);
    cr_assert_geq(counted(port, "hongping_stream_told_total"), N);
    commits = counted(port, "hongping_lane_batches_total");
    answers = counted(port, "hongping_stream_answers_total");
    cr_assert_eq(commits, N, "one at a time");
    cr_assert_gt(answers, 0);
    cr_assert_lt(answers, commits / 3, "%lld answers to %lld commits", answers, commits);
    cr_assert_gt(counted(port, "hongping_stream_lingers_total"), 0);
}

/* A stream that was idle tells one event at once and alone: nothing lingers, for so few however fast they come. */
Test(linger, an_idle_stream_does_not_linger)
{
    enum {
        N = 10 /* the mean gap between commits falls by an eighth with each, from 50 ms to 2 */
    };
    int port = plain_http_port();

    echo_start(&s, "echo", arena_printf(s.arena, "metrics=127.0.0.1:%d", port), NULL);
    echo_start(&s, "mirror", NULL);
    for (int i = 1; i <= N; i++) {
        echo_done(&s, "echo", echo_put(&s, "a", "one"));
        cr_assert_eq(echo_await(&s, i), HP__REPLY__STATUS__DONE);
    }
    cr_assert_eq(counted(port, "hongping_stream_told_total"), N);
    cr_assert_eq(counted(port, "hongping_stream_answers_total"), N);
    cr_assert_eq(counted(port, "hongping_stream_lingers_total"), 0);
}
