/* SPDX-License-Identifier: Apache-2.0 */
/* Accounts and sessions at the same moment, over the bus: the second command begins while the first is at its commit. */
#include <criterion/criterion.h>
#include <string.h>

#include "common/base/digest.h"
#include "gateway.pb-c.h"
#include "tests/support/api_stack/api_stack.h"
#include "tests/support/beside.h"
#include "tests/support/pg_test.h"

static struct api_stack s;
static const char *admin;

static void open_stack(void)
{
    beside_patient();
    api_open(&s, NULL);
    admin = api_login(&s, ADMIN, ADMIN_PASSWORD);
}

static void close_stack(void)
{
    api_close(&s);
}

TestSuite(beside, .init = open_stack, .fini = close_stack, .timeout = 120);

/* @role NULL: the public. */
static Hp__Envelope *from(const char *account, const char *role, const ProtobufCMessage *message)
{
    Hp__Envelope *env = bus_envelope(s.arena, message->descriptor->name, CITY, message, 30000);
    Hp__Binding *b = arena_new_one(s.arena, Hp__Binding);

    if (!role)
        return env;
    env->actor = arena_new_one(s.arena, Hp__Actor);
    hp__actor__init(env->actor);
    hp__binding__init(b);
    b->role = (char *)role;
    b->region = (char *)CITY;
    env->actor->account = (char *)account;
    env->actor->n_bindings = 1;
    env->actor->bindings = arena_new_array(s.arena, Hp__Binding *, 1);
    env->actor->bindings[0] = b;
    return env;
}

/* The first is done, the second refused with @code. */
static void second_refused(Hp__Envelope *first, Hp__Envelope *second, const char *code)
{
    Hp__Reply *replies[2];

    beside_hold(&s.schemas[0], "log", arena_printf(s.arena, "new.type = '%s'", first->type));
    beside_meet(&s.schemas[0], "gateway", s.dir, first, s.dir, second, s.arena, replies);
    cr_assert_eq(replies[0]->status, HP__REPLY__STATUS__DONE);
    cr_assert_eq(replies[1]->status, HP__REPLY__STATUS__REFUSED);
    cr_assert_str_eq(replies[1]->code, code);
}

/* What a login of @account sends once its password was found right. */
static Hp__Envelope *opening(const char *account, const char *verified)
{
    Gateway__OpenSession m = GATEWAY__OPEN_SESSION__INIT;

    m.account = (char *)account;
    m.token_sha256 = (char *)"sample";
    m.expires_at = INT64_C(4000000000000000);
    m.verified_sha256 = (char *)verified;
    return from(NULL, NULL, &m.base);
}

static const char *mark_of(const char *account)
{
    return api_value(&s, arena_printf(s.arena,
                                      "select encode(sha256(convert_to(password, 'UTF8')), 'hex') "
                                      "from account where account = '%s'",
                                      account));
}

static void no_session_of(const char *account)
{
    cr_assert_str_eq(
        api_value(&s, arena_printf(s.arena,
                                   "select count(*) from session where account = '%s' and "
                                   "token_sha256 = 'sample'",
                                   account)),
        "0");
}

Test(beside, there_is_one_first_administrator)
{
    Gateway__CreateFirstAdministrator m = GATEWAY__CREATE_FIRST_ADMINISTRATOR__INIT;
    Hp__Envelope *envs[2];

    pg_test_run(&s.schemas[0], "truncate account cascade");
    m.password = (char *)ADMIN_PASSWORD;
    for (int i = 0; i < 2; i++) {
        m.account = arena_printf(s.arena, "first-%d", i);
        envs[i] = from(NULL, NULL, &m.base);
    }
    second_refused(envs[0], envs[1], "accounts_exist");
    cr_assert_str_eq(api_value(&s, "select string_agg(account, ' ') from account"), "first-0");
}

Test(beside, an_account_that_is_disabled_beside_its_login_gets_no_session)
{
    Gateway__DisableAccount m = GATEWAY__DISABLE_ACCOUNT__INIT;

    api_account(&s, admin, "sample-officer", "district", DISTRICT, NULL);
    m.account = (char *)"sample-officer";
    m.reason = (char *)"样例";
    second_refused(from(ADMIN, "admin", &m.base),
                   opening("sample-officer", mark_of("sample-officer")), "login_failed");
    no_session_of("sample-officer");
}

Test(beside, the_failure_that_locks_an_account_is_not_cleared_by_the_login_beside_it)
{
    Gateway__RecordLoginFailure m = GATEWAY__RECORD_LOGIN_FAILURE__INIT;

    m.account = (char *)ADMIN;
    for (int i = 0; i < 4; i++)
        api_ask(&s, "gateway", "gateway.RecordLoginFailure", CITY, &m.base);
    second_refused(from(NULL, NULL, &m.base), opening(ADMIN, mark_of(ADMIN)), "login_failed");
    no_session_of(ADMIN);
    cr_assert_str_eq(api_value(&s, "select locked_until is not null from login_guard"), "t");
}

Test(beside, a_login_by_the_password_that_was_just_changed_gets_no_session)
{
    Gateway__ChangePassword m = GATEWAY__CHANGE_PASSWORD__INIT;

    m.old_password = (char *)ADMIN_PASSWORD;
    m.new_password = (char *)"Another-2023-real";
    second_refused(from(ADMIN, "admin", &m.base), opening(ADMIN, mark_of(ADMIN)), "login_failed");
    no_session_of(ADMIN);
    api_login(&s, ADMIN, m.new_password);
}
