/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/facts_query.h"

#include "common/base/str.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"

#include "common/base/banned.h"

/* How many of @rows are shown, one more having been asked for than @limit. */
static size_t shown(const struct rows *rows, int32_t limit)
{
    return rows_count(rows) > (size_t)limit ? (size_t)limit : rows_count(rows);
}

int list_assessments(struct ctx *c)
{
    const Scoring__ListAssessments *q = c->request;
    Scoring__ListAssessmentsReply reply = SCORING__LIST_ASSESSMENTS_REPLY__INIT;
    struct rows *rows;
    int r = need_range(c, "limit", q->limit, 1, 500);

    if (r == 0)
        r = sql_query(c->tx, &sql_assessment_page, &rows, T(c->district),
                      q->has_year ? I(q->year) : T(NULL), T(text_or_null(q->enterprise_id)),
                      T(text_or_null(q->after)), I((int64_t)q->limit + 1), T(service_city(c->svc)));
    if (r)
        return r;
    reply.assessments = arena_new_array(c->arena, Scoring__Assessment *, rows_count(rows) + 1);
    for (size_t i = 0; i < shown(rows, q->limit); i++) {
        Scoring__Assessment *m = arena_new_one(c->arena, Scoring__Assessment);

        scoring__assessment__init(m);
        m->assessment_id = (char *)rows_text(rows, i, "assessment_id");
        m->year = (int32_t)rows_i64(rows, i, "year");
        m->enterprise_id = (char *)rows_text(rows, i, "enterprise_id");
        m->name = (char *)rows_text(rows, i, "name");
        m->grade = (char *)rows_text(rows, i, "grade");
        m->document = (char *)rows_text(rows, i, "document");
        m->recorded_at = rows_at(rows, i, "recorded_at");
        m->set_aside = rows_bool(rows, i, "set_aside");
        reply.assessments[reply.n_assessments++] = m;
        if (rows_count(rows) > (size_t)q->limit)
            reply.next = m->assessment_id;
    }
    reply_with(c, &reply.base);
    return 0;
}

int list_incidents(struct ctx *c)
{
    const Scoring__ListIncidents *q = c->request;
    Scoring__ListIncidentsReply reply = SCORING__LIST_INCIDENTS_REPLY__INIT;
    struct rows *rows;
    int r = need_range(c, "limit", q->limit, 1, 500);

    if (r == 0)
        r = sql_query(c->tx, &sql_incident_page, &rows, T(c->district),
                      T(text_or_null(q->enterprise_id)), T(text_or_null(q->site_id)),
                      T(text_or_null(q->after)), I((int64_t)q->limit + 1), T(service_city(c->svc)));
    if (r)
        return r;
    reply.incidents = arena_new_array(c->arena, Scoring__Incident *, rows_count(rows) + 1);
    for (size_t i = 0; i < shown(rows, q->limit); i++) {
        Scoring__Incident *m = arena_new_one(c->arena, Scoring__Incident);

        scoring__incident__init(m);
        m->incident_id = (char *)rows_text(rows, i, "incident_id");
        m->on_day = (char *)rows_text(rows, i, "on_day");
        m->enterprise_id = (char *)rows_text(rows, i, "enterprise_id");
        m->name = (char *)rows_text(rows, i, "name");
        m->site_id = (char *)rows_text(rows, i, "site_id");
        m->kind = (char *)rows_text(rows, i, "kind");
        m->serious = rows_bool(rows, i, "serious");
        m->description = (char *)rows_text(rows, i, "description");
        m->recorded_at = rows_at(rows, i, "recorded_at");
        m->set_aside = rows_bool(rows, i, "set_aside");
        reply.incidents[reply.n_incidents++] = m;
        if (rows_count(rows) > (size_t)q->limit)
            reply.next = m->incident_id;
    }
    reply_with(c, &reply.base);
    return 0;
}

int list_cancellations(struct ctx *c)
{
    const Scoring__ListCancellations *q = c->request;
    Scoring__ListCancellationsReply reply = SCORING__LIST_CANCELLATIONS_REPLY__INIT;
    struct rows *rows;
    int r = need_range(c, "limit", q->limit, 1, 500);

    if (r == 0)
        r = sql_query(c->tx, &sql_cancellation_page, &rows, T(c->district),
                      T(text_or_null(q->programme_id)), T(text_or_null(q->subject_id)),
                      T(text_or_null(q->after)), I((int64_t)q->limit + 1));
    if (r)
        return r;
    reply.cancellations = arena_new_array(c->arena, Scoring__Cancellation *, rows_count(rows) + 1);
    for (size_t i = 0; i < shown(rows, q->limit); i++) {
        Scoring__Cancellation *m = arena_new_one(c->arena, Scoring__Cancellation);

        scoring__cancellation__init(m);
        m->cancellation_id = (char *)rows_text(rows, i, "cancellation_id");
        m->programme_id = (char *)rows_text(rows, i, "programme_id");
        m->subject_id = (char *)rows_text(rows, i, "subject_id");
        m->reason = (char *)rows_text(rows, i, "reason");
        m->recorded_at = rows_at(rows, i, "recorded_at");
        m->set_aside = rows_bool(rows, i, "set_aside");
        reply.cancellations[reply.n_cancellations++] = m;
        if (rows_count(rows) > (size_t)q->limit)
            reply.next = m->cancellation_id;
    }
    reply_with(c, &reply.base);
    return 0;
}
