/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <curl/curl.h>
#include <errno.h>
#include <malloc.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/http/stream.h"
#include "tests/support/http_test.h"

enum { LIMIT = 64 * 1024, PIECE = 10000, MIB = 1024 * 1024 };

/* --- the server: /flow/N sends N bytes of a pattern as fast as it may; others are begun and left to the test --- */

static struct http_stream *stream; /* the newest */
static int n_begun, n_closed, n_full, n_answered, n_many;
static enum http_end how;
static size_t to_send, sent, most_backlog, most_allocated;
static int stall_s;
static struct http_request *held;

/* The sanitizer's, where it is there: it keeps what was freed, so that the process' size says nothing. */
size_t __sanitizer_get_current_allocated_bytes(void) __attribute__((weak));

static size_t allocated(void)
{
    if (__sanitizer_get_current_allocated_bytes)
        return __sanitizer_get_current_allocated_bytes();
    return mallinfo2().uordblks;
}

static char pattern(size_t at)
{
    return (char)('a' + at % 23);
}

static void look(const struct http_stream *s)
{
    size_t backlog = http_stream_backlog(s), bytes = allocated();

    most_backlog = backlog > most_backlog ? backlog : most_backlog;
    most_allocated = bytes > most_allocated ? bytes : most_allocated;
}

static void flow(struct http_stream *s, void *arg)
{
    char piece[PIECE];

    (void)arg;
    while (sent < to_send) {
        size_t size = to_send - sent < PIECE ? to_send - sent : PIECE;
        int r;

        for (size_t i = 0; i < size; i++)
            piece[i] = pattern(sent + i);
        r = http_stream_write(s, piece, size);
        look(s);
        n_full += r == HTTP_E_FULL;
        if (r)
            return;
        sent += size;
    }
    http_stream_end(s);
}

static void on_closed(struct http_stream *s, enum http_end end, void *arg)
{
    cr_assert_eq(arg, &stream);
    if (s == stream)
        stream = NULL;
    n_closed++;
    how = end;
}

static void begin(struct http_request *req)
{
    const struct http_stream_spec spec = {.stall_s = stall_s,
                                          .endless = strncmp(http_path(req), "/endless", 8) == 0,
                                          .writable = flow,
                                          .closed = on_closed,
                                          .arg = &stream};
    int r = http_begin(req, 200, "text/plain", &spec, &stream);

    if (r) {
        cr_assert_eq(r, HTTP_E_MANY);
        n_many++;
        return;
    }
    n_begun++;
}

static void handle(struct http_request *req, void *arg)
{
    const char *path = http_path(req);

    (void)arg;
    if (strcmp(path, "/now") == 0) {
        n_answered++;
        http_answer(req, 200, "text/plain", "now", 3);
    } else if (strcmp(path, "/held") == 0) {
        held = req;
        n_answered++;
    } else {
        http_add_header(req, "X-One", "1");
        begin(req);
        if (strncmp(path, "/flow/", 6) == 0) {
            to_send = strtoull(path + 6, NULL, 10);
            sent = 0;
            flow(stream, NULL);
        }
    }
}

#define STREAM_TEST(name, ...) \
    static void name(void); \
    Test(stream, name, .timeout = 100) \
    { \
        struct httpd_spec spec = {.handle = handle, __VA_ARGS__}; \
        http_test_start(&spec); \
        name(); \
        http_test_stop(); \
        cr_assert_eq(n_closed, n_begun, "%d begun, %d closed", n_begun, n_closed); \
        cr_assert_eq(http_metric("hongping_http_streams{kind=\"answer\"} "), 0); \
    } \
    static void name(void)

static void write_text(const char *text)
{
    cr_assert_eq(http_stream_write(stream, text, strlen(text)), 0);
}

/* --- what a client gets --- */

STREAM_TEST(pieces_arrive_as_they_are_written)
{
    CLEANUP(str_release) struct str out = STR_INIT, body = STR_INIT;
    int fd = http_get("/by-hand", NULL);

    cr_assert_eq(http_hear(fd, &out, "\r\n\r\n"), -1); /* the headers need no first piece */
    cr_assert_not_null(strstr(out.text, "HTTP/1.1 200 OK\r\n"));
    cr_assert_not_null(strstr(out.text, "\r\nDate: "));
    cr_assert_not_null(strstr(out.text, "\r\nX-One: 1\r\n"));
    cr_assert_not_null(strstr(out.text, "\r\nContent-Type: text/plain\r\n"));
    cr_assert_not_null(strstr(out.text, "\r\nTransfer-Encoding: chunked\r\n"));
    cr_assert_not_null(strstr(out.text, "\r\nConnection: close\r\n"));
    write_text("first");
    cr_assert_eq(http_hear(fd, &out, "5\r\nfirst\r\n"), -1);
    write_text("");
    write_text("second");
    cr_assert_eq(http_hear(fd, &out, "6\r\nsecond\r\n"), -1);
    http_stream_end(stream);
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    http_body_of(&out, &body);
    cr_assert_str_eq(body.text, "firstsecond");
    close(fd);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_SENT);
}

