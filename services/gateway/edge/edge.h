/* SPDX-License-Identifier: Apache-2.0 */
/*
 * edge - HTTP on the loop thread: requests in, messages out, answers back
 *
 * A request becomes a struct call in the request's own arena and goes through fixed steps: address
 * (route), who asks (door), may he (API table), form (pbjson), message (call), answer (answer).
 * Each step either goes on or answers with a problem. A call lives until its request is answered,
 * whatever it waits for.
 */
#pragma once
#include <uv.h>

#include "common/http/httpd.h"
#include "common/json/pbjson.h"
#include "common/metrics/metrics.h"
#include "common/service/service.h"
#include "common/text/text.h"
#include "services/gateway/gateway.h"
#include "services/gateway/edge/route.h"

enum { TOKEN_SIZE = 32, SHA256_HEX = 65, CALL_TIMEOUT_MS = 10000, UPLOADS_AT_ONCE = 8 };

struct door;
struct refusals;
struct upload;

struct edge {
    struct service *svc;
    struct gateway *g;
    struct httpd *httpd;
    struct door *door;
    struct refusals *refusals;
    int n_logins, n_uploads;
    struct str openapi[2]; /* by language */
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
    struct upload *upload;           /* of a file, else NULL */
    void (*then)(struct call *call); /* what goes on when the visitor is known */
};

int edge_new(struct service *svc, struct gateway *g, struct errtext *e) MUST_CHECK;
/* Answer what is open, then stopped(svc). */
void edge_close(struct edge *edge, void (*stopped)(struct service *svc));

/* A call for a request whose headers are in; also kept as the request's user pointer. */
struct call *call_new(struct edge *edge, struct http_request *req);

/* ---- call.c: messages ---- */

/* The visitor is known: may he, form, and off. */
void call_go(struct call *call);
/* An envelope of this call: type, packed message, the visitor as actor, trace, deadline. In the
 * call's arena. */
Hp__Envelope *call_envelope(struct call *call, const char *type, const char *district,
                            const ProtobufCMessage *message);
/* The same for a message the edge says for somebody not logged in (yet), under a new id. */
Hp__Envelope *call_envelope_as(struct call *call, const char *account, const char *type,
                               const ProtobufCMessage *message);
/* Submit to our own service or call another; a full queue answers busy and fn is not called. */
void call_send(struct call *call, const char *service, const Hp__Envelope *env, bus_answer_fn *fn);
/* 0 when the reply is DONE; else the problem was answered. */
int call_failed(struct call *call, const Hp__Reply *reply);
/* The reply's payload; NULL when it cannot be read (answered as broken). In the call's arena. */
ProtobufCMessage *call_payload(struct call *call, const Hp__Reply *reply,
                               const ProtobufCMessageDescriptor *d);
/* The message id: from the account, the address and the Idempotency-Key, or a new one. Non-zero:
 * answered. */
int call_make_id(struct call *call);
/* Whether the visitor may send this row here; else answered. */
int call_may(struct call *call, unsigned roles, enum region_rule region);
/* Unsafe requests that carry only a cookie must come from our own pages. Non-zero: answered. */
int call_check_origin(struct call *call);

/* ---- answer.c ---- */

/* Refuse at the edge: problem+json, and a row in the audit trail if the address means a message. */
void call_refuse(struct call *call, enum reason reason, const char *field, const char *const *args,
                 size_t n_args);
#define call_refuse0(call, reason) call_refuse((call), (reason), NULL, NULL, 0)
/* Problem+json only: what a service refused is in its own trail. */
void call_problem(struct call *call, int status, const char *code, const char *field,
                  const char *const *args, size_t n_args);
/* 200 with a message as JSON; @id (may be NULL) is added as "id"; GET answers get an ETag and may
 * become 304. */
void call_answer(struct call *call, const ProtobufCMessage *message, const struct uuid *id);
/* 200 with a text of ours, with ETag; the text is copied. */
void call_answer_text(struct call *call, const char *content_type, const char *text, size_t size);
/* Whether If-None-Match names @etag (quotes included). */
bool call_not_modified(struct call *call, const char *etag);
/* Count and time the request; called before every answer. */
void call_finish(struct call *call, int status);

/* ---- door.c: sessions ---- */
int door_new(struct edge *edge, struct door **ret_door) MUST_CHECK;
void door_free(struct door *door);
/* Find who asks by token (Authorization, then the cookie) and go on with call->then; an unknown or
 * ended session in Authorization, or no database, is answered here. */
void door_identify(struct call *call);
/* The sessions of @account are read anew from the database from now on. */
void door_forget(struct door *door, const char *account);
/* Lower-case hex SHA-256 of a token. */
void token_hash(const char *token, char ret_hash[SHA256_HEX]);

/* ---- login.c, audit.c, upload.c, download.c ---- */
void login_go(struct call *call);
void audit_go(struct call *call);
/* The headers of an upload are in: HTTPD_STREAM, or the status it was answered with. */
int upload_begin(struct call *call);
int upload_chunk(struct call *call, const void *data, size_t size);
void upload_gone(struct call *call);
/* GET of one file; @sha256 as it stands in the address. */
void download_go(struct call *call, const char *sha256);
/* The folders under data.dir. -errno with the reason in @e. */
int files_prepare(const struct gateway *g, struct errtext *e) MUST_CHECK;
/* <data.dir>/files/ab/cdef... ; in @a. */
char *file_path(struct arena *a, const struct gateway *g, const char *sha256);

/* ---- refusals.c ---- */
int refusals_new(struct edge *edge, struct refusals **ret_refusals) MUST_CHECK;
void refusals_free(struct refusals *r);
/* Say idle(edge) once what waits is written. */
void refusals_close(struct refusals *r, void (*idle)(struct edge *edge));
/* Queue a row for the audit trail; a full queue is counted and logged, never waited for. */
void refusals_add(struct refusals *r, const struct call *call, const char *code, const char *field);
