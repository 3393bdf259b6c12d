/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/account/accounts.h"

#include <ctype.h>
#include <inttypes.h>
#include <string.h>

#include "gateway_sql.h"
#include "proto/api.h"
#include "services/gateway/account/password.h"
#include "services/gateway/gateway.h"

#include "common/base/banned.h"

static const char *city(const struct ctx *c)
{
    return service_city(c->svc);
}

/* Every change of accounts is an event, for those who watch over administrators. */
static void audit(struct ctx *c, const char *action, const char *account)
{
    Gateway__AuditRecorded event = GATEWAY__AUDIT_RECORDED__INIT;

    event.account = arena_strdup(c->arena, c->account);
    event.action = (char *)action;
    event.outcome = (char *)"done";
    event.subject = (char *)account;
    emit(c, city(c), &event.base);
}

static bool name_good(const char *account)
{
    size_t n = strlen(account);

    if (n < 3 || n > 64)
        return false;
    for (const char *p = account; *p; p++)
        if ((unsigned char)*p >= 0x80 || (!isalnum((unsigned char)*p) && !strchr("._-", *p)))
            return false;
    return true;
}

static int check_password(struct ctx *c, const char *field, const char *account,
                          const char *password)
{
    enum reason fault = password_fault(account, password);
    char low[8], high[8];

    if (fault != reason_password_length)
        return fault ? refuse(c, fault, field, NULL) : 0;
    snprintf(low, sizeof(low), "%d", PASSWORD_MIN);
    snprintf(high, sizeof(high), "%d", PASSWORD_MAX);
    return refuse(c, fault, field, low, high, NULL);
}

static int check_binding(struct ctx *c, const Gateway__RoleBinding *b, size_t i)
{
    int role = role_by_name(b->role);
    char *field = arena_printf(c->arena, "bindings/%zu/", i);

    if (!role || role == ROLE_PUBLIC)
        return refuse(c, reason_role_unknown, arena_printf(c->arena, "%srole", field), b->role,
                      NULL);
    if (region_level(b->region) == REGION_BAD)
        return refuse(c, reason_region_bad, arena_printf(c->arena, "%sregion", field), b->region,
                      NULL);
    if ((role & (ROLE_ENTERPRISE | ROLE_COMMITTEE | ROLE_EXPERT)) && !(b->subject && *b->subject))
        return refuse(c, reason_subject_missing, arena_printf(c->arena, "%ssubject", field), NULL);
    /* who speaks for an enterprise is compared with its code: any other word would speak for nobody */
    if (role == ROLE_ENTERPRISE && uscc_check(b->subject) != ID_VALID &&
        uscc_check(b->subject) != ID_CHECK)
        return refuse(c, reason_uscc_bad, arena_printf(c->arena, "%ssubject", field), b->subject,
                      NULL);
    if (!actor_may(c, ROLE_ADMIN, b->region, NULL))
        return refuse(c, reason_region_not_yours, arena_printf(c->arena, "%sregion", field),
                      actor_region(c, ROLE_ADMIN), NULL);
    return 0;
}

static int check_bindings(struct ctx *c, Gateway__RoleBinding *const *bindings, size_t n)
{
    if (!n)
        return refuse(c, reason_bindings_missing, "bindings", NULL);
    for (size_t i = 0; i < n; i++) {
        int r = check_binding(c, bindings[i], i);

        if (r)
            return r;
    }
    return 0;
}

static void put_bindings(struct ctx *c, const char *account, Gateway__RoleBinding *const *bindings,
                         size_t n)
{
    const char **roles = arena_new_array(c->arena, const char *, n);
    const char **regions = arena_new_array(c->arena, const char *, n);
    const char **subjects = arena_new_array(c->arena, const char *, n);

    for (size_t i = 0; i < n; i++) {
        roles[i] = bindings[i]->role;
        regions[i] = bindings[i]->region;
        subjects[i] = bindings[i]->subject ? bindings[i]->subject : "";
    }
    sql_exec(c->tx, &sql_binding_delete, T(city(c)), T(account));
    sql_exec(c->tx, &sql_binding_insert, T(city(c)), T(account), TA(roles, n), TA(regions, n),
             TA(subjects, n));
}