STREAM_TEST(a_request_that_waited_may_be_answered_by_a_stream)
{
    CLEANUP(str_release) struct str out = STR_INIT, body = STR_INIT;
    int fd = http_get("/now", NULL);

    cr_assert_eq(http_hear(fd, &out, "\r\n\r\nnow"), -1); /* not the connection's first */
    str_clear(&out);
    http_say(fd, "GET /held HTTP/1.1\r\nHost: h\r\n\r\n");
    http_turn_until(&n_answered, 2);
    begin(held);
    write_text("late");
    http_stream_end(stream);
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    http_body_of(&out, &body);
    cr_assert_str_eq(body.text, "late");
    close(fd);
}

STREAM_TEST(an_empty_body_is_whole)
{
    CLEANUP(str_release) struct str out = STR_INIT, body = STR_INIT;
    int fd = http_get("/flow/0", NULL);

    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    http_body_of(&out, &body);
    cr_assert_eq(body.size, 0);
    close(fd);
}

STREAM_TEST(http_1_0_gets_the_body_bare_up_to_the_end)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_dial(0);

    http_say(fd, "GET /flow/100000 HTTP/1.0\r\nConnection: keep-alive\r\n\r\n");
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    cr_assert_null(strstr(out.text, "Transfer-Encoding"));
    cr_assert_eq(strlen(strstr(out.text, "\r\n\r\n") + 4), 100000);
    cr_assert_eq(out.text[out.size - 1], pattern(99999));
    close(fd);
}

STREAM_TEST(head_gets_headers_only_and_ends)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_dial(0);

    http_say(fd, "HEAD /by-hand HTTP/1.1\r\nHost: h\r\n\r\n");
    http_turn_until(&n_begun, 1);
    cr_assert_eq(http_stream_write(stream, "x", 1), HTTP_E_GONE);
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    cr_assert_not_null(strstr(out.text, "Transfer-Encoding: chunked\r\n"));
    cr_assert_str_eq(strstr(out.text, "\r\n\r\n"), "\r\n\r\n");
    close(fd);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_SENT);
}

STREAM_TEST(what_a_client_sends_on_does_not_take_the_answer_from_it)
{
    CLEANUP(str_release) struct str out = STR_INIT, body = STR_INIT;
    int fd = http_dial(0);

    http_say(fd,
             "GET /flow/300000 HTTP/1.1\r\nHost: h\r\n\r\nGET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    http_turn_until(&n_begun, 1);
    http_say(fd, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    http_body_of(&out, &body);
    cr_assert_eq(body.size, 300000);
    cr_assert_eq(n_answered, 0); /* Connection: close was said: it may ask again */
    close(fd);
}

STREAM_TEST(a_client_that_has_said_all_may_read_to_the_end)
{
    CLEANUP(str_release) struct str out = STR_INIT, body = STR_INIT;
    int fd = http_get("/flow/3000000", NULL);

    shutdown(fd, SHUT_WR);
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    http_body_of(&out, &body);
    cr_assert_eq(body.size, 3000000);
    close(fd);
}

/* --- a large one --- */

struct download {
    uv_async_t *left;
    char url[64];
    size_t size, wrong;
    CURLcode code;
    long status;
};

static size_t judge(char *data, size_t one, size_t n, void *arg)
{
    struct download *d = arg;

    for (size_t i = 0; i < one * n; i++)
        d->wrong += data[i] != pattern(d->size + i);
    d->size += one * n;
    return one * n;
}

/* Twice with one handle: it keeps connections for the next request where it may. */
static void download(void *arg)
{
    struct download *d = arg;
    CURL *c = curl_easy_init();

    curl_easy_setopt(c, CURLOPT_URL, d->url);
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, judge);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, d);
    for (int i = 0; i < 2; i++) {
        d->size = 0;
        d->code = curl_easy_perform(c);
    }
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &d->status);
    curl_easy_cleanup(c);
    uv_async_send(d->left);
}

static void on_left(uv_async_t *a)
{
    uv_close((uv_handle_t *)a, NULL);
    uv_stop(&http_loop);
}

