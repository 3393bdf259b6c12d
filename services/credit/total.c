/* SPDX-License-Identifier: Apache-2.0 */
#include "services/credit/total.h"

#include <string.h>

#include "common/base/str.h"
#include "credit_sql.h"

#include "common/base/banned.h"

int share_points(const struct share *s, struct fraction *ret_points)
{
    struct fraction own = fraction_of(s->points_milli, 1000);

    if (!s->manager) {
        *ret_points = own;
        return 0;
    }
    CHECK(s->enterprise_area_m2 > 0);
    return fraction_mul(own, fraction_of(s->project_area_m2, s->enterprise_area_m2), ret_points);
}

int total_sum(const struct rules *r, const struct share *shares, size_t n, struct total *ret_total)
{
    struct total t = {.sum = fraction_of(0, 1), .undisputed = fraction_of(0, 1)};

    for (size_t i = 0; i < n; i++) {
        struct fraction points;
        int err;

        if (!rules_count(r, shares[i].state))
            continue;
        err = share_points(&shares[i], &points);
        if (err == 0)
            err = fraction_add(t.sum, points, &t.sum);
        if (err == 0 && strcmp(shares[i].state, "objected") != 0)
            err = fraction_add(t.undisputed, points, &t.undisputed);
        if (err)
            return err;
        if (!shares[i].manager)
            t.own_milli += shares[i].points_milli;
    }
    *ret_total = t;
    return 0;
}

static struct share share_of_row(const struct rows *rows, size_t i)
{
    return (struct share){
        .deduction_id = rows_text(rows, i, "deduction_id"),
        .state = rows_text(rows, i, "state"),
        .manager = strcmp(rows_text(rows, i, "subject_kind"), "manager") == 0,
        .points_milli = rows_i64(rows, i, "points_milli"),
        .project_area_m2 = rows_i64(rows, i, "project_area_m2"),
        .enterprise_area_m2 = rows_i64(rows, i, "enterprise_area_m2"),
    };
}

struct share *shares_of_rows(struct arena *a, const struct rows *rows, int32_t until, size_t *ret_n)
{
    struct share *shares = arena_new_array(a, struct share, rows_count(rows) + 1);
    size_t n = 0;

    for (size_t i = 0; i < rows_count(rows); i++)
        if (rows_day(rows, i, "on_day") <= until)
            shares[n++] = share_of_row(rows, i);
    *ret_n = n;
    return shares;
}

int total_message(struct ctx *c, const char *enterprise_id, int64_t year,
                  const struct share *shares, size_t n, struct total *ret_total,
                  Credit__EnterpriseTotal *m)
{
    const struct credit *credit = c->state;
    int r = total_sum(credit->rules, shares, n, ret_total);

    if (r)
        return err_fold(r);
    credit__enterprise_total__init(m);
    m->enterprise_id = (char *)enterprise_id;
    m->year = (int32_t)year;
    m->total = fraction_text(c->arena, ret_total->sum);
    m->points_milli = fraction_milli(ret_total->sum);
    m->own_milli = ret_total->own_milli;
    m->undisputed_milli = fraction_milli(ret_total->undisputed);
    m->deductions = arena_new_array(c->arena, char *, n + 1);
    for (size_t i = 0; i < n; i++)
        if (rules_count(credit->rules, shares[i].state))
            m->deductions[m->n_deductions++] = (char *)shares[i].deduction_id;
    return 0;
}

char *share_formula(struct arena *a, const struct share *s)
{
    char points[POINTS_TEXT];

    points_format(s->points_milli, points);
    if (!s->manager)
        return arena_strdup(a, points);
    return arena_printf(a, "%s x %lld / %lld", points, (long long)s->project_area_m2,
                        (long long)s->enterprise_area_m2);
}

/* The threshold at @i of the rules if it is this district's, else NULL. */
static const struct threshold *threshold_here(const struct ctx *c, size_t i)
{
    const struct rules *rules = ((const struct credit *)c->state)->rules;
    const struct threshold *t = &rules->thresholds[i];

    return strcmp(t->district, c->district) == 0 ? t : NULL;
}

