/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/talk/api_client.h"

#include <curl/curl.h>
#include <errno.h>
#include <string.h>
#include <strings.h>
#include <time.h>

#include "common/base/clock.h"
#include "common/base/str.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

enum {
    LIMIT_S = 60, /* of one request with all its repeats */
    PAUSE_MS = 200,
    MAX_ANSWER = 64 << 20, /* bytes */
};

struct api {
    CURL *curl;
    char *base, *district, *language;
    int status;
    char code[64], field[128];
    json_t *problem;
    struct str answer;
};
struct api_session {
    char *account;
    char *token;
};

/* One request as it goes out, as often as needed with the same key. */
struct request {
    const struct api_session *session;
    const char *method, *url, *content_type;
    const void *body;
    size_t size;
    char key[UUID_TEXT];
    struct str *raw; /* where a good answer goes as it is; NULL: it is JSON */
};

int api_new(const char *base, const char *district, const char *language, struct api **ret_api,
            struct errtext *e)
{
    CLEANUP(api_free) struct api *api = calloc(1, sizeof(*api));

    if (!api)
        return err_raise(-ENOMEM);
    api->answer = STR_INIT;
    api->base = strdup(base);
    api->district = strdup(district);
    api->language = strdup(language);
    if (curl_global_init(CURL_GLOBAL_DEFAULT) == 0)
        api->curl = curl_easy_init();
    if (!api->curl || !api->base || !api->district || !api->language) {
        errtext_set(e, "%s", tr("the HTTP client cannot be set up"));
        return err_raise(-ENOMEM);
    }
    *ret_api = TAKE(api);
    return 0;
}

void api_free(struct api *api)
{
    if (!api)
        return;
    curl_easy_cleanup(api->curl);
    json_decref(api->problem);
    str_release(&api->answer);
    free(api->base);
    free(api->district);
    free(api->language);
    free(api);
}

const char *api_code(const struct api *api)
{
    return api->code;
}

const char *api_field(const struct api *api)
{
    return api->field;
}

int api_status(const struct api *api)
{
    return api->status;
}

const json_t *api_problem(const struct api *api)
{
    return api->problem;
}

/* ---- one exchange ---- */

static size_t on_body(char *data, size_t one, size_t size, void *arg)
{
    struct api *api = arg;

    if (api->answer.size + size > MAX_ANSWER)
        return 0;
    str_add_bytes(&api->answer, data, size);
    return one * size;
}

static struct curl_slist *add_header(struct curl_slist *list, const char *name, const char *value)
{
    struct str line = STR_INIT;

    str_printf(&line, "%s: %s", name, value);
    list = curl_slist_append(list, line.text);
    str_release(&line);
    return list;
}

static struct curl_slist *headers_of(const struct api *api, const struct request *req)
{
    struct curl_slist *list = add_header(NULL, "Accept-Language", api->language);
    struct str bearer = STR_INIT;

    list = add_header(list, "Expect", ""); /* no waiting for a 100 */
    if (req->content_type)
        list = add_header(list, "Content-Type", req->content_type);
    if (strcmp(req->method, "GET") != 0)
        list = add_header(list, "Idempotency-Key", req->key);
    if (req->session) {
        str_printf(&bearer, "Bearer %s", req->session->token);
        list = add_header(list, "Authorization", bearer.text);
    }
    str_release(&bearer);
    return list;
}

static CURLcode exchange(struct api *api, const struct request *req)
{
    struct curl_slist *headers = headers_of(api, req);
    const char *proxy = getenv("HONGPING_PROXY");
    CURL *c = api->curl;
    CURLcode code;
    long status = 0;

    str_clear(&api->answer);
    curl_easy_reset(c); /* keeps the connection */
    curl_easy_setopt(c, CURLOPT_URL, req->url);
    curl_easy_setopt(c, CURLOPT_PROTOCOLS_STR, "http,https");
    curl_easy_setopt(c, CURLOPT_NOSIGNAL, 1L);
    curl_easy_setopt(c, CURLOPT_PROXY, proxy ? proxy : ""); /* not the one of the outside world */
    curl_easy_setopt(c, CURLOPT_TIMEOUT, (long)LIMIT_S);
    curl_easy_setopt(c, CURLOPT_HTTPHEADER, headers);
    curl_easy_setopt(c, CURLOPT_WRITEFUNCTION, on_body);
    curl_easy_setopt(c, CURLOPT_WRITEDATA, api);
    if (strcmp(req->method, "GET") != 0) {
        curl_easy_setopt(c, CURLOPT_POST, 1L);
        curl_easy_setopt(c, CURLOPT_POSTFIELDSIZE_LARGE, (curl_off_t)req->size);
        curl_easy_setopt(c, CURLOPT_POSTFIELDS, req->body ? req->body : "");
        curl_easy_setopt(c, CURLOPT_CUSTOMREQUEST, req->method);
    }
    code = curl_easy_perform(c);
    curl_easy_getinfo(c, CURLINFO_RESPONSE_CODE, &status);
    api->status = code == CURLE_OK ? (int)status : 0;
    curl_slist_free_all(headers);
    return code;
}

