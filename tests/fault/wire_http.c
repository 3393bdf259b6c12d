/* SPDX-License-Identifier: Apache-2.0 */
/*
 * wire_http - a command over the HTTP API, with its Idempotency-Key
 *
 * Where it goes and what its body is follows from the same table and descriptors that the gateway
 * reads; the id it derives is computed here beforehand and compared with the one it answers.
 */
#include <curl/curl.h>
#include <jansson.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "common/base/str.h"
#include "common/json/pbjson.h"
#include "fault.h"
#include "proto/api.h"

struct wire_http {
    CURL *curl;
    char *base, *bearer;
    struct str body;
};

static size_t on_body(char *data, size_t one, size_t size, void *arg)
{
    struct wire_http *w = arg;

    str_add_bytes(&w->body, data, size);
    return one * size;
}

/* The status, 0 without an answer. */
static long exchange(struct wire_http *w, const char *method, const char *path, const char *key,
                     const char *body, int64_t timeout_ms)
{
    CLEANUP(str_release) struct str url = STR_INIT, line = STR_INIT;
    struct curl_slist *headers = curl_slist_append(NULL, "Content-Type: application/json");
    long status = 0;
    CURLcode code;

    headers = curl_slist_append(headers, "Expect:");
    if (w->bearer)
        headers = curl_slist_append(headers, w->bearer);
    if (key) {
        str_printf(&line, "Idempotency-Key: %s", key);
        headers = curl_slist_append(headers, line.text);
    }
    str_printf(&url, "%s%s", w->base, path);
    str_clear(&w->body);
    curl_easy_reset(w->curl);
    curl_easy_setopt(w->curl, CURLOPT_URL, url.text);
    curl_easy_setopt(w->curl, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(w->curl, CURLOPT_PROXY, "");
    curl_easy_setopt(w->curl, CURLOPT_TIMEOUT_MS, (long)timeout_ms);
    curl_easy_setopt(w->curl, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(w->curl, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(w->curl, CURLOPT_WRITEDATA, w);
    curl_easy_setopt(w->curl, CURLOPT_POSTFIELDS, body);
    curl_easy_setopt(w->curl, CURLOPT_CUSTOMREQUEST, method);
    code = curl_easy_perform(w->curl);
    curl_easy_getinfo(w->curl, CURLINFO_RESPONSE_CODE, &status);
    curl_slist_free_all(headers);
    return code == CURLE_OK ? status : 0;
}

int wire_http_open(struct client *c, const char *base, const char *password)
{
    struct wire_http *w = calloc(1, sizeof(*w));
    char body[256];
    json_t *doc;
    long status;

    c->wire = w;
    w->curl = curl_easy_init();
    w->base = strdup(base);
    snprintf(body, sizeof(body), "{\"account\":\"%s\",\"password\":\"%s\"}", c->account, password);
    status = exchange(w, "POST", "/api/v1/districts/" DISTRICT "/sessions", NULL, body, 30000);
    doc = json_loadb(w->body.text ? w->body.text : "", w->body.size, 0, NULL);
    if (status / 100 == 2 && json_is_string(json_object_get(doc, "token")) &&
        asprintf(&w->bearer, "Authorization: Bearer %s",
                 json_string_value(json_object_get(doc, "token"))) < 0)
        w->bearer = NULL;
    json_decref(doc);
    if (w->bearer)
        return 0;
    fail("client %d cannot log in: status %ld, %s", c->index, status,
         w->body.text ? w->body.text : "");
    return -1;
}

void wire_http_close(struct client *c)
{
    if (!c->wire)
        return;
    curl_easy_cleanup(c->wire->curl);
    str_release(&c->wire->body);
    free(c->wire->base);
    free(c->wire->bearer);
    free(c->wire);
}

/* "/enterprises/{enterprise_id}" with the message's own values. */
static const char *path_of(struct arena *a, const struct api_row *row, const char *district,
                           const ProtobufCMessage *m)
{
    const char *path = arena_printf(a, "/api/v1/districts/%s", district), *at = row->path, *end;

    while (*at) {
        const ProtobufCFieldDescriptor *f;

        if (*at != '{') {
            path = arena_printf(a, "%s%c", path, *at++);
            continue;
        }
        end = strchr(at, '}');
        f = protobuf_c_message_descriptor_get_field_by_name(
            m->descriptor, arena_strndup(a, at + 1, (size_t)(end - at - 1)));
        path = arena_printf(a, "%s%s", path, *(char *const *)((const char *)m + f->offset));
        at = end + 1;
    }
    return path;
}

void wire_http_id(const struct client *c, struct arena *a, const ProtobufCMessage *message,
                  const char *type, struct command *cmd)
{
    const struct api_row *row = api_row_for(type);
    const char *seed = arena_printf(a, "%s\n%s\n%s\n%s", c->account, row->method,
                                    path_of(a, row, cmd->district, message), cmd->key);

    uuid_derive(seed, strlen(seed), &cmd->id);
}

/* The text of a member of the answer; "?" without one. */
static const char *member(const struct wire_http *w, struct arena *a, const char *name)
{
    json_t *doc = json_loadb(w->body.text ? w->body.text : "", w->body.size, 0, NULL);
    const char *text = json_string_value(json_object_get(doc, name));

    text = arena_strdup(a, text ? text : "?");
    json_decref(doc);
    return text;
}

void wire_http_send(struct client *c, struct arena *a, const struct command *cmd,
                    int64_t timeout_ms, struct answer *ret_answer)
{
    const struct api_row *row = api_row_for(cmd->type);
    ProtobufCMessage *m =
        protobuf_c_message_unpack(row->request, arena_pb(a), cmd->payload.size, cmd->payload.data);
    CLEANUP(str_release) struct str body = STR_INIT;
    struct wire_http *w = c->wire;
    long status;

    pbjson_write(&body, m);
    status = exchange(w, row->method, path_of(a, row, cmd->district, m), cmd->key, body.text,
                      timeout_ms);
    if (status == 500)
        ret_answer->kind = ANSWER_BROKEN;
    if (status == 503)
        ret_answer->kind = ANSWER_AWAY;
    if (status == 0 || status >= 500) {
        pause_ms(20); /* refused at once when the gateway is not there */
        return;
    }
    ret_answer->kind = ANSWER_GIVEN;
    ret_answer->reply = (struct bytes){
        arena_memdup(a, w->body.text ? w->body.text : "", w->body.size), w->body.size};
    if (status / 100 != 2) {
        ret_answer->outcome = OUTCOME_REFUSED;
        snprintf(ret_answer->code, sizeof(ret_answer->code), "%s", member(w, a, "code"));
        /* a problem names the trace of its own request, and so differs from one to the next */
        ret_answer->reply = (struct bytes){(const uint8_t *)"", 0};
        return;
    }
    ret_answer->outcome = OUTCOME_DONE;
    if (strcmp(member(w, a, "id"), cmd->id_text) != 0)
        fail("client %d: %s was carried out as message %s, not %s", c->index, cmd->type,
             member(w, a, "id"), cmd->id_text);
}
