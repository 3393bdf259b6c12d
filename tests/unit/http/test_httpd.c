/* SPDX-License-Identifier: Apache-2.0 */
#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/base/str.h"
#include "common/http/httpd.h"

enum { MAX_BODY = 100000, DEADLINE_MS = 60000, MANY = 40 };

/* --- the server: what it does depends on the path --- */

static uv_loop_t loop;
static struct httpd *httpd;
static struct httpd_spec spec;
static uv_timer_t deadline, later;
static uv_async_t client_left;
static struct http_request *waiting[MANY];
static int n_waiting, n_begun, n_handled, n_gone, hold_until;
static size_t n_streamed, largest_chunk;
static bool was_closed;

static bool path_is(const struct http_request *req, const char *path)
{
    return strcmp(http_path(req), path) == 0;
}

static int on_begin(struct http_request *req, void *arg)
{
    cr_assert_eq(arg, &spec);
    n_begun++;
    if (path_is(req, "/stream") || path_is(req, "/stop"))
        return HTTPD_STREAM;
    if (path_is(req, "/refuse"))
        return 401;
    if (path_is(req, "/refuse-own")) {
        http_add_header(req, "WWW-Authenticate", "Session");
        http_answer(req, 403, "text/plain", "not yours", 9);
        return 403;
    }
    return 0;
}

static void answer_number(struct http_request *req, size_t n)
{
    char text[32];

    http_answer(req, 200, "text/plain", text, (size_t)snprintf(text, sizeof(text), "%zu", n));
}

static int on_chunk(struct http_request *req, const void *data, size_t size, void *arg)
{
    (void)arg;
    for (size_t i = 0; i < size; i++)
        cr_assert_eq(((const char *)data)[i], 'u');
    n_streamed += size;
    largest_chunk = size > largest_chunk ? size : largest_chunk;
    if (path_is(req, "/stop"))
        return n_streamed > 50000 ? 422 : 0;
    if (!size)
        answer_number(req, n_streamed);
    return 0;
}

static void answer_all(uv_timer_t *t)
{
    (void)t;
    for (int i = 0; i < n_waiting; i++)
        http_answer(waiting[i], 200, "text/plain", "later", 5);
    n_waiting = 0;
}

static void add_pair(const char *name, const char *value, void *arg)
{
    str_printf(arg, "%s=%s;", name, value);
}

static const char *or_dash(const char *text)
{
    return text ? text : "-";
}

static void tell(struct http_request *req)
{
    CLEANUP(str_release) struct str s = STR_INIT;

    str_printf(&s, "%s|%s|%s|%s|%s|%s|", http_method(req), http_path(req), http_peer(req),
               or_dash(http_header(req, "x-one")), or_dash(http_cookie(req, "session")),
               or_dash(http_query(req, "名")));
    http_queries(req, add_pair, &s);
    http_add_header(req, "X-Split", "a\r\nX-Evil: 1");
    http_add_header(req, "X-Kept", "yes");
    http_answer(req, 200, "text/plain", s.text, s.size);
}

static void on_handle(struct http_request *req, void *arg)
{
    struct bytes body = http_body(req);

    (void)arg;
    n_handled++;
    http_set_user(req, arena_strdup(http_arena(req), "mine"));
    if (path_is(req, "/now"))
        http_answer(req, 200, "text/plain", "now", 3);
    else if (path_is(req, "/echo"))
        http_answer(req, 200, "application/octet-stream", body.data, body.size);
    else if (path_is(req, "/big"))
        http_answer(req, 200, NULL, arena_zalloc(http_arena(req), 8000000), 8000000);
    else if (path_is(req, "/file")) {
        FILE *f = tmpfile();

        fputs("from a file", f);
        fflush(f);
        http_answer_fd(req, 200, "text/plain", dup(fileno(f)), 11);
        fclose(f);
    } else if (path_is(req, "/later")) {
        waiting[n_waiting++] = req;
        if (n_waiting >= hold_until)
            uv_timer_start(&later, answer_all, 1, 0);
    } else
        tell(req);
}

