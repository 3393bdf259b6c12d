/* SPDX-License-Identifier: Apache-2.0 */
/* What HTTP adds to a message: repeats, tags, languages, origins, files, and services that are
 * away. */
#include <criterion/criterion.h>
#include <signal.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/digest.h"
#include "common/base/str.h"
#include "tests/support/api_stack/api_stack.h"

static struct api_stack s;
static const char *admin;

static void open_stack(void)
{
    api_open(&s, "http.max_upload=65536", "http.max_body=4096", NULL);
    admin = api_login(&s, ADMIN, ADMIN_PASSWORD);
}

static void close_stack(void)
{
    api_close(&s);
}

TestSuite(http, .init = open_stack, .fini = close_stack, .timeout = 120);

static void refused(struct answer a, int status, const char *code)
{
    cr_expect_eq(a.status, status, "%d %s", a.status, a.body);
    cr_expect_str_eq(answer_text(&a, "code"), code, "%s", a.body);
}

#define OFFICER \
    "{\"account\":\"sample-officer\",\"name\":\"样例\",\"password\":\"Sample-2023-x\"," \
    "\"bindings\":[{\"role\":\"district\",\"region\":\"310105\"}]}"

Test(http, the_same_idempotency_key_gives_the_same_answer_and_one_effect)
{
    const char *other =
        "{\"account\":\"sample-third\",\"name\":\"样例\",\"password\":\"Sample-2023-x\","
        "\"bindings\":[{\"role\":\"district\",\"region\":\"310105\"}]}";
    struct answer first =
        api_call(&s, "POST", CITY "/accounts", admin, OFFICER, "Idempotency-Key: k 1", NULL);
    struct answer again =
        api_call(&s, "POST", CITY "/accounts", admin, OFFICER, "Idempotency-Key: k 1", NULL);

    cr_assert_eq(first.status, 201, "%s", first.body);
    cr_assert_str_eq(first.body, again.body);
    cr_assert_eq(strlen(answer_text(&first, "id")), 36);
    refused(api_call(&s, "POST", CITY "/accounts", admin, other, "Idempotency-Key: k 1", NULL), 409,
            "message_reused");
    refused(api_call(&s, "POST", CITY "/accounts", admin, OFFICER, "Idempotency-Key: k 2", NULL),
            409, "already_exists");
    refused(api_call(&s, "POST", CITY "/accounts", admin, OFFICER, "Idempotency-Key: k\xe7", NULL),
            400, "idempotency_key_bad");
    cr_assert_str_eq(api_value(&s, "select count(*) from account"), "2");
}

Test(http, a_tag_spares_an_unchanged_body)
{
    struct answer first = api_call(&s, "GET", CITY "/me", admin, NULL, NULL), again, head;
    const char *tag = answer_header(&s, &first, "ETag");

    cr_assert_not_null(tag);
    again = api_call(&s, "GET", CITY "/me", admin, NULL,
                     arena_printf(s.arena, "If-None-Match: \"x\", %s", tag), NULL);
    cr_assert_eq(again.status, 304);
    cr_assert_eq(again.size, 0);
    head = api_call(&s, "HEAD", CITY "/me", admin, NULL, NULL);
    cr_assert_eq(head.status, 200);
    cr_assert_eq(head.size, 0);
    cr_assert_str_eq(answer_header(&s, &head, "ETag"), tag);
    cr_assert_eq(api_call(&s, "GET", CITY "/me", admin, NULL, "If-None-Match: \"x\"", NULL).status,
                 200);
}