static bool reaches(struct fraction sum, const struct threshold *t)
{
    return fraction_compare(sum, fraction_of(t->points_milli, 1000)) >= 0;
}

void thresholds_between(struct ctx *c, const struct total *before, const struct total *after,
                        char ***ret_ids, size_t *ret_n)
{
    size_t n = ((const struct credit *)c->state)->rules->n_thresholds;

    *ret_n = 0;
    *ret_ids = arena_new_array(c->arena, char *, n + 1);
    for (size_t i = 0; i < n; i++) {
        const struct threshold *t = threshold_here(c, i);

        if (t && reaches(after->sum, t) && !reaches(before->sum, t))
            (*ret_ids)[(*ret_n)++] = (char *)t->id;
    }
}

const struct threshold *threshold_next(const struct ctx *c, struct fraction total)
{
    const struct threshold *next = NULL;

    for (size_t i = 0; i < ((const struct credit *)c->state)->rules->n_thresholds; i++) {
        const struct threshold *t = threshold_here(c, i);

        if (t && !reaches(total, t) && (!next || t->points_milli < next->points_milli))
            next = t;
    }
    return next;
}

/* Whether @id stands in the comma-separated @list. */
static bool listed(const char *list, const char *id)
{
    size_t n = strlen(id);

    for (const char *p = list; (p = strstr(p, id)); p += n)
        if ((p == list || p[-1] == ',') && (p[n] == ',' || p[n] == 0))
            return true;
    return false;
}

static void say_crossing(struct ctx *c, const struct threshold *t, bool reached,
                         Credit__EnterpriseTotal *total)
{
    Credit__ThresholdReached up = CREDIT__THRESHOLD_REACHED__INIT;
    Credit__ThresholdCleared down = CREDIT__THRESHOLD_CLEARED__INIT;

    if (reached) {
        up.enterprise_id = total->enterprise_id;
        up.year = total->year;
        up.threshold = (char *)t->id;
        up.total = total;
        emit(c, NULL, &up.base);
    } else {
        down.enterprise_id = total->enterprise_id;
        down.year = total->year;
        down.threshold = (char *)t->id;
        down.total = total;
        emit(c, NULL, &down.base);
    }
}

/* Compare the exact total with every threshold of the district; the list of those reached, for the
 * row. */
static const char *cross_thresholds(struct ctx *c, const char *before, const struct total *total,
                                    Credit__EnterpriseTotal *message)
{
    const struct rules *rules = ((struct credit *)c->state)->rules;
    const char *after = "";

    for (size_t i = 0; i < rules->n_thresholds; i++) {
        const struct threshold *t = threshold_here(c, i);
        bool reached, was;

        if (!t)
            continue;
        reached = reaches(total->sum, t);
        was = listed(before, t->id);
        if (reached)
            after = arena_printf(c->arena, "%s%s%s", after, *after ? "," : "", t->id);
        if (reached != was)
            say_crossing(c, t, reached, message);
    }
    return after;
}

int total_update(struct ctx *c, const char *enterprise_id, int64_t year,
                 Credit__EnterpriseTotal *ret_message)
{
    struct rows *locked, *rows;
    const struct share *shares;
    struct total total;
    size_t n;
    const char *reached;
    int r;

    sql_exec(c->tx, &sql_balance_open, T(c->district), T(enterprise_id), I(year));
    r = sql_query(c->tx, &sql_balance_lock, &locked, T(c->district), T(enterprise_id), I(year));
    if (r)
        return r;
    r = sql_query(c->tx, &sql_deduction_of_year, &rows, T(c->district), T(enterprise_id), I(year));
    if (r)
        return r;
    shares = shares_of_rows(c->arena, rows, INT32_MAX, &n);
    r = total_message(c, enterprise_id, year, shares, n, &total, ret_message);
    if (r)
        return r;
    reached = cross_thresholds(c, rows_text(locked, 0, "reached"), &total, ret_message);
    sql_exec(c->tx, &sql_balance_put, T(c->district), T(enterprise_id), I(year),
             T(ret_message->total), T(reached));
    return 0;
}
