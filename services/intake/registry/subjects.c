/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/registry/subjects.h"

#include <string.h>

#include "common/text/clean.h"
#include "intake.pb-c.h"
#include "intake_sql.h"

#include "common/base/banned.h"

enum { PAGE_MAX = 500, SEARCH_MAX = 100 };

static const struct listing {
    const struct sql_stmt *stmt;
    bool of_city;
} listings[] = {
    [INTAKE__LIST_SUBJECTS__KIND__ENTERPRISE] = {&sql_subject_list_enterprise, true},
    [INTAKE__LIST_SUBJECTS__KIND__SITE] = {&sql_subject_list_site, false},
    [INTAKE__LIST_SUBJECTS__KIND__MANAGER] = {&sql_subject_list_manager, true},
    [INTAKE__LIST_SUBJECTS__KIND__EXPERT] = {&sql_subject_list_expert, true},
    [INTAKE__LIST_SUBJECTS__KIND__REGION] = {&sql_subject_list_region, false},
    [INTAKE__LIST_SUBJECTS__KIND__PROJECT] = {&sql_subject_list_project, false},
    [INTAKE__LIST_SUBJECTS__KIND__COMMITTEE] = {&sql_subject_list_committee, false},
};

/* Who votes is not for those who are voted on. */
static int check_reader(struct ctx *c, const Intake__ListSubjects *q)
{
    if (q->kind != INTAKE__LIST_SUBJECTS__KIND__EXPERT ||
        actor_is_here_as(c, ROLE_OFFICERS | ROLE_AUDITOR | ROLE_ADMIN))
        return 0;
    return refuse(c, reason_forbidden, NULL, NULL);
}

Intake__Subject *subject_of(struct ctx *c, const struct rows *rows, size_t i)
{
    Intake__Subject *s = arena_new_one(c->arena, Intake__Subject);

    intake__subject__init(s);
    s->subject_id = (char *)rows_text(rows, i, "subject_id");
    s->kind = (char *)rows_text(rows, i, "kind");
    s->name = (char *)rows_text(rows, i, "name");
    s->subdistrict = (char *)rows_text(rows, i, "subdistrict");
    s->enterprise_id = (char *)rows_text(rows, i, "enterprise_id");
    s->manager_id = (char *)rows_text(rows, i, "manager_id");
    s->has_area_m2 = !rows_null(rows, i, "area_m2");
    s->area_m2 = rows_i64(rows, i, "area_m2");
    s->state = (char *)rows_text(rows, i, "state");
    s->has_sample = !rows_null(rows, i, "sample");
    s->sample = rows_bool(rows, i, "sample");
    return s;
}

void subject_take_term(Intake__Subject *s, const struct rows *rows, size_t i)
{
    s->site_id = (char *)rows_text(rows, i, "site_id");
    s->has_members = true;
    s->members = rows_i64(rows, i, "members");
    s->has_party_members = !rows_null(rows, i, "party_members");
    s->party_members = rows_i64(rows, i, "party_members");
    s->from_day = (char *)rows_text(rows, i, "from_day");
    s->to_day = (char *)rows_text(rows, i, "to_day");
    s->filed_day = (char *)rows_text(rows, i, "filed_day");
}

static int check_query(struct ctx *c, const Intake__ListSubjects *q)
{
    int r = check_reader(c, q);

    if (r == 0 && (q->kind < 1 || (size_t)q->kind >= ARRAY_LEN(listings)))
        r = refuse(c, reason_value_unknown, "kind", "", NULL);
    if (r == 0)
        r = need_range(c, "limit", q->limit, 1, PAGE_MAX);
    if (r == 0)
        r = need_text(c, "search", q->search, 0, SEARCH_MAX);
    return r;
}

int list_subjects(struct ctx *c)
{
    const Intake__ListSubjects *q = c->request;
    Intake__ListSubjectsReply reply = INTAKE__LIST_SUBJECTS_REPLY__INIT;
    const struct listing *l;
    const char *search;
    char today[DAY_TEXT];
    struct rows *rows;
    int r = check_query(c, q);

    if (r)
        return r;
    l = &listings[q->kind];
    search = q->search ? text_key(c->arena, q->search) : NULL;
    r = sql_query(c->tx, l->stmt, &rows, T(l->of_city ? service_city(c->svc) : c->district),
                  T(search && *search ? search : NULL),
                  T(q->subdistrict && *q->subdistrict ? q->subdistrict : NULL),
                  T(q->after ? q->after : ""), I(q->limit),
                  T(day_format(instant_day(c->now), today)));
    if (r)
        return r;
    reply.n_subjects = rows_count(rows);
    reply.subjects = arena_new_array(c->arena, Intake__Subject *, reply.n_subjects + 1);
    for (size_t i = 0; i < reply.n_subjects; i++)
        reply.subjects[i] = subject_of(c, rows, i);
    for (size_t i = 0; q->kind == INTAKE__LIST_SUBJECTS__KIND__COMMITTEE && i < reply.n_subjects;
         i++)
        subject_take_term(reply.subjects[i], rows, i);
    if (reply.n_subjects == (size_t)q->limit)
        reply.next = reply.subjects[reply.n_subjects - 1]->subject_id;
    reply_with(c, &reply.base);
    return 0;
}
