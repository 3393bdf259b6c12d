/* SPDX-License-Identifier: Apache-2.0 */
/*
 * The library has no thread here. Its epoll descriptor is watched by the loop, its timeout is the
 * loop's timer, and one pump runs it and arms the timer anew. An answer from elsewhere resumes its
 * connection and starts the idle handle, whose callback pumps before the loop sleeps again: the
 * answers of a turn share one pump, and a busy library takes one pump a turn, not the loop.
 * Nothing is pumped in the prepare phase: a handler may send on ZeroMQ sockets, and their
 * watchers must be able to look once more after it (see zwatch.c).
 */
#include "common/http/httpd.h"

#include <arpa/inet.h>
#include <errno.h>
#include <netinet/in.h>
#include <signal.h>
#include <string.h>
#include <unistd.h>

#include "common/base/clock.h"
#include "common/http/listen.h"
#include "common/http/request.h"
#include "common/http/streams.h"

#include "common/base/banned.h"

enum { SWALLOW_LIMIT = 8 * 1024 * 1024, MAX_WAIT_MS = 60000, CLOSING_S = 5 };

struct httpd {
    struct httpd_spec spec;
    struct MHD_Daemon *daemon;
    uv_poll_t poll;
    uv_timer_t timer;
    uv_idle_t idle; /* active: a pump is wanted this turn */
    struct http_streams streams;
    int port;
    struct http_request *open; /* begun, not yet gone */
    int n_requests;            /* how many */
    int n_handles;             /* of the loop, not yet closed */
    int64_t patience_us;       /* closing: bodies that go on after it are cut off; monotonic */
    bool closing, quiet;
    void (*closed)(void *);
    void *closed_arg;
};

bool httpd_is_closing(const struct httpd *h)
{
    return h->closing;
}

/* --- pumping --- */

static void handle_closed(uv_handle_t *handle)
{
    struct httpd *h = handle->data;
    void (*closed)(void *) = h->closed;
    void *arg = h->closed_arg;

    if (--h->n_handles)
        return;
    free(h);
    if (closed)
        closed(arg);
}

static void close_handle(struct httpd *h, uv_handle_t *handle)
{
    h->n_handles++;
    handle->data = h;
    uv_close(handle, handle_closed);
}

/* Nothing is under way any more: end the library, whose descriptor the loop must have let go
 * before. */
static void finish(struct httpd *h)
{
    close_handle(h, (uv_handle_t *)&h->poll);
    close_handle(h, (uv_handle_t *)&h->timer);
    close_handle(h, (uv_handle_t *)&h->idle);
    close_handle(h, (uv_handle_t *)&h->streams.flush);
    MHD_stop_daemon(h->daemon);
}

/* A client that falls silent, in its body or while it is answered, does not keep us. */
static void hurry(struct http_request *req)
{
    (void)MHD_set_connection_option(req->connection, MHD_CONNECTION_OPTION_TIMEOUT,
                                    (unsigned)CLOSING_S);
}

static void stop_listening(struct httpd *h)
{
    MHD_socket fd = MHD_quiesce_daemon(h->daemon);

    h->quiet = true;
    h->patience_us = monotonic_now_us() + CLOSING_S * SECOND_US;
    for (struct http_request *req = h->open; req; req = req->next)
        hurry(req);
    http_streams_close(&h->streams, (uint64_t)CLOSING_S * 1000);
    if (fd != MHD_INVALID_SOCKET)
        close(fd);
}

static void on_timer(uv_timer_t *timer);
static void on_idle(uv_idle_t *idle);

static void pump_soon(struct httpd *h)
{
    if (!uv_is_closing((uv_handle_t *)&h->idle))
        uv_idle_start(&h->idle, on_idle);
}

static void pump(struct httpd *h)
{
    MHD_UNSIGNED_LONG_LONG wait;

    uv_idle_stop(&h->idle); /* before, not after: a callback may ask for another pump */
    if (h->closing && !h->quiet)
        stop_listening(h);
    MHD_run(h->daemon);
    if (h->closing && h->n_requests == 0 && h->streams.n == 0) {
        finish(h);
        return;
    }
    if (MHD_get_timeout(h->daemon, &wait) != MHD_YES || wait > MAX_WAIT_MS)
        wait = MAX_WAIT_MS;
    if (wait == 0)
        pump_soon(h);
    uv_timer_start(&h->timer, on_timer, wait ? wait : MAX_WAIT_MS, 0);
}

static void on_timer(uv_timer_t *timer)
{
    pump(container_of(timer, struct httpd, timer));
}

static void on_idle(uv_idle_t *idle)
{
    pump(container_of(idle, struct httpd, idle));
}

static void on_poll(uv_poll_t *handle, int status, int events)
{
    (void)status;
    (void)events;
    pump(container_of(handle, struct httpd, poll));
}

