/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/request.h"

#include <string.h>
#include <strings.h>

#include "common/base/digest.h"
#include "common/json/pbjson.h"
#include "gateway.pb-c.h"
#include "publicity.pb-c.h"
#include "services/gateway/account/login.h"
#include "services/gateway/edge/answer.h"
#include "services/gateway/edge/audit.h"
#include "services/gateway/edge/call.h"
#include "services/gateway/edge/door.h"
#include "services/gateway/edge/keyed.h"
#include "services/gateway/edge/sentences.h"
#include "services/gateway/feed/changes.h"
#include "services/gateway/feed/live.h"
#include "services/gateway/file/import_file.h"
#include "services/gateway/file/objection_files.h"
#include "services/gateway/file/table_answer.h"

#include "common/base/banned.h"

#define JSON_TYPE "application/json"

/* ---- form ---- */

static void refuse_faults(struct call *call, const struct pbjson_fault *first)
{
    struct fault faults[PBJSON_FAULTS_MAX];
    size_t n = 0;

    for (const struct pbjson_fault *f = first; f && n < PBJSON_FAULTS_MAX; f = f->next)
        faults[n++] = (struct fault){reason_row(f->reason)->code, f->field, f->args, f->n_args};
    call_refuse_all(call, faults, n);
}

/* Parameters of a type, charset, may follow. */
static bool is_json(const char *type)
{
    size_t size = type ? strcspn(type, "; \t") : 0;

    return size == strlen(JSON_TYPE) && strncasecmp(type, JSON_TYPE, size) == 0;
}

/*
 * A body must say that it is JSON. So must an empty one that comes with a cookie: a page elsewhere
 * cannot send this type without the browser asking us first.
 */
static int check_type(struct call *call)
{
    static const char *const args[] = {JSON_TYPE};
    bool by_cookie = call->visitor && call->visitor->by_cookie;

    if (call_is_get(call) || (!http_body(call->req).size && !by_cookie) ||
        is_json(http_header(call->req, "Content-Type")))
        return 0;
    call_refuse(call, reason_media_type_wrong, NULL, args, 1);
    return 1;
}

/* Reading goes on behind what is wrong: pbjson_finish tells it all. */
static void fill(const char *name, const char *value, void *arg)
{
    struct pbjson_fault fault;

    pbjson_text(arg, name, value, &fault);
}

/* A text that the edge fills in, where the request has it; NULL otherwise. */
static char **hidden(struct call *call, const char *name)
{
    const ProtobufCFieldDescriptor *field = pbjson_field(call->match.row->request, name);

    return field ? (char **)((char *)call->message + field->offset) : NULL;
}

/* Fields the edge fills in: unknown outside, the session's hash inside. */
static int fill_hidden(struct call *call, struct pbjson_fault *ret_fault)
{
    static const char *const names[] = {"edge_session", "edge_follow_sha256"};
    char **value;

    for (size_t i = 0; i < ARRAY_LEN(names); i++) {
        value = hidden(call, names[i]);
        if (!value || !*value)
            continue;
        *ret_fault = (struct pbjson_fault){.reason = reason_field_unknown, .field = names[i]};
        return PBJSON_E_BAD;
    }
    value = hidden(call, names[0]);
    if (value)
        *value = call->visitor ? call->visitor->token_sha256 : NULL;
    return 0;
}

/* The digest of the code that an objection is followed with; needs the call's id. */
static void fill_follow(struct call *call)
{
    char **value = hidden(call, "edge_follow_sha256"), code[FOLLOW_CODE], letters[FOLLOW_CODE];
    uint8_t digest[DIGEST_SIZE];
    size_t n = 0;

    if (!value)
        return;
    keyed_follow_code(call->edge->g, &call->id, code);
    for (const char *p = code; *p; p++)
        if (*p != '-')
            letters[n++] = (char)(*p >= 'A' && *p <= 'Z' ? *p | 0x20 : *p);
    digest_once(DIGEST_SHA256, letters, n, digest);
    *value = arena_alloc(call->a, DIGEST_HEX);
    hex_format(digest, sizeof(digest), *value);
}

/* What a reply says that the service does not know. */
static void fill_reply(struct call *call, ProtobufCMessage *reply)
{
    sentences_fill(call->a, call->language, reply);
    objection_form_fill(call, reply);
    if (reply->descriptor == &publicity__file_objection_reply__descriptor)
        ((Publicity__FileObjectionReply *)reply)->follow_code =
            (char *)keyed_follow_code(call->edge->g, &call->id, arena_alloc(call->a, FOLLOW_CODE));
}

