/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/subject_get.h"

#include "common/base/clock.h"
#include "intake.pb-c.h"
#include "intake_sql.h"
#include "services/intake/registry/subjects.h"

#include "common/base/banned.h"

static Intake__SubjectProject *project_of(struct ctx *c, const struct rows *rows, size_t i)
{
    Intake__SubjectProject *p = arena_new_one(c->arena, Intake__SubjectProject);

    intake__subject_project__init(p);
    p->project_id = (char *)rows_text(rows, i, "project_id");
    p->site_id = (char *)rows_text(rows, i, "site_id");
    p->site_name = (char *)rows_text(rows, i, "site_name");
    p->enterprise_id = (char *)rows_text(rows, i, "enterprise_id");
    p->enterprise_name = (char *)rows_text(rows, i, "enterprise_name");
    p->manager_id = (char *)rows_text(rows, i, "manager_id");
    p->area_m2 = rows_i64(rows, i, "area_m2");
    p->from_day = (char *)rows_text(rows, i, "from_day");
    p->to_day = (char *)rows_text(rows, i, "to_day");
    p->left_day = (char *)rows_text(rows, i, "left_day");
    return p;
}

static Intake__SubjectChangeRecord *change_of(struct ctx *c, const struct rows *rows, size_t i)
{
    Intake__SubjectChangeRecord *h = arena_new_one(c->arena, Intake__SubjectChangeRecord);

    intake__subject_change_record__init(h);
    h->change_id = (char *)rows_text(rows, i, "change_id");
    h->kind = (char *)rows_text(rows, i, "kind");
    h->on_day = (char *)rows_text(rows, i, "on_day");
    h->old_name = (char *)rows_text(rows, i, "old_name");
    h->new_name = (char *)rows_text(rows, i, "new_name");
    h->into_id = (char *)rows_text(rows, i, "into_id");
    h->site_id = (char *)rows_text(rows, i, "site_id");
    h->document = (char *)rows_text(rows, i, "document");
    h->taken_back = rows_bool(rows, i, "taken_back");
    return h;
}

static Intake__SubjectApplication *application_of(struct ctx *c, const struct rows *rows, size_t i)
{
    Intake__SubjectApplication *a = arena_new_one(c->arena, Intake__SubjectApplication);

    intake__subject_application__init(a);
    a->application_id = (char *)rows_text(rows, i, "application_id");
    a->programme_id = (char *)rows_text(rows, i, "programme_id");
    a->category = (char *)rows_text(rows, i, "category");
    a->state = (char *)rows_text(rows, i, "state");
    return a;
}

static int fill_beside(struct ctx *c, const char *id, Intake__GetSubjectReply *reply)
{
    bool all = actor_is_here_as(c, ROLE_OFFICERS | ROLE_AUDITOR);
    const char *city = service_city(c->svc);
    struct rows *projects, *changes, *stands, *honours;
    int r = sql_query(c->tx, &sql_subject_projects, &projects, T(c->district), T(city), T(id));

    if (r == 0)
        r = sql_query(c->tx, &sql_subject_changes, &changes, T(c->district), T(city), T(id));
    if (r == 0)
        r = sql_query(c->tx, &sql_subject_stands, &stands, T(c->district), T(id));
    if (r == 0)
        r = sql_query(c->tx, &sql_subject_honours, &honours, T(c->district), T(id));
    if (r)
        return r;
#define FILL(field, type, rows, make) \
    reply->field = arena_new_array(c->arena, type *, rows_count(rows) + 1); \
    for (size_t i = 0; i < rows_count(rows); i++) \
    reply->field[reply->n_##field++] = make
    FILL(projects, Intake__SubjectProject, projects, project_of(c, projects, i));
    FILL(changes, Intake__SubjectChangeRecord, changes, change_of(c, changes, i));
    if (all) {
        FILL(applications, Intake__SubjectApplication, stands, application_of(c, stands, i));
    }
    FILL(honours, char, honours, (char *)rows_text(honours, i, "honour_id"));
#undef FILL
    return 0;
}

int get_subject(struct ctx *c)
{
    const Intake__GetSubject *q = c->request;
    Intake__GetSubjectReply reply = INTAKE__GET_SUBJECT_REPLY__INIT;
    char today[DAY_TEXT];
    struct rows *rows;
    int r = sql_query(c->tx, &sql_subject_get, &rows, T(c->district), T(service_city(c->svc)),
                      T(q->subject_id), T(day_format(instant_day(c->now), today)));

    if (r)
        return r;
    if (rows_count(rows) == 0)
        return refuse(c, reason_not_found, "subject_id", "subject", NULL);
    reply.subject = subject_of(c, rows, 0);
    if (!rows_null(rows, 0, "members"))
        subject_take_term(reply.subject, rows, 0);
    r = fill_beside(c, q->subject_id, &reply);
    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}
