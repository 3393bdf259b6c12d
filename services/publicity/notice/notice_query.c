/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/notice/notice_query.h"

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/notice/notice_fsm.h"
#include "services/publicity/notice/notice_message.h"
#include "services/publicity/notice/notice_store.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

static bool is_officer(const struct ctx *c)
{
    return actor_may_as(c, ROLE_OFFICERS | ROLE_AUDITOR);
}

int publicity_get_notice(struct ctx *c)
{
    const Publicity__GetNotice *q = c->request;
    Publicity__GetNoticeReply reply = PUBLICITY__GET_NOTICE_REPLY__INIT;
    Publicity__Notice **messages;
    struct notice n;
    bool officer = is_officer(c);
    int r = notice_need(c, q->notice_id, &n);

    if (r)
        return r;
    if (!officer && n.published_at == INSTANT_NONE)
        return refuse(c, reason_not_found, "notice_id", "notice", NULL);
    r = notice_messages(c, &n, 1, officer, &messages);
    if (r)
        return r;
    reply.notice = messages[0];
    reply_with(c, &reply.base);
    return 0;
}

int publicity_list_notices(struct ctx *c)
{
    const Publicity__ListNotices *q = c->request;
    Publicity__ListNoticesReply reply = PUBLICITY__LIST_NOTICES_REPLY__INIT;
    const char *state = text_or_null(q->state);
    bool officer = is_officer(c);
    struct notice *notices;
    struct rows *rows;
    size_t n;
    int r = need_range(c, "limit", q->limit, 1, 500);

    if (r == 0)
        r = need_state(c, "state", state, &notice_fsm);
    if (r == 0)
        r = sql_query(c->tx, &sql_notices_page, &rows, T(c->district), B(officer),
                      T(text_or_null(q->programme_id)), T(state), T(text_or_null(q->after)),
                      I(q->limit + 1));
    if (r)
        return r;
    n = rows_count(rows) > (size_t)q->limit ? (size_t)q->limit : rows_count(rows);
    notices = arena_new_array(c->arena, struct notice, n + 1);
    for (size_t i = 0; i < n; i++)
        notice_read(rows, i, &notices[i]);
    r = notice_messages(c, notices, n, officer, &reply.notices);
    if (r)
        return r;
    reply.n_notices = n;
    reply.next = rows_count(rows) > n ? (char *)notices[n - 1].id : NULL;
    reply_with(c, &reply.base);
    return 0;
}
