/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/deduction.h"

#include <string.h>

#include "common/text/clean.h"
#include "credit_sql.h"
#include "services/credit/deduction_fsm.h"
#include "services/credit/total.h"

#include "common/base/banned.h"

const struct ledger deduction_ledger = {
    .name = "deduction_ledger",
    .append = &sql_deduction_ledger_append,
    .chain = &sql_deduction_ledger_chain,
};

struct deduction deduction_of_row(const struct rows *rows, size_t i)
{
    return (struct deduction){
        .id = rows_text(rows, i, "deduction_id"),
        .subject_kind = rows_text(rows, i, "subject_kind"),
        .subject_id = rows_text(rows, i, "subject_id"),
        .enterprise_id = rows_text(rows, i, "enterprise_id"),
        .behaviour = rows_text(rows, i, "behaviour"),
        .rule_version = rows_text(rows, i, "rule_version"),
        .on_day = rows_text(rows, i, "on_day"),
        .state = rows_text(rows, i, "state"),
        .project_id = rows_text(rows, i, "project_id"),
        .site_id = rows_text(rows, i, "site_id"),
        .document = rows_text(rows, i, "document"),
        .points_milli = rows_i64(rows, i, "points_milli"),
        .year = rows_i64(rows, i, "year"),
        .project_area_m2 = rows_i64(rows, i, "project_area_m2"),
        .enterprise_area_m2 = rows_i64(rows, i, "enterprise_area_m2"),
        .effective_day = rows_day(rows, i, "effective_day"),
    };
}

int deduction_get(struct ctx *c, const char *id, const char *field, struct deduction *ret_d)
{
    struct uuid parsed;
    struct rows *rows;
    int r;

    if (uuid_parse(id, &parsed) != 0)
        return refuse(c, reason_not_found, field, "deduction", NULL);
    r = sql_query(c->tx, &sql_deduction_get, &rows, T(c->district), T(id));
    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, field, "deduction", NULL);
    *ret_d = deduction_of_row(rows, 0);
    return 0;
}

void deduction_message(const struct credit *credit, const struct deduction *d, Credit__Deduction *m)
{
    credit__deduction__init(m);
    m->deduction_id = (char *)d->id;
    m->subject_kind = (char *)d->subject_kind;
    m->subject_id = (char *)d->subject_id;
    m->enterprise_id = (char *)d->enterprise_id;
    m->behaviour = (char *)d->behaviour;
    m->rule_version = (char *)d->rule_version;
    m->points_milli = d->points_milli;
    m->on_day = (char *)d->on_day;
    m->state = (char *)d->state;
    m->project_id = (char *)d->project_id;
    m->site_id = (char *)d->site_id;
    m->document = (char *)d->document;
    m->has_project_area_m2 = d->project_area_m2 > 0;
    m->project_area_m2 = d->project_area_m2;
    m->has_enterprise_area_m2 = d->enterprise_area_m2 > 0;
    m->enterprise_area_m2 = d->enterprise_area_m2;
    m->counts = rules_count(credit->rules, d->state);
}

static struct sql_arg area(int64_t m2)
{
    return m2 > 0 ? I(m2) : T(NULL);
}

void deduction_append(struct ctx *c, const struct deduction *d, const char *step, const char *note)
{
    ledger_append(c->tx, &deduction_ledger, c->district, T(d->id), T(step), T(d->state), AT(c->now),
                  T(c->account), T(d->subject_kind), T(d->subject_id), T(d->enterprise_id),
                  T(d->behaviour), T(d->rule_version), I(d->points_milli), T(d->on_day),
                  T(d->project_id), T(d->site_id), T(d->document), area(d->project_area_m2),
                  area(d->enterprise_area_m2), T(note));
}

int deduction_step(struct ctx *c, struct deduction *d, const char *on, const char *note)
{
    Credit__DeductionChanged changed = CREDIT__DEDUCTION_CHANGED__INIT;
    Credit__EnterpriseTotal total;
    Credit__Deduction message;
    const char *from = d->state, *to;
    char day[DAY_TEXT];
    int64_t n;
    int r;

    r = need_step(c, &deduction_fsm, from, on, "deduction_id", &to);
    if (r)
        return r;
    /* what was repaired by mistake has been in effect since it first was */
    if (strcmp(to, "effective") == 0 && strcmp(from, "repaired") != 0)
        d->effective_day = instant_day(c->now);
    r = sql_change(c->tx, &sql_deduction_move, &n, T(c->district), T(d->id), T(from), T(to),
                   T(d->effective_day == DAY_NONE ? NULL : day_format(d->effective_day, day)));
    if (r)
        return r;
    if (n == 0)
        return MSG_LATER;
    d->state = to;
    deduction_append(c, d, on, note);
    r = total_update(c, d->enterprise_id, d->year, &total);
    if (r)
        return r;
    deduction_message(c->state, d, &message);
    changed.deduction = &message;
    changed.total = &total;
    changed.on = (char *)on;
    emit(c, NULL, &changed.base);
    return 0;
}

void deduction_hold_year(struct ctx *c, const struct deduction *d)
{
    sql_exec(c->tx, &sql_balance_open, T(c->district), T(d->enterprise_id), I(d->year));
    sql_exec(c->tx, &sql_balance_lock, T(c->district), T(d->enterprise_id), I(d->year));
}

int deduction_alike(struct ctx *c, const struct deduction *d, const char **ret_id)
{
    const char *document = text_key(c->arena, d->document);
    struct rows *same;
    int r;

    *ret_id = NULL;
    r = sql_query(c->tx, &sql_deduction_same, &same, T(c->district), T(d->subject_kind),
                  T(d->subject_id), T(d->behaviour), T(d->on_day), T(d->site_id), T(d->project_id));
    for (size_t i = 0; r == 0 && !*ret_id && i < rows_count(same); i++)
        if (!str_equal(rows_text(same, i, "deduction_id"), d->id) &&
            str_equal(text_key(c->arena, rows_text(same, i, "document")), document))
            *ret_id = rows_text(same, i, "deduction_id");
    return r;
}

void deduction_archive_after_year(struct ctx *c, const struct deduction *d)
{
    int32_t day;

    if (day_of((int)d->year + 1, 1, 1, &day) == 0)
        timer_set(c, "archive", d->id, day_start(day));
}