Test(http, problems_say_everything_in_the_readers_language_and_codes_stay)
{
    struct answer zh =
        api_call(&s, "GET", CITY "/me", NULL, NULL, "Accept-Language: zh-CN,en;q=0.5",
                 "traceparent: 00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", NULL);
    struct answer en = api_call(&s, "GET", CITY "/me", NULL, NULL, "Accept-Language: en-GB", NULL);

    cr_assert_eq(zh.status, 401);
    cr_assert_str_eq(answer_header(&s, &zh, "Content-Type"), "application/problem+json");
    cr_assert_str_eq(answer_header(&s, &zh, "Content-Language"), "zh-CN");
    cr_assert_str_eq(answer_text(&zh, "detail"), "请先登录。");
    cr_assert_str_eq(answer_text(&en, "detail"), "Log in first.");
    cr_assert_str_eq(answer_text(&zh, "code"), answer_text(&en, "code"));
    cr_assert_str_eq(answer_text(&zh, "type"), "urn:hongping:reason:session_missing");
    cr_assert_str_eq(answer_text(&zh, "instance"), "/api/v1/districts/310000/me");
    cr_assert_str_eq(answer_text(&zh, "trace_id"), "0af7651916cd43dd8448eb211c80319c");
    cr_assert_eq(json_integer_value(json_object_get(zh.json, "status")), 401);
}

/* "field:code ..." of errors[], each with its pointer and a sentence. */
static const char *errors_of(const struct answer *a)
{
    CLEANUP(str_release) struct str out = STR_INIT;
    json_t *one;
    size_t i;

    json_array_foreach(json_object_get(a->json, "errors"), i, one)
    {
        const char *field = json_string_value(json_object_get(one, "field"));
        const char *pointer = json_string_value(json_object_get(one, "pointer"));

        cr_assert_str_eq(pointer + 1, field);
        cr_assert_gt(strlen(json_string_value(json_object_get(one, "reason"))), 5);
        str_printf(&out, "%s%s:%s", i ? " " : "", field,
                   json_string_value(json_object_get(one, "code")));
    }
    return arena_strdup(s.arena, out.text);
}

/* Business time of who answers; an instant also when the request was refused. */
static void now_is_said(struct answer a)
{
    const char *now = answer_header(&s, &a, "Hongping-Now");
    int64_t at;

    cr_assert_not_null(now, "%d %s", a.status, a.body);
    cr_assert_eq(instant_parse(now, &at), 0, "%s", now);
    cr_assert_leq(llabs(at - wall_now_us()), 60 * SECOND_US);
}

Test(http, every_answer_says_what_time_it_is)
{
    now_is_said(api_call(&s, "GET", CITY "/me", admin, NULL, NULL));
    now_is_said(api_call(&s, "GET", CITY "/me", NULL, NULL, NULL));
    now_is_said(api_call(&s, "POST", CITY "/accounts", admin, "{}", NULL));
    now_is_said(api_call(&s, "GET", "/healthz", NULL, NULL, NULL));
    now_is_said(api_call(&s, "GET", "/nothing", NULL, NULL, NULL));
}

Test(http, all_that_is_wrong_is_told_at_once)
{
    struct answer a = api_call(&s, "POST", CITY "/accounts?x=1", admin,
                               "{\"account\":7,\"bindings\":[{\"role\":\"compound\"}],\"pass\":1}",
                               "Accept-Language: zh-CN", NULL);

    refused(a, 422, "field_unknown");
    cr_expect_str_eq(errors_of(&a),
                     "x:field_unknown account:type_text bindings/0/role:value_not_allowed "
                     "bindings/0/region:field_missing pass:field_unknown name:field_missing "
                     "password:field_missing");
    /* what was sent is shown as it was sent, and what would be right as it must be sent */
    cr_expect_not_null(strstr(a.body, "compound 不在可用的值之列：city, district, "), "%s", a.body);
    a = api_call(&s, "POST", CITY "/accounts", admin,
                 "{\"account\":\"x\",\"name\":\"\",\"password\":\"short\",\"bindings\":[]}", NULL);
    refused(a, 422, "account_name_bad");
    cr_expect_str_eq(errors_of(&a),
                     "account:account_name_bad name:text_missing bindings:bindings_missing "
                     "password:password_length");
}