struct http_streams *httpd_streams(struct httpd *h)
{
    return &h->streams;
}

void httpd_streams_empty(struct http_streams *hub)
{
    struct httpd *h = container_of(hub, struct httpd, streams);

    if (h->closing)
        pump_soon(h);
}

void httpd_take(struct http_request *req)
{
    req->is_taken = true;
    httpd_answered(req);
}

void httpd_answered(struct http_request *req)
{
    if (!req->is_suspended)
        return; /* on_request is on the stack, or will come for it at the end of the body */
    req->is_suspended = false;
    MHD_resume_connection(req->connection);
    pump_soon(req->httpd);
}

/* --- a request --- */

static void set_peer(struct http_request *req)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(req->connection, MHD_CONNECTION_INFO_CLIENT_ADDRESS);
    const struct sockaddr *addr = info ? info->client_addr : NULL;

    if (addr && addr->sa_family == AF_INET)
        inet_ntop(AF_INET, &((const struct sockaddr_in *)addr)->sin_addr, req->peer,
                  sizeof(req->peer));
    else if (addr && addr->sa_family == AF_INET6)
        inet_ntop(AF_INET6, &((const struct sockaddr_in6 *)addr)->sin6_addr, req->peer,
                  sizeof(req->peer));
}

static struct http_request *request_new(struct httpd *h, struct MHD_Connection *connection,
                                        const char *url, const char *method)
{
    struct arena *a = arena_new();
    struct http_request *req = arena_new_one(a, struct http_request);

    req->httpd = h;
    req->connection = connection;
    req->arena = a;
    req->method = arena_strdup(a, method);
    req->path = arena_strdup(a, url);
    req->body = STR_INIT;
    set_peer(req);
    h->n_requests++;
    req->next = h->open;
    req->at = &h->open;
    if (req->next)
        req->next->at = &req->next;
    h->open = req;
    return req;
}

static void request_free(struct http_request *req)
{
    *req->at = req->next;
    if (req->next)
        req->next->at = req->at;
    str_release(&req->body);
    if (req->response)
        MHD_destroy_response(req->response);
    arena_free(req->arena);
}

static void refuse(struct http_request *req, int status)
{
    req->swallows = true;
    str_release(&req->body);
    if (!req->response)
        http_answer_status(req, status);
}

/* What the client says it will send; 0 if it does not say. */
static uint64_t announced(const struct http_request *req)
{
    const char *text = http_header(req, MHD_HTTP_HEADER_CONTENT_LENGTH);

    return text ? strtoull(text, NULL, 10) : 0; /* its form was checked by the library */
}

static enum MHD_Result queue(struct http_request *req)
{
    enum MHD_Result r = MHD_queue_response(req->connection, (unsigned)req->status, req->response);

    MHD_destroy_response(req->response); /* the connection holds its own reference */
    req->response = NULL;
    return r;
}

/*
 * The headers are in. A refusal is better said after the body: closing on a client that still
 * sends may take the answer from it. One that asks first (Expect), or would send too much, hears it
 * now.
 */
static enum MHD_Result begin(struct http_request *req)
{
    const struct httpd_spec *spec = &req->httpd->spec;
    uint64_t size = announced(req);
    int choice;

    if (req->httpd->closing) {
        hurry(req);
        refuse(req, 503);
    } else {
        req->is_begun = true;
        choice = spec->begin ? spec->begin(req, spec->arg) : 0;
        if (choice == HTTPD_STREAM)
            req->streams = true;
        else if (choice)
            refuse(req, choice);
        else if (size > spec->max_body)
            refuse(req, 413);
    }
    if (req->swallows && (size > SWALLOW_LIMIT || http_header(req, MHD_HTTP_HEADER_EXPECT)))
        return queue(req);
    return MHD_YES;
}

/* A piece of the body. An answer cannot be queued in its middle: a refused one is read to its end.
 */
static enum MHD_Result take(struct http_request *req, const char *data, size_t size)
{
    const struct httpd_spec *spec = &req->httpd->spec;
    int status = 0;

    if (req->httpd->quiet && monotonic_now_us() > req->httpd->patience_us)
        return MHD_NO;
    if (req->swallows) {
        req->n_swallowed += size;
        return req->n_swallowed > SWALLOW_LIMIT ? MHD_NO : MHD_YES;
    }
    if (req->streams)
        status = spec->chunk(req, data, size, spec->arg);
    else if (size > spec->max_body - req->body.size)
        status = 413;
    else
        str_add_bytes(&req->body, data, size);
    if (status)
        refuse(req, status);
    return MHD_YES;
}

/* The body has ended, or the answer of a request that waited has come. */
static enum MHD_Result complete(struct http_request *req)
{
    const struct httpd_spec *spec = &req->httpd->spec;
    int status = 0;