Gateway__Account *account_from_rows(struct arena *a, const struct rows *rows, size_t first,
                                    size_t *ret_next)
{
    Gateway__Account *account = arena_new_one(a, Gateway__Account);
    size_t end = first;

    gateway__account__init(account);
    account->account = arena_strdup(a, rows_text(rows, first, "account"));
    account->name = arena_strdup(a, rows_text(rows, first, "name"));
    account->state = arena_strdup(a, rows_text(rows, first, "state"));
    account->has_locked_until_at = rows_at(rows, first, "locked_until") > wall_now_us();
    account->locked_until_at = rows_at(rows, first, "locked_until");
    account->has_last_login_at = !rows_null(rows, first, "last_login_at");
    account->last_login_at = rows_at(rows, first, "last_login_at");
    while (end < rows_count(rows) && strcmp(rows_text(rows, end, "account"), account->account) == 0)
        end++;
    account->bindings = arena_new_array(a, Gateway__RoleBinding *, end - first);
    for (size_t i = first; i < end && !rows_null(rows, i, "role"); i++) {
        Gateway__RoleBinding *b = arena_new_one(a, Gateway__RoleBinding);

        gateway__role_binding__init(b);
        b->role = arena_strdup(a, rows_text(rows, i, "role"));
        b->region = arena_strdup(a, rows_text(rows, i, "region"));
        b->subject = arena_strdup(a, rows_text(rows, i, "subject"));
        account->bindings[account->n_bindings++] = b;
    }
    *ret_next = end;
    return account;
}

/*
 * 0 when the account is there and wholly within the actor's region. It is locked first, or another
 * administrator could raise it between this look and what is done because of it.
 */
static int reach(struct ctx *c, const char *account, Gateway__Account **ret_account)
{
    struct rows *rows;
    size_t next;
    int r;

    sql_exec(c->tx, &sql_account_lock, T(city(c)), T(account));
    r = sql_query(c->tx, &sql_account_get, &rows, T(city(c)), T(account));
    if (r)
        return r;
    if (!rows_count(rows))
        return refuse(c, reason_not_found, "account", "account", NULL);
    *ret_account = account_from_rows(c->arena, rows, 0, &next);
    for (size_t i = 0; i < (*ret_account)->n_bindings; i++)
        if (!actor_may(c, ROLE_ADMIN, (*ret_account)->bindings[i]->region, NULL))
            return refuse(c, reason_region_not_yours, "account", actor_region(c, ROLE_ADMIN), NULL);
    return 0;
}

static int insert_account(struct ctx *c, const char *account, const char *name,
                          const char *password)
{
    const struct gateway *g = c->state;
    char hash[PASSWORD_HASH];
    int64_t changed;
    int r = password_hash(password, &g->cost, hash);

    if (r)
        return err_pass(r);
    r = sql_change(c->tx, &sql_account_insert, &changed, T(city(c)), T(account), T(name), T(hash),
                   AT(wall_now_us()));
    if (r)
        return r;
    return changed ? 0 : refuse(c, reason_already_exists, "account", "account", NULL);
}

int gateway_create_account(struct ctx *c)
{
    const Gateway__CreateAccount *m = c->request;
    int r = 0;

    if (!name_good(m->account))
        r = fault_note(c, refuse(c, reason_account_name_bad, "account", NULL));
    if (!r)
        r = fault_note(c, need_text(c, "name", m->name, 1, 100));
    if (!r)
        r = fault_note(c, check_bindings(c, m->bindings, m->n_bindings));
    if (!r)
        r = fault_note(c, check_password(c, "password", m->account, m->password));
    if (!r)
        r = faults_refuse(c);
    if (!r)
        r = insert_account(c, m->account, m->name, m->password);
    if (r)
        return r;
    put_bindings(c, m->account, m->bindings, m->n_bindings);
    audit(c, "gateway.CreateAccount", m->account);
    return 0;
}

int gateway_create_first_administrator(struct ctx *c)
{
    const Gateway__CreateFirstAdministrator *m = c->request;
    Gateway__RoleBinding admin = GATEWAY__ROLE_BINDING__INIT;
    Gateway__RoleBinding *bindings[] = {&admin};
    struct rows *rows;
    int r;

    sql_exec(c->tx, &sql_account_alone);
    r = sql_query(c->tx, &sql_account_any, &rows, T(city(c)));
    if (r)
        return r;
    if (rows_count(rows))
        return refuse(c, reason_accounts_exist, NULL, NULL);
    if (!name_good(m->account))
        return refuse(c, reason_account_name_bad, "account", NULL);
    r = check_password(c, "password", m->account, m->password);
    if (!r)
        r = insert_account(c, m->account, m->account, m->password);
    if (r)
        return r;
    admin.role = (char *)"admin";
    admin.region = arena_strdup(c->arena, city(c));
    put_bindings(c, m->account, bindings, 1);
    audit(c, "gateway.CreateFirstAdministrator", m->account);
    return 0;
}