Test(http, bad_requests_are_told_apart)
{
    struct answer a = api_call(&s, "DELETE", CITY "/accounts", admin, NULL, NULL);
    char *large = arena_zalloc(s.arena, 5001);

    refused(a, 405, "method_not_allowed");
    cr_assert_not_null(strstr(answer_header(&s, &a, "Allow"), "GET, HEAD"));
    refused(api_call(&s, "GET", CITY "/nothing", admin, NULL, NULL), 404, "path_unknown");
    refused(api_call(&s, "GET", "/elsewhere", admin, NULL, NULL), 404, "path_unknown");
    refused(api_call(&s, "GET", "310105001/me", admin, NULL, NULL), 404, "district_unknown");
    refused(
        api_call(&s, "POST", CITY "/accounts", admin, OFFICER, "Content-Type: text/plain", NULL),
        415, "media_type_wrong");
    a = api_call(&s, "POST", CITY "/accounts", admin, OFFICER, "Content-Encoding: gzip", NULL);
    refused(a, 415, "content_coding");
    cr_assert_str_eq(answer_header(&s, &a, "Accept-Encoding"), "identity");
    refused(api_call(&s, "POST", CITY "/accounts", admin, "\x1f\x8b\x08",
                     "Content-Encoding: x-gzip", NULL),
            415, "content_coding");
    refused(api_call(&s, "POST", CITY "/accounts", admin, "{}", "Content-Encoding: identity", NULL),
            422, "field_missing");
    refused(api_call(&s, "POST", CITY "/accounts", admin, "\xef\xbb\xbf{}", NULL), 422,
            "field_missing");
    refused(api_call(&s, "POST", CITY "/accounts", admin, "{\"account\":", NULL), 400, "json_bad");
    refused(api_call(&s, "POST", CITY "/accounts", admin, "{\"account\":\"\xff\"}", NULL), 400,
            "json_not_utf8");
    refused(api_call(&s, "POST", CITY "/accounts", admin, "{}", NULL), 422, "field_missing");
    refused(api_call(&s, "POST", CITY "/accounts?x=1", admin, OFFICER, NULL), 422, "field_unknown");
    refused(api_call(&s, "GET", CITY "/accounts?limit=many", admin, NULL, NULL), 422,
            "type_integer");
    refused(api_call(&s, "GET", CITY "/accounts?limit=0", admin, NULL, NULL), 422,
            "number_out_of_range");
    refused(api_call(&s, "PUT", CITY "/accounts/one/bindings", admin,
                     "{\"account\":\"two\",\"bindings\":[]}", NULL),
            422, "field_disagrees");
    memset(large, ' ', 5000);
    refused(api_call(&s, "POST", CITY "/accounts", admin, large, NULL), 413, "body_too_large");
    refused(api_call(&s, "GET", CITY "/me", "no-such-token", NULL, NULL), 401, "session_ended");
}

Test(http, a_cookie_alone_must_come_from_our_own_pages)
{
    char *cookie = arena_printf(s.arena, "Cookie: hongping_session=%s", admin);
    const char *json = "Content-Type: application/json";
    char *own = arena_printf(s.arena, "Origin: http://127.0.0.1:%d", s.port);

    cr_assert_eq(api_call(&s, "GET", CITY "/me", NULL, NULL, cookie, NULL).status, 200);
    refused(api_call(&s, "POST", CITY "/accounts", NULL, OFFICER, cookie,
                     "Origin: http://evil.example", json, NULL),
            403, "cross_site");
    refused(api_call(&s, "POST", CITY "/accounts", NULL, OFFICER, cookie,
                     "Sec-Fetch-Site: cross-site", json, NULL),
            403, "cross_site");
    refused(api_call(&s, "DELETE", CITY "/sessions/current", NULL, NULL, cookie, NULL), 415,
            "media_type_wrong");
    cr_assert_eq(api_call(&s, "POST", CITY "/accounts", NULL, OFFICER, cookie, own,
                          "Sec-Fetch-Site: same-origin", json, NULL)
                     .status,
                 201);
    refused(api_call(&s, "GET", CITY "/me", NULL, NULL, "Cookie: hongping_session=stale", NULL),
            401, "session_missing");
}