static void on_gone(struct http_request *req, void *arg)
{
    (void)arg;
    n_gone++;
    if (http_user(req))
        cr_assert_str_eq(http_user(req), "mine");
}

static void on_deadline(uv_timer_t *t)
{
    (void)t;
    cr_assert_fail("not done after %d ms", DEADLINE_MS);
}

static void on_client_left(uv_async_t *a)
{
    (void)a;
    uv_stop(&loop);
}

static void setup(void)
{
    struct errtext e;

    spec = (struct httpd_spec){.address = "127.0.0.1",
                               .max_body = MAX_BODY,
                               .max_connections = 200,
                               .idle_timeout_s = 30,
                               .begin = on_begin,
                               .chunk = on_chunk,
                               .handle = on_handle,
                               .gone = on_gone,
                               .arg = &spec};
    hold_until = 1;
    cr_assert_eq(uv_loop_init(&loop), 0);
    uv_timer_init(&loop, &deadline);
    uv_timer_start(&deadline, on_deadline, DEADLINE_MS, 0);
    uv_timer_init(&loop, &later);
    uv_async_init(&loop, &client_left, on_client_left);
    cr_assert_eq(httpd_new(&loop, &spec, &httpd, &e), 0, "%s", e.text);
    cr_assert_gt(httpd_port(httpd), 0);
}

static void on_closed(void *arg)
{
    (void)arg;
    was_closed = true;
}

static void teardown(void)
{
    if (httpd)
        httpd_close(httpd, on_closed, NULL);
    uv_close((uv_handle_t *)&deadline, NULL);
    uv_close((uv_handle_t *)&later, NULL);
    uv_close((uv_handle_t *)&client_left, NULL);
    uv_run(&loop, UV_RUN_DEFAULT);
    cr_assert(was_closed);
    cr_assert_eq(n_gone, n_begun, "%d begun, %d gone", n_begun, n_gone);
    cr_assert_eq(uv_loop_close(&loop), 0);
}

/* Not .init and .fini: an assertion that fails there is printed but does not count. */
#define HTTPD_TEST(name) \
    static void name(void); \
    Test(httpd, name, .timeout = 100) \
    { \
        setup(); \
        name(); \
        teardown(); \
    } \
    static void name(void)

/* --- the client: curl in a thread of its own; it only collects, the test's thread judges --- */

struct exchange {
    const char *path, *method;
    const char *header;
    size_t upload; /* bytes of 'u' */
    bool chunked;
    int repeat;
    CURLcode code;
    long status;
    struct str body, headers;
    size_t n_uploaded;
};

static size_t keep(char *data, size_t one, size_t n, void *arg)
{
    str_add_bytes(arg, data, one * n);
    return one * n;
}

static size_t give(char *buf, size_t one, size_t n, void *arg)
{
    struct exchange *x = arg;
    size_t left = x->upload - x->n_uploaded, size = one * n < left ? one * n : left;

    memset(buf, 'u', size);
    x->n_uploaded += size;
    return size;
}

static CURL *easy_for(struct exchange *x, struct curl_slist **ret_headers)
{
    CURL *c = curl_easy_init();
    char url[512];

    snprintf(url, sizeof(url), "http://127.0.0.1:%d%s", httpd_port(httpd), x->path);
    curl_easy_setopt(c, CURLOPT_URL, url);
    curl_easy_setopt(c, CURLOPT_NOPROXY, "*");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, keep);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, &x->body);
    curl_easy_setopt(c, CURLOPT_HEADERFUNCTION, keep);
    curl_easy_setopt(c, CURLOPT_HEADERDATA, &x->headers);
    if (x->method && strcmp(x->method, "HEAD") == 0)
        curl_easy_setopt(c, CURLOPT_NOBODY, 1L);
    if (x->upload) {
        curl_easy_setopt(c, CURLOPT_UPLOAD, 1L);
        curl_easy_setopt(c, CURLOPT_READFUNCTION, give);
        curl_easy_setopt(c, CURLOPT_READDATA, x);
        if (!x->chunked)
            curl_easy_setopt(c, CURLOPT_INFILESIZE_LARGE, (curl_off_t)x->upload);
    }
    if (x->header)
        *ret_headers = curl_slist_append(*ret_headers, x->header);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, *ret_headers);
    return c;
}