/* Path, query and body into one message, or all that is wrong with it. Non-zero: answered. */
static int read_message(struct call *call)
{
    const struct route_match *m = &call->match;
    struct bytes body = http_body(call->req);
    struct pbjson *b = pbjson_begin(call->a, m->row->request);
    struct pbjson_fault fault = {0};
    int r;

    for (size_t i = 0; i < m->n_params; i++)
        fill(m->params[i].name, m->params[i].value, b);
    http_queries(call->req, fill, b);
    if (!call_is_get(call) && body.size)
        pbjson_json(b, (const char *)body.data, body.size, &fault);
    r = pbjson_finish(b, &call->message, &fault);
    if (r == 0)
        r = fill_hidden(call, &fault);
    if (r)
        refuse_faults(call, &fault);
    return r;
}

/* ---- sending, answering ---- */

/* What of ours a command changed that the door remembers. */
static void forget_sessions(struct call *call)
{
    const struct api_row *row = call->match.row;
    const char *account = NULL;

    if (row->request == &gateway__set_bindings__descriptor)
        account = ((Gateway__SetBindings *)call->message)->account;
    else if (row->request == &gateway__disable_account__descriptor)
        account = ((Gateway__DisableAccount *)call->message)->account;
    else if (row->request == &gateway__change_password__descriptor ||
             row->request == &gateway__logout__descriptor)
        account = call->visitor->actor->account;
    if (account)
        door_forget(call->edge->door, account);
    if (row->request == &gateway__logout__descriptor)
        http_add_header(call->req, "Set-Cookie",
                        "hongping_session=; Path=/; HttpOnly; SameSite=Strict; Max-Age=0");
}

/* Whether it shows only what it would do. */
static bool is_preview(const struct call *call)
{
    const ProtobufCFieldDescriptor *field = pbjson_field(call->message->descriptor, "preview");

    return field && field->type == PROTOBUF_C_TYPE_BOOL &&
           *(const protobuf_c_boolean *)pbjson_member(call->message, field);
}

/* A thing made by a command has that command's id, unless the reply says another. */
static void answer_made(struct call *call, const ProtobufCMessage *reply)
{
    CLEANUP(str_release) struct str location = STR_INIT;
    const ProtobufCFieldDescriptor *field;
    const struct api_row *read;
    char id[UUID_TEXT];

    if (call->match.row->kind != API_COMMAND || is_preview(call) ||
        !route_makes(call->match.row, &read))
        return;
    if (!read) {
        call_made(call, NULL);
        return;
    }
    field = reply ? pbjson_field(reply->descriptor, route_last_param(call->a, read->path)) : NULL;
    str_printf(&location, "%s/", http_path(call->req));
    percent_encode(&location, field ? *(char *const *)pbjson_member(reply, field)
                                    : uuid_format(&call->id, id));
    call_made(call, location.text);
}

static void on_reply(const struct bus_answer *answer, void *arg)
{
    struct call *call = arg;
    const struct api_row *row = call->match.row;
    ProtobufCMessage *reply = NULL;

    if (answer->reply && answer->reply->status == HP__REPLY__STATUS__REFUSED)
        objection_files_release(call);
    if (call_failed(call, answer->reply))
        return;
    if (answer->reply->has_rev)
        call->rev = answer->reply->rev;
    if (row->reply) {
        reply = call_payload(call, answer->reply, row->reply);
        if (!reply)
            return;
        fill_reply(call, reply);
    }
    if (row->reply == &document__table__descriptor) {
        table_answer_go(call, (const Document__Table *)reply);
        return;
    }
    forget_sessions(call);
    answer_made(call, reply);
    call_answer(call, reply, row->kind == API_COMMAND ? &call->id : NULL);
}

static void send_on(struct call *call)
{
    const struct api_row *row = call->match.row;

    call_send(call, row->service,
              call_envelope(call, row->type, call->match.district, call->message), on_reply);
}

void call_go(struct call *call)
{
    const struct api_row *row = call->match.row;

    if (call_may(call, row->roles, row->region) || call_check_origin(call) ||
        call_check_coding(call) || call_check_match(call) || check_type(call) || read_message(call))
        return;
    if (row->request == &gateway__login__descriptor) {
        login_go(call);
        return;
    }
    if (call_make_id(call))
        return;
    fill_follow(call);
    if (row->request == &gateway__list_audit__descriptor)
        audit_go(call);
    else if (row->request == &gateway__list_changes__descriptor)
        changes_go(call);
    else if (row->request == &gateway__watch_changes__descriptor)
        live_go(call);
    else if (!objection_files_go(call, send_on) && !import_file_go(call, send_on))
        send_on(call);
}
