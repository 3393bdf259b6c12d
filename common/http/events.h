/* SPDX-License-Identifier: Apache-2.0 */
/*
 * events - server-sent events (text/event-stream, WHATWG HTML 9.2) on a stream
 *
 * A client that does not read as fast as events come is dropped; it comes back by itself and says
 * with Last-Event-ID where it stopped. Each id should therefore say where to go on. Everything here
 * is for the loop's thread; no callback is called from within a call of these functions, so that a
 * list of listeners may be walked while sending.
 */
#pragma once
#include "common/base/str.h"
#include "common/http/stream.h"

struct http_events;

enum {
    HTTP_E_EVENT =
        HTTP_E_MANY +
        1 /* an id or a type with CR or LF, or a type that is empty: it would be another field */
};

struct http_events_spec {
    size_t backlog; /* bytes that may wait for a client before it is dropped; 0: 64 KiB */
    int stall_s; /* a client that takes nothing for so long while something waits is dropped; 0: 30 s */
    int heartbeat_s; /* a comment after so much silence, for proxies and to notice who has left; 0: 15 s */
    int retry_ms; /* the client comes back after so long; 0: 3 s */
    void (*closed)(struct http_events *es, enum http_end how,
                   void *arg); /* as http_stream_spec's */
    void (*writable)(struct http_events *es,
                     void *arg); /* after http_events_offer said HTTP_E_FULL */
    void *arg;
};

/* What the client heard last: its Last-Event-ID, or the query's last_event_id, with which a page can begin. NULL if neither
 * or with control characters, which no id of ours has. Lives as long as the request; ask before http_events_begin. */
const char *http_last_event_id(struct http_request *req);
/* As http_begin, with status 200, the type and what keeps caches and proxies from holding events back. */
int http_events_begin(struct http_request *req, const struct http_events_spec *spec,
                      struct http_events **ret_es) MUST_CHECK;

/* One event in its form on the wire, appended to @out: for many listeners it is made once. @id and @event may be NULL; an
 * empty id makes the client forget the last. @data may have any number of lines, ended by LF, CR or both; they arrive with
 * LF. HTTP_E_EVENT: nothing was added. */
int http_event_format(struct str *out, const char *id, const char *event,
                      const char *data) MUST_CHECK;
/* Send what http_event_format made, copied (one event or several). HTTP_E_GONE: the client has gone or was dropped now; closed follows. */
int http_events_send_text(struct http_events *es, const char *text, size_t size) MUST_CHECK;
/* The same for what can wait, as the past that a client catches up with: it is not dropped. HTTP_E_FULL: nothing was taken,
 * writable tells when to offer it again; HTTP_E_GONE. */
int http_events_offer(struct http_events *es, const char *text, size_t size) MUST_CHECK;
/* Both in one: HTTP_E_EVENT, HTTP_E_GONE. */
int http_events_send(struct http_events *es, const char *id, const char *event,
                     const char *data) MUST_CHECK;
/* What waits is still sent. The client comes back after retry_ms unless told otherwise by an event of its own protocol. */
void http_events_end(struct http_events *es);
