/* SPDX-License-Identifier: Apache-2.0 */
/*
 * upload - a body is streamed to a temporary file while the SHA-256 is taken, then judged by content, synced
 * and renamed to its address on a worker, then recorded by a command. A crash leaves at most a file
 * nobody knows of, never a record without its file.
 *
 * Who uploads is looked up when the body is in (the server's begin cannot wait); until then a
 * request without any token is refused, size and number are bounded, and the temporary file goes
 * with the request.
 */
#pragma once
#include "services/gateway/edge/edge.h"

/* The headers of an upload are in: HTTPD_STREAM, or the status it was answered with. */
int upload_begin(struct call *call);
int upload_chunk(struct call *call, const void *data, size_t size);
void upload_gone(struct call *call);
