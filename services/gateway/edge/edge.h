/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edge - HTTP on the loop thread: requests in, messages out, answers back; the nouns of its files
 *
 * A request becomes a struct call in the request's own arena and goes through fixed steps: address
 * (front, route), who asks (door), may he (API table), form and message (request), answer (answer).
 * Each step either goes on or answers with a problem. A call lives until its request is answered,
 * whatever it waits for.
 */
#pragma once
#include <uv.h>

#include "common/http/httpd.h"
#include "common/metrics/metrics.h"
#include "common/service/service.h"
#include "common/text/text.h"
#include "services/gateway/edge/pace.h"
#include "services/gateway/edge/route.h"
#include "services/gateway/gateway.h"

enum { TOKEN_SIZE = 32, SHA256_HEX = 65, CALL_TIMEOUT_MS = 10000, UPLOADS_AT_ONCE = 8 };

struct claim;
struct collecting;
struct door;
struct hubs;
struct refusals;
struct upload;

struct edge {
    struct service *svc;
    struct gateway *g;
    struct httpd *httpd;
    struct door *door;
    struct refusals *refusals;
    struct hubs *hubs;
    struct collecting *collecting; /* file/objection_files.h */
    struct pace public_uploads;
    int n_logins, n_uploads;
    struct str openapi[2], reference[2]; /* by language; the page is made when somebody looks */
    struct metric *m_requests, *m_time;
    void (*stopped)(struct service *svc);
};

/* Who asks. In the arena of the call. */
struct visitor {
    Hp__Actor *actor;
    char token_sha256[SHA256_HEX];
    bool by_cookie;
};

struct call {
    struct edge *edge;
    struct http_request *req;
    struct arena *a;
    int64_t began_us;
    enum language language;
    char trace_id[33];
    struct route_match match;
    const char
        *what; /* the message asked for, for the audit trail; NULL: an address that means none */
    struct visitor *visitor; /* NULL: the public */
    ProtobufCMessage *message;
    struct uuid id;
    bool made;                       /* something new: answered with 201 */
    int64_t expect;                  /* If-Match: the revision of the thing; -1: any */
    int64_t rev;                     /* of the thing that is answered; -1: none */
    struct upload *upload;           /* of a file, else NULL */
    struct claim *claim;             /* of an objection's files, else NULL */
    const char *notice_id;           /* of an upload beside an objection to it, else NULL */
    void (*then)(struct call *call); /* what goes on when the visitor is known */
};
