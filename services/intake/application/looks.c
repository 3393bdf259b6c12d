/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/looks.h"

#include "common/base/str.h"
#include "intake_sql.h"
#include "services/intake/application/application_store.h"
#include "services/intake/corrections.h"
#include "services/intake/programme/programme_load.h"
#include "services/intake/registry/change.h"
#include "services/intake/registry/register.h"

#include "common/base/banned.h"

void looks_keep(struct ctx *c, const struct application *a, const struct checks *checks)
{
    for (size_t i = 0; i < checks->n; i++)
        sql_exec(c->tx, &sql_condition_keep, T(c->district), T(a->id), T(checks->items[i]->id),
                 T(checks->items[i]->fact), B(checks->items[i]->met));
}

static Intake__Cause *cause_of_row(struct ctx *c, const struct rows *rows, size_t i)
{
    Intake__Cause *by;

    if (rows_null(rows, i, "by_kind"))
        return NULL;
    by = arena_new_one(c->arena, Intake__Cause);
    intake__cause__init(by);
    by->kind = (char *)rows_text(rows, i, "by_kind");
    by->id = (char *)rows_text(rows, i, "by_id");
    by->at = rows_at(rows, i, "by_at");
    return by;
}

static bool find_kept(const struct rows *kept, const char *condition_id, size_t *ret_at)
{
    for (size_t i = 0; i < rows_count(kept); i++)
        if (str_equal(rows_text(kept, i, "condition_id"), condition_id)) {
            *ret_at = i;
            return true;
        }
    return false;
}

/* An accepted candidate goes on in the enterprise it merged into, where the programme exempts mergers (Changning 2023, 五(一)4(2)): what
 * ends that one is the exit rules' affair. */
static void go_on(const struct programme *p, const struct programme_category *category,
                  const struct application *a, const struct rows *kept, struct checks *checks)
{
    size_t at;

    for (size_t i = 0; str_equal(a->state, "accepted") && i < checks->n; i++) {
        Intake__ConditionCheck *m = checks->items[i];

        if (str_equal(category->conditions[i].fact, "subject.state") &&
            texts_have(&p->exit.exempt, m->fact) && find_kept(kept, m->id, &at)) {
            m->fact = (char *)rows_text(kept, at, "fact");
            m->met = rows_bool(kept, at, "met");
        }
    }
}

/* Compute, and read what was kept. */
static int look(struct ctx *c, const struct application *a, struct checks *ret,
                struct rows **ret_kept)
{
    const struct programme_category *category;
    const struct programme *p;
    struct subject subject;
    int r = programme_load(c, a->programme_id, &p);

    *ret = (struct checks){0};
    if (r)
        return r;
    category = programme_category(p, a->category);
    r = category ? subject_load(c, a->subject_kind, a->subject_id, &subject) : 0;
    if (r == 0 && category)
        r = conditions_check(c, p, category, &subject, ret);
    if (r == 0)
        r = sql_query(c->tx, &sql_conditions_kept, ret_kept, T(c->district), T(a->id));
    if (r == 0 && category)
        go_on(p, category, a, *ret_kept, ret);
    return r;
}

int looks_now(struct ctx *c, const struct application *a, struct checks *ret)
{
    struct rows *kept;
    size_t at;
    int r = look(c, a, ret, &kept);

    for (size_t i = 0; r == 0 && i < ret->n; i++) {
        Intake__ConditionCheck *m = ret->items[i];

        if (!find_kept(kept, m->id, &at) || str_equal(rows_text(kept, at, "before"), m->fact))
            continue;
        m->before = (char *)rows_text(kept, at, "before");
        m->by = str_equal(rows_text(kept, at, "fact"), m->fact) ? cause_of_row(c, kept, at) : NULL;
    }
    return r;
}

int looks_need(struct ctx *c, const struct checks *checks)
{
    const struct programme_condition *failed = checks->failed;
    const char *field;

    if (!failed)
        return 0;
    field = arena_printf(c->arena, "conditions/%s", failed->id);
    if (checks->unknown)
        return refuse(c, reason_condition_unknown, field, failed->title, failed->fact, NULL);
    for (size_t i = 0; i < checks->n; i++)
        if (str_equal(checks->items[i]->id, failed->id))
            return refuse(c, reason_condition_unmet, field, failed->title, checks->items[i]->fact,
                          checks->items[i]->limit, NULL);
    return 0;
}

/* ---- what changed ---- */

static int follow_one(struct ctx *c, const char *application_id, const Intake__Cause *by)
{
    Intake__ConditionsChanged said = INTAKE__CONDITIONS_CHANGED__INIT;
    struct application a;
    struct checks checks;
    struct rows *kept;
    bool changed = false;
    size_t at;
    int r = application_load(c, application_id, &a);

    if (r == 0)
        r = look(c, &a, &checks, &kept);
    for (size_t i = 0; r == 0 && i < checks.n; i++) {
        const Intake__ConditionCheck *m = checks.items[i];

        if (!find_kept(kept, m->id, &at) || str_equal(rows_text(kept, at, "fact"), m->fact))
            continue;
        changed = true;
        sql_exec(c->tx, &sql_condition_change, T(c->district), T(a.id), T(m->id), T(m->fact),
                 B(m->met), T(by->kind), T(by->id), AT(by->at));
    }
    if (r || !changed)
        return r;
    r = looks_now(c, &a, &checks);
    said.application = application_message(c, &a);
    said.conditions = checks.items;
    said.n_conditions = checks.n;
    said.by = (Intake__Cause *)by;
    if (r == 0)
        emit(c, NULL, &said.base);
    return r;
}

int looks_follow(struct ctx *c, const char *id, const char *other, const Intake__Cause *by)
{
    const char *region = c->district;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_applications_concerned, &rows,
                      T(str_equal(region, service_city(c->svc)) ? NULL : region), T(id), T(other));

    for (size_t i = 0; r == 0 && i < rows_count(rows); i++) {
        c->district = rows_text(rows, i, "district"); /* the application's, where all is written */
        r = follow_one(c, rows_text(rows, i, "application_id"), by);
    }
    c->district = region;
    return r;
}

static Intake__Cause cause(const struct ctx *c, const char *kind, const char *id)
{
    Intake__Cause by = INTAKE__CAUSE__INIT;

    by.kind = (char *)kind;
    by.id = (char *)id;
    by.at = c->now;
    return by;
}

int record_change_followed(struct ctx *c)
{
    const Intake__RecordChange *q = c->request;
    const Intake__Cause by = cause(c, "change", c->id_text);
    int r = record_change(c);

    return r ? r : looks_follow(c, q->subject_id, q->site_id, &by);
}

int register_project_followed(struct ctx *c)
{
    const Intake__RegisterProject *q = c->request;
    const Intake__Cause by = cause(c, "project", q->project_id);
    int r = register_project(c);

    return r ? r : looks_follow(c, q->site_id, q->enterprise_id, &by);
}

int intake_confirm_correction_followed(struct ctx *c)
{
    const Intake__ConfirmCorrection *q = c->request;
    const Intake__Cause by = cause(c, "correction", q->correction_id);
    int r = intake_confirm_correction(c);

    return r ? r : looks_follow(c, NULL, NULL, &by);
}
