/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts, sessions, lockout and what stands in the audit trail, over HTTP. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/digest.h"
#include "proto/api/all.h"
#include "tests/support/api_stack/api_stack.h"

static struct api_stack s;
static const char *admin;

static void open_stack(void)
{
    api_open(&s, NULL);
    admin = api_login(&s, ADMIN, ADMIN_PASSWORD);
}

static void close_stack(void)
{
    api_close(&s);
}

TestSuite(accounts, .init = open_stack, .fini = close_stack, .timeout = 120);

static void refused(struct answer a, int status, const char *code)
{
    cr_expect_eq(a.status, status, "%d %s", a.status, a.body);
    cr_expect_str_eq(answer_text(&a, "code"), code, "%s", a.body);
}

static struct answer login(const char *account, const char *password)
{
    return api_call(
        &s, "POST", CITY "/sessions", NULL,
        arena_printf(s.arena, "{\"account\":\"%s\",\"password\":\"%s\"}", account, password), NULL);
}

Test(accounts, login_gives_a_token_a_cookie_and_who_one_is)
{
    struct answer in = login(ADMIN, ADMIN_PASSWORD), me;
    const char *cookie = answer_header(&s, &in, "Set-Cookie");
    json_t *account, *binding;

    cr_assert_eq(in.status, 200, "%s", in.body);
    cr_assert_eq(strlen(answer_text(&in, "token")), 64);
    cr_assert_not_null(strstr(cookie, "hongping_session="));
    cr_assert_not_null(strstr(cookie, "HttpOnly; SameSite=Strict"));
    cr_assert_null(strstr(cookie, "Secure"));
    me = api_call(&s, "GET", CITY "/me", answer_text(&in, "token"), NULL, NULL);
    cr_assert_eq(me.status, 200, "%s", me.body);
    account = json_object_get(me.json, "account");
    binding = json_array_get(json_object_get(account, "bindings"), 0);
    cr_assert_str_eq(json_string_value(json_object_get(account, "account")), ADMIN);
    cr_assert_str_eq(json_string_value(json_object_get(binding, "role")), "admin");
    cr_assert_str_eq(json_string_value(json_object_get(binding, "region")), CITY);
}

Test(accounts, no_secret_is_kept_in_the_clear)
{
    cr_assert_str_eq(
        api_value(&s, "select count(*) from account where password like '$argon2id$%'"), "1");
    cr_assert_str_eq(
        api_value(
            &s,
            arena_printf(s.arena, "select count(*) from session where token_sha256 = '%s'", admin)),
        "0");
    cr_assert_str_eq(
        api_value(&s,
                  arena_printf(s.arena,
                               "select count(*) from log where position('%s'::bytea in reply) > 0",
                               admin)),
        "0");
    cr_assert_str_eq(
        api_value(
            &s, "select count(*) from log where type = 'gateway.OpenSession' and account = '" ADMIN
                "'"),
        "1");
}

Test(accounts, wrong_password_and_unknown_account_read_alike_and_both_lock)
{
    const char *names[] = {ADMIN, "nobody-sample"};

    for (int n = 0; n < 2; n++) {
        for (int i = 0; i < 4; i++)
            refused(login(names[n], "Wrong-2023-sample"), 401, "login_failed");
        refused(login(names[n], "Wrong-2023-sample"), 429, "locked");
        refused(login(names[n], ADMIN_PASSWORD), 429, "locked");
    }
    cr_assert_str_eq(
        api_value(&s, "select count(*) from log where type = 'gateway.RecordLoginFailure'"), "10");
}

Test(accounts, an_administrator_unlocks)
{
    api_account(&s, admin, "sample-officer", "district", DISTRICT, NULL);
    for (int i = 0; i < 5; i++)
        login("sample-officer", "Wrong-2023-sample");
    refused(login("sample-officer", ADMIN_PASSWORD), 429, "locked");
    cr_assert_eq(
        api_call(&s, "POST", CITY "/accounts/sample-officer/unlocking", admin, "{}", NULL).status,
        200);
    cr_assert_eq(login("sample-officer", ADMIN_PASSWORD).status, 200);
}

Test(accounts, second_first_administrator_is_refused)
{
    Gateway__CreateFirstAdministrator m = GATEWAY__CREATE_FIRST_ADMINISTRATOR__INIT;
    Hp__Reply *reply;

    m.account = (char *)"sample-other";
    m.password = (char *)ADMIN_PASSWORD;
    reply = api_ask(&s, "gateway", "gateway.CreateFirstAdministrator", CITY, &m.base);
    cr_assert_eq(reply->status, HP__REPLY__STATUS__REFUSED);
    cr_assert_str_eq(reply->code, "accounts_exist");
}

