/* SPDX-License-Identifier: Apache-2.0 */
#include <criterion/criterion.h>
#include <errno.h>
#include <string.h>
#include <unistd.h>

#include "common/http/events.h"
#include "tests/support/http_test.h"

enum { MOST = 200 };

static struct http_events *listeners[MOST];
static int n_listeners, n_begun, n_closed, heartbeat_s;
static enum http_end how;
static char last_id[64];

static void on_closed(struct http_events *es, enum http_end end, void *arg)
{
    cr_assert_eq(arg, listeners);
    for (int i = 0; i < n_listeners; i++)
        if (listeners[i] == es)
            listeners[i] = listeners[--n_listeners];
    n_closed++;
    how = end;
}

static void handle(struct http_request *req, void *arg)
{
    const struct http_events_spec spec = {
        .heartbeat_s = heartbeat_s, .retry_ms = 1234, .closed = on_closed, .arg = listeners};
    const char *id = http_last_event_id(req);

    (void)arg;
    snprintf(last_id, sizeof(last_id), "%s", id ? id : "none");
    cr_assert_eq(http_events_begin(req, &spec, &listeners[n_listeners]), 0);
    n_listeners++;
    n_begun++;
}

#define EVENTS_TEST(name) \
    static void name(void); \
    Test(events, name, .timeout = 100) \
    { \
        const struct httpd_spec spec = {.handle = handle}; \
        http_test_start(&spec); \
        name(); \
        http_test_stop(); \
        cr_assert_eq(n_closed, n_begun, "%d begun, %d closed", n_begun, n_closed); \
        cr_assert_eq(http_metric("hongping_http_streams{kind=\"events\"} "), 0); \
    } \
    static void name(void)

/* --- a client's reading, by the standard: fields of lines, an event at each empty line --- */

struct heard {
    char id[64], event[64], data[4096], retry[16];
    int n, n_comments;
};

static void field(struct heard *h, const char *line, bool *has_data)
{
    size_t used = strlen(h->data);

    if (line[0] == ':')
        h->n_comments++;
    else if (strncmp(line, "id: ", 4) == 0)
        snprintf(h->id, sizeof(h->id), "%s", line + 4);
    else if (strncmp(line, "event: ", 7) == 0)
        snprintf(h->event, sizeof(h->event), "%s", line + 7);
    else if (strncmp(line, "retry: ", 7) == 0)
        snprintf(h->retry, sizeof(h->retry), "%s", line + 7);
    else if (strncmp(line, "data: ", 6) == 0) {
        snprintf(h->data + used, sizeof(h->data) - used, "%s%s", *has_data ? "\n" : "", line + 6);
        *has_data = true;
    } else
        cr_assert_fail("no field: %s", line);
}

static struct heard listen_to(const char *text)
{
    struct heard h = {0};
    bool has_data = false;

    while (*text) {
        size_t size = strcspn(text, "\n");
        char line[4096];

        snprintf(line, sizeof(line), "%.*s", (int)size, text);
        if (size) {
            field(&h, line, &has_data);
        } else {
            h.n += has_data;
            has_data = false;
        }
        text += size + (text[size] == '\n');
    }
    cr_assert_not(has_data, "the last event is not closed");
    return h;
}

static struct heard formatted(const char *id, const char *event, const char *data)
{
    CLEANUP(str_release) struct str text = STR_INIT;

    cr_assert_eq(http_event_format(&text, id, event, data), 0);
    return listen_to(text.text);
}

Test(event, arrives_as_it_was_sent)
{
    struct heard h = formatted("310105:42", "verdict", "{\"小区\":\"样例\"}");

    cr_assert_eq(h.n, 1);
    cr_assert_str_eq(h.id, "310105:42");
    cr_assert_str_eq(h.event, "verdict");
    cr_assert_str_eq(h.data, "{\"小区\":\"样例\"}");
    h = formatted(NULL, NULL, "bare");
    cr_assert_eq(h.n, 1);
    cr_assert_str_eq(h.data, "bare");
}

Test(event, keeps_its_lines)
{
    static const struct {
        const char *data, *want;
    } cases[] = {
        {"", ""},
        {"a\nb", "a\nb"},
        {"a\r\nb\rc", "a\nb\nc"},
        {"a\n", "a\n"},
        {"\n\n", "\n\n"},
        {"\r\r\n\n", "\n\n\n"},
        {" a\n: b", " a\n: b"},
        {"data: x\nid: 7", "data: x\nid: 7"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct heard h = formatted("1", NULL, cases[i].data);

        cr_assert_eq(h.n, 1, "case %zu", i);
        cr_assert_str_eq(h.data, cases[i].want, "case %zu", i);
        cr_assert_str_eq(h.id, "1", "case %zu", i);
    }
}

Test(event, cannot_be_split)
{
    static const char *const bad[] = {"a\nb", "a\rb", "\n", "a\r\n"};
    CLEANUP(str_release) struct str text = STR_INIT;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++) {
        cr_assert_eq(http_event_format(&text, bad[i], NULL, "x"), HTTP_E_EVENT);
        cr_assert_eq(http_event_format(&text, NULL, bad[i], "x"), HTTP_E_EVENT);
    }
    cr_assert_eq(http_event_format(&text, NULL, "", "x"), HTTP_E_EVENT);
    cr_assert_eq(text.size, 0);
    cr_assert_eq(http_event_format(&text, "", NULL, "x"), 0); /* forget the last id */
}

/* --- over the wire --- */

static struct heard body_heard(const struct str *answer)
{
    CLEANUP(str_release) struct str body = STR_INIT;

