/* SPDX-License-Identifier: Apache-2.0 */
/*
 * httpd - HTTP/1.1 in the loop: libmicrohttpd driven by libuv, requests answered when they are ready
 *
 * A request is handed to the handler once its body has arrived whole (up to max_body; beyond: 413), or
 * piece by piece when the handler asked for streaming. The handler answers now or later, from the
 * loop thread. A client that left is noticed when the answer is queued; answering it is harmless.
 * An answer that is not there whole, or never ends, is begun with http_begin: see stream.h.
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
    int max_connections; /* streams (stream.h) do not count among them */
    int max_streams;     /* open at once; 0: none */
    int idle_timeout_s;
    bool share_port; /* SO_REUSEPORT, several processes on one port */
    /*
     * Called when the headers are in; may be NULL: always collect. Choose:
     * 0             collect the body, handle follows;
     * HTTPD_STREAM  chunk is called for each piece and once with size 0 at the end; handle is not called, that last
     *               chunk is the place to answer, now or later;
     * an HTTP status: refuse. What is left of a body is swallowed (up to 8 MiB). The answer is a bare problem+json with
     *               that status, unless http_answer was called here with a better one.
     */
    int (*begin)(struct http_request *req, void *arg);
    /* Non-zero: an HTTP status, the upload is refused as above and chunk not called again. */
    int (*chunk)(struct http_request *req, const void *data, size_t size, void *arg);
    void (*handle)(struct http_request *req,
                   void *arg); /* the body is whole: http_answer now or later */
    /* The request is over, answered or broken off by the client while it was read, and its memory goes; may be NULL.
     * Once for each begin. Never before http_answer or http_begin for a request that handle (or the last chunk) has seen. */
    void (*gone)(struct http_request *req, void *arg);
    void *arg;
};
enum { HTTPD_STREAM = 1 };

/* Listens. -EADDRINUSE and the like, with the reason in @e. Ignores SIGPIPE for the process, which sending files needs. */
int httpd_new(uv_loop_t *loop, const struct httpd_spec *spec, struct httpd **ret_h,
              struct errtext *e) MUST_CHECK;
int httpd_port(const struct httpd *h);
/* No new connections, and new requests on open ones get 503; those begun get their answers, but a client that falls silent for
 * 5 s, or still sends its body after 5 s, is cut off, as is a stream that has not ended after 5 s; then closed(arg), and
 * memory goes. Does not block. */
void httpd_close(struct httpd *h, void (*closed)(void *arg), void *arg);

const char *http_method(const struct http_request *req);
const char *
http_path(const struct http_request *req); /* percent-decoded by segment later: as it came */
const char *http_header(const struct http_request *req, const char *name); /* NULL if absent */
/* A decoded query parameter, NULL if absent; http_queries calls fn for each. */
const char *http_query(const struct http_request *req, const char *name);
void http_queries(const struct http_request *req,
                  void (*fn)(const char *name, const char *value, void *arg), void *arg);
const char *http_cookie(const struct http_request *req, const char *name);
const char *http_peer(const struct http_request *req); /* the client's address as text */
struct bytes http_body(const struct http_request *req);
struct arena *http_arena(struct http_request *req); /* lives as long as the request */
void http_set_user(struct http_request *req, void *user);
void *http_user(const struct http_request *req);
/* Before http_answer. Copied. One with control characters is left out: it would be another header to the client. */
void http_add_header(struct http_request *req, const char *name, const char *value);
/* Once per request. The body is copied. Loop thread only; allowed inside begin, chunk and handle, of this request or another. */
void http_answer(struct http_request *req, int status, const char *content_type, const void *body,
                 size_t size);
/* Answer with a file's content from an open descriptor, which is closed afterwards. */
void http_answer_fd(struct http_request *req, int status, const char *content_type, int fd,
                    uint64_t size);