STREAM_TEST(a_hundred_megabytes_need_no_more_memory_than_the_backlog)
{
    uv_async_t left;
    struct download d = {.left = &left};
    uv_thread_t thread;
    size_t before;

    snprintf(d.url, sizeof(d.url), "http://127.0.0.1:%d/flow/%d", httpd_port(http_server),
             100 * MIB);
    uv_async_init(&http_loop, &left, on_left);
    uv_run(&http_loop, UV_RUN_NOWAIT);
    before = allocated();
    cr_assert_eq(uv_thread_create(&thread, download, &d), 0);
    uv_run(&http_loop, UV_RUN_DEFAULT);
    uv_thread_join(&thread);
    cr_assert_eq(d.code, CURLE_OK, "%s", curl_easy_strerror(d.code));
    cr_assert_eq(d.status, 200);
    cr_assert_eq(d.size, 100 * MIB);
    cr_assert_eq(d.wrong, 0);
    cr_assert_gt(n_full, 100);
    cr_assert_leq(most_backlog, LIMIT + 100); /* and the chunks' frames */
    cr_assert_leq(most_allocated, before + 4 * MIB, "%zu bytes", most_allocated - before);
}

/* --- back-pressure --- */

STREAM_TEST(a_slow_reader_is_waited_for_and_holds_nobody_up)
{
    CLEANUP(str_release) struct str out = STR_INIT, other = STR_INIT, body = STR_INIT;
    int slow = http_dial(4096), fd;

    http_say(slow, "GET /flow/5000000 HTTP/1.1\r\nHost: h\r\n\r\n");
    http_turn_until(&n_full, 1);
    fd = http_get("/now", NULL);
    cr_assert_eq(http_hear(fd, &other, "\r\n\r\nnow"), -1);
    cr_assert_lt(sent, 5000000);
    cr_assert_leq(http_stream_backlog(stream), LIMIT + 100);
    cr_assert_eq(http_hear(slow, &out, NULL), 0);
    http_body_of(&out, &body);
    cr_assert_eq(body.size, 5000000);
    for (size_t i = 0; i < body.size; i++)
        cr_assert_eq(body.text[i], pattern(i));
    close(slow);
    close(fd);
}

STREAM_TEST(room_is_told_below_half_and_a_piece_is_taken_whole_or_not)
{
    CLEANUP(str_release) struct str out = STR_INIT, body = STR_INIT;
    static const char large[3 * LIMIT];
    int fd = http_get("/by-hand", NULL);

    http_turn_until(&n_begun, 1);
    cr_assert_eq(http_hear(fd, &out, "\r\n\r\n"), -1);
    to_send = sent = 0;
    cr_assert_eq(http_stream_write(stream, large, sizeof(large)), 0); /* nothing else waited */
    cr_assert_eq(http_stream_write(stream, large, 1), HTTP_E_FULL);
    cr_assert_geq(http_stream_backlog(stream), sizeof(large));
    cr_assert_eq(http_hear(fd, &out, NULL), 0); /* writable ended it */
    http_body_of(&out, &body);
    cr_assert_eq(body.size, sizeof(large));
    close(fd);
}

STREAM_TEST(a_client_that_does_not_read_is_cut_off)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_dial(4096);

    stall_s = 1;
    http_say(fd, "GET /flow/50000000 HTTP/1.1\r\nHost: h\r\n\r\n");
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_STALLED);
    cr_assert_eq(http_hear(fd, &out, NULL), ECONNRESET);
    cr_assert_eq(http_metric("hongping_http_slow_clients_total{why=\"stalled\"} "), 1);
    close(fd);
}

STREAM_TEST(a_stream_with_nothing_to_say_is_not_idle, .idle_timeout_s = 1)
{
    CLEANUP(str_release) struct str out = STR_INIT, none = STR_INIT, body = STR_INIT;
    int fd = http_get("/by-hand", NULL), idle;

    stall_s = 1;
    cr_assert_eq(http_hear(fd, &out, "\r\n\r\n"), -1);
    for (int i = 0; i < 2; i++) { /* as long as two connections need to be closed for idleness */
        idle = http_dial(0);
        http_say(idle, "GET");
        cr_assert_eq(http_hear(idle, &none, NULL), 0);
        close(idle);
    }
    write_text("still here");
    http_stream_end(stream);
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    http_body_of(&out, &body);
    cr_assert_str_eq(body.text, "still here");
    close(fd);
}

/* --- ends --- */