static void run_exchange(void *arg)
{
    struct exchange *x = arg;
    struct curl_slist *headers = NULL;
    CURL *c = easy_for(x, &headers);

    for (int i = 0; i < (x->repeat ? x->repeat : 1); i++) {
        str_clear(&x->body);
        str_clear(&x->headers);
        x->n_uploaded = 0;
        x->code = curl_easy_perform(c);
        curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &x->status);
        if (x->code || x->status != 200)
            break;
    }
    curl_easy_cleanup(c);
    curl_slist_free_all(headers);
    uv_async_send(&client_left);
}

static void with_client(void (*fn)(void *), void *arg)
{
    uv_thread_t thread;

    cr_assert_eq(uv_thread_create(&thread, fn, arg), 0);
    uv_run(&loop, UV_RUN_DEFAULT);
    uv_thread_join(&thread);
}

static void exchange(struct exchange *x, long status)
{
    x->body = x->headers = STR_INIT;
    with_client(run_exchange, x);
    cr_assert_eq(x->code, CURLE_OK, "%s: %s", x->path, curl_easy_strerror(x->code));
    cr_assert_eq(x->status, status, "%s: %ld", x->path, x->status);
}

static void forget(struct exchange *x)
{
    str_release(&x->body);
    str_release(&x->headers);
}

#define EXCHANGE(var, want, ...) \
    struct exchange var = {__VA_ARGS__}; \
    exchange(&var, want)

HTTPD_TEST(answers_at_once)
{
    EXCHANGE(x, 200, .path = "/now");
    cr_assert_str_eq(x.body.text, "now");
    cr_assert_not_null(strstr(x.headers.text, "Content-Type: text/plain"));
    forget(&x);
}

HTTPD_TEST(answers_later_from_the_loop)
{
    EXCHANGE(x, 200, .path = "/later");
    cr_assert_str_eq(x.body.text, "later");
    forget(&x);
}

HTTPD_TEST(tells_what_was_asked)
{
    EXCHANGE(x, 200, .path = "/a%2Fb%E5%90%8D?%E5%90%8D=%E5%80%BC+1%2B1&empty=&bare&bad=%zz%00%4",
             .header = "X-One: 1");
    cr_assert_str_eq(x.body.text, "GET|/a%2Fb%E5%90%8D|127.0.0.1|1|-|值 1+1|"
                                  "名=值 1+1;empty=;bare=;bad=%zz%00%4;");
    forget(&x);
}

HTTPD_TEST(reads_cookies)
{
    EXCHANGE(x, 200, .path = "/c", .header = "Cookie: a=b; session=s3cret; c=d");
    cr_assert_str_eq(x.body.text, "GET|/c|127.0.0.1|-|s3cret|-|");
    forget(&x);
}

HTTPD_TEST(a_header_cannot_be_split)
{
    EXCHANGE(x, 200, .path = "/any");
    cr_assert_null(strstr(x.headers.text, "X-Evil"));
    cr_assert_not_null(strstr(x.headers.text, "X-Kept: yes\r\n"));
    forget(&x);
}

HTTPD_TEST(head_has_headers_and_no_body)
{
    EXCHANGE(x, 200, .path = "/now", .method = "HEAD");
    cr_assert_eq(x.body.size, 0);
    cr_assert_not_null(strstr(x.headers.text, "Content-Length: 3\r\n"));
    forget(&x);
}

HTTPD_TEST(hands_over_a_body_up_to_the_limit)
{
    for (int chunked = 0; chunked < 2; chunked++) {
        EXCHANGE(x, 200, .path = "/echo", .upload = MAX_BODY, .chunked = chunked);
        cr_assert_eq(x.body.size, MAX_BODY);
        cr_assert_eq(x.body.text[MAX_BODY - 1], 'u');
        forget(&x);
    }
}

