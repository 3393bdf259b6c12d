/* SPDX-License-Identifier: Apache-2.0 */
/*
 * streams - what httpd.c, begin.c and stream.c share: the open streams of one server; nobody else
 * includes this
 */
#pragma once
#include "common/base/str.h"
#include "common/http/stream.h"

struct http_streams {
    uv_loop_t *loop;
    int max, n;
    struct http_stream *open;
    struct http_stream *dirty; /* have written in this turn */
    uv_idle_t flush;           /* active while one is dirty */
    uint64_t patience_ms; /* of the loop's clock: those still open then are cut; 0: not closing */
};

/* @max streams at once. The handle is the loop's from now on; the owner closes it. */
void http_streams_init(struct http_streams *hub, uv_loop_t *loop, int max);
/* The server closes: end the endless ones, give the others @ms. */
void http_streams_close(struct http_streams *hub, uint64_t ms);
/* The last one has gone, its handles too. Of httpd.c. */
void httpd_streams_empty(struct http_streams *hub);

/* A stream on the socket @fd, its own from now on; @spec is complete. */
struct http_stream *http_stream_new(struct http_streams *hub, int fd,
                                    const struct http_stream_spec *spec);
/* Its first bytes, outside the body. */
void http_stream_start(struct http_stream *s, const struct str *head, bool chunked, bool has_body);
