/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/answer.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/json/pbjson.h"
#include "common/log/log.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/refusals.h"

#include "common/base/banned.h"

static const struct {
    int status;
    const char *title; /* the msgid */
} titles[] = {
    {400, N_("Bad request")},       {401, N_("Not logged in")},      {403, N_("Not allowed")},
    {404, N_("Not found")},         {405, N_("Method not allowed")}, {409, N_("Conflict")},
    {410, N_("No longer there")},   {413, N_("Too large")},          {415, N_("Wrong media type")},
    {422, N_("Invalid data")},      {429, N_("Too many attempts")},  {500, N_("Internal error")},
    {503, N_("Not available now")}, {504, N_("No answer in time")},
};

static const char *title_of(int status)
{
    for (size_t i = 0; i < ARRAY_LEN(titles); i++)
        if (titles[i].status == status)
            return titles[i].title;
    return "Refused";
}

/* Probes ask every few seconds; what they find is on the metrics page. */
static bool is_probe(const char *path)
{
    return strcmp(path, "/healthz") == 0 || strcmp(path, "/readyz") == 0;
}

/*
 * One line a request; the log sums up a flood. What people sent stays out: no query (they search for names), no header, no body.
 * The address is theirs, so it stands last: one that is too long is cut and hides nothing. What we failed at is a line of another
 * kind, which a flood of answers does not crowd out.
 */
static void log_request(const struct call *call, int status, int64_t took_us)
{
    const struct visitor *who = call->visitor;
    bool failed = status >= 500;
    char code[16], ms[24];

    if (is_probe(http_path(call->req)))
        return;
    snprintf(code, sizeof(code), "%d", status);
    snprintf(ms, sizeof(ms), "%lld.%03d", (long long)(took_us / 1000), (int)(took_us % 1000));
    log_line(failed ? LOG_WARN : LOG_INFO, failed ? "http request failed" : "http request", "trace",
             call->trace_id, "status", code, "ms", ms, "account",
             who && who->actor ? who->actor->account : NULL, "method", http_method(call->req),
             "path", http_path(call->req), NULL);
}

void call_finish(struct call *call, int status)
{
    char now[INSTANT_TEXT];
    static const char *const classes[] = {"1xx", "2xx", "3xx", "4xx", "5xx"};
    int64_t took_us = monotonic_now_us() - call->began_us;

    metric_add(call->edge->m_requests, classes[(status / 100 - 1) % 5], 1);
    metric_observe_us(call->edge->m_time, NULL, took_us);
    log_request(call, status, took_us);
    http_add_header(call->req, "Hongping-Now",
                    instant_format(clock_now(service_clock(call->edge->svc)), now));
    http_add_header(call->req, "X-Content-Type-Options", "nosniff");
    http_add_header(call->req, "Trace-Id", call->trace_id);
}

static void add_text(struct str *out, const char *name, const char *text)
{
    str_printf(out, ",\"%s\":", name);
    pbjson_write_text(out, text, strlen(text));
}

/* Every fault of a field with its place, in the reader's language. */
static void add_errors(struct call *call, struct str *out, const struct fault *faults, size_t n)
{
    bool any = false;

    for (size_t i = 0; i < n; i++) {
        const struct fault *f = &faults[i];
        const char *sentence;

        if (!f->field || !*f->field)
            continue;
        sentence = text_reason(call->a, call->language, f->code, f->args, f->n_args);
        str_add(out, any ? ",{\"field\":" : ",\"errors\":[{\"field\":");
        pbjson_write_text(out, f->field, strlen(f->field));
        add_text(out, "pointer", arena_printf(call->a, "/%s", f->field));
        add_text(out, "code", f->code);
        add_text(out, "reason", sentence);
        str_add_char(out, '}');
        any = true;
    }
    str_add(out, any ? "]" : "");
}

static void answer_problem(struct call *call, int status, const struct str *text)
{
    call_finish(call, status);
    http_add_header(call->req, "Content-Language", language_tag(call->language));
    http_add_header(call->req, "Vary", "Accept-Language");
    http_add_header(call->req, "Cache-Control", "no-store");
    if (status == 401)
        http_add_header(call->req, "WWW-Authenticate", "Bearer");
    if (status == 503)
        http_add_header(call->req, "Retry-After", "1");
    http_answer(call->req, status, "application/problem+json", text->text, text->size);
}

