/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/honour/honour_query.h"

#include "publicity.pb-c.h"
#include "publicity_sql.h"
#include "services/publicity/honour/honour_fsm.h"
#include "services/publicity/honour/honour_store.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

int publicity_get_honour(struct ctx *c)
{
    const Publicity__GetHonour *q = c->request;
    Publicity__GetHonourReply reply = PUBLICITY__GET_HONOUR_REPLY__INIT;
    struct rows *rows, *ended;
    struct honour h;
    int r = sql_query(c->tx, &sql_honour_get, &rows, T(c->district), T(q->honour_id));

    if (r == 0)
        r = sql_query(c->tx, &sql_honour_ended, &ended, T(c->district), T(q->honour_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "honour_id", "honour", NULL);
    honour_read(rows, 0, &h);
    reply.honour = honour_message(c->arena, &h);
    reply.list_id = (char *)rows_text(ended, 0, "list_id");
    reply.ended_document = (char *)rows_text(ended, 0, "document");
    reply.case_id = (char *)rows_text(ended, 0, "case_id");
    reply_with(c, &reply.base);
    return 0;
}

int publicity_list_honours(struct ctx *c)
{
    const Publicity__ListHonours *q = c->request;
    Publicity__ListHonoursReply reply = PUBLICITY__LIST_HONOURS_REPLY__INIT;
    const char *state = text_or_null(q->state);
    struct rows *rows;
    int r = need_range(c, "limit", q->limit, 1, 500);

    if (r == 0)
        r = need_state(c, "state", state, &honour_fsm);
    if (r == 0)
        r = sql_query(c->tx, &sql_honours_page, &rows, T(c->district),
                      T(text_or_null(q->programme_id)), T(text_or_null(q->subject_id)), T(state),
                      q->has_year ? I(q->year) : T(NULL), T(text_or_null(q->after)),
                      I(q->limit + 1));
    if (r)
        return r;
    reply.honours = arena_new_array(c->arena, Publicity__Honour *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows) && i < (size_t)q->limit; i++) {
        struct honour h;

        honour_read(rows, i, &h);
        reply.honours[reply.n_honours++] = honour_message(c->arena, &h);
        if (rows_count(rows) > (size_t)q->limit)
            reply.next = (char *)h.id;
    }
    reply_with(c, &reply.base);
    return 0;
}