/* The digest that the frame makes of other messages, as hex. */
static const char *fast_digest(const char *type, const ProtobufCMessage *message)
{
    CLEANUP(digest_free) struct digest *d = digest_new(DIGEST_SHA256);
    size_t size = protobuf_c_message_get_packed_size(message);
    uint8_t *payload = arena_alloc(s.arena, size), value[DIGEST_SIZE];
    char *hex = arena_alloc(s.arena, DIGEST_HEX);

    protobuf_c_message_pack(message, payload);
    digest_add_field(d, type, strlen(type));
    digest_add_field(d, CITY, strlen(CITY));
    digest_add_field(d, "", 0);
    digest_add_field(d, payload, size);
    digest_finish(d, value);
    return hex_format(value, sizeof(value), hex);
}

static const char *logged_digest(const char *type)
{
    return api_value(
        &s, arena_printf(
                s.arena,
                "select encode(request_digest, 'hex') from log where type = '%s' order by seq desc "
                "limit 1",
                type));
}

Test(accounts, the_log_cannot_be_used_to_try_passwords_fast)
{
    Gateway__CreateFirstAdministrator first = GATEWAY__CREATE_FIRST_ADMINISTRATOR__INIT;
    Gateway__UnlockAccount unlock = GATEWAY__UNLOCK_ACCOUNT__INIT;

    first.account = (char *)"sample-other";
    first.password = (char *)ADMIN_PASSWORD;
    unlock.account = (char *)"nobody";
    api_ask(&s, "gateway", "gateway.CreateFirstAdministrator", CITY, &first.base);
    api_ask(&s, "gateway", "gateway.UnlockAccount", CITY, &unlock.base);
    cr_assert_str_eq(logged_digest("gateway.UnlockAccount"),
                     fast_digest("gateway.UnlockAccount", &unlock.base),
                     "this test no longer knows how digests are made");
    cr_assert_str_neq(logged_digest("gateway.CreateFirstAdministrator"),
                      fast_digest("gateway.CreateFirstAdministrator", &first.base));
}

#define ACCOUNT(name, password, bindings) \
    "{\"account\":\"" name "\",\"name\":\"样例\",\"password\":\"" password \
    "\",\"bindings\":[" bindings "]}"
#define OFFICER "{\"role\":\"district\",\"region\":\"310105\"}"

Test(accounts, faults_of_a_new_account_name_their_field)
{
    static const struct {
        const char *body, *code, *field;
    } cases[] = {
        {ACCOUNT("a", "Sample-2023-x", OFFICER), "account_name_bad", "account"},
        {ACCOUNT("sample b", "Sample-2023-x", OFFICER), "account_name_bad", "account"},
        {ACCOUNT("officer-1", "short", OFFICER), "password_length", "password"},
        {ACCOUNT("officer-1", "lowercaseonly", OFFICER), "password_classes", "password"},
        {ACCOUNT("officer-1", "Officer-1-2023", OFFICER), "password_is_account", "password"},
        {ACCOUNT("officer-1", "Sample-2023-x", ""), "bindings_missing", "bindings"},
        {ACCOUNT("officer-1", "Sample-2023-x",
                 OFFICER ",{\"role\":\"emperor\",\"region\":\"310105\"}"),
         "value_not_allowed", "bindings/1/role"},
        {ACCOUNT("officer-1", "Sample-2023-x", "{\"role\":\"public\",\"region\":\"310105\"}"),
         "value_not_allowed", "bindings/0/role"},
        {ACCOUNT("officer-1", "Sample-2023-x", "{\"role\":\"city\",\"region\":\"31\"}"),
         "region_bad", "bindings/0/region"},
        {ACCOUNT("officer-1", "Sample-2023-x", "{\"role\":\"enterprise\",\"region\":\"310105\"}"),
         "subject_missing", "bindings/0/subject"},
        {ACCOUNT(ADMIN, "Sample-2023-x", OFFICER), "already_exists", "account"},
    };

    for (size_t i = 0; i < ARRAY_LEN(cases); i++) {
        struct answer a = api_call(&s, "POST", CITY "/accounts", admin, cases[i].body, NULL);
        json_t *error = json_array_get(json_object_get(a.json, "errors"), 0);

        cr_expect_str_eq(answer_text(&a, "code"), cases[i].code, "%s", a.body);
        cr_expect_str_eq(json_string_value(json_object_get(error, "field")), cases[i].field);
    }
    cr_assert_str_eq(api_value(&s, "select count(*) from account"), "1");
}

