/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/reevaluation/cases.h"

#include <string.h>

#include "common/base/str.h"
#include "common/text/lines.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/reevaluation/case_facts.h"
#include "services/scoring/reevaluation/case_fsm.h"
#include "services/scoring/reevaluation/case_store.h"
#include "services/scoring/reevaluation/first_review.h"
#include "services/scoring/reevaluation/verdict.h"

#include "common/base/banned.h"

/* End @h if something that happened since the grant ends the honour. */
static int check_exit(struct ctx *c, const struct published *pub, struct held_case *h)
{
    struct verdict v;
    int r = case_judge(c, pub, h, true, &v);

    if (r || !str_equal(v.verdict, "ended"))
        return r;
    return case_end(c, h, lines_join(c->arena, v.notes, v.n_notes));
}

/* The same honour and programme always make the same case. */
static const char *case_id_for(struct ctx *c, const char *programme_id, const char *honour_id)
{
    const char *name =
        arena_printf(c->arena, "re-evaluation\n%s\n%s\n%s", c->district, programme_id, honour_id);
    struct uuid id;

    uuid_derive(name, strlen(name), &id);
    return uuid_format(&id, arena_alloc(c->arena, UUID_TEXT));
}

/* Open the case of an honour; @lapsed: why the honour ended meanwhile, NULL while it is held. */
static int open_case(struct ctx *c, const struct published *pub, const char *honour_id,
                     const char *lapsed)
{
    const char *case_id = case_id_for(c, pub->programme_id, honour_id);
    Scoring__CaseOpened event = SCORING__CASE_OPENED__INIT;
    Scoring__ReEvaluationCase **messages;
    struct held_case h;
    struct rows *rows;
    int r;

    sql_exec(c->tx, &sql_case_add, T(c->district), T(case_id), T(pub->programme_id), T(honour_id),
             T(case_fsm.start), AT(c->now));
    r = sql_query(c->tx, &sql_case_get, &rows, T(c->district), T(case_id));
    if (r)
        return r;
    h = case_row(rows, 0);
    r = case_messages(c, &h, 1, &messages);
    if (r)
        return r;
    event.case_ = messages[0];
    emit(c, NULL, &event.base);
    r = check_exit(c, pub, &h);
    return r || !lapsed ? r : case_end(c, &h, arena_printf(c->arena, "honour lapsed: %s", lapsed));
}

/* Whoever held an honour in the programme's year has a case, also where the honour lapsed before
 * the cases were opened. */
static int open_missing(struct ctx *c, const struct published *pub)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_honour_without_case, &rows, T(c->district), T(pub->programme_id),
                      I(pub->p->year));

    for (size_t i = 0; !r && i < rows_count(rows); i++) {
        const char *reason = rows_text(rows, i, "reason");
        bool held = str_equal(rows_text(rows, i, "state"), "held");

        if (reevaluates(pub->p, rows_text(rows, i, "category"), rows_i64(rows, i, "year")))
            r = open_case(c, pub, rows_text(rows, i, "honour_id"),
                          held     ? NULL
                          : reason ? reason
                                   : "");
    }
    return r;
}

int open_re_evaluation(struct ctx *c)
{
    const Scoring__OpenReEvaluation *q = c->request;
    Scoring__OpenReEvaluationReply reply = SCORING__OPEN_RE_EVALUATION_REPLY__INIT;
    struct published pub;
    struct rows *rows;
    int r;

    r = published_get(c, q->programme_id, &pub);
    if (r)
        return r;
    r = open_missing(c, &pub);
    if (r)
        return r;
    r = sql_query(c->tx, &sql_case_count, &rows, T(c->district), T(q->programme_id));
    if (r)
        return r;
    reply.cases = (int32_t)rows_i64(rows, 0, "n");
    reply_with(c, &reply.base);
    return 0;
}

int run_re_evaluation(struct ctx *c)
{
    const Scoring__RunReEvaluation *q = c->request;
    Scoring__RunReEvaluationReply reply = SCORING__RUN_RE_EVALUATION_REPLY__INIT;
    struct published pub;
    struct rows *rows;
    int r;

    r = published_get(c, q->programme_id, &pub);
    if (r)
        return r;
    published_lock(c, q->programme_id);
    r = sql_query(c->tx, &sql_case_running, &rows, T(c->district), T(q->programme_id));
    if (r)
        return r;
    for (size_t i = 0; i < rows_count(rows); i++) {
        struct held_case h = case_row(rows, i);
        struct verdict v;

        r = case_judge(c, &pub, &h, false, &v);
        if (r)
            return r;
        r = str_equal(v.verdict, "ended")
                ? case_end(c, &h, lines_join(c->arena, v.notes, v.n_notes))
                : case_apply(c, &h, &v);
        if (r)
            return r;
        reply.cases++;
        reply.failed += str_equal(v.verdict, "failed");
        reply.unknown += str_equal(v.verdict, "undecided");
    }
    reply_with(c, &reply.base);
    return 0;
}

int cases_after_change(struct ctx *c, const char *subject_id)
{
    bool city = str_equal(c->district, service_city(c->svc));
    struct rows *rows;
    int r;

    r = sql_query(c->tx, &sql_case_concerned, &rows, T(city ? NULL : c->district), T(subject_id));
    for (size_t i = 0; !r && i < rows_count(rows); i++) {
        struct held_case h = case_row(rows, i);
        struct published pub;

        r = published_find(c, h.district, h.programme_id, &pub);
        if (!r && pub.p)
            r = check_exit(c, &pub, &h);
    }
    return r;
}

int cases_after_honour(struct ctx *c, const char *honour_id, const char *note)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_case_of_honour, &rows, T(c->district), T(honour_id));

    for (size_t i = 0; !r && i < rows_count(rows); i++) {
        struct held_case h = case_row(rows, i);

        r = case_end(c, &h, note);
    }
    return r;
}

int cases_of_restored(struct ctx *c, const char *honour_id)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_case_ended_of_honour, &rows, T(c->district), T(honour_id));

    for (size_t i = 0; !r && i < rows_count(rows); i++) {
        Scoring__CaseOpened event = SCORING__CASE_OPENED__INIT;
        struct held_case h = case_row(rows, i);

        r = case_reopen(c, &h, "restore", &event.case_);
        if (!r)
            emit(c, NULL, &event.base);
    }
    return r;
}
