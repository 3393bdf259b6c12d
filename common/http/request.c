/* SPDX-License-Identifier: Apache-2.0 */
#include "common/http/request.h"

#include <arpa/inet.h>
#include <string.h>
#include <unistd.h>

#include "common/base/banned.h"

const char *http_method(const struct http_request *req)
{
    return req->method;
}

const char *http_path(const struct http_request *req)
{
    return req->path;
}

const char *http_header(const struct http_request *req, const char *name)
{
    return MHD_lookup_connection_value(req->connection, MHD_HEADER_KIND, name);
}

const char *http_cookie(const struct http_request *req, const char *name)
{
    return MHD_lookup_connection_value(req->connection, MHD_COOKIE_KIND, name);
}

static int hex_value(char c)
{
    if (c >= '0' && c <= '9')
        return c - '0';
    c |= 0x20;
    return c >= 'a' && c <= 'f' ? c - 'a' + 10 : -1;
}

/* %XX decoded; a torn escape and %00 stay as they are. The library has turned '+' into a blank
 * already. */
static const char *decode(struct arena *a, const char *text)
{
    char *copy = arena_strdup(a, text ? text : ""), *to = copy;

    for (const char *p = copy; *p; p++) {
        int high = *p == '%' ? hex_value(p[1]) : -1;
        int low = high >= 0 ? hex_value(p[2]) : -1;

        if (low >= 0 && (high || low)) {
            *to++ = (char)(high << 4 | low);
            p += 2;
        } else {
            *to++ = *p;
        }
    }
    *to = 0;
    return copy;
}

static enum MHD_Result add_query(void *cls, enum MHD_ValueKind kind, const char *name,
                                 const char *value)
{
    struct http_request *req = cls;
    struct http_pair **end = &req->queries;
    struct http_pair *pair = arena_new_one(req->arena, struct http_pair);

    (void)kind;
    pair->name = decode(req->arena, name);
    pair->value = decode(req->arena, value);
    while (*end)
        end = &(*end)->next;
    *end = pair;
    return MHD_YES;
}

/* Decoding is put off until somebody asks, and remembered: the request looks unchanged from
 * outside. */
static const struct http_pair *queries_of(const struct http_request *req)
{
    struct http_request *mine = (struct http_request *)req;

    if (!mine->has_queries) {
        mine->has_queries = true;
        MHD_get_connection_values(mine->connection, MHD_GET_ARGUMENT_KIND, add_query, mine);
    }
    return mine->queries;
}

const char *http_query(const struct http_request *req, const char *name)
{
    for (const struct http_pair *p = queries_of(req); p; p = p->next)
        if (strcmp(p->name, name) == 0)
            return p->value;
    return NULL;
}

void http_queries(const struct http_request *req,
                  void (*fn)(const char *name, const char *value, void *arg), void *arg)
{
    for (const struct http_pair *p = queries_of(req); p; p = p->next)
        fn(p->name, p->value, arg);
}

const char *http_peer(const struct http_request *req)
{
    return req->peer;
}

struct bytes http_body(const struct http_request *req)
{
    return (struct bytes){.data = (const uint8_t *)req->body.text, .size = req->body.size};
}

struct arena *http_arena(struct http_request *req)
{
    return req->arena;
}

void http_set_user(struct http_request *req, void *user)
{
    req->user = user;
}

void *http_user(const struct http_request *req)
{
    return req->user;
}

static bool is_clean(const char *text)
{
    for (; *text; text++)
        if ((unsigned char)*text < 0x20 || *text == 0x7F)
            return false;
    return true;
}

void http_add_header(struct http_request *req, const char *name, const char *value)
{
    struct http_pair *pair;

    if (!is_clean(name) || !is_clean(value))
        return;
    pair = arena_new_one(req->arena, struct http_pair);
    pair->name = arena_strdup(req->arena, name);
    pair->value = arena_strdup(req->arena, value);
    pair->next = req->headers;
    req->headers = pair;
}

static void answer(struct http_request *req, int status, const char *content_type,
                   struct MHD_Response *response)
{
    if (!response)
        abort(); /* out of memory */
    CHECK(!req->response && !req->is_taken);
    if (content_type)
        http_add_header(req, MHD_HTTP_HEADER_CONTENT_TYPE, content_type);
    if (httpd_is_closing(req->httpd))
        http_add_header(req, MHD_HTTP_HEADER_CONNECTION, "close");
    for (const struct http_pair *p = req->headers; p; p = p->next)
        MHD_add_response_header(response, p->name, p->value);
    req->response = response;
    req->status = status;
    httpd_answered(req);
}

void http_answer(struct http_request *req, int status, const char *content_type, const void *body,
                 size_t size)
{
    /* the library only reads from a buffer that it is told to copy */
    answer(req, status, content_type,
           MHD_create_response_from_buffer(size, (void *)body, MHD_RESPMEM_MUST_COPY));
}

void http_answer_fd(struct http_request *req, int status, const char *content_type, int fd,
                    uint64_t size)
{
    answer(req, status, content_type, MHD_create_response_from_fd64(size, fd));
}

void http_answer_status(struct http_request *req, int status)
{
    const char *title = MHD_get_reason_phrase_for((unsigned)status);
    char *body = arena_printf(
        req->arena, "{\"type\":\"about:blank\",\"status\":%d,\"title\":\"%s\"}\n", status, title);

    http_answer(req, status, "application/problem+json", body, strlen(body));
}