void call_problem(struct call *call, int status, const struct fault *faults, size_t n)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    const char *code = faults->code;

    str_printf(&out, "{\"type\":\"urn:hongping:reason:%s\",\"status\":%d", code, status);
    add_text(&out, "title", text_in(call->language, title_of(status)));
    add_text(&out, "detail",
             text_reason(call->a, call->language, code, faults->args, faults->n_args));
    add_text(&out, "instance", http_path(call->req));
    add_text(&out, "code", code);
    add_text(&out, "trace_id", call->trace_id);
    add_errors(call, &out, faults, n);
    str_add(&out, "}\n");
    answer_problem(call, status, &out);
}

void call_refuse_all(struct call *call, const struct fault *faults, size_t n)
{
    const struct reason_row *row = reason_by_code(faults->code);

    CHECK(row);
    if (row->status < 500)
        refusals_add(call->edge->refusals, call, row->code, faults->field);
    call_problem(call, row->status, faults, n);
}

void call_refuse(struct call *call, enum reason reason, const char *field, const char *const *args,
                 size_t n_args)
{
    const struct fault fault = {reason_row(reason)->code, field, args, n_args};

    call_refuse_all(call, &fault, 1);
}

bool call_not_modified(struct call *call, const char *etag)
{
    const char *wanted = http_header(call->req, "If-None-Match");

    /* weak comparison, RFC 9110 section 13.1.2: a W/ before the tag makes no difference */
    return wanted && (strcmp(wanted, "*") == 0 || strstr(wanted, etag));
}

void call_answer_text(struct call *call, const char *content_type, const char *text, size_t size)
{
    uint8_t value[DIGEST_SIZE];
    char hex[DIGEST_HEX], etag[DIGEST_HEX + 24];
    bool unchanged;

    digest_once(DIGEST_SHA256, text, size, value);
    hex_format(value, DIGEST_SIZE / 2, hex);
    if (call->rev >= 0)
        snprintf(etag, sizeof(etag), "\"%lld-%s\"", (long long)call->rev, hex);
    else
        snprintf(etag, sizeof(etag), "\"%s\"", hex);
    unchanged = call_not_modified(call, etag);
    call_finish(call, unchanged ? 304 : 200);
    http_add_header(call->req, "ETag", etag);
    http_add_header(call->req, "Cache-Control", "private, no-cache");
    if (unchanged)
        http_answer(call->req, 304, NULL, "", 0);
    else
        http_answer(call->req, 200, content_type, text, size);
}

static void add_query(const char *name, const char *value, void *arg)
{
    struct str *out = arg;

    if (strcmp(name, "after") == 0)
        return;
    str_add_char(out, '&');
    percent_encode(out, name);
    str_add_char(out, '=');
    percent_encode(out, value);
}

/* The reply's "next" is the query's "after". */
static void add_link(struct call *call, const ProtobufCMessage *message)
{
    const ProtobufCFieldDescriptor *field = pbjson_field(message->descriptor, "next");
    CLEANUP(str_release) struct str link = STR_INIT;

    if (!field || field->label != PROTOBUF_C_LABEL_OPTIONAL)
        return;
    if (!pbjson_is_set(message, field))
        return;
    str_printf(&link, "<%s?after=", http_path(call->req));
    if (field->type == PROTOBUF_C_TYPE_STRING) {
        const char *next = *(char *const *)pbjson_member(message, field);

        if (!*next)
            return;
        percent_encode(&link, next);
    } else if (field->type == PROTOBUF_C_TYPE_INT64) {
        str_printf(&link, "%lld", (long long)*(const int64_t *)pbjson_member(message, field));
    } else {
        return;
    }
    http_queries(call->req, add_query, &link);
    str_add(&link, ">; rel=\"next\"");
    http_add_header(call->req, "Link", link.text);
}

void call_made(struct call *call, const char *location)
{
    call->made = true;
    if (location)
        http_add_header(call->req, "Location", location);
}

void call_answer(struct call *call, const ProtobufCMessage *message, const struct uuid *id)
{
    int status = call->made ? 201 : 200;
    CLEANUP(str_release) struct str out = STR_INIT;
    char id_text[UUID_TEXT];
    size_t from;

    if (id)
        str_printf(&out, "{\"id\":\"%s\"", uuid_format(id, id_text));
    from = out.size;
    if (message)
        pbjson_write(&out, message);
    else
        str_add(&out, "{}");
    if (id) /* join the two objects: the second one's brace becomes a comma, or goes with it when it
               is empty */
        out.text[from] = out.text[from + 1] == '}' ? ' ' : ',';
    str_add_char(&out, '\n');
    if (message)
        add_link(call, message);
    if (!id && call_is_get(call)) {
        call_answer_text(call, "application/json", out.text, out.size);
        return;
    }
    call_finish(call, status);
    http_add_header(call->req, "Cache-Control", "no-store");
    http_answer(call->req, status, "application/json", out.text, out.size);
}
