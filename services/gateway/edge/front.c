/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/front.h"

#include <sodium.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/log/log.h"
#include "gateway.pb-c.h"
#include "services/gateway/edge/answer.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/door.h"
#include "services/gateway/edge/edge.h"
#include "services/gateway/edge/openapi.h"
#include "services/gateway/edge/reference.h"
#include "services/gateway/edge/refusals.h"
#include "services/gateway/edge/request.h"
#include "services/gateway/edge/route.h"
#include "services/gateway/feed/hub.h"
#include "services/gateway/file/download.h"
#include "services/gateway/file/objection_files.h"
#include "services/gateway/file/upload.h"

#include "common/base/banned.h"

enum { IDLE_TIMEOUT_S = 60 };

/* ---- a call ---- */

/* The trace id of a W3C traceparent, "00-<32 hex>-<16 hex>-<2 hex>"; anything else gets a new one.
 */
static void take_trace(struct call *call)
{
    const char *parent = http_header(call->req, "traceparent");
    uint8_t id[16];

    if (parent && strlen(parent) >= 55 && parent[2] == '-' && parent[35] == '-') {
        memcpy(call->trace_id, parent + 3, 32);
        if (hex_parse(call->trace_id, id, sizeof(id)) == 0 && !sodium_is_zero(id, sizeof(id))) {
            hex_format(id, sizeof(id), call->trace_id);
            return;
        }
    }
    randombytes_buf(id, sizeof(id));
    hex_format(id, sizeof(id), call->trace_id);
}

static struct call *call_new(struct edge *edge, struct http_request *req)
{
    struct arena *a = http_arena(req);
    struct call *call = arena_new_one(a, struct call);

    call->edge = edge;
    call->req = req;
    call->a = a;
    call->expect = call->rev = -1;
    call->began_us = monotonic_now_us();
    call->language = text_language_http(http_header(req, "Accept-Language"));
    take_trace(call);
    http_set_user(req, call);
    return call;
}

/* ---- addresses ---- */

/* ".../notices/<notice>/files": what is uploaded beside an objection to it. */
static bool is_form_path(struct call *call, const char *rest)
{
    size_t size = strcspn(rest + strlen("/notices/"), "/");

    if (!size || strcmp(rest + strlen("/notices/") + size, "/files") != 0)
        return false;
    call->notice_id = arena_strndup(call->a, rest + strlen("/notices/"), size);
    return true;
}

/* "/api/v1/districts/310105/files" or ".../files/<sha256>"; the rest after "files" in @ret_rest. */
static bool is_file_path(struct call *call, const char **ret_rest)
{
    const char *path = http_path(call->req), *rest;
    size_t size;

    if (strncmp(path, API_PREFIX, strlen(API_PREFIX)) != 0)
        return false;
    path += strlen(API_PREFIX);
    size = strcspn(path, "/");
    rest = path + size;
    if (strncmp(rest, "/notices/", 9) == 0 && is_form_path(call, rest)) {
        call->match.district = arena_strndup(call->a, path, size);
        *ret_rest = "";
        return true;
    }
    if (strncmp(rest, "/files", 6) != 0 || (rest[6] && rest[6] != '/'))
        return false;
    call->match.district = arena_strndup(call->a, path, size);
    *ret_rest = rest + 6;
    return true;
}

/* Whether the address names a district that can be: services say whether they serve it. */
static bool district_good(struct call *call)
{
    enum region_level level = region_level(call->match.district);
    const char *args[] = {call->match.district};

    if (level == REGION_PROVINCE || level == REGION_CITY || level == REGION_DISTRICT)
        return true;
    call_refuse(call, reason_district_unknown, NULL, args, 1);
    return false;
}

static void refuse_method(struct call *call, const char *allow)
{
    const char *args[] = {http_method(call->req)};

    http_add_header(call->req, "Allow", allow);
    call_refuse(call, reason_method_not_allowed, NULL, args, 1);
}

static void answer_openapi(struct call *call)
{
    const struct str *text = &call->edge->openapi[call->language];

    http_add_header(call->req, "Content-Language", language_tag(call->language));
    http_add_header(call->req, "Vary", "Accept-Language");
    call_answer_text(call, "application/json", text->text, text->size);
}

/* The same as a page; made when somebody looks. */
static void answer_reference(struct call *call)
{
    struct str *page = &call->edge->reference[call->language];

    if (page->size == 0)
        reference_write(page, call->language, &call->edge->openapi[call->language]);
    http_add_header(call->req, "Content-Language", language_tag(call->language));
    http_add_header(call->req, "Vary", "Accept-Language");
    http_add_header(call->req, "Content-Security-Policy",
                    "default-src 'none'; style-src 'unsafe-inline'; base-uri 'none'");
    call_answer_text(call, "text/html; charset=utf-8", page->text, page->size);
}

static void answer_ready(struct call *call)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    int status = service_readiness(call->edge->svc, &out);

    call_finish(call, status);
    http_add_header(call->req, "Cache-Control", "no-store");
    http_answer(call->req, status, "application/json", out.text, out.size);
}