    http_body_of(answer, &body);
    return listen_to(body.text);
}

EVENTS_TEST(a_listener_hears_what_is_sent)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_get("/", NULL);
    struct heard h;

    cr_assert_eq(http_hear(fd, &out, "retry: 1234\n\n"), -1); /* before there is an event */
    cr_assert_not_null(strstr(out.text, "\r\nContent-Type: text/event-stream\r\n"));
    cr_assert_not_null(strstr(out.text, "\r\nCache-Control: no-store\r\n"));
    cr_assert_not_null(strstr(out.text, "\r\nX-Accel-Buffering: no\r\n"));
    cr_assert_eq(http_events_send(listeners[0], "7", "moved", "a\nb"), 0);
    cr_assert_eq(http_hear(fd, &out, "data: b\n\n"), -1);
    cr_assert_eq(http_events_send(listeners[0], "8\nid: 9", NULL, "x"), HTTP_E_EVENT);
    cr_assert_eq(http_events_send(listeners[0], "8", NULL, "last"), 0);
    http_events_end(listeners[0]);
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    h = body_heard(&out);
    cr_assert_eq(h.n, 2);
    cr_assert_str_eq(h.id, "8");
    cr_assert_str_eq(h.retry, "1234");
    cr_assert_str_eq(h.event, "moved");
    cr_assert_str_eq(h.data, "a\nblast");
    close(fd);
}

static void is_last(const char *path, const char *headers, const char *want)
{
    int before = n_begun, fd = http_get(path, headers);

    http_turn_until(&n_begun, before + 1);
    cr_assert_str_eq(last_id, want);
    close(fd);
    http_turn_until(&n_closed, before + 1);
    cr_assert_eq(how, HTTP_LOST);
}

EVENTS_TEST(a_listener_that_comes_back_says_where_it_stopped)
{
    is_last("/", NULL, "none");
    is_last("/", "Last-Event-ID: 310105:42\r\n", "310105:42");
    is_last("/?last_event_id=310105%3A41", NULL, "310105:41");
    is_last("/?last_event_id=41", "Last-Event-ID: 42\r\n",
            "42"); /* the page's beginning, then its own */
    is_last("/?last_event_id=4%0A1", NULL, "none");
}

EVENTS_TEST(silence_is_broken_by_comments)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd;

    heartbeat_s = 1;
    fd = http_get("/", NULL);
    cr_assert_eq(http_hear(fd, &out, ":\n\n\r\n3\r\n:\n\n"), -1);
    http_events_end(listeners[0]);
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    cr_assert_eq(body_heard(&out).n, 0);
    close(fd);
}

EVENTS_TEST(head_is_answered_and_over)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int fd = http_dial(0);

    http_say(fd, "HEAD / HTTP/1.1\r\nHost: h\r\n\r\n");
    cr_assert_eq(http_hear(fd, &out, NULL), 0);
    cr_assert_not_null(strstr(out.text, "text/event-stream"));
    close(fd);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_SENT);
}

EVENTS_TEST(a_slow_listener_is_dropped_and_others_hear_on)
{
    CLEANUP(str_release) struct str out = STR_INIT, other = STR_INIT;
    static char data[5000];
    int slow = http_dial(4096), quick, r = 0;
    struct http_events *slow_one, *quick_one;

    memset(data, 'd', sizeof(data) - 1);
    http_say(slow, "GET / HTTP/1.1\r\nHost: h\r\n\r\n");
    http_turn_until(&n_begun, 1);
    slow_one = listeners[0];
    quick = http_get("/", NULL);
    http_turn_until(&n_begun, 2);
    quick_one = listeners[1];
    while (!r) {
        r = http_events_send(slow_one, NULL, NULL, data);
        uv_run(&http_loop, UV_RUN_NOWAIT);
    }
    cr_assert_eq(r, HTTP_E_GONE);
    http_turn_until(&n_closed, 1);
    cr_assert_eq(how, HTTP_STALLED);
    cr_assert_eq(http_metric("hongping_http_slow_clients_total{why=\"backlog\"} "), 1);
    cr_assert_eq(http_hear(slow, &out, NULL), ECONNRESET);
    cr_assert_eq(http_events_send(quick_one, NULL, NULL, "still here"), 0);
    cr_assert_eq(http_hear(quick, &other, "still here\n\n"), -1);
    close(slow);
    close(quick);
}

EVENTS_TEST(two_hundred_listeners_hear_each_event_once)
{
    CLEANUP(str_release) struct str event = STR_INIT;
    static struct str out[MOST];
    int fds[MOST];

    for (int i = 0; i < MOST; i++) {
        out[i] = STR_INIT;
        fds[i] = http_get("/", NULL);
        http_turn_until(&n_begun, i + 1);
    }
    cr_assert_eq(http_metric("hongping_http_streams{kind=\"events\"} "), MOST);
    cr_assert_eq(http_event_format(&event, "1", NULL, "to all"), 0);
    for (int i = 0; i < n_listeners; i++)
        cr_assert_eq(http_events_send_text(listeners[i], event.text, event.size), 0);
    for (int i = 0; i < MOST; i++)
        cr_assert_eq(http_hear(fds[i], &out[i], "to all\n\n"), -1);
    http_test_close(); /* which ends them */
    for (int i = 0; i < MOST; i++) {
        struct heard h;

        cr_assert_eq(http_hear(fds[i], &out[i], NULL), 0);
        h = body_heard(&out[i]);
        cr_assert_eq(h.n, 1);
        cr_assert_str_eq(h.data, "to all");
        str_release(&out[i]);
        close(fds[i]);
    }
}