/* ---- files ---- */

static const char png[] = "\x89PNG\r\n\x1a\n\0\0\0\rIHDR sample 样例";

static struct answer upload(const char *token, const void *data, size_t size, const char *type,
                            const char *query)
{
    const char *headers[] = {arena_printf(s.arena, "Content-Type: %s", type), NULL};

    return api_call_bytes(&s, "POST", arena_printf(s.arena, "310105/files%s", query), token, data,
                          size, headers);
}

static char *sha256_of(const void *data, size_t size)
{
    uint8_t value[DIGEST_SIZE];
    char hex[DIGEST_HEX];

    digest_once(DIGEST_SHA256, data, size, value);
    return arena_strdup(s.arena, hex_format(value, DIGEST_SIZE, hex));
}

Test(http, an_uploaded_file_comes_back_to_those_who_may_read_it)
{
    const char *owner =
        api_account(&s, admin, "sample-firm", "enterprise", DISTRICT, "91310105000000000X");
    const char *rival =
        api_account(&s, admin, "sample-rival", "enterprise", DISTRICT, "91310105000000001X");
    const char *officer = api_account(&s, admin, "sample-officer", "district", DISTRICT, NULL);
    char *sha = sha256_of(png, sizeof(png) - 1),
         *path = arena_printf(s.arena, "310105/files/%s", sha);
    struct answer up = upload(owner, png, sizeof(png) - 1, "image/jpeg",
                              "?file_name=C:%5C%E6%A0%B7%E4%BE%8B.png"),
                  down;

    cr_assert_eq(up.status, 201, "%s", up.body);
    cr_assert_str_eq(answer_header(&s, &up, "Location"),
                     arena_printf(s.arena, "/api/v1/districts/310105/files/%s",
                                  answer_text(&up, "file_sha256")));
    cr_assert_str_eq(answer_text(&up, "file_sha256"), sha);
    cr_assert_str_eq(answer_text(&up, "media_type"), "png");
    cr_assert_str_eq(answer_text(&up, "file_name"), "样例.png");
    down = api_call(&s, "GET", path, owner, NULL, NULL);
    cr_assert_eq(down.status, 200, "%s", down.body);
    cr_assert_eq(down.size, sizeof(png) - 1);
    cr_assert_eq(memcmp(down.body, png, down.size), 0);
    cr_assert_str_eq(answer_header(&s, &down, "Content-Type"), "image/png");
    cr_assert_str_eq(answer_header(&s, &down, "Content-Disposition"),
                     "attachment; filename*=UTF-8''%E6%A0%B7%E4%BE%8B.png");
    cr_assert_eq(api_call(&s, "GET", path, officer, NULL, NULL).status, 200);
    cr_assert_eq(api_call(&s, "GET", path, officer, NULL,
                          arena_printf(s.arena, "If-None-Match: \"%s\"", sha), NULL)
                     .status,
                 304);
    refused(api_call(&s, "GET", path, rival, NULL, NULL), 404, "not_found");
    refused(api_call(&s, "GET", path, NULL, NULL, NULL), 401, "session_missing");
    refused(api_call(&s, "GET", "310105/files/../../../etc/passwd", owner, NULL, NULL), 404,
            "not_found");
}