/* Addresses outside the districts. */
static void handle_other(struct call *call)
{
    static const char healthy[] = "{\"status\":\"ok\"}\n";
    const char *path = http_path(call->req);
    bool openapi = strcmp(path, "/api/openapi.json") == 0, ready = strcmp(path, "/readyz") == 0;
    bool reference = strcmp(path, "/api/reference") == 0;

    if (!openapi && !ready && !reference && strcmp(path, "/healthz") != 0)
        call_refuse0(call, reason_path_unknown);
    else if (!call_is_get(call))
        refuse_method(call, "GET, HEAD");
    else if (openapi)
        answer_openapi(call);
    else if (reference)
        answer_reference(call);
    else if (ready)
        answer_ready(call);
    else
        call_answer_text(call, "application/json", healthy, sizeof(healthy) - 1);
}

static void handle(struct http_request *req, void *arg)
{
    struct call *call = http_user(req);
    const char *rest;

    (void)arg;
    if (is_file_path(call, &rest)) {
        if (!call_is_get(call) || !*rest)
            refuse_method(call, *rest ? "GET, HEAD" : "POST");
        else if (district_good(call))
            download_go(call, rest + 1);
        return;
    }
    switch (route_match(call->a, http_method(req), http_path(req), &call->match)) {
    case 0:
        break;
    case ROUTE_E_METHOD:
        refuse_method(call, call->match.allow);
        return;
    default:
        handle_other(call);
        return;
    }
    if (!district_good(call))
        return;
    call->what = call->match.row->type;
    call->then = call_go;
    if (call->match.row->request == &gateway__login__descriptor)
        call_go(call); /* whoever logs in is not anybody yet; a stale token must not keep him out */
    else
        door_identify(call);
}

/* ---- the server's callbacks ---- */

static int begin(struct http_request *req, void *arg)
{
    struct edge *edge = arg;
    struct call *call = call_new(edge, req);
    const char *rest, *length = http_header(req, "Content-Length");
    char limit[24];
    const char *args[] = {limit};

    if (strcmp(http_method(req), "POST") == 0 && is_file_path(call, &rest) && !*rest)
        return district_good(call) ? upload_begin(call)
                                   : reason_row(reason_district_unknown)->status;
    if (!length || strtoull(length, NULL, 10) <= (uint64_t)edge->g->max_body)
        return 0;
    snprintf(limit, sizeof(limit), "%lld", (long long)edge->g->max_body);
    call_refuse(call, reason_body_too_large, NULL, args, 1);
    return 413;
}

static int chunk(struct http_request *req, const void *data, size_t size, void *arg)
{
    (void)arg;
    return upload_chunk(http_user(req), data, size);
}

static void gone(struct http_request *req, void *arg)
{
    struct call *call = http_user(req);

    (void)arg;
    if (call && call->upload)
        upload_gone(call);
}

/* ---- up and down ---- */

static void edge_free(struct edge *edge)
{
    door_free(edge->door);
    refusals_free(edge->refusals);
    if (edge->hubs)
        hubs_close(edge->hubs);
    collecting_close(edge->collecting);
    str_release(&edge->openapi[LANGUAGE_EN]);
    str_release(&edge->openapi[LANGUAGE_ZH]);
    str_release(&edge->reference[LANGUAGE_EN]);
    str_release(&edge->reference[LANGUAGE_ZH]);
    edge->g->edge = NULL;
    free(edge);
}

static int listen_on(struct edge *edge, struct errtext *e)
{
    const struct httpd_spec spec = {
        .address = edge->g->http_address,
        .port = (int)edge->g->http_port,
        .max_body = (size_t)edge->g->max_body,
        .max_connections = (int)edge->g->max_connections,
        .max_streams = (int)edge->g->max_streams,
        .idle_timeout_s = IDLE_TIMEOUT_S,
        .begin = begin,
        .chunk = chunk,
        .handle = handle,
        .gone = gone,
        .arg = edge,
    };

    return err_pass(httpd_new(service_loop(edge->svc), &spec, &edge->httpd, e));
}

int edge_new(struct service *svc, struct gateway *g, struct errtext *e)
{
    struct edge *edge = calloc(1, sizeof(*edge));
    char port[16];
    int r;

    CHECK(edge);
    edge->svc = svc;
    edge->g = g;
    g->edge = edge;
    edge->m_requests = metric_register(METRIC_COUNTER, "hongping_http_requests_total", "status",
                                       "HTTP requests answered");
    edge->m_time = metric_register(METRIC_HISTOGRAM, "hongping_http_seconds", NULL,
                                   "Time from headers to answer");
    for (int i = 0; i < 2; i++) {
        edge->openapi[i] = edge->reference[i] = STR_INIT;
        openapi_write(&edge->openapi[i], (enum language)i);
    }
    r = door_new(edge, &edge->door);
    if (!r)
        r = refusals_new(edge, &edge->refusals);
    edge->collecting = collecting_new(edge);
    edge->hubs = hubs_new(service_loop(svc), service_client(svc));
    if (!r)
        r = listen_on(edge, e);
    if (r) {
        edge_free(edge);
        return err_pass(r);
    }
    snprintf(port, sizeof(port), "%d", httpd_port(edge->httpd));
    log_line(LOG_INFO, "http listening", "address", g->http_address, "port", port, NULL);
    return 0;
}

static void on_recorded(struct edge *edge)
{
    struct service *svc = edge->svc;
    void (*stopped)(struct service *) = edge->stopped;

    edge_free(edge);
    stopped(svc);
}

static void on_httpd_closed(void *arg)
{
    struct edge *edge = arg;

    refusals_close(edge->refusals, on_recorded);
}

void edge_close(struct edge *edge, void (*stopped)(struct service *svc))
{
    edge->stopped = stopped;
    httpd_close(edge->httpd, on_httpd_closed, edge);
}
