/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Logging in.
 *
 * Every command's reply is stored and chained into the command log, and a token must not be kept
 * anywhere. So Login never becomes a message: the password is verified by a job of its own on a
 * worker (which only reads), and what follows is a command without secrets: RecordLoginFailure, or
 * OpenSession with the hash of a token that only this request and its client know. Both stand in
 * the command log with the account as their actor. An Idempotency-Key is of no use here: a login
 * whose answer was lost is simply done again.
 *
 * argon2id takes 64 MiB and a tenth of a second by default, so few may run at once; others are told
 * to come again.
 */
#include <sodium.h>
#include <string.h>

#include "common/base/digest.h"
#include "gateway_sql.h"
#include "services/gateway/edge.h"
#include "common/base/banned.h"

enum verdict { VERDICT_RIGHT, VERDICT_WRONG, VERDICT_LOCKED, VERDICT_AWAY };

struct login {
    struct job job;
    struct call *call;
    const char *account, *password, *city;
    const struct gateway *g;
    enum verdict verdict;
    int64_t locked_until;
    int64_t expires_at;
    char token[2 * TOKEN_SIZE + 1];
    char verified[DIGEST_HEX]; /* of the hash it was right by */
};

static const Gateway__Login *login_of(const struct call *call)
{
    return (const Gateway__Login *)call->message;
}

/* ---- on a worker ---- */

static enum verdict read_account(struct login *l, struct pg *pg, struct arena *a,
                                 const char **ret_hash)
{
    struct tx *tx = tx_begin(pg, TX_READ_ONLY, a);
    struct rows *guard, *account;
    enum verdict verdict = VERDICT_WRONG;

    *ret_hash = NULL;
    if (sql_query(tx, &sql_guard_get, &guard, T(l->city), T(l->account)) ||
        sql_query(tx, &sql_account_get, &account, T(l->city), T(l->account))) {
        verdict = VERDICT_AWAY;
    } else if (rows_count(guard) && rows_at(guard, 0, "locked_until") > wall_now_us()) {
        l->locked_until = rows_at(guard, 0, "locked_until");
        verdict = VERDICT_LOCKED;
    } else if (rows_count(account) && strcmp(rows_text(account, 0, "state"), "active") == 0) {
        *ret_hash = rows_text(account, 0, "password");
    }
    tx_rollback(tx);
    return verdict;
}

static void login_run(struct job *job, void *worker)
{
    struct login *l = container_of(job, struct login, job);
    CLEANUP(arena_free) struct arena *a = arena_new();
    struct pg *pg = service_job_pg(worker);
    const char *hash;

    l->verdict = pg ? read_account(l, pg, a, &hash) : VERDICT_AWAY;
    if (l->verdict == VERDICT_WRONG && password_right(hash, l->password, &l->g->cost)) {
        password_mark(hash, l->verified);
        l->verdict = VERDICT_RIGHT;
    }
}

/* ---- on the loop ---- */

static void refuse_locked(struct call *call, int64_t until)
{
    char text[INSTANT_TEXT];
    const char *args[] = {instant_format(until - until % SECOND_US + SECOND_US, text)};

    http_add_header(
        call->req, "Retry-After",
        arena_printf(call->a, "%lld", (long long)((until - wall_now_us()) / SECOND_US + 1)));
    call_refuse(call, reason_locked, NULL, args, 1);
}

static void on_failure_recorded(const struct bus_answer *answer, void *arg)
{
    struct call *call = arg;
    const Gateway__RecordLoginFailureReply *m;

    if (call_failed(call, answer->reply))
        return;
    m = (const void *)call_payload(call, answer->reply,
                                   &gateway__record_login_failure_reply__descriptor);
    if (!m)
        return;
    if (m->has_locked_until_at)
        refuse_locked(call, m->locked_until_at);
    else
        call_refuse0(call, reason_login_failed);
}

static void record_failure(struct call *call)
{
    Gateway__RecordLoginFailure m = GATEWAY__RECORD_LOGIN_FAILURE__INIT;

    m.account = login_of(call)->account;
    m.peer = (char *)http_peer(call->req);
    call_send(call, "gateway",
              call_envelope_as(call, m.account, "gateway.RecordLoginFailure", &m.base),
              on_failure_recorded);
}

static void set_cookie(struct call *call, const char *token)
{
    const struct gateway *g = call->edge->g;

    http_add_header(
        call->req, "Set-Cookie",
        arena_printf(
            call->a, "hongping_session=%s; Path=/; HttpOnly; SameSite=Strict; Max-Age=%lld%s",
            token, (long long)(g->session_absolute_ms / 1000), g->cookie_secure ? "; Secure" : ""));
}

static void on_opened(const struct bus_answer *answer, void *arg)
{
    struct login *l = arg;
    struct call *call = l->call;
    Gateway__LoginReply reply = GATEWAY__LOGIN_REPLY__INIT;
    const Gateway__OpenSessionReply *m;

    if (call_failed(call, answer->reply))
        return;
    m = (const void *)call_payload(call, answer->reply, &gateway__open_session_reply__descriptor);
    if (!m)
        return;
    reply.token = l->token;
    reply.expires_at = l->expires_at;
    reply.account = m->account;
    set_cookie(call, l->token);
    call_answer(call, &reply.base, &call->id);
}

static void open_session(struct login *l)
{
    struct call *call = l->call;
    Gateway__OpenSession m = GATEWAY__OPEN_SESSION__INIT;
    char hash[SHA256_HEX];
    uint8_t random[TOKEN_SIZE];
    Hp__Envelope *env;

    randombytes_buf(random, sizeof(random));
    hex_format(random, sizeof(random), l->token);
    token_hash(l->token, hash);
    m.account = login_of(call)->account;
    m.token_sha256 = hash;
    m.expires_at = wall_now_us() + call->edge->g->session_absolute_ms * 1000;
    m.peer = (char *)http_peer(call->req);
    m.verified_sha256 = l->verified;
    env = call_envelope_as(call, m.account, "gateway.OpenSession", &m.base);
    memcpy(call->id.bytes, env->message_id.data, sizeof(call->id.bytes));
    l->expires_at = m.expires_at;
    if (service_submit(call->edge->svc, env, on_opened, l))
        call_refuse0(call, reason_busy);
}

static void login_done(struct job *job)
{
    struct login *l = container_of(job, struct login, job);
    struct call *call = l->call;

    call->edge->n_logins--;
    switch (l->verdict) {
    case VERDICT_RIGHT:
        open_session(l);
        break;
    case VERDICT_WRONG:
        record_failure(call);
        break;
    case VERDICT_LOCKED:
        refuse_locked(call, l->locked_until);
        break;
    case VERDICT_AWAY:
        call_refuse0(call, reason_unavailable);
        break;
    }
}

void login_go(struct call *call)
{
    struct edge *edge = call->edge;
    const Gateway__Login *m = login_of(call);
    struct login *l = arena_new_one(call->a, struct login);

    if (utf8_length(m->account) > 64 || utf8_length(m->password) > PASSWORD_MAX) {
        call_refuse0(call, reason_login_failed); /* no account can be meant */
        return;
    }
    *l = (struct login){
        .job = {.run = login_run, .done = login_done},
        .call = call,
        .account = m->account,
        .password = m->password,
        .city = service_city(edge->svc),
        .g = edge->g,
    };
    if (edge->n_logins >= edge->g->logins_at_once || service_job(edge->svc, &l->job)) {
        call_refuse0(call, reason_busy);
        return;
    }
    edge->n_logins++;
}