static void is_413(size_t upload, bool chunked, const char *header)
{
    EXCHANGE(x, 413, .path = "/echo", .upload = upload, .chunked = chunked, .header = header);
    cr_assert_not_null(strstr(x.headers.text, "Content-Type: application/problem+json"));
    cr_assert_not_null(strstr(x.body.text, "\"status\":413"));
    forget(&x);
}

HTTPD_TEST(a_body_beyond_the_limit_is_413)
{
    is_413(MAX_BODY + 1, false, NULL);
    is_413(MAX_BODY + 1, true, NULL);
    is_413(3000000, false, "Expect:");
    is_413(3000000, true, "Expect:");
    is_413(50000000, false, NULL); /* curl asks first, by Expect */
    cr_assert_eq(n_handled, 0);
}

HTTPD_TEST(a_refused_upload_without_end_is_cut)
{
    struct exchange x = {.path = "/echo", .upload = 50000000, .chunked = true, .header = "Expect:"};

    x.body = x.headers = STR_INIT;
    with_client(run_exchange, &x);
    cr_assert_neq(x.code, CURLE_OK);
    cr_assert_lt(x.n_uploaded, 50000000);
    cr_assert_eq(n_handled, 0);
    forget(&x);
}

HTTPD_TEST(an_upload_is_streamed_in_pieces)
{
    EXCHANGE(x, 200, .path = "/stream", .upload = 20000000);
    cr_assert_str_eq(x.body.text, "20000000");
    cr_assert_leq(largest_chunk, 65536);
    cr_assert_eq(n_handled, 0);
    forget(&x);
}

HTTPD_TEST(a_streamed_upload_may_be_refused_on_the_way)
{
    EXCHANGE(x, 422, .path = "/stop", .upload = 2000000);
    cr_assert_lt(n_streamed, 200000);
    cr_assert_not_null(strstr(x.body.text, "\"status\":422"));
    forget(&x);
}

HTTPD_TEST(refuses_by_the_headers_alone)
{
    EXCHANGE(x, 401, .path = "/refuse");
    cr_assert_str_eq(x.body.text,
                     "{\"type\":\"about:blank\",\"status\":401,\"title\":\"Unauthorized\"}\n");
    forget(&x);
    EXCHANGE(y, 403, .path = "/refuse-own", .upload = 300000, .header = "Expect:");
    cr_assert_str_eq(y.body.text, "not yours");
    cr_assert_not_null(strstr(y.headers.text, "WWW-Authenticate: Session\r\n"));
    cr_assert_eq(n_handled, 0);
    forget(&y);
}

HTTPD_TEST(sends_files_and_large_answers)
{
    EXCHANGE(x, 200, .path = "/file");
    cr_assert_str_eq(x.body.text, "from a file");
    forget(&x);
    EXCHANGE(y, 200, .path = "/big");
    cr_assert_eq(y.body.size, 8000000);
    forget(&y);
}

HTTPD_TEST(serves_many_requests_on_one_connection)
{
    EXCHANGE(x, 200, .path = "/now", .repeat = 2000);
    EXCHANGE(y, 200, .path = "/later", .repeat = 300);
    cr_assert_eq(n_handled, 2300);
    forget(&x);
    forget(&y);
}

/* All wait at once: they are answered only when the last has come. */
static void run_many(void *arg)
{
    struct exchange *x = arg;
    struct curl_slist *none = NULL;
    CURLM *m = curl_multi_init();
    CURL *c[MANY];
    int n_running = 1;

    for (int i = 0; i < MANY; i++) {
        c[i] = easy_for(&x[i], &none);
        curl_multi_add_handle(m, c[i]);
    }
    while (n_running && curl_multi_perform(m, &n_running) == CURLM_OK && n_running)
        curl_multi_poll(m, NULL, 0, 1000, NULL);
    for (int i = 0; i < MANY; i++) {
        curl_easy_getinfo(c[i], CURLINFO_RESPONSE_CODE, &x[i].status);
        curl_multi_remove_handle(m, c[i]);
        curl_easy_cleanup(c[i]);
    }
    curl_multi_cleanup(m);
    uv_async_send(&client_left);
}

