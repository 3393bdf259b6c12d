/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/queries.h"

#include <string.h>

#include "common/base/str.h"
#include "credit.pb-c.h"
#include "credit_sql.h"
#include "services/credit/credit.h"
#include "services/credit/deduction.h"
#include "services/credit/total.h"

#include "common/base/banned.h"

/* An enterprise reads its own; officers and auditors those of the districts they cover. */
static bool may_read(const struct ctx *c, const char *enterprise_id)
{
    if (actor_may_as(c, ROLE_CREDIT | ROLE_OFFICERS | ROLE_AUDITOR))
        return true;
    return enterprise_id && str_equal(actor_subject(c, ROLE_ENTERPRISE), enterprise_id);
}

static int read_rows(struct ctx *c, const Credit__GetBalance *req, struct rows **ret_rows)
{
    if (req->has_known_at)
        return sql_query(c->tx, &sql_deduction_as_known, ret_rows, T(c->district),
                         T(req->enterprise_id), I(req->year), AT(req->known_at));
    return sql_query(c->tx, &sql_deduction_of_year, ret_rows, T(c->district), T(req->enterprise_id),
                     I(req->year));
}

/* "6 x 120000 / 2000000" for a manager's record, "3" for the enterprise's own. */
static char *formula(struct ctx *c, const struct share *s)
{
    char points[POINTS_TEXT];

    points_format(s->points_milli, points);
    if (!s->manager)
        return arena_strdup(c->arena, points);
    return arena_printf(c->arena, "%s x %lld / %lld", points, (long long)s->project_area_m2,
                        (long long)s->enterprise_area_m2);
}

static int fill_lines(struct ctx *c, const struct share *shares, size_t n,
                      Credit__GetBalanceReply *reply)
{
    const struct credit *credit = c->state;
    Credit__BalanceLine *lines = arena_new_array(c->arena, Credit__BalanceLine, n + 1);

    reply->lines = arena_new_array(c->arena, Credit__BalanceLine *, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct fraction points;
        int r = share_points(&shares[i], &points);

        if (r)
            return err_fold(r);
        credit__balance_line__init(&lines[i]);
        lines[i].deduction_id = (char *)shares[i].deduction_id;
        lines[i].formula = formula(c, &shares[i]);
        lines[i].points_milli = fraction_milli(points);
        lines[i].counts = rules_count(credit->rules, shares[i].state);
        lines[i].state = (char *)shares[i].state;
        reply->lines[reply->n_lines++] = &lines[i];
    }
    return 0;
}

int credit_get_balance(struct ctx *c)
{
    const Credit__GetBalance *req = c->request;
    const struct credit *credit = c->state;
    Credit__GetBalanceReply reply = CREDIT__GET_BALANCE_REPLY__INIT;
    const struct rule_version *version = rules_on(credit->rules, instant_day(c->now));
    Credit__EnterpriseTotal message;
    int32_t as_of = INT32_MAX;
    struct total total;
    struct share *shares;
    struct rows *rows;
    int r = 0;
    size_t n;

    if (!may_read(c, req->enterprise_id))
        return refuse(c, reason_forbidden, "enterprise_id", NULL);
    if (req->as_of_day)
        r = need_day(c, "as_of_day", req->as_of_day, &as_of);
    if (r == 0)
        r = need_range(c, "year", req->year, 2000, 2200);
    if (r == 0)
        r = read_rows(c, req, &rows);
    if (r)
        return r;
    shares = shares_of_rows(c->arena, rows, as_of, &n);
    r = total_message(c, req->enterprise_id, req->year, shares, n, &total, &message);
    if (r == 0)
        r = fill_lines(c, shares, n, &reply);
    if (r)
        return r;
    reply.total = &message;
    reply.rule_version = (char *)(version ? version->id : "");
    reply_with(c, &reply.base);
    return 0;
}

int credit_list_deductions(struct ctx *c)
{
    const Credit__ListDeductions *req = c->request;
    Credit__ListDeductionsReply reply = CREDIT__LIST_DEDUCTIONS_REPLY__INIT;
    const char *enterprise = req->enterprise_id;
    Credit__Deduction *messages;
    struct uuid after;
    struct rows *rows;
    size_t n;
    int r;

    if (!may_read(c, NULL))
        enterprise = actor_subject(c, ROLE_ENTERPRISE);
    if (!may_read(c, enterprise))
        return refuse(c, reason_forbidden, "enterprise_id", NULL);
    r = need_range(c, "limit", req->limit, 1, 500);
    if (r == 0 && req->after && uuid_parse(req->after, &after) != 0)
        r = refuse(c, reason_value_unknown, "after", req->after, NULL);
    if (r == 0)
        r = sql_query(c->tx, &sql_deduction_list, &rows, T(c->district), T(enterprise),
                      req->has_year ? I(req->year) : T(NULL), T(req->after), I(req->limit));
    if (r)
        return r;
    n = rows_count(rows);
    messages = arena_new_array(c->arena, Credit__Deduction, n + 1);
    reply.deductions = arena_new_array(c->arena, Credit__Deduction *, n + 1);
    for (size_t i = 0; i < n; i++) {
        struct deduction d = deduction_of_row(rows, i);

        deduction_message(c->state, &d, &messages[i]);
        reply.deductions[reply.n_deductions++] = &messages[i];
    }
    if (n == (size_t)req->limit)
        reply.next = messages[n - 1].deduction_id;
    reply_with(c, &reply.base);
    return 0;
}
