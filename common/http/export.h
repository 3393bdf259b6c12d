/* SPDX-License-Identifier: Apache-2.0 */
/*
 * export - a long answer whose producer runs on a worker thread and rests while its client is behind
 *
 * The export asks (fill) and the producer puts pieces until there are enough for now; then it rests
 * and gives its thread back, until fill asks again. So neither memory nor a thread waits for a slow
 * client. One turn of it:
 *
 *     fill      loop    submits the job
 *     put, put  worker  the job's run: until HTTP_E_FULL (the piece is kept for next time),
 *                       HTTP_E_GONE or the last piece
 *     _wait     loop    the job's done, after HTTP_E_FULL or to have a pause: fill comes again
 *     _end      loop    or: the job's done after the last piece
 *     _abort    loop    or: it failed, the client shall see that something is missing
 *
 * A producer that needs no thread does all of it inside fill.
 */
#pragma once
#include "common/http/stream.h"

struct http_export;

struct http_export_spec {
    size_t queue; /* bytes of pieces that may wait, beside the stream's own backlog; 0: 256 KiB */
    int stall_s;  /* as http_stream_spec's */
    /* There is room and nobody produces. Answer with exactly one _wait, _end or _abort, from inside or later. */
    void (*fill)(struct http_export *x, void *arg);
    /* Once, when the client has gone or has got all, and the producer rests; the memory goes after it. It may come after
     * httpd_close's own closed, if the producer takes long. */
    void (*closed)(struct http_export *x, enum http_end how, void *arg);
    void *arg;
};

/* As http_begin; fill comes from a following turn of the loop, or, if the client is gone by then, only closed. */
int http_export_begin(struct http_request *req, int status, const char *content_type,
                      const struct http_export_spec *spec, struct http_export **ret_x) MUST_CHECK;
/* Any one thread, between fill and its answer. The piece is copied whole or not at all: HTTP_E_FULL, HTTP_E_GONE. A piece
 * greater than the queue is taken when nothing else waits. */
int http_export_put(struct http_export *x, const void *data, size_t size) MUST_CHECK;
/* The answers to fill; loop's thread, and @x may be gone with the loop's next turn. */
void http_export_wait(struct http_export *x);
void http_export_end(struct http_export *x);
void http_export_abort(struct http_export *x);
