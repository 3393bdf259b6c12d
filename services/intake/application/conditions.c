/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/conditions.h"

#include <string.h>

#include "common/base/points.h"
#include "common/base/str.h"
#include "intake_sql.h"

#include "common/base/banned.h"

/* The yearly total of the enterprise, as points if it is a whole number of thousandths, else exact.
 * No record is 0. */
static int credit_points(struct ctx *c, const struct subject *s, const char **ret_fact)
{
    char text[POINTS_TEXT];
    struct fraction total;
    struct rows *rows;
    int year, month, mday, r;

    *ret_fact = NULL;
    if (!s->enterprise_id)
        return 0;
    day_civil(instant_day(c->now), &year, &month, &mday);
    r = sql_query(c->tx, &sql_credit_total_get, &rows, T(c->district), T(s->enterprise_id),
                  I(year));
    if (r)
        return r;
    *ret_fact = rows_count(rows) ? rows_text(rows, 0, "total") : "0";
    if (fraction_parse(*ret_fact, &total) == 0 && 1000 % total.den == 0)
        *ret_fact = arena_strdup(c->arena, points_format(fraction_milli(total), text));
    return 0;
}

/* Whether the subject holds an honour of the category, granted for a year before the programme's. */
static int honour_held(struct ctx *c, const struct programme *p,
                       const struct programme_category *category, const struct subject *s,
                       const char **ret_fact)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_honour_held, &rows, T(c->district), T(s->id), T(category->id),
                      I(p->year));

    if (r == 0)
        *ret_fact = rows_bool(rows, 0, "held") ? "true" : "false";
    return r;
}

/* NULL: not known here. */
static int find_fact(struct ctx *c, const struct programme *p,
                     const struct programme_category *category, const char *name,
                     const struct subject *s, const char **ret_fact)
{
    *ret_fact = NULL;
    if (strcmp(name, "subject.state") == 0)
        *ret_fact = s->state;
    else if (strcmp(name, "subject.served") == 0)
        *ret_fact = s->served ? "true" : "false";
    else if (strcmp(name, "honour.held") == 0)
        return honour_held(c, p, category, s, ret_fact);
    else if (strcmp(name, "credit.year_points") == 0)
        return credit_points(c, s, ret_fact);
    return 0;
}

static int check_one(struct ctx *c, const struct programme *p,
                     const struct programme_category *category,
                     const struct programme_condition *condition, const struct subject *s,
                     struct checks *checks)
{
    Intake__ConditionCheck *check = arena_new_one(c->arena, Intake__ConditionCheck);
    const char *fact;
    bool met = false;
    int r = find_fact(c, p, category, condition->fact, s, &fact), verdict;

    if (r)
        return r;
    verdict = condition_met(p, condition, fact, &met);
    if (verdict < 0)
        return verdict;
    intake__condition_check__init(check);
    check->id = (char *)condition->id;
    check->title = (char *)condition->title;
    check->fact = (char *)(fact ? fact : "");
    check->limit = (char *)condition_limit(c->arena, condition);
    check->met = met;
    check->source = (char *)condition->source;
    checks->items[checks->n++] = check;
    if (!met && !checks->failed) {
        checks->failed = condition;
        checks->unknown = verdict == CONDITION_E_UNKNOWN;
    }
    return 0;
}

int conditions_check(struct ctx *c, const struct programme *p,
                     const struct programme_category *category, const struct subject *s,
                     struct checks *ret_checks)
{
    struct checks checks = {
        .items = arena_new_array(c->arena, Intake__ConditionCheck *, category->n_conditions + 1)};
    int r = 0;

    for (size_t i = 0; r == 0 && i < category->n_conditions; i++)
        r = check_one(c, p, category, &category->conditions[i], s, &checks);
    if (r == 0)
        *ret_checks = checks;
    return r;
}
