/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/recording.h"

#include <string.h>

#include "common/base/str.h"
#include "credit.pb-c.h"
#include "credit_sql.h"
#include "services/credit/credit.h"
#include "services/credit/deduction.h"
#include "services/credit/deduction_fsm.h"
#include "services/credit/total.h"

#include "common/base/banned.h"

/* Whose conduct, when, by which document; what both the command and its preview are asked with. */
struct conduct {
    bool manager;
    const char *subject_id, *behaviour, *on_day, *project_id, *site_id, *document;
    const int64_t *points_milli; /* NULL: the behaviour's own */
};

/* The version and behaviour the day and code name, and whether it can be this subject's conduct. */
static int find_behaviour(struct ctx *c, const struct conduct *req, int32_t day,
                          struct deduction *d)
{
    const struct credit *credit = c->state;
    const struct rule_version *version = rules_on(credit->rules, day);
    const struct behaviour *b = version ? rules_behaviour(version, req->behaviour) : NULL;

    if (!version)
        return refuse(c, reason_rule_none, "on_day", req->on_day, NULL);
    if (!b)
        return refuse(c, reason_behaviour_unknown, "behaviour", req->behaviour, version->id, NULL);
    if (!(d->subject_kind[0] == 'e' ? b->enterprise : b->manager))
        return refuse(c, reason_behaviour_not_theirs, "behaviour", req->behaviour, d->subject_kind,
                      NULL);
    if (req->points_milli && *req->points_milli != b->points_milli)
        return refuse(c, reason_points_fixed, "points_milli", req->behaviour, NULL);
    d->behaviour = b->code;
    d->rule_version = version->id;
    d->points_milli = b->points_milli;
    return 0;
}

/* A manager's record: the project he runs or ran, its area and his enterprise's, as they are now.
 */
