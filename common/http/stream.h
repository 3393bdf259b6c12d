/* SPDX-License-Identifier: Apache-2.0 */
/*
 * stream - an answer that is written piece by piece, as fast as its client reads
 *
 * http_begin takes the request's socket away from the library: the stream writes it itself, in
 * chunks (HTTP/1.1) or bare up to the connection's end (HTTP/1.0), and says Connection: close,
 * because the connection ends with it. What the kernel does not take stays in the stream's backlog,
 * which is bounded; a stream with nothing to say costs a descriptor and about 800 bytes. Everything
 * here is for the loop's thread, and no callback is called from within a call of these functions.
 */
#pragma once
#include "common/http/httpd.h"

struct http_stream;

/* How a stream ended. */
enum http_end {
    HTTP_SENT, /* all was said and the kernel has taken it; what a HEAD asks for is the headers */
    HTTP_LOST, /* the client has gone */
    HTTP_STALLED, /* the client took nothing for stall_s while something waited: cut off */
    HTTP_CUT,     /* http_stream_abort, or httpd_close ran out of patience */
};

enum {
    HTTP_E_FULL = 1, /* not taken: the client is behind; writable tells when to try again */
    HTTP_E_GONE,     /* not taken: nobody listens any more; closed follows, or has been scheduled */
    HTTP_E_MANY, /* not begun: too many streams, the server closes, or it has no descriptors left;
                        answered with 503 and Retry-After */
};

struct http_stream_spec {
    size_t
        backlog; /* bytes that may wait here for the client, beside some of the same in the kernel; 0: 64 KiB */
    int stall_s; /* a client that takes nothing for so long while something waits is cut off; 0: 30 s */
    /* It has no end of its own, as events: httpd_close ends it, and a client that closes its side is gone. Others get 5 s
     * from httpd_close and are then cut; a client that closes its sending side may still read them. */
    bool endless;
    /* After HTTP_E_FULL, when less than half of the backlog is left: write again. May be NULL. */
    void (*writable)(struct http_stream *s, void *arg);
    /* Once for each stream; its memory goes after it. May be NULL. */
    void (*closed)(struct http_stream *s, enum http_end how, void *arg);
    void *arg;
};

/*
 * Instead of http_answer: the headers added before go out, nothing is said of a length. @content_type may be NULL. The
 * request ends with it, its memory goes and gone() is called, perhaps before the stream's closed: keep what is needed.
 * Only after the body is whole (in handle, the last chunk, or later). HTTP_E_MANY: the request has been answered.
 */
int http_begin(struct http_request *req, int status, const char *content_type,
               const struct http_stream_spec *spec, struct http_stream **ret_s) MUST_CHECK;
/*
 * Take the whole piece, copied, or nothing of it: HTTP_E_FULL, HTTP_E_GONE. A piece greater than the backlog's limit is
 * taken when nothing else waits; an empty one asks whether anybody still listens. The pieces of one turn of the loop
 * leave together, at its end.
 */
int http_stream_write(struct http_stream *s, const void *data, size_t size) MUST_CHECK;
/* That was all: what waits is still sent, then closed is called. Once more, or after the client has gone, does nothing. */
void http_stream_end(struct http_stream *s);
/* Reset the connection, so that the client sees that something is missing; what waits is dropped, closed follows. */
void http_stream_abort(struct http_stream *s);
/* Bytes that wait here. */
size_t http_stream_backlog(const struct http_stream *s);
uv_loop_t *http_stream_loop(const struct http_stream *s);
/* For layers above: this client is cut because it is too slow. Abort, counted as such; closed says HTTP_STALLED. */
void http_stream_drop(struct http_stream *s);
