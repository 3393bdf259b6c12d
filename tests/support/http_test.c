/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/http_test.h"

#include <arpa/inet.h>
#include <criterion/criterion.h>
#include <dirent.h>
#include <errno.h>
#include <string.h>
#include <sys/socket.h>
#include <unistd.h>

#include "common/metrics/metrics.h"

enum { DEADLINE_MS = 60000 };

uv_loop_t http_loop;
struct httpd *http_server;
bool http_is_closed;
static uv_timer_t deadline;
static int n_open_before;

static int count_open(void)
{
    DIR *dir = opendir("/proc/self/fd");
    int n = 0;

    cr_assert_not_null(dir);
    while (readdir(dir))
        n++;
    closedir(dir);
    return n;
}

static void on_deadline(uv_timer_t *t)
{
    (void)t;
    cr_assert_fail("not done after %d ms", DEADLINE_MS);
}

void http_test_start(const struct httpd_spec *spec)
{
    struct httpd_spec full = *spec;
    struct errtext e = {0};

    cr_assert_eq(uv_loop_init(&http_loop), 0); /* the first one opens two that stay */
    cr_assert_eq(uv_loop_close(&http_loop), 0);
    n_open_before = count_open();
    full.address = "127.0.0.1";
    full.max_body = spec->max_body ? spec->max_body : 100000;
    full.max_connections = spec->max_connections ? spec->max_connections : 1000;
    full.max_streams = spec->max_streams ? spec->max_streams : 1000;
    full.idle_timeout_s = spec->idle_timeout_s ? spec->idle_timeout_s : 30;
    cr_assert_eq(uv_loop_init(&http_loop), 0);
    uv_timer_init(&http_loop, &deadline);
    uv_timer_start(&deadline, on_deadline, DEADLINE_MS, 0);
    cr_assert_eq(httpd_new(&http_loop, &full, &http_server, &e), 0, "%s", e.text);
}

static void on_closed(void *arg)
{
    (void)arg;
    http_is_closed = true;
}

void http_test_close(void)
{
    httpd_close(http_server, on_closed, NULL);
    http_server = NULL;
}

void http_test_stop(void)
{
    if (http_server)
        http_test_close();
    uv_close((uv_handle_t *)&deadline, NULL);
    uv_run(&http_loop, UV_RUN_DEFAULT);
    cr_assert(http_is_closed);
    cr_assert_eq(uv_loop_close(&http_loop), 0);
    cr_assert_eq(count_open(), n_open_before, "%d descriptors before, %d after", n_open_before,
                 count_open());
}

int http_dial(int receive_buffer)
{
    struct sockaddr_in to = {.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)httpd_port(http_server))};
    int fd = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (receive_buffer)
        setsockopt(fd, SOL_SOCKET, SO_RCVBUF, &receive_buffer, sizeof(receive_buffer));
    inet_pton(AF_INET, "127.0.0.1", &to.sin_addr);
    cr_assert_eq(connect(fd, (struct sockaddr *)&to, sizeof(to)), 0);
    return fd;
}

void http_say(int fd, const char *text)
{
    cr_assert_eq(send(fd, text, strlen(text), MSG_NOSIGNAL), (ssize_t)strlen(text));
}

int http_hear(int fd, struct str *out, const char *want)
{
    char buf[65536];

    for (;;) {
        ssize_t n;

        if (want && strstr(out->text, want))
            return -1;
        uv_run(&http_loop, UV_RUN_NOWAIT);
        n = recv(fd, buf, sizeof(buf), MSG_DONTWAIT);
        if (n > 0)
            str_add_bytes(out, buf, (size_t)n);
        else if (n == 0)
            return 0;
        else if (errno != EAGAIN)
            return errno;
    }
}

void http_turn_until(const int *n, int want)
{
    while (*n < want)
        uv_run(&http_loop, UV_RUN_ONCE);
}

int http_get(const char *path, const char *headers)
{
    char text[1024];
    int fd = http_dial(0);

    snprintf(text, sizeof(text), "GET %s HTTP/1.1\r\nHost: h\r\n%s\r\n", path,
             headers ? headers : "");
    http_say(fd, text);
    return fd;
}

void http_body_of(const struct str *answer, struct str *ret_body)
{
    const char *at = strstr(answer->text, "\r\n\r\n"), *end = answer->text + answer->size;
    size_t size = 1;

    cr_assert_not_null(at);
    for (at += 4; size; at += size + 2) {
        char *data;

        size = strtoull(at, &data, 16);
        cr_assert(data > at && strncmp(data, "\r\n", 2) == 0, "no chunk: %.20s", at);
        at = data + 2;
        cr_assert_geq((size_t)(end - at), size + 2);
        str_add_bytes(ret_body, at, size);
        cr_assert_eq(strncmp(at + size, "\r\n", 2), 0);
    }
    cr_assert_eq(at, end);
}

long http_metric(const char *name)
{
    CLEANUP(str_release) struct str text = STR_INIT;
    const char *at;

    metrics_print(&text);
    at = strstr(text.text, name);
    return at ? strtol(at + strlen(name), NULL, 10) : 0;
}