Test(accounts, an_administrator_reaches_no_further_than_his_region)
{
    const char *local = api_account(&s, admin, "local-admin", "admin", DISTRICT, NULL);
    const char *raise = "{\"bindings\":[{\"role\":\"admin\",\"region\":\"310000\"}]}";

    refused(api_call(&s, "PUT", DISTRICT "/accounts/local-admin/bindings", local, raise, NULL), 403,
            "region_not_yours");
    refused(api_call(&s, "POST", DISTRICT "/accounts/" ADMIN "/disabling", local,
                     "{\"reason\":\"样例\"}", NULL),
            403, "region_not_yours");
    refused(api_call(&s, "POST", CITY "/accounts", local,
                     ACCOUNT("other-1", "Sample-2023-x",
                             "{\"role\":\"district\",\"region\":\"310106\"}"),
                     NULL),
            403, "region_not_yours");
    cr_assert_eq(api_call(&s, "POST", DISTRICT "/accounts", local,
                          ACCOUNT("other-1", "Sample-2023-x", OFFICER), NULL)
                     .status,
                 201);
}

Test(accounts, changing_bindings_disabling_and_logging_out_end_rights_at_once)
{
    const char *officer = api_account(&s, admin, "sample-officer", "auditor", DISTRICT, NULL);

    cr_assert_eq(api_call(&s, "GET", DISTRICT "/accounts", officer, NULL, NULL).status, 200);
    cr_assert_eq(api_call(&s, "PUT", CITY "/accounts/sample-officer/bindings", admin,
                          "{\"bindings\":[" OFFICER "]}", NULL)
                     .status,
                 200);
    refused(api_call(&s, "GET", DISTRICT "/accounts", officer, NULL, NULL), 403, "forbidden");
    cr_assert_eq(api_call(&s, "DELETE", CITY "/sessions/current", officer, NULL, NULL).status, 200);
    refused(api_call(&s, "GET", CITY "/me", officer, NULL, NULL), 401, "session_ended");
    officer = api_login(&s, "sample-officer", ADMIN_PASSWORD);
    cr_assert_eq(api_call(&s, "POST", CITY "/accounts/sample-officer/disabling", admin,
                          "{\"reason\":\"样例\"}", NULL)
                     .status,
                 200);
    refused(api_call(&s, "GET", CITY "/me", officer, NULL, NULL), 401, "session_ended");
    refused(login("sample-officer", ADMIN_PASSWORD), 401, "login_failed");
}

Test(accounts, a_new_password_ends_the_other_sessions_only)
{
    const char *other = api_login(&s, ADMIN, ADMIN_PASSWORD);
    const char *change =
        "{\"old_password\":\"" ADMIN_PASSWORD "\",\"new_password\":\"Other-2024-words\"}";

    cr_assert_eq(api_call(&s, "GET", CITY "/me", other, NULL, NULL).status, 200);
    refused(
        api_call(&s, "POST", CITY "/me/password", admin,
                 "{\"old_password\":\"Wrong-2023-sample\",\"new_password\":\"Other-2024-words\"}",
                 NULL),
        403, "password_wrong");
    refused(api_call(&s, "POST", CITY "/me/password", admin,
                     "{\"old_password\":\"a\",\"new_password\":\"b\",\"edge_session\":\"x\"}",
                     NULL),
            422, "field_unknown");
    cr_assert_eq(api_call(&s, "POST", CITY "/me/password", admin, change, NULL).status, 200);
    cr_assert_eq(api_call(&s, "GET", CITY "/me", admin, NULL, NULL).status, 200);
    refused(api_call(&s, "GET", CITY "/me", other, NULL, NULL), 401, "session_ended");
    refused(login(ADMIN, ADMIN_PASSWORD), 401, "login_failed");
    cr_assert_eq(login(ADMIN, "Other-2024-words").status, 200);
}