/* Repeated with the same key until it is answered for good; what a repeat finds done is not done
 * again. */
static CURLcode exchange_surely(struct api *api, struct request *req)
{
    int64_t end = monotonic_now_us() + LIMIT_S * SECOND_US;
    const struct timespec pause = {.tv_nsec = PAUSE_MS * 1000000};
    struct uuid id;

    uuid_new(&id);
    if (!req->key[0])
        uuid_format(&id, req->key);
    for (;;) {
        CURLcode code = exchange(api, req);
        bool again = code == CURLE_COULDNT_CONNECT || code == CURLE_GOT_NOTHING ||
                     code == CURLE_RECV_ERROR || code == CURLE_SEND_ERROR ||
                     (code == CURLE_OK && api->status == 503);

        if (!again || monotonic_now_us() > end)
            return code;
        nanosleep(&pause, NULL);
    }
}

/* ---- what came back ---- */

static const char *text_in_json(const json_t *doc, const char *key)
{
    const char *text = json_string_value(json_object_get(doc, key));

    return text ? text : "";
}

/* "name: The text is too long (text_too_long)"; every further error behind it. */
static int problem(struct api *api, const struct request *req, json_t *doc, struct errtext *e)
{
    CLEANUP(str_release) struct str line = STR_INIT;
    const json_t *errors = json_object_get(doc, "errors"), *error;
    const char *detail = text_in_json(doc, "detail");
    size_t i;

    json_decref(api->problem);
    api->problem = doc;
    snprintf(api->code, sizeof(api->code), "%s", text_in_json(doc, "code"));
    snprintf(api->field, sizeof(api->field), "%s",
             text_in_json(json_array_get(errors, 0), "field"));
    say_about(api->code, api->field, detail);
    json_array_foreach(errors, i, error)
    {
        str_printf(&line, "%s%s: %s (%s)", i ? "; " : "", text_in_json(error, "field"),
                   text_in_json(error, "reason"), text_in_json(error, "code"));
    }
    if (!line.size)
        str_printf(&line, "%s (%s)", detail[0] ? detail : text_in_json(doc, "title"),
                   api->code[0] ? api->code : "no code");
    errtext_set(e, "%s %s: %d %s", req->method, req->url + strlen(api->base), api->status,
                line.text);
    return API_E_REFUSED;
}

static int conclude(struct api *api, const struct request *req, CURLcode code, json_t **ret_json,
                    struct errtext *e)
{
    json_error_t where;
    json_t *doc;

    if (code != CURLE_OK) {
        errtext_set(e, "%s: %s", api->base, curl_easy_strerror(code));
        say_about("silent", NULL, NULL);
        return API_E_AWAY;
    }
    if (req->raw && api->status < 300) {
        str_add_bytes(req->raw, api->answer.text, api->answer.size);
        return 0;
    }
    doc = api->answer.size ? json_loadb(api->answer.text, api->answer.size, 0, &where)
                           : json_object();
    if (api->status >= 400 && doc)
        return problem(api, req, doc, e);
    if (api->status == 503)
        return API_E_AWAY;
    if (!doc || api->status >= 300) {
        errtext_set(e, "%s %s: %d, %s", req->method, req->url, api->status, doc ? "?" : where.text);
        json_decref(doc);
        return err_raise(-EBADMSG);
    }
    if (ret_json)
        *ret_json = doc;
    else
        json_decref(doc);
    return 0;
}

static int run(struct api *api, const char *district, const char *path, struct request *req,
               json_t **ret_json, struct errtext *e)
{
    CLEANUP(str_release) struct str url = STR_INIT;
    int r;

    api->code[0] = api->field[0] = '\0';
    say_about(NULL, NULL, NULL);
    json_decref(api->problem);
    api->problem = NULL;
    if (strncmp(path, "/api/", 5) == 0)
        str_printf(&url, "%s%s", api->base, path);
    else
        str_printf(&url, "%s/api/v1/districts/%s%s", api->base, district, path);
    req->url = url.text;
    r = conclude(api, req, exchange_surely(api, req), ret_json, e);
    return r;
}

/* ---- the calls ---- */

int api_call_in(struct api *api, const struct api_session *session, const char *district,
                const char *method, const char *path, const json_t *body, json_t **ret_json,
                struct errtext *e)
{
    char *text = body ? json_dumps(body, JSON_COMPACT) : NULL;
    struct request req = {.session = session,
                          .method = method,
                          .content_type = body ? "application/json" : NULL,
                          .body = text,
                          .size = text ? strlen(text) : 0};
    int r;