STREAM_TEST(an_abort_shows)
{
    static const char *const requests[] = {"GET /by-hand HTTP/1.1\r\nHost: h\r\n\r\n",
                                           "GET /by-hand HTTP/1.0\r\n\r\n"};

    for (int i = 0; i < 2; i++) {
        CLEANUP(str_release) struct str out = STR_INIT;
        int fd = http_dial(0);

        http_say(fd, requests[i]);
        http_turn_until(&n_begun, i + 1);
        write_text("beginning");
        cr_assert_eq(http_hear(fd, &out, "beginning"), -1);
        http_stream_abort(stream);
        cr_assert_eq(http_stream_write(stream, "x", 1), HTTP_E_GONE);
        http_stream_end(stream);
        http_stream_abort(stream);
        cr_assert_eq(http_hear(fd, &out, NULL), ECONNRESET);
        cr_assert_null(strstr(out.text, "\r\n0\r\n"));
        close(fd);
        http_turn_until(&n_closed, i + 1);
        cr_assert_eq(how, HTTP_CUT);
    }
}

STREAM_TEST(a_client_that_leaves_an_endless_stream_is_noticed_at_once)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_get("/endless", NULL);

    cr_assert_eq(http_hear(fd, &out, "\r\n\r\n"), -1);
    close(fd);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_LOST);
}

STREAM_TEST(a_client_that_leaves_in_the_middle_is_noticed)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_dial(4096);

    http_say(fd, "GET /flow/50000000 HTTP/1.1\r\nHost: h\r\n\r\n");
    http_turn_until(&n_full, 1);
    close(fd);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_LOST);
    fd = http_get("/by-hand", NULL);
    cr_assert_eq(http_hear(fd, &out, "\r\n\r\n"), -1);
    close(fd);
    while (n_closed < 2 && http_stream_write(stream, "x", 1) == 0)
        uv_run(&http_loop, UV_RUN_NOWAIT);
    http_turn_until(&n_closed, 2);
    cr_assert_eq(how, HTTP_LOST);
}

STREAM_TEST(closing_ends_endless_streams_at_once)
{
    CLEANUP(str_release) struct str out = STR_INIT, body = STR_INIT;
    int fd = http_get("/endless", NULL);

    cr_assert_eq(http_hear(fd, &out, "\r\n\r\n"), -1);
    write_text("last");
    http_test_close();
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    http_body_of(&out, &body);
    cr_assert_str_eq(body.text, "last");
    close(fd);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_SENT);
}

STREAM_TEST(closing_lets_others_come_to_their_end)
{
    CLEANUP(str_release) struct str out = STR_INIT, body = STR_INIT;
    int fd = http_dial(4096), held_fd = http_get("/held", NULL);

    http_turn_until(&n_answered, 1);
    http_say(fd, "GET /flow/2000000 HTTP/1.1\r\nHost: h\r\n\r\n");
    http_turn_until(&n_full, 1);
    http_test_close();
    cr_assert_not(http_is_closed);
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    http_body_of(&out, &body);
    cr_assert_eq(body.size, 2000000);
    close(fd);
    str_clear(&out);
    begin(held); /* too late to begin one */
    cr_assert_eq(n_many, 1);
    cr_assert_eq(http_hear(held_fd, &out, NULL), 0);
    cr_assert_not_null(strstr(out.text, " 503 "));
    close(held_fd);
}

STREAM_TEST(closing_cuts_what_does_not_end)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_get("/by-hand", NULL);

    cr_assert_eq(http_hear(fd, &out, "\r\n\r\n"), -1);
    http_test_close();
    cr_assert_eq(http_hear(fd, &out, NULL), ECONNRESET);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_CUT);
    close(fd);
}

/* --- how many --- */

STREAM_TEST(beyond_the_limit_is_503_until_one_has_ended, .max_streams = 2, .max_connections = 3)
{
    CLEANUP(str_release) struct str out = STR_INIT, other = STR_INIT;
    int a = http_get("/by-hand", NULL), b = http_get("/endless", NULL), c;

    http_turn_until(&n_begun, 2);
    cr_assert_eq(http_metric("hongping_http_streams{kind=\"answer\"} "), 1);
    cr_assert_eq(http_metric("hongping_http_streams{kind=\"events\"} "), 1);
    c = http_get("/by-hand", NULL);
    cr_assert_eq(http_hear(c, &out, "\"status\":503"), -1);
    cr_assert_not_null(strstr(out.text, "\r\nRetry-After: 5\r\n"));
    cr_assert_not_null(strstr(out.text, "\r\nContent-Length: "));
    close(b);
    http_turn_until(&n_closed, 1);
    http_say(c, "GET /by-hand HTTP/1.1\r\nHost: h\r\n\r\n"); /* it was kept alive */
    http_turn_until(&n_begun, 3);
    for (int i = 0; i < 3; i++) { /* the two streams do not count among the connections */
        int fd = http_get("/now", NULL);

        str_clear(&other);
        cr_assert_eq(http_hear(fd, &other, "\r\n\r\nnow"), -1);
        close(fd);
    }
    close(a);
    close(c);
}
