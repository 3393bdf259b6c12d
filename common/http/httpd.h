/* SPDX-License-Identifier: Apache-2.0 */
/*
 * httpd - HTTP/1.1 in the loop: libmicrohttpd driven by libuv, requests answered when they are ready
 *
 * A request is handed to the handler once its body has arrived whole (up to max_body; beyond: 413), or
 * piece by piece when the handler asked for streaming. The handler answers now or later, from the
 * loop thread. A client that left is noticed when the answer is queued; answering it is harmless.
 */
#pragma once
#include <uv.h>

#include "common/base/arena.h"
#include "common/base/err.h"

struct httpd;
struct http_request;

struct httpd_spec {
    const char *address; /* "127.0.0.1" */
    int port;            /* 0: any free one, see httpd_port */
    size_t max_body;     /* bytes of a body held in memory */
    int max_connections;
    int idle_timeout_s;
    bool share_port;     /* SO_REUSEPORT, several processes on one port */
    /* Called when the headers are in. Choose: 0 collect the body (handle follows), or an HTTP status to refuse at once,
     * or HTTPD_STREAM: @chunk is then called for each piece and once with size 0 at the end. */
    int (*begin)(struct http_request *req, void *arg); /* may be NULL: always collect */
    int (*chunk)(struct http_request *req, const void *data, size_t size, void *arg); /* non-zero: that HTTP status, upload ends */
    void (*handle)(struct http_request *req, void *arg); /* the body is whole: http_answer now or later */
    void (*gone)(struct http_request *req, void *arg);   /* the request is over (answered or broken); may be NULL */
    void *arg;
};
enum { HTTPD_STREAM = 1 };

int httpd_new(uv_loop_t *loop, const struct httpd_spec *spec, struct httpd **ret_h, struct errtext *e) MUST_CHECK;
int httpd_port(const struct httpd *h);
/* No new connections; those open get their answers; then closed(arg). */
void httpd_close(struct httpd *h, void (*closed)(void *arg), void *arg);

const char *http_method(const struct http_request *req);
const char *http_path(const struct http_request *req);                     /* percent-decoded by segment later: as it came */
const char *http_header(const struct http_request *req, const char *name); /* NULL if absent */
/* A decoded query parameter, NULL if absent; http_queries calls fn for each. */
const char *http_query(const struct http_request *req, const char *name);
void http_queries(const struct http_request *req, void (*fn)(const char *name, const char *value, void *arg), void *arg);
const char *http_cookie(const struct http_request *req, const char *name);
const char *http_peer(const struct http_request *req); /* the client's address as text */
struct bytes http_body(const struct http_request *req);
struct arena *http_arena(struct http_request *req); /* lives as long as the request */
void http_set_user(struct http_request *req, void *user);
void *http_user(const struct http_request *req);
/* Before http_answer. Copied. */
void http_add_header(struct http_request *req, const char *name, const char *value);
/* Once per request. The body is copied. */
void http_answer(struct http_request *req, int status, const char *content_type, const void *body, size_t size);
/* Answer with a file's content from an open descriptor, which is closed afterwards. */
void http_answer_fd(struct http_request *req, int status, const char *content_type, int fd, uint64_t size);