    if (body && !text) {
        errtext_set(e, "%s", tr("the request cannot be written as JSON"));
        return err_raise(-EINVAL);
    }
    r = run(api, district, path, &req, ret_json, e);
    free(text);
    return r;
}

int api_call(struct api *api, const struct api_session *session, const char *method,
             const char *path, const json_t *body, json_t **ret_json, struct errtext *e)
{
    return api_call_in(api, session, api->district, method, path, body, ret_json, e);
}

int api_post(struct api *api, const struct api_session *session, const char *path,
             const json_t *body, char ret_id[UUID_TEXT], json_t **ret_json, struct errtext *e)
{
    json_t *empty = body ? NULL : json_object(), *answer;
    int r = api_call(api, session, "POST", path, body ? body : empty, &answer, e);

    json_decref(empty);
    if (r)
        return r;
    if (ret_id)
        snprintf(ret_id, UUID_TEXT, "%s", text_in_json(answer, "id"));
    if (ret_json)
        *ret_json = answer;
    else
        json_decref(answer);
    return 0;
}

int api_put(struct api *api, const struct api_session *session, const char *path,
            const json_t *body, struct errtext *e)
{
    return api_call(api, session, "PUT", path, body, NULL, e);
}

int api_get(struct api *api, const struct api_session *session, const char *path, json_t **ret_json,
            struct errtext *e)
{
    return api_call(api, session, "GET", path, NULL, ret_json, e);
}

int api_get_bytes(struct api *api, const struct api_session *session, const char *path,
                  struct str *out, struct errtext *e)
{
    struct request req = {.session = session, .method = "GET", .raw = out};

    return run(api, api->district, path, &req, NULL, e);
}

int api_upload(struct api *api, const struct api_session *session, const char *file_name,
               const char *media_type, const void *data, size_t size, json_t **ret_json,
               struct errtext *e)
{
    CLEANUP(str_release) struct str path = STR_INIT;
    struct request req = {.session = session,
                          .method = "POST",
                          .content_type = media_type ? media_type : "application/octet-stream",
                          .body = data,
                          .size = size};
    char *escaped = curl_easy_escape(api->curl, file_name, 0);

    str_printf(&path, "/files?file_name=%s", escaped ? escaped : "");
    curl_free(escaped);
    return run(api, api->district, path.text, &req, ret_json, e);
}

int api_list(struct api *api, const struct api_session *session, const char *path,
             const char *member, json_t **ret_items, struct errtext *e)
{
    json_t *all = json_array(), *page;
    struct str next = STR_INIT;
    int r;

    str_add(&next, path);
    for (;;) {
        const json_t *after;
        char number[32], *escaped;

        r = api_get(api, session, next.text, &page, e);
        if (r)
            break;
        json_array_extend(all, json_object_get(page, member));
        after = json_object_get(page, "next");
        if (!after) {
            json_decref(page);
            break;
        }
        snprintf(number, sizeof(number), "%lld", (long long)json_integer_value(after));
        escaped = curl_easy_escape(api->curl,
                                   json_is_string(after) ? json_string_value(after) : number, 0);
        str_clear(&next);
        str_printf(&next, "%s%cafter=%s", path, strchr(path, '?') ? '&' : '?',
                   escaped ? escaped : "");
        curl_free(escaped);
        json_decref(page);
    }
    str_release(&next);
    if (r)
        json_decref(all);
    else
        *ret_items = all;
    return r;
}

int api_login(struct api *api, const char *account, const char *password,
              struct api_session **ret_session, struct errtext *e)
{
    json_t *body = json_pack("{s:s, s:s}", "account", account, "password", password), *answer;
    struct api_session *session;
    int r;

    r = body ? api_call(api, NULL, "POST", "/sessions", body, &answer, e) : err_raise(-EINVAL);
    json_decref(body);
    if (r)
        return r;
    session = calloc(1, sizeof(*session));
    if (session) {
        session->account = strdup(account);
        session->token = strdup(text_in_json(answer, "token"));
    }
    json_decref(answer);
    if (!session || !session->account || !session->token) {
        api_session_free(session);
        return err_raise(-ENOMEM);
    }
    *ret_session = session;
    return 0;
}

void api_session_free(struct api_session *session)
{
    if (!session)
        return;
    if (session->token)
        explicit_bzero(session->token, strlen(session->token));
    free(session->account);
    free(session->token);
    free(session);
}

int api_logout(struct api *api, struct api_session *session, struct errtext *e)
{
    return api_call(api, session, "DELETE", "/sessions/current", NULL, NULL, e);
}
