/* SPDX-License-Identifier: Apache-2.0 */
/*
 * request - what httpd.c and request.c share; nobody else includes this
 */
#pragma once
#include <microhttpd.h>

#include "common/base/str.h"
#include "common/http/httpd.h"

struct http_pair {
    struct http_pair *next;
    const char *name, *value;
};

struct http_request {
    struct httpd *httpd;
    struct http_request *next, **at; /* of those that are open */
    struct MHD_Connection *connection;
    struct arena *arena;
    const char *method, *path;
    char peer[64];
    struct str body;
    struct http_pair *queries; /* decoded when first asked for */
    bool has_queries;
    struct http_pair *headers; /* of the answer, newest first */
    struct MHD_Response *response;
    int status;
    void *user;
    bool is_begun;     /* begin was called, so gone will be */
    bool streams;      /* chunk gets the body */
    bool swallows;     /* refused; the rest of the body is read and forgotten */
    bool is_whole;     /* handle or the last chunk has been called */
    bool is_suspended; /* waits for http_answer */
    bool is_old;       /* HTTP/1.0 */
    bool is_taken;     /* by a stream: the library shall forget its connection */
    size_t n_swallowed;
};

/* The answer of @req is set: if it waits, let it go on. */
void httpd_answered(struct http_request *req);
/* The socket of @req is a stream's now: the library closes its descriptor of it, the request ends. */
void httpd_take(struct http_request *req);
struct http_streams *httpd_streams(struct httpd *h);
/* Whether answers should end their connection. */
bool httpd_is_closing(const struct httpd *h);
/* A bare problem+json with @status, where nobody gave a better answer. */
void http_answer_status(struct http_request *req, int status);
