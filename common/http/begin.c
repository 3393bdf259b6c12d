/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Why not the library's own callback response: it would have to suspend a connection that has
 * nothing to say, whose memory (its 32 KiB and our arena) then stays allocated, it does not notice
 * that a suspended client has left, and whenever any request is resumed it walks through all that
 * are suspended: with 8000 of them an answer of anybody else costs eight times as much.
 */
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <string.h>
#include <sys/socket.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/http/request.h"
#include "common/http/streams.h"

#include "common/base/banned.h"

enum { BACKLOG = 64 * 1024, STALL_S = 30 };

static void add_date(struct str *out)
{
    time_t now = (time_t)(wall_now_us() / SECOND_US);
    char text[64];
    struct tm tm;

    gmtime_r(&now, &tm);
    if (strftime(text, sizeof(text), "%a, %d %b %Y %H:%M:%S GMT", &tm))
        str_printf(out, "Date: %s\r\n", text);
}

/* The status line and headers of an answer of unknown length. */
static void add_head(struct http_request *req, int status, const char *content_type, bool chunked,
                     struct str *out)
{
    if (content_type)
        http_add_header(req, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    str_printf(out, "HTTP/1.1 %d %s\r\n", status, MHD_get_reason_phrase_for((unsigned)status));
    add_date(out);
    for (const struct http_pair *p = req->headers; p; p = p->next)
        str_printf(out, "%s: %s\r\n", p->name, p->value);
    str_add(out, chunked ? "Transfer-Encoding: chunked\r\n" : "");
    str_add(out, "Connection: close\r\n\r\n");
}

/* The connection's socket, as a descriptor of ours. The library closes its own when it hears that
 * the request is taken. */
static int socket_of(const struct http_request *req)
{
    const union MHD_ConnectionInfo *info =
        MHD_get_connection_info(req->connection, MHD_CONNECTION_INFO_CONNECTION_FD);

    return info ? fcntl(info->connect_fd, F_DUPFD_CLOEXEC, 0) : -1;
}

/* What waits should wait here, where it is counted, and a client whose machine has vanished should
 * be given up in the same time as one that does not read. */
static void set_options(int fd, const struct http_stream_spec *spec)
{
    int yes = 1, low = (int)spec->backlog;
    unsigned patience_ms = (unsigned)spec->stall_s * 1000;

    (void)setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &yes, sizeof(yes));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_NOTSENT_LOWAT, &low, sizeof(low));
    (void)setsockopt(fd, IPPROTO_TCP, TCP_USER_TIMEOUT, &patience_ms, sizeof(patience_ms));
}

static int refuse(struct http_request *req)
{
    http_add_header(req, MHD_HTTP_HEADER_RETRY_AFTER, "5");
    http_answer_status(req, MHD_HTTP_SERVICE_UNAVAILABLE);
    return HTTP_E_MANY;
}

int http_begin(struct http_request *req, int status, const char *content_type,
               const struct http_stream_spec *spec, struct http_stream **ret_s)
{
    struct http_streams *hub = httpd_streams(req->httpd);
    CLEANUP(str_release) struct str head = STR_INIT;
    struct http_stream_spec sound = *spec;
    int fd = -1;

    CHECK(req->is_whole && !req->response && !req->is_taken);
    if (hub->n < hub->max && !httpd_is_closing(req->httpd))
        fd = socket_of(req);
    if (fd < 0)
        return refuse(req);
    sound.backlog = spec->backlog ? spec->backlog : BACKLOG;
    sound.stall_s = spec->stall_s ? spec->stall_s : STALL_S;
    set_options(fd, &sound);
    add_head(req, status, content_type, !req->is_old, &head);
    *ret_s = http_stream_new(hub, fd, &sound);
    http_stream_start(*ret_s, &head, !req->is_old, strcmp(req->method, MHD_HTTP_METHOD_HEAD) != 0);
    httpd_take(req);
    return 0;
}
