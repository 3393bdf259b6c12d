/* SPDX-License-Identifier: Apache-2.0 */
/* What every service has beside its messages: flags, settings, /metrics and /healthz (test_health.c has /readyz). */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

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

TestSuite(frame, .init = open_stack, .fini = close_stack, .timeout = 60);

static const char *get(int port, const char *path)
{
    const char *answer;

    cr_assert_neq(plain_http_get(s.arena, port, path, &answer), 0);
    return answer;
}

Test(frame, metrics_show_what_was_done)
{
    char metrics[64];
    const char *text;
    int port = plain_http_port();

    snprintf(metrics, sizeof(metrics), "metrics=127.0.0.1:%d", port);
    echo_start(&s, "echo", metrics, NULL);
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
    echo_ask(&s, "echo", echo_put(&s, "a", "refuse"));
    cr_assert_not_null(strstr(get(port, "/healthz"), "200 OK"));
    text = get(port, "/metrics");
    cr_assert_not_null(
        strstr(text, "hongping_messages_total{message_outcome=\"echo.Put done\"} 1"));
    cr_assert_not_null(
        strstr(text, "hongping_messages_total{message_outcome=\"echo.Put refused\"} 1"));
    cr_assert_not_null(strstr(text, "hongping_stream_head{district=\"310105\"} 1"));
    cr_assert_not_null(strstr(text, "hongping_message_seconds_count{message=\"echo.Put\"} 2"));
    cr_assert_not_null(strstr(get(port, "/other"), "404"));
}

/* Run echo with @args to its end; its exit code, its output in the arena. */
static int run_echo(const char *const *args, const char **ret_text)
{
    char program[512], *text = arena_zalloc(s.arena, 1 << 16);
    const char *argv[16] = {program};
    size_t size = 0;
    int out[2], status;
    ssize_t n;
    pid_t pid;

    snprintf(program, sizeof(program), "%s/bin/echo_service", HP_BUILD_DIR);
    for (int i = 0; args[i]; i++)
        argv[i + 1] = args[i];
    cr_assert_eq(pipe(out), 0);
    pid = fork();
    if (pid == 0) {
        dup2(out[1], 1);
        dup2(out[1], 2);
        execv(program, (char *const *)argv);
        _exit(127);
    }
    close(out[1]);
    while ((n = read(out[0], text + size, (1 << 16) - 1 - size)) > 0)
        size += (size_t)n;
    close(out[0]);
    cr_assert_eq(waitpid(pid, &status, 0), pid);
    *ret_text = text;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

#define RUN(text, ...) run_echo((const char *const[]){__VA_ARGS__, NULL}, &(text))

Test(frame, flags_print_and_end_and_wrong_ones_are_refused)
{
    const char *text;

    cr_assert_eq(RUN(text, "--print-config", "--set", "city=371000"), 0);
    cr_assert_not_null(strstr(text, "371000"));
    cr_assert_not_null(strstr(text, "bus.dir"));
    cr_assert_eq(RUN(text, "--version"), 0);
    cr_assert_eq(RUN(text, "--help"), 0);
    cr_assert_eq(RUN(text, "--nonsense"), 2);
    cr_assert_eq(RUN(text, "word"), 2);
    cr_assert_eq(RUN(text, "--set", "no.such.key=1"), 2);
    cr_assert_eq(RUN(text, "--set", "districts=31010"), 2);
    cr_assert_not_null(strstr(text, "31010"));
    cr_assert_eq(RUN(text, "--set", "clock.mode=backwards"), 2);
}

Test(frame, what_cannot_start_says_why_and_exits_1)
{
    char db[640], schema[128], dir[200];
    const char *text;

    cr_assert_eq(RUN(text, "--set", "db=host=/nonexistent dbname=hongping"), 1);
    cr_assert_not_null(strstr(text, "cannot start"));
    snprintf(db, sizeof(db), "db=%s", s.echo.conninfo);
    snprintf(schema, sizeof(schema), "schema=%s", s.echo.schema);
    snprintf(dir, sizeof(dir), "bus.dir=%0150d", 0);
    cr_assert_eq(RUN(text, "--set", db, "--set", schema, "--set", dir), 1);
    cr_assert_not_null(strstr(text, "too long for a unix socket"));
    snprintf(dir, sizeof(dir), "bus.dir=%s", s.dir);
    cr_assert_eq(RUN(text, "--set", db, "--set", schema, "--set", dir, "--set",
                     "bus.listen=tcp://127.0.0.1:0"),
                 1);
    cr_assert_not_null(strstr(text, "curve.allow"));
}

Test(frame, a_second_process_does_not_take_the_socket_of_the_first)
{
    char db[640], schema[128], dir[200];
    const char *text;

    echo_start(&s, "echo", NULL);
    snprintf(db, sizeof(db), "db=%s", s.echo.conninfo);
    snprintf(schema, sizeof(schema), "schema=%s", s.echo.schema);
    snprintf(dir, sizeof(dir), "bus.dir=%s", s.dir);
    cr_assert_eq(RUN(text, "--set", db, "--set", schema, "--set", dir), 1);
    cr_assert_not_null(strstr(text, "another echo listens"));
    echo_done(&s, "echo", echo_put(&s, "a", "one"));
}