Test(http, multipart_uploads_are_taken_too)
{
    static const char head[] =
        "--b\r\nContent-Disposition: form-data; name=\"file\"; filename=\"样例.png\"\r\n\r\n";
    char *body = arena_alloc(s.arena, sizeof(head) + sizeof(png) + 16);
    size_t size = 0;
    struct answer up;

    memcpy(body, head, sizeof(head) - 1), size += sizeof(head) - 1;
    memcpy(body + size, png, sizeof(png) - 1), size += sizeof(png) - 1;
    memcpy(body + size, "\r\n--b--\r\n", 9), size += 9;
    up = upload(admin, body, size, "multipart/form-data; boundary=b", "");
    cr_assert_eq(up.status, 201, "%s", up.body);
    cr_assert_str_eq(answer_text(&up, "file_sha256"), sha256_of(png, sizeof(png) - 1));
    cr_assert_str_eq(answer_text(&up, "file_name"), "样例.png");
    refused(upload(admin, body, size - 9, "multipart/form-data; boundary=b", ""), 422,
            "file_missing");
}

Test(http, unfit_uploads_are_refused_and_leave_nothing)
{
    char *large = arena_zalloc(s.arena, 100000), *list;
    FILE *f;
    char line[8] = "";

    refused(upload(NULL, png, sizeof(png) - 1, "image/png", ""), 401, "session_missing");
    refused(upload("no-such-token", png, sizeof(png) - 1, "image/png", ""), 401, "session_ended");
    refused(upload(admin, "MZ executable", 13, "image/png", ""), 415, "file_type_unknown");
    refused(upload(admin, "\xD0\xCF\x11\xE0\xA1\xB1\x1A\xE1 .doc", 13, "application/pdf", ""), 415,
            "file_old");
    refused(upload(admin, "%PDF-1.7 trailer<</Encrypt 5 0 R>>", 34, "application/pdf", ""), 415,
            "file_locked");
    refused(upload(admin, "", 0, "image/png", ""), 422, "file_missing");
    refused(upload(admin, large, 100000, "image/png", ""), 413, "body_too_large");
    refused(upload(admin, large, 70000, "image/png", ""), 413, "body_too_large");
    refused(upload(admin, png, sizeof(png) - 1, "image/png", "?file_name=%ff"), 422,
            "file_name_bad");
    list = arena_printf(s.arena, "find %s/data/files %s/data/tmp -type f | wc -l", s.dir, s.dir);
    f = popen(list, "r");
    cr_assert_not_null(f);
    cr_assert_not_null(fgets(line, sizeof(line), f));
    pclose(f);
    cr_assert_eq(strtol(line, NULL, 10), 0, "%s", line);
    cr_assert_str_eq(api_value(&s, "select count(*) from file"), "0");
}

/* Chunked, so that no length announces it; what is not the file would never end otherwise. */
Test(http, parts_beside_the_file_count_against_the_limit_of_an_upload)
{
    static const char head[] = "--b\r\nContent-Disposition: form-data; name=\"other\"\r\n\r\n";
    const char *headers[] = {"Content-Type: multipart/form-data; boundary=b",
                             "Transfer-Encoding: chunked", NULL};
    char *body = arena_zalloc(s.arena, 200000);

    memcpy(body, head, sizeof(head) - 1);
    refused(api_call_bytes(&s, "POST", "310105/files", admin, body, 200000, headers), 413,
            "body_too_large");
}

Test(http, an_officer_of_two_districts_reads_files_in_both)
{
    const char *officer = api_account(&s, admin, "sample-officer", "district", "310104", NULL);
    char *path = arena_printf(s.arena, "310105/files/%s", sha256_of(png, sizeof(png) - 1));

    cr_assert_eq(upload(admin, png, sizeof(png) - 1, "image/png", "").status, 201);
    refused(api_call(&s, "GET", path, officer, NULL, NULL), 404, "not_found");
    cr_assert_eq(api_call(&s, "PUT", CITY "/accounts/sample-officer/bindings", admin,
                          "{\"bindings\":[{\"role\":\"district\",\"region\":\"310104\"},"
                          "{\"role\":\"district\",\"region\":\"310105\"}]}",
                          NULL)
                     .status,
                 200);
    cr_assert_eq(api_call(&s, "GET", path, officer, NULL, NULL).status, 200);
}

/* ---- others ---- */