    if (!req->is_whole && !req->swallows) {
        req->is_whole = true;
        if (req->streams)
            status = spec->chunk(req, NULL, 0, spec->arg);
        else
            spec->handle(req, spec->arg);
        if (status && !req->is_taken)
            refuse(req, status);
    }
    if (req->is_taken)
        return MHD_NO;
    if (req->response)
        return queue(req);
    req->is_suspended = true;
    MHD_suspend_connection(req->connection);
    return MHD_YES;
}

static enum MHD_Result on_request(void *cls, struct MHD_Connection *connection, const char *url,
                                  const char *method, const char *version, const char *data,
                                  size_t *size, void **state)
{
    struct http_request *req = *state;
    enum MHD_Result r;

    if (!req) {
        *state = req = request_new(cls, connection, url, method);
        req->is_old = strcmp(version, MHD_HTTP_VERSION_1_0) == 0;
        return begin(req);
    }
    if (!*size)
        return complete(req);
    r = take(req, data, *size);
    *size = 0;
    return r;
}

static void on_completed(void *cls, struct MHD_Connection *connection, void **state,
                         enum MHD_RequestTerminationCode how)
{
    struct http_request *req = *state;
    struct httpd *h = cls;

    (void)connection;
    (void)how;
    if (!req)
        return;
    *state = NULL;
    if (req->is_begun && h->spec.gone)
        h->spec.gone(req, h->spec.arg);
    request_free(req);
    if (--h->n_requests == 0 && h->closing)
        pump_soon(h);
}

/* Paths and queries are handed on as they came; request.c decodes what is asked for. */
static size_t leave_escaped(void *cls, struct MHD_Connection *connection, char *text)
{
    (void)cls;
    (void)connection;
    return strlen(text);
}

/* --- beginning and end --- */

/* Turbo: the library closes a socket without shutting it down, so that a stream's descriptor of it
 * lives on. */
static struct MHD_Daemon *daemon_new(struct httpd *h, int fd)
{
    return MHD_start_daemon(
        MHD_USE_EPOLL | MHD_USE_TURBO | MHD_ALLOW_SUSPEND_RESUME, 0, NULL, NULL, on_request, h,
        MHD_OPTION_LISTEN_SOCKET, (MHD_socket)fd, MHD_OPTION_NOTIFY_COMPLETED, on_completed, h,
        MHD_OPTION_UNESCAPE_CALLBACK, leave_escaped, NULL, MHD_OPTION_CONNECTION_LIMIT,
        (unsigned)h->spec.max_connections, MHD_OPTION_CONNECTION_TIMEOUT,
        (unsigned)h->spec.idle_timeout_s, MHD_OPTION_CONNECTION_MEMORY_LIMIT, (size_t)32 * 1024,
        MHD_OPTION_STRICT_FOR_CLIENT, 1, MHD_OPTION_END);
}

static int start(uv_loop_t *loop, struct httpd *h, int fd)
{
    const union MHD_DaemonInfo *info;
    int r;

    h->daemon = daemon_new(h, fd);
    if (!h->daemon) {
        close(fd);
        return -ENOMEM;
    }
    info = MHD_get_daemon_info(h->daemon, MHD_DAEMON_INFO_EPOLL_FD);
    CHECK(info);
    r = uv_poll_init(loop, &h->poll, info->epoll_fd);
    if (r) {
        MHD_stop_daemon(h->daemon);
        return r;
    }
    CHECK(uv_poll_start(&h->poll, UV_READABLE, on_poll) == 0);
    CHECK(uv_timer_init(loop, &h->timer) == 0);
    CHECK(uv_idle_init(loop, &h->idle) == 0);
    http_streams_init(&h->streams, loop, h->spec.max_streams);
    pump_soon(h);
    return 0;
}

int httpd_new(uv_loop_t *loop, const struct httpd_spec *spec, struct httpd **ret_h,
              struct errtext *e)
{
    struct httpd *h = calloc(1, sizeof(*h));
    int fd = -1, r;

    if (!h)
        return err_raise(-ENOMEM);
    signal(SIGPIPE, SIG_IGN);
    h->spec = *spec;
    r = httpd_listen(spec, &fd, &h->port);
    if (!r)
        r = start(loop, h, fd);
    if (r) {
        errtext_set(e, "HTTP on %s, port %d: %s", spec->address, spec->port, strerror(-r));
        free(h);
        return err_raise(r);
    }
    h->spec.address = NULL; /* the caller's, not needed any more */
    *ret_h = h;
    return 0;
}

int httpd_port(const struct httpd *h)
{
    return h->port;
}

void httpd_close(struct httpd *h, void (*closed)(void *arg), void *arg)
{
    CHECK(!h->closing);
    h->closing = true;
    h->closed = closed;
    h->closed_arg = arg;
    pump_soon(h);
}