/* Tokens not used yet, so that nothing of them is remembered. */
Test(accounts, idle_and_old_sessions_end_by_wall_time)
{
    const char *idle = api_login(&s, ADMIN, ADMIN_PASSWORD);

    pg_test_run(&s.schemas[0], "update session set seen_at = now() - interval '29 minutes'");
    cr_assert_eq(api_call(&s, "GET", CITY "/me", idle, NULL, NULL).status, 200);
    cr_assert_str_eq(
        api_value(&s, "select count(*) from session where seen_at > now() - interval '1 minute'"),
        "1", "using it keeps it alive");
    idle = api_login(&s, ADMIN, ADMIN_PASSWORD);
    pg_test_run(&s.schemas[0], "update session set seen_at = now() - interval '31 minutes'");
    refused(api_call(&s, "GET", CITY "/me", idle, NULL, NULL), 401, "session_ended");
    idle = api_login(&s, ADMIN, ADMIN_PASSWORD);
    cr_assert_str_eq(api_value(&s, "select count(*) from session"), "1",
                     "a login sweeps what has ended");
    pg_test_run(&s.schemas[0], "update session set expires_at = now() - interval '1 second'");
    refused(api_call(&s, "GET", CITY "/me", idle, NULL, NULL), 401, "session_ended");
}

static void open_hasty(void)
{
    api_open(&s, "session.idle=40s", NULL);
}

TestSuite(hasty, .init = open_hasty, .fini = close_stack, .timeout = 120);

Test(hasty, using_a_session_keeps_it_alive_though_it_ends_within_a_minute)
{
    const char *token = api_login(&s, ADMIN, ADMIN_PASSWORD);

    pg_test_run(&s.schemas[0], "update session set seen_at = now() - interval '21 seconds'");
    cr_assert_eq(api_call(&s, "GET", CITY "/me", token, NULL, NULL).status, 200);
    cr_assert_str_eq(
        api_value(&s, "select count(*) from session where seen_at > now() - interval '15 seconds'"),
        "1");
}

Test(accounts, pages_of_accounts_are_linked)
{
    struct answer first, second;

    for (int i = 0; i < 3; i++)
        api_account(&s, admin, arena_printf(s.arena, "a-sample-%d", i), "district", DISTRICT, NULL);
    first = api_call(&s, "GET", CITY "/accounts?limit=2", admin, NULL, NULL);
    cr_assert_eq(json_array_size(json_object_get(first.json, "accounts")), 2, "%s", first.body);
    cr_assert_str_eq(answer_header(&s, &first, "Link"),
                     "</api/v1/districts/310000/accounts?after=a-sample-1&limit=2>; rel=\"next\"");
    second = api_call(&s, "GET", "/api/v1/districts/310000/accounts?after=a-sample-1&limit=2",
                      admin, NULL, NULL);
    cr_assert_eq(json_array_size(json_object_get(second.json, "accounts")), 2, "%s", second.body);
}

/* The rows of refusals come through a queue: ask for the state of things until they are there. */
static json_t *audit_until(const char *token, const char *district, const char *outcome)
{
    for (int i = 0; i < 2000; i++) {
        struct answer a = api_call(
            &s, "GET", arena_printf(s.arena, "%s/audit?service=gateway&limit=500", district), token,
            NULL, NULL);
        json_t *entry;
        size_t k;

        cr_assert_eq(a.status, 200, "%s", a.body);
        json_array_foreach(json_object_get(a.json, "entries"), k, entry)
        {
            if (strcmp(json_string_value(json_object_get(entry, "outcome")), outcome) == 0)
                return entry;
        }
    }
    return NULL;
}

Test(accounts, refusals_at_the_edge_stand_in_the_audit_trail)
{
    const char *auditor = api_account(&s, admin, "sample-auditor", "auditor", CITY, NULL);
    json_t *entry;

    refused(api_call(&s, "GET", DISTRICT "/audit?service=gateway", NULL, NULL, NULL), 401,
            "session_missing");
    refused(api_call(&s, "GET", DISTRICT "/audit?service=gateway", admin, NULL, NULL), 403,
            "forbidden");
    entry = audit_until(auditor, DISTRICT, "forbidden");
    cr_assert_not_null(entry);
    cr_assert_str_eq(json_string_value(json_object_get(entry, "account")), ADMIN);
    cr_assert_str_eq(json_string_value(json_object_get(entry, "field")), "gateway.ListAudit");
    cr_assert_not_null(audit_until(auditor, DISTRICT, "session_missing"));
    refused(api_call(&s, "GET", DISTRICT "/audit?service=nothing", auditor, NULL, NULL), 422,
            "value_not_allowed");
}
