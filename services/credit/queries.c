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
        lines[i].formula = share_formula(c->arena, &shares[i]);
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

static void fill_steps(struct ctx *c, const struct rows *rows, Credit__GetDeductionReply *reply)
{
    reply->steps = arena_new_array(c->arena, Credit__DeductionStep *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Credit__DeductionStep *s = arena_new_one(c->arena, Credit__DeductionStep);

        credit__deduction_step__init(s);
        s->step = (char *)rows_text(rows, i, "step");
        s->state = (char *)rows_text(rows, i, "state");
        s->at = rows_at(rows, i, "at");
        s->account = (char *)rows_text(rows, i, "account");
        s->note = (char *)rows_text(rows, i, "note");
        reply->steps[reply->n_steps++] = s;
    }
}

int credit_get_deduction(struct ctx *c)
{
    const Credit__GetDeduction *req = c->request;
    const struct credit *credit = c->state;
    Credit__GetDeductionReply reply = CREDIT__GET_DEDUCTION_REPLY__INIT;
    const struct rule_version *version;
    const struct behaviour *behaviour;
    Credit__Deduction message;
    struct deduction d;
    struct rows *rows;
    int32_t on_day = 0;
    int r = deduction_get(c, req->deduction_id, "deduction_id", &d);

    if (r == 0 && !may_read(c, d.enterprise_id))
        r = refuse(c, reason_not_found, "deduction_id", "deduction", NULL);
    if (r == 0)
        r = sql_query(c->tx, &sql_deduction_history, &rows, T(c->district), T(req->deduction_id));
    if (r)
        return r;
    deduction_message(credit, &d, &message);
    reply.deduction = &message;
    CHECK(day_parse(d.on_day, &on_day) == 0);
    version = rules_on(credit->rules, on_day);
    behaviour = version ? rules_behaviour(version, d.behaviour) : NULL;
    reply.behaviour_title = (char *)(behaviour ? behaviour->title : NULL);
    if (d.effective_day != DAY_NONE) {
        reply.effective_day = (char *)day_format(d.effective_day, arena_alloc(c->arena, DAY_TEXT));
        reply.repair_from_day = (char *)day_format(
            d.effective_day + credit->rules->repair_waiting_days, arena_alloc(c->arena, DAY_TEXT));
    }
    fill_steps(c, rows, &reply);
    reply_with(c, &reply.base);
    return 0;
}

static void fill_summary(struct ctx *c, const struct rows *rows, size_t i,
                         Credit__BalanceSummary *m)
{
    const struct threshold *next;
    struct fraction total;
    char *reached, *one;

    credit__balance_summary__init(m);
    m->enterprise_id = (char *)rows_text(rows, i, "enterprise_id");
    m->enterprise_name = (char *)rows_text(rows, i, "name");
    m->total = (char *)rows_text(rows, i, "total");
    CHECK(fraction_parse(m->total, &total) == 0);
    m->points_milli = fraction_milli(total);
    reached = arena_strdup(c->arena, rows_text(rows, i, "reached"));
    m->reached = arena_new_array(c->arena, char *, strlen(reached) + 1);
    while ((one = strsep(&reached, ",")))
        if (*one)
            m->reached[m->n_reached++] = one;
    next = threshold_next(c, total);
    if (!next)
        return;
    m->next_threshold = (char *)next->id;
    m->has_short_milli = true;
    m->short_milli = next->points_milli - m->points_milli;
    if (m->short_milli < 1)
        m->short_milli = 1; /* not reached: it only rounds to it */
}

int credit_list_balances(struct ctx *c)
{
    const Credit__ListBalances *req = c->request;
    Credit__ListBalancesReply reply = CREDIT__LIST_BALANCES_REPLY__INIT;
    Credit__BalanceSummary *items;
    struct rows *rows;
    size_t n;
    int r;

    r = fault_note(c, need_range(c, "year", req->year, 2000, 2200));
    r = r ? r : fault_note(c, need_range(c, "limit", req->limit, 1, 500));
    r = r ? r : faults_refuse(c);
    if (r == 0)
        r = sql_query(c->tx, &sql_balance_list, &rows, T(c->district), T(service_city(c->svc)),
                      I(req->year), I(req->has_min_milli ? req->min_milli : 0), T(req->after),
                      I(req->limit));
    if (r)
        return r;
    n = rows_count(rows);
    items = arena_new_array(c->arena, Credit__BalanceSummary, n + 1);
    reply.balances = arena_new_array(c->arena, Credit__BalanceSummary *, n + 1);
    for (size_t i = 0; i < n; i++) {
        fill_summary(c, rows, i, &items[i]);
        reply.balances[reply.n_balances++] = &items[i];
    }
    if (n == (size_t)req->limit)
        reply.next = items[n - 1].enterprise_id;
    reply_with(c, &reply.base);
    return 0;
}

/* Whether an enterprise asks for a manager of its own: as registered now. */
static int may_read_manager(struct ctx *c, const char *manager_id)
{
    struct rows *rows;
    int r;

    if (may_read(c, NULL))
        return 0;
    r = sql_query(c->tx, &sql_manager_get, &rows, T(service_city(c->svc)), T(manager_id));
    if (r)
        return r;
    if (rows_count(rows) > 0 && may_read(c, rows_text(rows, 0, "enterprise_id")))
        return 0;
    return refuse(c, reason_forbidden, "manager_id", NULL);
}