static int find_project(struct ctx *c, const struct conduct *req, struct deduction *d)
{
    struct rows *rows;
    int r;

    if (!req->project_id || !*req->project_id)
        return refuse(c, reason_project_missing, "project_id", NULL);
    r = sql_query(c->tx, &sql_project_get, &rows, T(c->district), T(req->project_id),
                  T(d->subject_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "project_id", "project", NULL);
    if (rows_null(rows, 0, "enterprise_id"))
        return refuse(c, reason_project_not_theirs, "project_id", req->project_id, d->subject_id,
                      NULL);
    d->project_id = req->project_id;
    d->site_id = rows_text(rows, 0, "site_id");
    d->enterprise_id = rows_text(rows, 0, "enterprise_id");
    d->project_area_m2 = rows_i64(rows, 0, "area_m2");
    return 0;
}

static const char *or_null(const char *text)
{
    return text && *text ? text : NULL;
}

/* The enterprise's own record may name where it arose: a place it serves or served, because it
 * counts against that site's honour (长宁 2023, 五(二)3(5)). */
static int find_place(struct ctx *c, const struct conduct *req, struct deduction *d)
{
    struct rows *rows;
    int r;

    d->project_id = or_null(req->project_id);
    d->site_id = or_null(req->site_id);
    if (!d->project_id && !d->site_id)
        return 0;
    r = sql_query(c->tx, &sql_project_of_enterprise, &rows, T(c->district), T(d->subject_id),
                  T(d->project_id), T(d->site_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_place_not_served, d->site_id ? "site_id" : "project_id",
                      d->subject_id, d->site_id ? d->site_id : d->project_id, NULL);
    d->site_id = rows_text(rows, 0, "site_id");
    return 0;
}

/* The enterprise that answers: itself, or the manager's by the project. Its area is the
 * conversion's denominator. */
static int find_enterprise(struct ctx *c, const struct conduct *req, struct deduction *d)
{
    bool manager = d->subject_kind[0] == 'm';
    struct rows *rows;
    int r;

    if (manager) {
        r = find_project(c, req, d);
        if (r)
            return r;
    } else {
        d->enterprise_id = d->subject_id;
    }
    r = sql_query(c->tx, &sql_enterprise_get, &rows, T(service_city(c->svc)), T(d->enterprise_id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "subject_id", "enterprise", NULL);
    r = manager ? 0 : find_place(c, req, d);
    if (r)
        return r;
    d->enterprise_area_m2 = rows_i64(rows, 0, "area_m2");
    if (manager && d->enterprise_area_m2 <= 0)
        return refuse(c, reason_area_unknown, "subject_id", d->enterprise_id, NULL);
    if (manager && d->project_area_m2 > d->enterprise_area_m2)
        return refuse(c, reason_area_too_small, "subject_id", d->enterprise_id, NULL);
    return 0;
}

/* The deduction that @req asks for, all but its id; refused where it cannot be. */
static int describe(struct ctx *c, const struct conduct *req, struct deduction *d)
{
    int32_t day = DAY_NONE;
    int year, month, mday, r;

    *d = (struct deduction){.subject_kind = req->manager ? "manager" : "enterprise",
                            .subject_id = req->subject_id,
                            .on_day = req->on_day,
                            .document = req->document,
                            .state = deduction_fsm.start,
                            .effective_day = DAY_NONE};
    r = fault_note(c, need_day(c, "on_day", req->on_day, &day));
    if (r == 0 && day != DAY_NONE && day > instant_day(c->now))
        r = fault_note(c, refuse(c, reason_day_in_future, "on_day", req->on_day, NULL));
    if (r == 0)
        r = fault_note(c, need_text(c, "document", req->document, 1, 200));
    if (r == 0)
        r = faults_refuse(c);
    if (r == 0)
        r = find_behaviour(c, req, day, d);
    if (r == 0)
        r = find_enterprise(c, req, d);
    if (r)
        return r;
    day_civil(day, &year, &month, &mday);
    d->year = year;
    return 0;
}

/* One decision counts once; the officer says what is another act. */
static int check_another_act(struct ctx *c, const Credit__RecordDeduction *req,
                             const struct deduction *d)
{
    const char *same;
    int r;

    for (size_t i = 0; i < req->n_confirm; i++)
        if (strcmp(req->confirm[i], "another_act") == 0)
            return 0;
    deduction_hold_year(c, d);
    r = deduction_alike(c, d, &same);
    return r || !same ? r : refuse(c, reason_another_act, "document", same, NULL);
}

static void insert(struct ctx *c, const struct deduction *d)
{
    sql_exec(c->tx, &sql_deduction_insert, T(c->district), T(d->id), T(d->subject_kind),
             T(d->subject_id), T(d->enterprise_id), T(d->behaviour), T(d->rule_version),
             I(d->points_milli), T(d->on_day), I(d->year), T(d->state), T(d->project_id),
             T(d->site_id), T(d->document), I(d->project_area_m2), I(d->enterprise_area_m2));
}

#define CONDUCT(request, KIND) \
    { \
        .manager = (request)->subject_kind == KIND, .subject_id = (request)->subject_id, \
        .behaviour = (request)->behaviour, .on_day = (request)->on_day, \
        .project_id = (request)->project_id, .site_id = (request)->site_id, \
        .document = (request)->document, \
    }

int credit_record_deduction(struct ctx *c)
{
    const Credit__RecordDeduction *req = c->request;
    struct conduct conduct = CONDUCT(req, CREDIT__RECORD_DEDUCTION__SUBJECT__MANAGER);
    Credit__DeductionRecorded recorded = CREDIT__DEDUCTION_RECORDED__INIT;
    Credit__EnterpriseTotal total;
    Credit__Deduction message;
    struct deduction d;
    int r;

    if (req->has_points_milli)
        conduct.points_milli = &req->points_milli;
    r = describe(c, &conduct, &d);
    d.id = c->id_text;
    if (r == 0)
        r = check_another_act(c, req, &d);
    if (r)
        return r;
    insert(c, &d);
    deduction_append(c, &d, "record", NULL);
    r = total_update(c, d.enterprise_id, d.year, &total);
    if (r)
        return r;
    deduction_message(c->state, &d, &message);
    recorded.deduction = &message;
    recorded.total = &total;
    emit(c, NULL, &recorded.base);
    return 0;
}

static struct share share_of(const struct deduction *d, const char *state)
{
    return (struct share){.deduction_id = d->id,
                          .state = state,
                          .manager = d->subject_kind[0] == 'm',
                          .points_milli = d->points_milli,
                          .project_area_m2 = d->project_area_m2,
                          .enterprise_area_m2 = d->enterprise_area_m2};
}

/* The enterprise's total of the year as it stands, and as it will when @d counts too. */
static int totals(struct ctx *c, const struct deduction *d, Credit__PreviewDeductionReply *reply)
{
    Credit__EnterpriseTotal *before = arena_new_one(c->arena, Credit__EnterpriseTotal);
    Credit__EnterpriseTotal *after = arena_new_one(c->arena, Credit__EnterpriseTotal);
    struct share *shares, one = share_of(d, "notified"); /* the first state in which it counts */
    struct total was, is;
    struct rows *rows;
    size_t n;
    int r;

    r = sql_query(c->tx, &sql_deduction_of_year, &rows, T(c->district), T(d->enterprise_id),
                  I(d->year));
    if (r)
        return r;
    shares = shares_of_rows(c->arena, rows, INT32_MAX, &n);
    r = total_message(c, d->enterprise_id, d->year, shares, n, &was, before);
    shares[n] = one; /* there is room for one more */
    if (r == 0)
        r = total_message(c, d->enterprise_id, d->year, shares, n + 1, &is, after);
    if (r)
        return r;
    reply->before = before;
    reply->after = after;
    reply->formula = share_formula(c->arena, &one);
    reply->counted_milli = fraction_milli(is.sum) - fraction_milli(was.sum);
    thresholds_between(c, &was, &is, &reply->reached, &reply->n_reached);
    return 0;
}

int credit_preview_deduction(struct ctx *c)
{
    const Credit__PreviewDeduction *req = c->request;
    const struct conduct conduct = CONDUCT(req, CREDIT__PREVIEW_DEDUCTION__SUBJECT__MANAGER);
    Credit__PreviewDeductionReply reply = CREDIT__PREVIEW_DEDUCTION_REPLY__INIT;
    const struct credit *credit = c->state;
    Credit__Deduction message;
    char last_text[DAY_TEXT];
    struct deduction d;
    const char *same;
    int32_t last;
    int r;

    r = describe(c, &conduct, &d);
    d.id = "";
    if (r == 0)
        r = totals(c, &d, &reply);
    if (r == 0)
        r = deduction_alike(c, &d, &same);
    if (r)
        return r;
    r = calendar_last_day(service_calendar(c->svc), instant_day(c->now),
                          credit->rules->objection_working_days, false, &last);
    if (r == 0) /* else the calendar does not know yet */
        reply.object_until_day = arena_strdup(c->arena, day_format(last, last_text));
    deduction_message(c->state, &d, &message);
    reply.deduction = &message;
    reply.same_deduction_id = (char *)same;
    reply_with(c, &reply.base);
    return 0;
}
