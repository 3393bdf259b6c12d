/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/call.h"

#include <ctype.h>
#include <string.h>
#include <strings.h>

#include "common/base/digest.h"
#include "common/bus/bus.h"
#include "services/gateway/edge/answer.h"

#include "common/base/banned.h"

bool call_is_get(const struct call *call)
{
    return strcmp(http_method(call->req), "GET") == 0 ||
           strcmp(http_method(call->req), "HEAD") == 0;
}

/* ---- who may ---- */

bool call_allows(const struct call *call, unsigned roles, enum region_rule region)
{
    const struct api_row rule = {.roles = roles, .region = region};
    const Hp__Actor *actor = call->visitor ? call->visitor->actor : NULL;
    size_t n = actor ? actor->n_bindings : 0;
    const char **names = arena_new_array(call->a, const char *, n + 1);
    const char **regions = arena_new_array(call->a, const char *, n + 1);

    for (size_t i = 0; i < n; i++) {
        names[i] = actor->bindings[i]->role;
        regions[i] = actor->bindings[i]->region;
    }
    return api_allows(&rule, call->match.district, names, regions, n);
}

int call_may(struct call *call, unsigned roles, enum region_rule region)
{
    if (!(call->visitor && call->visitor->actor) && !(roles & ROLE_PUBLIC)) {
        call_refuse0(call, reason_session_missing);
        return 1;
    }
    if (call_allows(call, roles, region))
        return 0;
    call_refuse0(call, reason_forbidden);
    return 1;
}

/* Whether Origin is the address this request was sent to. */
static bool same_origin(const char *origin, const char *host)
{
    const char *rest = strstr(origin, "://");

    return rest && host && strcasecmp(rest + 3, host) == 0;
}

int call_check_origin(struct call *call)
{
    const char *site = http_header(call->req, "Sec-Fetch-Site"),
               *origin = http_header(call->req, "Origin");

    if (call_is_get(call) || !call->visitor || !call->visitor->by_cookie)
        return 0;
    if ((!site || strcmp(site, "same-origin") == 0 || strcmp(site, "none") == 0) &&
        (!origin || same_origin(origin, http_header(call->req, "Host"))))
        return 0;
    call_refuse0(call, reason_cross_site);
    return 1;
}

int call_check_coding(struct call *call)
{
    const char *coding = http_header(call->req, "Content-Encoding");

    if (!coding || !*coding || strcasecmp(coding, "identity") == 0)
        return 0;
    http_add_header(call->req, "Accept-Encoding", "identity");
    call_refuse(call, reason_content_coding, NULL, &coding, 1);
    return 1;
}

/* ---- If-Match ---- */

/* "17-ff494a1085c0e991": 17; -1: another text. */
static int64_t etag_rev(const char *text)
{
    int64_t rev = 0;
    const char *p = text;

    if (*p++ != '"')
        return -1;
    for (; *p >= '0' && *p <= '9' && p - text < 18; p++)
        rev = rev * 10 + (*p - '0');
    return p > text + 1 && (*p == '-' || *p == '"') && strchr(p, '"') == text + strlen(text) - 1
               ? rev
               : -1;
}

int call_check_match(struct call *call)
{
    const char *match = http_header(call->req, "If-Match"), *thing;

    if (!match || strcmp(match, "*") == 0 || call_is_get(call))
        return 0;
    call->expect = etag_rev(match);
    if (call->expect < 0)
        call_refuse(call, reason_if_match_bad, NULL, &match, 1);
    else if (!api_thing_field(call->a, call->match.row, &thing))
        call_refuse0(call, reason_if_match_no_thing);
    else
        return 0;
    return 1;
}

/* ---- the message's id ---- */

static bool key_good(const char *key)
{
    size_t size = strlen(key);

    for (size_t i = 0; i < size; i++)
        if (key[i] < 0x20 || key[i] > 0x7e)
            return false;
    return size >= 1 && size <= 200;
}

int call_make_id(struct call *call)
{
    const char *key = http_header(call->req, "Idempotency-Key");
    const char *account = call->visitor ? call->visitor->actor->account : "";
    CLEANUP(str_release) struct str data = STR_INIT;

    if (!key) {
        uuid_new(&call->id);
        return 0;
    }
    if (!key_good(key)) {
        call_refuse0(call, reason_idempotency_key_bad);
        return 1;
    }
    /* no account, method or path holds a line break, so no two requests read alike */
    str_printf(&data, "%s\n%s\n%s\n%s", account, http_method(call->req), http_path(call->req), key);
    uuid_derive(data.text, data.size, &call->id);
    return 0;
}

/* ---- envelopes ---- */