int gateway_set_bindings(struct ctx *c)
{
    const Gateway__SetBindings *m = c->request;
    Gateway__Account *account;
    int r = reach(c, m->account, &account);

    if (!r)
        r = check_bindings(c, m->bindings, m->n_bindings);
    if (r)
        return r;
    put_bindings(c, m->account, m->bindings, m->n_bindings);
    audit(c, "gateway.SetBindings", m->account);
    return 0;
}

int gateway_disable_account(struct ctx *c)
{
    const Gateway__DisableAccount *m = c->request;
    Gateway__Account *account;
    int64_t changed;
    int r = need_text(c, "reason", m->reason, 1, 500);

    if (!r)
        r = reach(c, m->account, &account);
    if (!r)
        r = sql_change(c->tx, &sql_account_disable, &changed, T(city(c)), T(m->account));
    if (r)
        return r;
    if (!changed)
        return refuse(c, reason_account_disabled, "account", NULL);
    sql_exec(c->tx, &sql_session_delete_others, T(city(c)), T(m->account), T(""));
    audit(c, "gateway.DisableAccount", m->account);
    return 0;
}

int gateway_unlock_account(struct ctx *c)
{
    const Gateway__UnlockAccount *m = c->request;
    Gateway__Account *account;
    int r = reach(c, m->account, &account);

    if (r)
        return r;
    sql_exec(c->tx, &sql_guard_clear, T(city(c)), T(m->account));
    audit(c, "gateway.UnlockAccount", m->account);
    return 0;
}

/* The new password replaces exactly the one that was checked: two changes at once cannot both win.
 */
static int replace_password(struct ctx *c, const Gateway__ChangePassword *m, const char *old_hash)
{
    const struct gateway *g = c->state;
    char hash[PASSWORD_HASH];
    int64_t changed;
    int r = password_hash(m->new_password, &g->cost, hash);

    if (r)
        return err_pass(r);
    r = sql_change(c->tx, &sql_account_set_password, &changed, T(city(c)), T(c->account), T(hash),
                   T(old_hash));
    if (r)
        return r;
    return changed ? 0 : MSG_LATER;
}

int gateway_change_password(struct ctx *c)
{
    const Gateway__ChangePassword *m = c->request;
    const struct gateway *g = c->state;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_account_get, &rows, T(city(c)), T(c->account));

    if (r)
        return r;
    if (!rows_count(rows))
        return refuse(c, reason_not_found, NULL, "account", NULL);
    if (strlen(m->old_password) > 4 * PASSWORD_MAX ||
        !password_right(rows_text(rows, 0, "password"), m->old_password, &g->cost))
        return refuse(c, reason_password_wrong, "old_password", NULL);
    if (strcmp(m->old_password, m->new_password) == 0)
        return refuse(c, reason_password_same, "new_password", NULL);
    r = check_password(c, "new_password", c->account, m->new_password);
    if (!r)
        r = replace_password(c, m, rows_text(rows, 0, "password"));
    if (r)
        return r;
    sql_exec(c->tx, &sql_session_delete_others, T(city(c)), T(c->account),
             T(m->edge_session ? m->edge_session : ""));
    audit(c, "gateway.ChangePassword", c->account);
    return 0;
}

int gateway_list_accounts(struct ctx *c)
{
    const Gateway__ListAccounts *m = c->request;
    Gateway__ListAccountsReply reply = GATEWAY__LIST_ACCOUNTS_REPLY__INIT;
    struct rows *rows;
    int r = need_range(c, "limit", m->limit, 1, 500);

    if (!r)
        r = sql_query(c->tx, &sql_account_list, &rows, T(city(c)), T(m->after ? m->after : ""),
                      I(m->limit));
    if (r)
        return r;
    reply.accounts = arena_new_array(c->arena, Gateway__Account *, rows_count(rows));
    for (size_t i = 0; i < rows_count(rows);)
        reply.accounts[reply.n_accounts++] = account_from_rows(c->arena, rows, i, &i);
    if (reply.n_accounts == (size_t)m->limit)
        reply.next = reply.accounts[reply.n_accounts - 1]->account;
    reply_with(c, &reply.base);
    return 0;
}

int gateway_who_am_i(struct ctx *c)
{
    Gateway__WhoAmIReply reply = GATEWAY__WHO_AM_IREPLY__INIT;
    struct rows *rows;
    size_t next;
    int r = sql_query(c->tx, &sql_account_get, &rows, T(city(c)), T(c->account));

    if (r)
        return r;
    if (!rows_count(rows))
        return refuse(c, reason_not_found, NULL, "account", NULL);
    reply.account = account_from_rows(c->arena, rows, 0, &next);
    reply_with(c, &reply.base);
    return 0;
}
