/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/commands.h"

#include <string.h>

#include "common/base/str.h"
#include "credit.pb-c.h"
#include "credit_sql.h"
#include "services/credit/credit.h"
#include "services/credit/deduction.h"
#include "services/credit/deduction_fsm.h"
#include "services/credit/total.h"

#include "common/base/banned.h"

/* The version and behaviour the day and code name, and whether it can be this subject's conduct. */
static int find_behaviour(struct ctx *c, const Credit__RecordDeduction *req, int32_t day,
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
    if (req->has_points_milli && req->points_milli != b->points_milli)
        return refuse(c, reason_points_fixed, "points_milli", req->behaviour, NULL);
    d->behaviour = b->code;
    d->rule_version = version->id;
    d->points_milli = b->points_milli;
    return 0;
}

/* A manager's record: the project he runs or ran, its area and his enterprise's, as they are now.
 */
static int find_project(struct ctx *c, const Credit__RecordDeduction *req, struct deduction *d)
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
static int find_place(struct ctx *c, const Credit__RecordDeduction *req, struct deduction *d)
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
static int find_enterprise(struct ctx *c, const Credit__RecordDeduction *req, struct deduction *d)
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

int credit_record_deduction(struct ctx *c)
{
    const Credit__RecordDeduction *req = c->request;
    Credit__DeductionRecorded recorded = CREDIT__DEDUCTION_RECORDED__INIT;
    bool manager = req->subject_kind == CREDIT__RECORD_DEDUCTION__SUBJECT__MANAGER;
    struct deduction d = {.id = c->id_text,
                          .subject_kind = manager ? "manager" : "enterprise",
                          .subject_id = req->subject_id,
                          .on_day = req->on_day,
                          .document = req->document,
                          .state = deduction_fsm.start,
                          .effective_day = DAY_NONE};
    Credit__EnterpriseTotal total;
    Credit__Deduction message;
    int32_t day = DAY_NONE;
    int year, month, mday, r;

    r = fault_note(c, need_day(c, "on_day", req->on_day, &day));
    if (r == 0 && day != DAY_NONE && day > instant_day(c->now))
        r = fault_note(c, refuse(c, reason_day_in_future, "on_day", req->on_day, NULL));
    if (r == 0)
        r = fault_note(c, need_text(c, "document", req->document, 1, 200));
    if (r == 0)
        r = faults_refuse(c);
    if (r == 0)
        r = find_behaviour(c, req, day, &d);
    if (r == 0)
        r = find_enterprise(c, req, &d);
    if (r)
        return r;
    day_civil(day, &year, &month, &mday);
    d.year = year;
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

/* Told: from now it counts, and takes effect by itself when the time to object is over. */
int credit_notify_deduction(struct ctx *c)
{
    const Credit__NotifyDeduction *req = c->request;
    const struct credit *credit = c->state;
    struct deduction d;
    int32_t last;
    int r;

    r = need_text(c, "receipt", req->receipt, 1, 200);
    if (r == 0)
        r = deduction_get(c, req->deduction_id, "deduction_id", &d);
    if (r)
        return r;
    r = calendar_last_day(service_calendar(c->svc), instant_day(c->now),
                          credit->rules->objection_working_days, false, &last);
    if (r > 0) {
        char today[DAY_TEXT];

        return refuse(c, reason_calendar_missing, "deduction_id",
                      day_format(instant_day(c->now), today), NULL);
    }
    if (r)
        return r;
    r = deduction_step(c, &d, "notify", req->receipt);
    if (r)
        return r;
    timer_set(c, "effect", d.id, day_end(last));
    return 0;
}

int credit_object_deduction(struct ctx *c)
{
    const Credit__ObjectDeduction *req = c->request;
    struct deduction d;
    int r;

    r = need_text(c, "grounds", req->grounds, 1, 2000);
    if (r == 0)
        r = deduction_get(c, req->deduction_id, "deduction_id", &d);
    if (r)
        return r;
    if (!str_equal(actor_subject(c, ROLE_ENTERPRISE), d.enterprise_id))
        return refuse(c, reason_forbidden, "deduction_id", NULL);
    r = deduction_step(c, &d, "object", req->grounds);
    if (r)
        return r;
    timer_cancel(c, "effect", d.id);
    return 0;
}

int credit_resolve_deduction(struct ctx *c)
{
    const Credit__ResolveDeduction *req = c->request;
    bool upheld = req->result == CREDIT__RESOLVE_DEDUCTION__RESULT__UPHELD;
    struct deduction d;
    int r;

    r = need_text(c, "reason", req->reason, 1, 2000);
    if (r == 0)
        r = deduction_get(c, req->deduction_id, "deduction_id", &d);
    if (r == 0)
        r = deduction_step(c, &d, upheld ? "uphold" : "withdraw", req->reason);
    if (r)
        return r;
    timer_cancel(c, "effect", d.id);
    if (upheld)
        deduction_archive_after_year(c, &d);
    return 0;
}

/* Rectified, the waiting time over, and the same behaviour did not occur again (失信行为修正). */
int credit_repair_deduction(struct ctx *c)
{
    const Credit__RepairDeduction *req = c->request;
    const struct credit *credit = c->state;
    char due[DAY_TEXT];
    struct rows *again;
    const char *to;
    struct deduction d;
    int r;

    r = need_text(c, "document", req->document, 1, 200);
    if (r == 0)
        r = deduction_get(c, req->deduction_id, "deduction_id", &d);
    if (r == 0) /* first: no date is named from which the machine would forbid it still */
        r = need_step(c, &deduction_fsm, d.state, "repair", "deduction_id", &to);
    if (r)
        return r;
    if (d.effective_day != DAY_NONE &&
        instant_day(c->now) < d.effective_day + credit->rules->repair_waiting_days)
        return refuse(c, reason_repair_early, "deduction_id",
                      day_format(d.effective_day + credit->rules->repair_waiting_days, due), NULL);
    sql_exec(c->tx, &sql_deduction_alike_lock, T(c->district), T(d.subject_id), T(d.behaviour));
    r = sql_query(c->tx, &sql_deduction_repeats, &again, T(c->district), T(d.subject_id),
                  T(d.behaviour), T(d.on_day), T(d.id));
    if (r)
        return r;
    if (rows_count(again) > 0)
        return refuse(c, reason_repair_repeated, "deduction_id",
                      rows_text(again, 0, "deduction_id"), NULL);
    r = deduction_step(c, &d, "repair", req->document);
    if (r)
        return r;
    timer_cancel(c, "archive", d.id);
    return 0;
}

/* A timer finds the record as it may have become meanwhile: what the machine forbids now is simply
 * over. */
static int step_if_due(struct ctx *c, const char *on, struct deduction *d, bool *ret_moved)
{
    struct rows *rows;
    int r;

    *ret_moved = false;
    r = sql_query(c->tx, &sql_deduction_get, &rows, T(c->district), T(c->timer_key));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return 0;
    *d = deduction_of_row(rows, 0);
    if (!fsm_edge_for(&deduction_fsm, d->state, on))
        return 0;
    r = deduction_step(c, d, on, NULL);
    if (r)
        return r;
    *ret_moved = true;
    return 0;
}

int credit_on_effect_due(struct ctx *c)
{
    struct deduction d;
    bool moved;
    int r;

    r = step_if_due(c, "time_over", &d, &moved);
    if (r == 0 && moved)
        deduction_archive_after_year(c, &d);
    return r;
}

int credit_on_archive_due(struct ctx *c)
{
    struct deduction d;
    bool moved;

    return step_if_due(c, "archive", &d, &moved);
}