static Hp__Envelope *envelope(struct call *call, const struct uuid *id, const char *type,
                              const char *district, const ProtobufCMessage *message)
{
    Hp__Envelope *env = arena_new_one(call->a, Hp__Envelope);
    size_t size = protobuf_c_message_get_packed_size(message);

    hp__envelope__init(env);
    env->message_id = (ProtobufCBinaryData){sizeof(id->bytes),
                                            arena_memdup(call->a, id->bytes, sizeof(id->bytes))};
    env->type = arena_strdup(call->a, type);
    env->district = arena_strdup(call->a, district);
    env->trace_id = call->trace_id;
    bus_set_left(env, CALL_TIMEOUT_MS);
    env->payload = (ProtobufCBinaryData){size, arena_alloc(call->a, size + 1)};
    protobuf_c_message_pack(message, env->payload.data);
    return env;
}

Hp__Envelope *call_envelope(struct call *call, const char *type, const char *district,
                            const ProtobufCMessage *message)
{
    Hp__Envelope *env = envelope(call, &call->id, type, district, message);

    env->actor = call->visitor ? call->visitor->actor : NULL;
    env->has_expect = call->expect >= 0;
    env->expect = call->expect;
    return env;
}

Hp__Envelope *call_envelope_as(struct call *call, const char *account, const char *type,
                               const ProtobufCMessage *message)
{
    Hp__Actor *actor = arena_new_one(call->a, Hp__Actor);
    Hp__Envelope *env;
    struct uuid id;

    uuid_new(&id);
    env = envelope(call, &id, type, service_city(call->edge->svc), message);
    hp__actor__init(actor);
    actor->account = arena_strdup(call->a, account);
    env->actor = actor;
    return env;
}

void call_send(struct call *call, const char *service, const Hp__Envelope *env, bus_answer_fn *fn)
{
    int r;

    /* control messages of our own service, too, come over its socket: only routes can be submitted
     */
    if (strcmp(service, "gateway") == 0 && strncmp(env->type, "bus.", 4) != 0)
        r = service_submit(call->edge->svc, env, fn, call);
    else
        r = bus_call(service_client(call->edge->svc), service, env, fn, call);
    if (r == BUS_E_FULL)
        call_refuse0(call, reason_busy);
    else if (r)
        call_refuse0(call, reason_no_answer);
}

/* ---- replies ---- */

/* Services name fields as the messages do; JSON leaves out the unit of points (common/json). */
static const char *json_field(struct arena *a, const char *field)
{
    static const char unit[] = "_milli";
    size_t size = field ? strlen(field) : 0, end = sizeof(unit) - 1;

    return size > end && strcmp(field + size - end, unit) == 0 ? arena_strndup(a, field, size - end)
                                                               : field;
}

static void refused(struct call *call, const Hp__Reply *reply)
{
    struct fault *faults = arena_new_array(call->a, struct fault, reply->n_more + 1);
    const struct reason_row *row = reply->code ? reason_by_code(reply->code) : NULL;

    faults[0] =
        (struct fault){reply->code ? reply->code : "refused", json_field(call->a, reply->field),
                       (const char *const *)reply->args, reply->n_args};
    for (size_t i = 0; i < reply->n_more; i++) {
        const Hp__Fault *f = reply->more[i];

        faults[i + 1] = (struct fault){f->code, json_field(call->a, f->field),
                                       (const char *const *)f->args, f->n_args};
    }
    call_problem(call, row ? row->status : 422, faults, reply->n_more + 1);
}

int call_failed(struct call *call, const Hp__Reply *reply)
{
    if (!reply || reply->status == HP__REPLY__STATUS__EXPIRED) {
        call_refuse0(call, reason_no_answer);
        return 1;
    }
    switch (reply->status) {
    case HP__REPLY__STATUS__DONE:
        return 0;
    case HP__REPLY__STATUS__REFUSED:
        refused(call, reply);
        return 1;
    case HP__REPLY__STATUS__BUSY:
        call_refuse0(call, reason_busy);
        return 1;
    case HP__REPLY__STATUS__UNAVAILABLE:
        call_refuse0(call, reason_unavailable);
        return 1;
    default:
        call_refuse0(call, reason_broken);
        return 1;
    }
}

ProtobufCMessage *call_payload(struct call *call, const Hp__Reply *reply,
                               const ProtobufCMessageDescriptor *d)
{
    ProtobufCMessage *message = NULL;

    if (reply->has_payload)
        message = protobuf_c_message_unpack(d, arena_pb(call->a), reply->payload.len,
                                            reply->payload.data);
    if (!message)
        call_refuse0(call, reason_broken);
    return message;
}