Test(http, a_service_that_is_away_is_said_so_with_what_to_do)
{
    struct answer a =
        api_call(&s, "GET", DISTRICT "/programmes", NULL, NULL, "Accept-Language: en", NULL);

    refused(a, 504, "no_answer");
    cr_assert_not_null(strstr(answer_text(&a, "detail"), "Idempotency-Key"));
}

Test(http, a_database_that_is_away_is_said_so_and_comes_back)
{
    const char *token = api_login(&s, ADMIN, ADMIN_PASSWORD);
    struct answer away, back = {0};

    pg_test_run(&s.schemas[0], "alter role hongping_gateway nologin");
    pg_test_run(&s.schemas[0], "select pg_terminate_backend(pid) from pg_stat_activity where "
                               "usename = 'hongping_gateway'");
    away = api_call(&s, "GET", CITY "/me", token, NULL, NULL);
    pg_test_run(&s.schemas[0], "alter role hongping_gateway login");
    refused(away, 503, "unavailable");
    cr_assert_not_null(answer_header(&s, &away, "Retry-After"));
    for (int i = 0; i < 60 && back.status != 200;
         i++) /* each waits up to a second for the database */
        back = api_call(&s, "GET", CITY "/me", token, NULL, NULL);
    cr_assert_eq(back.status, 200, "%s", back.body);
}

Test(http, description_and_health_are_public)
{
    struct answer doc =
        api_call(&s, "GET", "/api/openapi.json", NULL, NULL, "Accept-Language: en", NULL);

    cr_assert_eq(doc.status, 200);
    cr_assert_str_eq(json_string_value(json_object_get(doc.json, "openapi")), "3.1.0");
    doc = api_call(&s, "GET", "/api/reference", NULL, NULL, "Accept-Language: zh", NULL);
    cr_assert_eq(doc.status, 200);
    cr_assert_not_null(strstr(doc.body, "<html lang=\"zh-CN\">"));
    cr_assert_not_null(strstr(doc.body, "id=\"intakeSubmitApplication\""));
    cr_assert_not_null(strstr(doc.body, "<code>application_late</code> (409)"));
    cr_assert_null(strstr(doc.body, "<script"));
    cr_assert_eq(api_call(&s, "GET", "/healthz", NULL, NULL, NULL).status, 200);
    do /* until it knows who leads what */
        doc = api_call(&s, "GET", "/readyz", NULL, NULL, NULL);
    while (doc.status == 503);
    cr_assert_eq(doc.status, 200);
    cr_assert_str_eq(json_string_value(json_object_get(doc.json, "service")), "gateway");
    refused(api_call(&s, "POST", "/readyz", NULL, "{}", NULL), 405, "method_not_allowed");
    refused(api_call(&s, "POST", "/healthz", NULL, "{}", NULL), 405, "method_not_allowed");
}

Test(http, the_process_ends_cleanly_with_requests_behind_it)
{
    refused(api_call(&s, "GET", DISTRICT "/me", NULL, NULL, NULL), 401, "session_missing");
    cr_assert_eq(api_end(&s, "gateway", SIGTERM), 0);
}

/* ---- what the log tells ---- */

static char *read_log(void)
{
    FILE *f = fopen(arena_printf(s.arena, "%s/gateway.log", s.dir), "re");
    char *text = arena_zalloc(s.arena, 1 << 20);

    cr_assert_not_null(f);
    cr_assert_lt(fread(text, 1, (1 << 20) - 1, f), (1 << 20) - 1);
    fclose(f);
    return text;
}

/* The line about a request of @trace_id; NULL: there is none. */
static json_t *request_line(const char *trace_id)
{
    char *text = read_log(), *save = NULL;

    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        json_t *doc = strstr(line, trace_id) && strstr(line, "\"http request")
                          ? json_loads(line, 0, NULL)
                          : NULL;

        if (doc)
            return doc;
    }
    return NULL;
}

#define TRACE(n) "aaaaaaaaaaaaaaaaaaaaaaaaaaaaaa" n
#define PARENT(n) "traceparent: 00-" TRACE(n) "-b7ad6b7169203331-01"

