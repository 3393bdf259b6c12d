/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/application/application_query.h"

#include <string.h>

#include "common/base/str.h"
#include "intake_sql.h"
#include "services/intake/application/application_form.h"
#include "services/intake/application/application_store.h"
#include "services/intake/application/looks.h"
#include "services/intake/application/papers.h"

#include "common/base/banned.h"

enum { PAGE_MAX = 500 };

/* ---- who reads ---- */

struct reader {
    bool all;
    const char **subdistricts; /* codes, perhaps of communities' or wider regions */
    size_t n_subdistricts;
    const char **subjects; /* enterprises and owners' committees spoken for */
    size_t n_subjects;
};

static struct reader reader_of(struct ctx *c)
{
    size_t n = c->actor ? c->actor->n_bindings : 0;
    struct reader who = {.subdistricts = arena_new_array(c->arena, const char *, n + 1),
                         .subjects = arena_new_array(c->arena, const char *, n + 1)};

    who.all = actor_may_as(c, ROLE_OFFICERS | ROLE_AUDITOR);
    for (size_t i = 0; i < n; i++) {
        const Hp__Binding *b = c->actor->bindings[i];

        if (strcmp(b->role, "subdistrict") == 0)
            who.subdistricts[who.n_subdistricts++] = b->region;
        if ((strcmp(b->role, "enterprise") == 0 || strcmp(b->role, "committee") == 0) && b->subject)
            who.subjects[who.n_subjects++] = b->subject;
    }
    return who;
}

static bool may_read(const struct reader *who, const struct application *a)
{
    if (who->all)
        return true;
    for (size_t i = 0; i < who->n_subdistricts; i++)
        if (a->subdistrict && region_covers(who->subdistricts[i], a->subdistrict))
            return true;
    for (size_t i = 0; i < who->n_subjects; i++)
        if (str_equal(who->subjects[i], a->enterprise_id) ||
            str_equal(who->subjects[i], a->subject_id) ||
            str_equal(who->subjects[i], a->drafter_subject))
            return true;
    return false;
}

int need_reader(struct ctx *c, const struct application *a)
{
    struct reader who = reader_of(c);

    return may_read(&who, a) ? 0 : refuse(c, reason_forbidden, NULL, NULL);
}

/* ---- one ---- */

static char *or_null(const char *text)
{
    return text && *text ? (char *)text : NULL;
}

static int read_history(struct ctx *c, const struct application *a,
                        Intake__GetApplicationReply *reply)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_application_steps, &rows, T(c->district), T(a->id));

    if (r)
        return r;
    reply->n_history = rows_count(rows);
    reply->history = arena_new_array(c->arena, Intake__ApplicationStep *, reply->n_history + 1);
    for (size_t i = 0; i < reply->n_history; i++) {
        Intake__ApplicationStep *s = reply->history[i] =
            arena_new_one(c->arena, Intake__ApplicationStep);

        intake__application_step__init(s);
        s->at = rows_at(rows, i, "at");
        s->account = (char *)rows_text(rows, i, "account");
        s->from = (char *)rows_text(rows, i, "from_state");
        s->to = (char *)rows_text(rows, i, "to_state");
        s->reason = (char *)rows_text(rows, i, "reason");
        s->version = (int32_t)rows_i64(rows, i, "version");
        s->document = (char *)rows_text(rows, i, "document");
    }
    return 0;
}

int get_application(struct ctx *c)
{
    const Intake__GetApplication *q = c->request;
    Intake__GetApplicationReply reply = INTAKE__GET_APPLICATION_REPLY__INIT;
    struct checks checks = {0};
    struct application a;
    int r = application_load(c, q->application_id, &a);

    if (r == 0)
        r = need_reader(c, &a);
    if (r == 0)
        r = application_message_whole(c, &a, &reply.application);
    if (r == 0)
        r = papers_evidence(c, &a, false, &reply.evidence, &reply.n_evidence);
    if (r == 0)
        r = read_history(c, &a, &reply);
    if (r == 0)
        r = looks_now(c, &a, &checks);
    reply.conditions = checks.items;
    reply.n_conditions = checks.n;
    if (r == 0)
        r = opinions_read(c, &a, &reply.opinions, &reply.n_opinions);
    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}

/* ---- many ---- */

static int check_list(struct ctx *c, const Intake__ListApplications *q)
{
    struct uuid after;
    int r = need_range(c, "limit", q->limit, 1, PAGE_MAX);

    if (r == 0 && q->after && *q->after && uuid_parse(q->after, &after) != 0)
        r = refuse(c, reason_value_unknown, "after", q->after, NULL);
    return r;
}

int list_applications(struct ctx *c)
{
    const Intake__ListApplications *q = c->request;
    Intake__ListApplicationsReply reply = INTAKE__LIST_APPLICATIONS_REPLY__INIT;
    struct reader who = reader_of(c);
    struct application a;
    struct rows *rows;
    int r = check_list(c, q);

    if (r == 0)
        r = sql_query(c->tx, &sql_application_list, &rows, T(c->district), T(q->programme_id),
                      T(or_null(q->category)), T(or_null(q->state)), T(or_null(q->subdistrict)),
                      T(or_null(q->after)), I(q->limit), B(who.all),
                      TA(who.subdistricts, who.n_subdistricts), TA(who.subjects, who.n_subjects));
    if (r)
        return r;
    reply.n_applications = rows_count(rows);
    reply.applications = arena_new_array(c->arena, Intake__Application *, reply.n_applications + 1);
    for (size_t i = 0; i < reply.n_applications; i++) {
        application_of_row(rows, i, &a);
        reply.applications[i] = application_message(c, &a);
    }
    r = application_forms(c, reply.applications, reply.n_applications);
    if (r)
        return r;
    if (reply.n_applications == (size_t)q->limit)
        reply.next = reply.applications[reply.n_applications - 1]->application_id;
    reply_with(c, &reply.base);
    return 0;
}
