/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Sessions, what guards the door, and what was turned away there.
 *
 * All times here are wall time. Failures are counted by the name as typed, known or not: otherwise
 * the answer "locked" would tell which accounts exist.
 */
#include <string.h>

#include "gateway_sql.h"
#include "services/gateway/gateway.h"
#include "common/base/banned.h"

static const char *city(const struct ctx *c)
{
    return service_city(c->svc);
}

/* Whether the stored hash is still the one that the login was verified by. */
static bool is_verified(const Gateway__OpenSession *m, const char *hash)
{
    char mark[DIGEST_HEX];

    password_mark(hash, mark);
    return !m->verified_sha256 || strcmp(m->verified_sha256, mark) == 0;
}

int gateway_open_session(struct ctx *c)
{
    const Gateway__OpenSession *m = c->request;
    const struct gateway *g = c->state;
    Gateway__OpenSessionReply reply = GATEWAY__OPEN_SESSION_REPLY__INIT;
    int64_t now = wall_now_us();
    struct rows *rows;
    size_t next;
    int r;

    /* who disables it or changes its password ends the sessions he sees; a failure may just lock it */
    sql_exec(c->tx, &sql_account_lock, T(city(c)), T(m->account));
    sql_exec(c->tx, &sql_guard_lock, T(city(c)), T(m->account));
    r = sql_query(c->tx, &sql_account_get, &rows, T(city(c)), T(m->account));
    if (r)
        return r;
    if (!rows_count(rows) || strcmp(rows_text(rows, 0, "state"), "active") != 0 ||
        rows_at(rows, 0, "locked_until") > now || !is_verified(m, rows_text(rows, 0, "password")))
        return refuse(c, reason_login_failed, NULL, NULL);
    sql_exec(c->tx, &sql_guard_clear, T(city(c)), T(m->account));
    sql_exec(c->tx, &sql_account_logged_in, T(city(c)), T(m->account), AT(now));
    sql_exec(c->tx, &sql_session_sweep, T(city(c)), AT(now), AT(now - g->session_idle_ms * 1000));
    sql_exec(c->tx, &sql_session_insert, T(city(c)), T(m->token_sha256), T(m->account), AT(now),
             AT(m->expires_at));
    reply.account = account_from_rows(c->arena, rows, 0, &next);
    reply_with(c, &reply.base);
    return 0;
}

int gateway_record_login_failure(struct ctx *c)
{
    const Gateway__RecordLoginFailure *m = c->request;
    const struct gateway *g = c->state;
    Gateway__RecordLoginFailureReply reply = GATEWAY__RECORD_LOGIN_FAILURE_REPLY__INIT;
    int64_t now = wall_now_us(), lock_us = g->lock_ms * 1000;
    struct rows *rows;
    int r = need_text(c, "account", m->account, 0, 64);

    if (!r)
        r = sql_query(c->tx, &sql_guard_fail, &rows, T(city(c)), T(m->account), AT(now),
                      AT(now - lock_us), I(g->lock_failures), AT(now + lock_us));
    if (r)
        return r;
    /* names that were never accounts would pile up */
    sql_exec(c->tx, &sql_guard_sweep, T(city(c)), AT(now - 4 * lock_us), AT(now));
    reply.has_locked_until_at = !rows_null(rows, 0, "locked_until");
    reply.locked_until_at = rows_at(rows, 0, "locked_until");
    reply_with(c, &reply.base);
    return 0;
}

int gateway_logout(struct ctx *c)
{
    const Gateway__Logout *m = c->request;

    if (m->edge_session)
        sql_exec(c->tx, &sql_session_delete, T(city(c)), T(c->account), T(m->edge_session));
    return 0;
}

/*
 * The refusal itself is this command's refusal: the frame writes type, account, outcome and field
 * of every command to the hash-chained log, so a command that is refused with the reason found at
 * the edge leaves exactly the row wanted.
 */
int gateway_record_refusal(struct ctx *c)
{
    const Gateway__RecordRefusal *m = c->request;
    const struct reason_row *row = reason_by_code(m->code);
    enum reason reason = reason_message_malformed;

    for (int i = 1; row && i < reason_count; i++)
        if (reason_row((enum reason)i) == row)
            reason = (enum reason)i;
    return refuse(c, reason,
                  arena_printf(c->arena, "%s%s%s", m->type, m->field && *m->field ? " " : "",
                               m->field ? m->field : ""),
                  m->peer ? m->peer : "", NULL);
}

int gateway_record_file(struct ctx *c)
{
    const Gateway__RecordFile *m = c->request;
    Gateway__UploadFileReply reply = GATEWAY__UPLOAD_FILE_REPLY__INIT;

    sql_exec(c->tx, &sql_file_insert, T(city(c)), T(m->file_sha256), T(c->account),
             T(m->media_type), I(m->size), T(m->file_name), AT(wall_now_us()));
    reply.file_sha256 = m->file_sha256;
    reply.media_type = m->media_type;
    reply.size = m->size;
    reply.file_name = m->file_name;
    reply_with(c, &reply.base);
    return 0;
}

/* Its uploader, and those who examine evidence; nobody else learns that it exists. */
static bool may_read(const struct ctx *c, const char *uploader)
{
    return strcmp(c->account, uploader) == 0 ||
           actor_is_here_as(c, ROLE_OFFICERS | ROLE_SUBDISTRICT | ROLE_AUDITOR);
}

int gateway_find_file(struct ctx *c)
{
    const Gateway__FindFile *m = c->request;
    Gateway__UploadFileReply reply = GATEWAY__UPLOAD_FILE_REPLY__INIT;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_file_find, &rows, T(city(c)), T(m->file_sha256), T(c->account));

    if (r)
        return r;
    if (!rows_count(rows) || !may_read(c, rows_text(rows, 0, "account")))
        return refuse(c, reason_not_found, "file_sha256", "file", NULL);
    reply.file_sha256 = m->file_sha256;
    reply.media_type = (char *)rows_text(rows, 0, "media_type");
    reply.size = rows_i64(rows, 0, "size");
    reply.file_name = (char *)rows_text(rows, 0, "file_name");
    reply_with(c, &reply.base);
    return 0;
}
