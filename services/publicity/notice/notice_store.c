/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Every version, signature and publication is a row of the ledger; the table notice holds the state
 * only.
 */
#include "services/publicity/notice/notice_store.h"

#include <string.h>

#include "publicity_sql.h"
#include "services/publicity/notice/notice_fsm.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

const struct ledger notice_ledger = {"notice_ledger", &sql_notice_ledger_append,
                                     &sql_notice_ledger_chain};

void notice_read(const struct rows *rows, size_t i, struct notice *ret_notice)
{
    *ret_notice = (struct notice){
        .id = rows_text(rows, i, "notice_id"),
        .programme_id = rows_text(rows, i, "programme_id"),
        .list_id = rows_text(rows, i, "list_id"),
        .kind = rows_text(rows, i, "kind"),
        .number = rows_text(rows, i, "number"),
        .title = rows_text(rows, i, "title"),
        .state = rows_text(rows, i, "state"),
        .basis = rows_text(rows, i, "basis"),
        .organisers = rows_text(rows, i, "organisers"),
        .how_to_object = rows_text(rows, i, "how_to_object"),
        .contact = rows_text(rows, i, "contact"),
        .content_sha256 = rows_text(rows, i, "content_sha256"),
        .follows = rows_text(rows, i, "follows"),
        .working_days = (int)rows_i64(rows, i, "working_days"),
        .version = (int)rows_i64(rows, i, "version"),
        .count_start_day = rows_bool(rows, i, "count_start_day"),
        .publish_at = rows_at(rows, i, "publish_at"),
        .published_at = rows_at(rows, i, "published_at"),
        .start_day = rows_day(rows, i, "start_day"),
        .end_day = rows_day(rows, i, "end_day"),
        .revision = rows_i64(rows, i, "revision"),
    };
}

int notice_need(struct ctx *c, const char *id, struct notice *ret_notice)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_notice_get, &rows, T(c->district), T(id));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "notice_id", "notice", NULL);
    notice_read(rows, 0, ret_notice);
    return 0;
}

int notices_of_list(struct ctx *c, const char *list_id, struct notice **ret_notices, size_t *ret_n)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_notices_of_list, &rows, T(c->district), T(list_id));

    if (r)
        return r;
    *ret_n = rows_count(rows);
    *ret_notices = arena_new_array(c->arena, struct notice, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        notice_read(rows, i, &(*ret_notices)[i]);
    return 0;
}

int notice_proposal(struct ctx *c, const char *list_id, struct notice **ret_notice)
{
    struct notice *notices;
    size_t n;
    int r = notices_of_list(c, list_id, &notices, &n);

    if (r)
        return r;
    *ret_notice = NULL;
    for (size_t i = 0; i < n; i++)
        if (strcmp(notices[i].kind, "proposal") == 0)
            *ret_notice = &notices[i];
    return 0;
}

int notice_signatures(struct ctx *c, const char *id, struct signature **ret_signatures,
                      size_t *ret_n)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_signatures, &rows, T(c->district), TA(&id, 1));

    if (r)
        return r;
    *ret_n = rows_count(rows);
    *ret_signatures = arena_new_array(c->arena, struct signature, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        (*ret_signatures)[i] = (struct signature){
            .body = rows_text(rows, i, "body"),
            .name = rows_text(rows, i, "body_name"),
            .account = rows_text(rows, i, "account"),
            .at = rows_at(rows, i, "signed_at"),
        };
    return 0;
}

int notice_entries(struct ctx *c, const char *id, struct entry **ret_entries, size_t *ret_n)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_notice_entries, &rows, T(c->district), TA(&id, 1));

    if (r)
        return r;
    *ret_n = rows_count(rows);
    *ret_entries = arena_new_array(c->arena, struct entry, *ret_n + 1);
    for (size_t i = 0; i < *ret_n; i++)
        entry_read(rows, i, &(*ret_entries)[i]);
    return 0;
}

void notice_record(struct ctx *c, const struct notice *n, const char *what, const char *content)
{
    ledger_append(c->tx, &notice_ledger, c->district, T(n->id), I(n->version), T(what),
                  T(c->account), AT(c->now), T(n->content_sha256), T(content),
                  T(day_text(c->arena, n->start_day)), T(day_text(c->arena, n->end_day)));
}

int notice_step(struct ctx *c, struct notice *n, const char *on)
{
    const char *to = must_step(&notice_fsm, n->state, on);
    int r = sql_cas(c->tx, &sql_notice_state, T(c->district), T(n->id), I(n->revision), T(n->state),
                    T(to));

    if (r)
        return r;
    n->state = to;
    n->revision++;
    return 0;
}
