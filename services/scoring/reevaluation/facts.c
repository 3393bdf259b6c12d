/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/facts.h"

#include "common/base/str.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/subjects.h"

#include "common/base/banned.h"

const struct ledger assessment_ledger = {"assessment", &sql_assessment_append,
                                         &sql_assessment_chain};
const struct ledger incident_ledger = {"incident", &sql_incident_append, &sql_incident_chain};
const struct ledger cancellation_ledger = {"cancellation", &sql_cancellation_append,
                                           &sql_cancellation_chain};

int record_assessment(struct ctx *c)
{
    static const char *const grades[] = {"excellent", "good", "pass", "fail", NULL};
    const Scoring__RecordAssessment *q = c->request;
    Scoring__AssessmentRecorded event = SCORING__ASSESSMENT_RECORDED__INIT;
    int year, month, mday, r;

    day_civil(today(c), &year, &month, &mday);
    r = fault_note(c, need_range(c, "year", q->year, 2000, year));
    r = r ? r : fault_note(c, need_enterprise(c, "enterprise_id", q->enterprise_id));
    r = r ? r : fault_note(c, need_word(c, "grade", q->grade, grades));
    r = r ? r : fault_note(c, need_text(c, "document", q->document, 1, 500));
    r = r ? r : faults_refuse(c);
    if (r)
        return r;
    published_hold_year(c, q->year);
    ledger_append(c->tx, &assessment_ledger, c->district, T(c->id_text), I(q->year),
                  T(q->enterprise_id), T(q->grade), T(q->document), T(c->account), AT(c->now));
    event.assessment = (Scoring__RecordAssessment *)q;
    emit(c, NULL, &event.base);
    return 0;
}

/* Officers of the district record anywhere in it; a subdistrict at its own sites. */
static int check_place(struct ctx *c, const Scoring__RecordIncident *q)
{
    const char *subdistrict = NULL;
    int r;

    if (q->site_id) {
        r = need_site(c, "site_id", q->site_id, &subdistrict);
        if (r)
            return r;
    }
    if (actor_may_as(c, ROLE_OFFICERS))
        return 0;
    if (!q->site_id)
        return refuse(c, reason_incident_needs_site, "site_id", NULL);
    return speaks_for_subdistrict(c, subdistrict)
               ? 0
               : refuse(c, reason_site_not_yours, "site_id", q->site_id, NULL);
}

int record_incident(struct ctx *c)
{
    static const char *const kinds[] = {"security", "fire", "complaint_exposed", "other", NULL};
    const Scoring__RecordIncident *q = c->request;
    Scoring__IncidentRecorded event = SCORING__INCIDENT_RECORDED__INIT;
    int32_t day;
    int year, month, mday, r;

    r = fault_note(c, need_past_day(c, "on_day", q->on_day, &day));
    r = r ? r : fault_note(c, need_enterprise(c, "enterprise_id", q->enterprise_id));
    r = r ? r : fault_note(c, need_word(c, "kind", q->kind, kinds));
    r = r ? r : fault_note(c, need_text(c, "description", q->description, 1, 2000));
    r = r ? r : faults_refuse(c);
    r = r ? r : check_place(c, q);
    if (r)
        return r;
    day_civil(day, &year, &month, &mday);
    published_hold_year(c, year);
    ledger_append(c->tx, &incident_ledger, c->district, T(c->id_text), T(q->on_day),
                  T(q->enterprise_id), T(q->site_id), T(q->kind), B(q->serious), T(q->description),
                  T(c->account), AT(c->now));
    event.incident_id = (char *)c->id_text;
    event.incident = (Scoring__RecordIncident *)q;
    emit(c, NULL, &event.base);
    return 0;
}

/* The subject is a site or an owners' committee with an honour the programme re-evaluates, which the actor recommended
 * (原申报的推荐街镇; the site's own subdistrict where that is not recorded), and was not struck off
 * before. */
static int check_cancel(struct ctx *c, const struct published *pub,
                        const Scoring__CancelEligibility *q)
{
    const char *subdistrict;
    struct rows *rows;
    bool holds = false, own;
    int r;

    r = need_place(c, "subject_id", q->subject_id, &subdistrict);
    if (r)
        return r;
    own = speaks_for_subdistrict(c, subdistrict);
    r = sql_query(c->tx, &sql_honour_held, &rows, T(c->district), T(q->subject_id));
    if (r)
        return r;
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *by = rows_text(rows, i, "subdistrict");

        if (!reevaluates(pub->p, rows_text(rows, i, "category"), rows_i64(rows, i, "year")))
            continue;
        own = (holds && own) || speaks_for_subdistrict(c, by ? by : subdistrict);
        holds = true;
    }
    if (!own)
        return refuse(c, reason_site_not_yours, "subject_id", q->subject_id, NULL);
    if (!holds)
        return refuse(c, reason_eligibility_no_honour, "subject_id", q->subject_id, NULL);
    published_lock(c, q->programme_id);
    r = sql_query(c->tx, &sql_cancellation_get, &rows, T(c->district), T(q->programme_id),
                  T(q->subject_id));
    if (r)
        return r;
    return rows_count(rows)
               ? refuse(c, reason_eligibility_cancelled, "subject_id", q->subject_id, NULL)
               : 0;
}

int cancel_eligibility(struct ctx *c)
{
    const Scoring__CancelEligibility *q = c->request;
    Scoring__EligibilityCancelled event = SCORING__ELIGIBILITY_CANCELLED__INIT;
    struct published pub;
    int r;

    r = published_get(c, q->programme_id, &pub);
    if (r)
        return r;
    r = check_cancel(c, &pub, q);
    if (r)
        return r;
    r = need_text(c, "reason", q->reason, 1, 1000);
    if (r)
        return r;
    ledger_append(c->tx, &cancellation_ledger, c->district, T(c->id_text), T(q->programme_id),
                  T(q->subject_id), T(q->reason), T(c->account), AT(c->now));
    event.programme_id = q->programme_id;
    event.subject_id = q->subject_id;
    event.reason = q->reason;
    emit(c, NULL, &event.base);
    return 0;
}