HTTPD_TEST(many_clients_wait_at_once)
{
    struct exchange x[MANY];

    hold_until = MANY;
    for (int i = 0; i < MANY; i++)
        x[i] = (struct exchange){.path = "/later", .body = STR_INIT, .headers = STR_INIT};
    with_client(run_many, x);
    for (int i = 0; i < MANY; i++) {
        cr_assert_eq(x[i].status, 200);
        cr_assert_str_eq(x[i].body.text, "later");
        forget(&x[i]);
    }
}

/* --- clients that misbehave: plain sockets, in the loop's own thread --- */

static int dial(void)
{
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)httpd_port(httpd))};
    struct timeval patience = {.tv_sec = 20};
    int fd = socket(AF_INET, SOCK_STREAM, 0);

    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    setsockopt(fd, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof(patience));
    return fd;
}

static void say(int fd, const char *text)
{
    cr_assert_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

static void turn_until(const int *n, int want)
{
    while (*n < want)
        uv_run(&loop, UV_RUN_ONCE);
}

/* Reads what comes, turning the loop, until @want was seen or the other side closed. */
static void hear(int fd, struct str *out, const char *want)
{
    char buf[4096];
    ssize_t n = 1;

    while (n && !(want && strstr(out->text, want))) {
        uv_run(&loop, UV_RUN_NOWAIT);
        n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
        if (n > 0)
            str_add_bytes(out, buf, (size_t)n);
        else if (n < 0 && errno == ECONNRESET)
            n = 0;
    }
}

HTTPD_TEST(a_client_that_leaves_within_its_upload_is_gone)
{
    int fd = dial();

    say(fd, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nuuu");
    turn_until(&n_begun, 1);
    close(fd);
    turn_until(&n_gone, 1);
    cr_assert_eq(n_handled, 0);
}

HTTPD_TEST(a_client_that_leaves_while_it_waits_is_gone_after_the_answer)
{
    int fd = dial();

    hold_until = 2;
    say(fd, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
    turn_until(&n_handled, 1);
    shutdown(fd, SHUT_RDWR);
    close(fd);
    for (int i = 0; i < 10; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
    cr_assert_eq(n_gone, 0); /* its memory is ours until we answer */
    uv_timer_start(&later, answer_all, 0, 0);
    turn_until(&n_gone, 1);
}

HTTPD_TEST(pipelined_requests_are_answered_in_order)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = dial();

    say(fd, "GET /later HTTP/1.1\r\nHost: h\r\n\r\nGET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    hear(fd, &out, "\r\n\r\nnow");
    cr_assert_not_null(strstr(out.text, "\r\n\r\nlater"));
    cr_assert_lt(strstr(out.text, "\r\n\r\nlater"), strstr(out.text, "\r\n\r\nnow"));
    close(fd);
}

HTTPD_TEST(what_is_not_http_gets_400)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = dial();

    say(fd, "\x16\x03\x01 hello there\r\n\r\n");
    hear(fd, &out, NULL);
    cr_assert(out.size == 0 || strstr(out.text, " 400 "), "%s", out.text);
    cr_assert_eq(n_handled, 0);
    close(fd);
}

HTTPD_TEST(a_request_may_come_byte_by_byte)
{
    static const char request[] = "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 4\r\n\r\nabcd";
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = dial();

    for (const char *p = request; *p; p++) {
        cr_assert_eq(send(fd, p, 1, MSG_NOSIGNAL), 1);
        uv_run(&loop, UV_RUN_NOWAIT);
    }
    hear(fd, &out, "\r\n\r\nabcd");
    close(fd);
}

HTTPD_TEST(a_quiet_server_lets_the_loop_sleep)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = dial();

    say(fd, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    hear(fd, &out, "\r\n\r\nnow");
    for (int i = 0; i < 5; i++)
        uv_run(&loop, UV_RUN_NOWAIT);
    cr_assert_gt(uv_backend_timeout(&loop), 100);
    close(fd);
}

HTTPD_TEST(closing_answers_what_is_open_and_refuses_what_comes)
{
    CLEANUP(str_release) struct str first = STR_INIT, second = STR_INIT;
    int a = dial(), b = dial(), port = httpd_port(httpd);
    struct sockaddr_in to = {.sin_family = AF_INET, .sin_port = htons((uint16_t)port)};
    int c = socket(AF_INET, SOCK_STREAM, 0);

    hold_until = 2;
    say(b, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    hear(b, &second, "\r\n\r\nnow");
    say(a, "GET /later HTTP/1.1\r\nHost: h\r\n\r\n");
    turn_until(&n_handled, 2);
    httpd_close(httpd, on_closed, NULL);
    httpd = NULL;
    say(b, "GET /now HTTP/1.1\r\nHost: h\r\n\r\n");
    hear(b, &second, NULL);
    cr_assert_not_null(strstr(second.text, " 503 "));
    cr_assert_not(was_closed);
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    cr_assert_eq(connect(c, (struct sockaddr *)&to, sizeof(to)), -1);
    cr_assert_eq(errno, ECONNREFUSED);
    uv_timer_start(&later, answer_all, 0, 0);
    hear(a, &first, NULL);
    cr_assert_not_null(strstr(first.text, "\r\n\r\nlater"));
    cr_assert_not_null(strstr(first.text, "Connection: close\r\n"));
    while (!was_closed)
        uv_run(&loop, UV_RUN_ONCE);
    close(a);
    close(b);
    close(c);
}

HTTPD_TEST(closing_does_not_wait_for_clients_that_fell_silent)
{
    int64_t began = monotonic_now_us();
    int a = dial(), b = dial();

    say(a, "POST /echo HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nuuu");
    say(b, "POST /stream HTTP/1.1\r\nHost: h\r\nContent-Length: 1000\r\n\r\nuuu");
    turn_until(&n_begun, 2);
    httpd_close(httpd, on_closed, NULL);
    httpd = NULL;
    while (!was_closed)
        uv_run(&loop, UV_RUN_ONCE);
    cr_assert_eq(n_gone, 2);
    cr_assert_lt(monotonic_now_us() - began, 20 * SECOND_US);
    close(a);
    close(b);
}

/* --- listening --- */

HTTPD_TEST(a_port_in_use_is_said)
{
    struct httpd_spec same = spec;
    struct httpd *other = NULL;
    struct errtext e = {0};

    same.port = httpd_port(httpd);
    cr_assert_eq(httpd_new(&loop, &same, &other, &e), -EADDRINUSE);
    cr_assert_not_null(strstr(e.text, "in use"));
    cr_assert_null(other);
}

HTTPD_TEST(impossible_addresses_are_refused)
{
    struct httpd_spec bad = spec;
    struct httpd *other = NULL;
    struct errtext e = {0};

    bad.address = "not an address";
    cr_assert_eq(httpd_new(&loop, &bad, &other, &e), -EINVAL);
    cr_assert_not_null(strstr(e.text, "not an address"));
    bad = spec;
    bad.port = 65536;
    cr_assert_eq(httpd_new(&loop, &bad, &other, NULL), -EINVAL);
}

static int n_others;

static void other_closed(void *arg)
{
    (void)arg;
    n_others++;
}

HTTPD_TEST(processes_may_share_a_port)
{
    struct httpd_spec shared = spec;
    struct httpd *a = NULL, *b = NULL;

    shared.share_port = true;
    cr_assert_eq(httpd_new(&loop, &shared, &a, NULL), 0);
    shared.port = httpd_port(a);
    cr_assert_eq(httpd_new(&loop, &shared, &b, NULL), 0);
    cr_assert_eq(httpd_port(b), httpd_port(a));
    httpd_close(a, other_closed, NULL);
    httpd_close(b, other_closed, NULL);
    turn_until(&n_others, 2);
}
