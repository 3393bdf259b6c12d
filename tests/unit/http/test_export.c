/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/http/export.h"
#include "common/loop/loop.h"
#include "tests/support/http_test.h"

enum { LINES = 200000, LINE = 10, PIECE = 5000 * LINE, QUEUE = 100000 };

/* --- the server: numbers, one a line, made on the one worker there is (/count, /fail) or in the loop (/inline) --- */

static struct workers *workers;
static struct producer {
    struct job job;
    struct http_export *x;
    char piece[PIECE + 1];
    size_t size; /* of a piece that was not taken */
    int next, r, fail_at;
    bool is_last;
} producer;
static struct job other;
static int n_begun, n_closed, n_jobs, n_full, n_fills, n_others;
static enum http_end how;
static uv_sem_t hold;
static bool holds;

static void next_piece(struct producer *p)
{
    if (p->size)
        return;
    while (p->next < LINES && p->size < PIECE) {
        snprintf(p->piece + p->size, LINE + 1, "%09d\n", p->next++);
        p->size += LINE;
    }
    p->is_last = p->next == LINES;
}

static void produce(struct producer *p)
{
    p->r = 0;
    while (!p->r) {
        next_piece(p);
        if (p->fail_at && p->next > p->fail_at)
            return;
        p->r = http_export_put(p->x, p->piece, p->size);
        if (p->r)
            return;
        p->size = 0;
        if (p->is_last)
            return;
    }
}

static void rest(struct producer *p)
{
    n_full += p->r == HTTP_E_FULL;
    if (p->r == HTTP_E_FULL)
        http_export_wait(p->x);
    else if (p->r == HTTP_E_GONE || p->is_last)
        http_export_end(p->x);
    else
        http_export_abort(p->x);
}

static void run(struct job *job, void *state)
{
    (void)state;
    if (holds)
        uv_sem_wait(&hold);
    produce(container_of(job, struct producer, job));
}

static void done(struct job *job)
{
    n_jobs++;
    rest(container_of(job, struct producer, job));
}

static void fill(struct http_export *x, void *arg)
{
    struct producer *p = arg;

    n_fills++;
    p->x = x;
    cr_assert_eq(workers_submit(workers, &p->job), 0);
}

static void fill_inline(struct http_export *x, void *arg)
{
    struct producer *p = arg;

    n_fills++;
    p->x = x;
    produce(p);
    rest(p);
}

static void on_closed(struct http_export *x, enum http_end end, void *arg)
{
    (void)x;
    cr_assert_eq(arg, &producer);
    n_closed++;
    how = end;
}

static void handle(struct http_request *req, void *arg)
{
    struct http_export_spec spec = {
        .queue = QUEUE, .fill = fill, .closed = on_closed, .arg = &producer};
    struct http_export *x;

    (void)arg;
    producer = (struct producer){.job = {.run = run, .done = done}};
    if (strcmp(http_path(req), "/inline") == 0)
        spec.fill = fill_inline;
    if (strcmp(http_path(req), "/fail") == 0)
        producer.fail_at = LINES / 2;
    cr_assert_eq(http_export_begin(req, 200, "text/csv", &spec, &x), 0);
    n_begun++;
}

static void other_run(struct job *job, void *state)
{
    (void)job;
    (void)state;
}

static void other_done(struct job *job)
{
    (void)job;
    n_others++;
}

static void workers_gone(void *arg)
{
    (void)arg;
    workers = NULL;
}

static void setup(void)
{
    const struct httpd_spec spec = {.handle = handle};
    const struct workers_spec one = {.n_threads = 1, .queue_limit = 10};

    http_test_start(&spec);
    uv_sem_init(&hold, 0);
    cr_assert_eq(workers_new(&http_loop, &one, &workers), 0);
}

static void teardown(void)
{
    workers_close(workers, workers_gone, NULL);
    http_test_stop();
    cr_assert_null(workers);
    uv_sem_destroy(&hold);
    cr_assert_eq(n_closed, n_begun, "%d begun, %d closed", n_begun, n_closed);
}

#define EXPORT_TEST(name) \
    static void name(void); \
    Test(export, name, .timeout = 100) \
    { \
        setup(); \
        name(); \
        teardown(); \
    } \
    static void name(void)

static void is_all(const struct str *answer)
{
    CLEANUP(str_release) struct str body = STR_INIT;

    http_body_of(answer, &body);
    cr_assert_eq(body.size, (size_t)LINES * LINE);
    for (int i = 0; i < LINES; i++)
        cr_assert_eq(strtol(body.text + (size_t)i * LINE, NULL, 10), i);
}

EXPORT_TEST(a_worker_makes_all_of_it)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_get("/count", NULL);

    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    is_all(&out);
    close(fd);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_SENT);
    cr_assert_eq(n_jobs, n_fills);
}

EXPORT_TEST(a_producer_may_live_in_the_loop)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_get("/inline", NULL);

    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    is_all(&out);
    cr_assert_gt(n_full, 1);
    close(fd);
}

EXPORT_TEST(behind_a_slow_client_the_producer_rests_and_gives_its_thread_back)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_dial(4096);

    http_say(fd, "GET /count HTTP/1.1\r\nHost: h\r\n\r\n");
    http_turn_until(&n_full, 1);
    while (n_jobs < n_fills) /* it may have been asked again while the kernel's buffers fill */
        uv_run(&http_loop, UV_RUN_ONCE);
    other = (struct job){.run = other_run, .done = other_done};
    cr_assert_eq(workers_submit(workers, &other), 0);
    http_turn_until(&n_others, 1);
    cr_assert_lt(producer.next, LINES);
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    is_all(&out);
    cr_assert_gt(n_jobs, 1);
    close(fd);
}

EXPORT_TEST(a_failure_in_the_middle_shows)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_get("/fail", NULL);

    cr_assert_eq(http_hear(fd, &out, NULL), ECONNRESET);
    close(fd);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_CUT);
}

EXPORT_TEST(a_client_that_leaves_ends_a_producer_that_rests)
{
    int fd = http_dial(4096);

    http_say(fd, "GET /count HTTP/1.1\r\nHost: h\r\n\r\n");
    http_turn_until(&n_full, 1);
    close(fd);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_LOST);
    cr_assert_lt(producer.next, LINES);
    cr_assert_eq(n_jobs, n_fills);
}

EXPORT_TEST(closed_waits_for_a_producer_at_work)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    struct linger none = {.l_onoff = 1};
    int fd;

    holds = true;
    fd = http_get("/count", NULL);
    http_turn_until(&n_fills, 1);
    cr_assert_eq(http_hear(fd, &out, "\r\n\r\n"), -1);
    setsockopt(fd, SOL_SOCKET, SO_LINGER, &none, sizeof(none));
    close(fd); /* a reset */
    while (http_metric("hongping_http_streams{kind=\"answer\"} "))
        uv_run(&http_loop, UV_RUN_ONCE);
    for (int i = 0; i < 5; i++)
        uv_run(&http_loop, UV_RUN_NOWAIT);
    cr_assert_eq(n_closed, 0);
    uv_sem_post(&hold);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_LOST);
    cr_assert_eq(producer.r, HTTP_E_GONE);
}

EXPORT_TEST(head_asks_for_nothing_to_be_made)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_dial(0);

    http_say(fd, "HEAD /count HTTP/1.1\r\nHost: h\r\n\r\n");
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    close(fd);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(n_fills, 0);
    cr_assert_eq(how, HTTP_SENT);
}