static void expect_line(const char *trace_id, const char *what, const char *status,
                        const char *method, const char *path, const char *account)
{
    json_t *doc = request_line(trace_id), *who;

    cr_assert_not_null(doc, "no line for %s", path);
    who = json_object_get(doc, "account");
    cr_expect_str_eq(json_string_value(json_object_get(doc, "what")), what);
    cr_expect_str_eq(json_string_value(json_object_get(doc, "status")), status);
    cr_expect_str_eq(json_string_value(json_object_get(doc, "method")), method);
    cr_expect_str_eq(json_string_value(json_object_get(doc, "path")), path);
    cr_expect_str_eq(who ? json_string_value(who) : "nobody", account);
    cr_expect_geq(strtod(json_string_value(json_object_get(doc, "ms")), NULL), 0);
    json_decref(doc);
}

Test(http, every_request_leaves_one_line_with_nothing_of_what_was_sent)
{
    const char *accounts = "/api/v1/districts/310000/accounts";
    char *text;

    api_call(&s, "GET", CITY "/accounts?limit=5&after=secret-words", admin, NULL, PARENT("01"),
             NULL);
    api_call(&s, "POST", CITY "/accounts", admin, OFFICER, PARENT("02"), NULL);
    api_call(&s, "GET", CITY "/me", NULL, NULL, PARENT("03"), NULL);
    api_call(&s, "DELETE", "/elsewhere?secret-words", NULL, NULL, PARENT("04"), NULL);
    api_call(&s, "GET", "310105/programmes", admin, NULL, PARENT("05"), NULL); /* nobody is there */
    api_call(&s, "GET", "/healthz", NULL, NULL, PARENT("06"), NULL);
    api_call(&s, "GET", "/readyz", NULL, NULL, PARENT("07"), NULL);
    expect_line(TRACE("01"), "http request", "200", "GET", accounts, ADMIN);
    expect_line(TRACE("02"), "http request", "201", "POST", accounts, ADMIN);
    expect_line(TRACE("03"), "http request", "401", "GET", "/api/v1/districts/310000/me", "nobody");
    expect_line(TRACE("04"), "http request", "404", "DELETE", "/elsewhere", "nobody");
    expect_line(TRACE("05"), "http request failed", "504", "GET",
                "/api/v1/districts/310105/programmes", ADMIN);
    cr_assert_null(request_line(TRACE("06")), "probes are not logged");
    cr_assert_null(request_line(TRACE("07")));
    text = read_log();
    cr_assert_null(strstr(text, "secret-words"));
    cr_assert_null(strstr(text, admin), "no token");
    cr_assert_null(strstr(text, ADMIN_PASSWORD));
    cr_assert_null(strstr(text, "Sample-2023-x"), "no body");
}

Test(http, a_flood_of_requests_is_summed_up)
{
    int before, lines = 0, summed = 0;
    char *text = read_log(), *save = NULL;

    for (before = 0; (text = strstr(text, "\"http request\"")); text++)
        before++;
    for (int i = 0; i < 300; i++)
        cr_assert_eq(api_call(&s, "GET", CITY "/me", admin, NULL, NULL).status, 200);
    cr_assert_eq(api_end(&s, "gateway", SIGTERM), 0);
    text = read_log();
    for (char *line = strtok_r(text, "\n", &save); line; line = strtok_r(NULL, "\n", &save)) {
        json_t *doc = json_loads(line, 0, NULL);
        const char *what = json_string_value(json_object_get(doc, "what"));
        const char *of = json_string_value(json_object_get(doc, "of"));

        lines += what && strcmp(what, "http request") == 0;
        if (of && strcmp(of, "http request") == 0)
            summed += atoi(json_string_value(json_object_get(doc, "n")));
        json_decref(doc);
    }
    cr_assert_eq(lines + summed, before + 300, "%d lines, %d summed up", lines, summed);
}