int credit_get_manager_balance(struct ctx *c)
{
    const Credit__GetManagerBalance *req = c->request;
    const struct rules *rules = ((const struct credit *)c->state)->rules;
    Credit__GetManagerBalanceReply reply = CREDIT__GET_MANAGER_BALANCE_REPLY__INIT;
    Credit__BalanceLine *lines;
    struct rows *rows;
    size_t n;
    int r;

    r = need_range(c, "year", req->year, 2000, 2200);
    r = r ? r : may_read_manager(c, req->manager_id);
    if (r == 0)
        r = sql_query(c->tx, &sql_deduction_of_manager, &rows, T(c->district), T(req->manager_id),
                      I(req->year));
    if (r)
        return r;
    n = rows_count(rows);
    lines = arena_new_array(c->arena, Credit__BalanceLine, n + 1);
    reply.lines = arena_new_array(c->arena, Credit__BalanceLine *, n + 1);
    reply.manager_id = req->manager_id;
    reply.year = req->year;
    for (size_t i = 0; i < n; i++) {
        Credit__BalanceLine *line = &lines[i];
        char points[POINTS_TEXT];

        credit__balance_line__init(line);
        line->deduction_id = (char *)rows_text(rows, i, "deduction_id");
        line->state = (char *)rows_text(rows, i, "state");
        line->points_milli = rows_i64(rows, i, "points_milli");
        points_format(line->points_milli, points);
        line->formula = arena_strdup(c->arena, points);
        line->counts = rules_count(rules, line->state);
        reply.points_milli += line->counts ? line->points_milli : 0;
        reply.undisputed_milli +=
            line->counts && !str_equal(line->state, "objected") ? line->points_milli : 0;
        reply.lines[reply.n_lines++] = line;
    }
    reply_with(c, &reply.base);
    return 0;
}

/* ---- the rules ---- */

static Credit__RulesVersion *version_message(struct ctx *c, const struct rule_version *v)
{
    Credit__RulesVersion *m = arena_new_one(c->arena, Credit__RulesVersion);
    char day[DAY_TEXT];

    credit__rules_version__init(m);
    m->version = (char *)v->id;
    m->from_day = arena_strdup(c->arena, day_format(v->from_day, day));
    if (v->to_day != DAY_NONE)
        m->to_day = arena_strdup(c->arena, day_format(v->to_day, day));
    return m;
}

static Credit__Behaviour *behaviour_message(struct ctx *c, const struct behaviour *b)
{
    Credit__Behaviour *m = arena_new_one(c->arena, Credit__Behaviour);

    credit__behaviour__init(m);
    m->code = (char *)b->code;
    m->title = (char *)b->title;
    m->points_milli = b->points_milli;
    m->subjects = arena_new_array(c->arena, char *, 2);
    if (b->enterprise)
        m->subjects[m->n_subjects++] = (char *)"enterprise";
    if (b->manager)
        m->subjects[m->n_subjects++] = (char *)"manager";
    return m;
}

static void fill_lists(struct ctx *c, const struct rules *rules, const struct rule_version *version,
                       Credit__GetDeductionRulesReply *m)
{
    m->versions = arena_new_array(c->arena, Credit__RulesVersion *, rules->n_versions + 1);
    for (size_t i = 0; i < rules->n_versions; i++)
        m->versions[m->n_versions++] = version_message(c, &rules->versions[i]);
    m->thresholds = arena_new_array(c->arena, Credit__Threshold *, rules->n_thresholds + 1);
    for (size_t i = 0; i < rules->n_thresholds; i++) {
        Credit__Threshold *t = arena_new_one(c->arena, Credit__Threshold);

        credit__threshold__init(t);
        t->threshold = (char *)rules->thresholds[i].id;
        t->district = (char *)rules->thresholds[i].district;
        t->points_milli = rules->thresholds[i].points_milli;
        m->thresholds[m->n_thresholds++] = t;
    }
    if (!version)
        return;
    m->behaviours = arena_new_array(c->arena, Credit__Behaviour *, version->n_behaviours + 1);
    for (size_t i = 0; i < version->n_behaviours; i++)
        m->behaviours[m->n_behaviours++] = behaviour_message(c, &version->behaviours[i]);
}

int credit_get_deduction_rules(struct ctx *c)
{
    const Credit__GetDeductionRules *req = c->request;
    const struct rules *rules = ((const struct credit *)c->state)->rules;
    Credit__GetDeductionRulesReply reply = CREDIT__GET_DEDUCTION_RULES_REPLY__INIT;
    const struct rule_version *version;
    int32_t day = instant_day(c->now);
    int r = req->on_day ? need_day(c, "on_day", req->on_day, &day) : 0;

    if (r)
        return r;
    version = rules_on(rules, day);
    reply.rules_id = (char *)rules->id;
    reply.title = (char *)rules->title;
    reply.version = version ? version_message(c, version) : NULL;
    reply.counting_states = (char **)rules->counting_states;
    reply.n_counting_states = rules->n_counting_states;
    reply.objection_working_days = rules->objection_working_days;
    reply.repair_days = rules->repair_waiting_days;
    fill_lists(c, rules, version, &reply);
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
