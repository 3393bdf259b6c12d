/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/panel/candidate.h"

#include "common/base/str.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/inspection/inspection_query.h"
#include "services/scoring/panel/panel.h"
#include "services/scoring/panel/panel_query.h"

#include "common/base/banned.h"

/* The panel, who reads it, its programme, and the candidates as he may see them. */
struct reading {
    struct panel panel;
    struct published pub;
    const char *expert_id; /* NULL: an officer */
    Scoring__PanelCandidate **candidates;
    size_t n_candidates;
};

static int reading_begin(struct ctx *c, const char *panel_id, struct reading *ret)
{
    int r = panel_get(c, panel_id, false, &ret->panel);

    if (r == 0)
        r = panel_reader(c, ret->panel.panel_id, &ret->expert_id);
    if (r == 0)
        r = published_get(c, ret->panel.programme_id, &ret->pub);
    if (r == 0)
        r = panel_candidates(c, &ret->panel, ret->expert_id, ret->pub.p->panel.trim,
                             &ret->candidates, &ret->n_candidates);
    return r;
}

int list_candidates(struct ctx *c)
{
    const Scoring__ListCandidates *q = c->request;
    Scoring__ListCandidatesReply reply = SCORING__LIST_CANDIDATES_REPLY__INIT;
    struct reading o;
    int r = reading_begin(c, q->panel_id, &o);

    if (r)
        return r;
    reply.n_candidates = o.n_candidates;
    reply.candidates = arena_new_array(c->arena, Scoring__PanelCandidate *, o.n_candidates + 1);
    for (size_t i = 0; i < o.n_candidates; i++)
        reply.candidates[o.expert_id ? (size_t)o.candidates[i]->order_n - 1 : i] = o.candidates[i];
    reply_with(c, &reply.base);
    return 0;
}

/* ---- one of them ---- */

/* As the first form of the category that asks for it calls it; NULL: none does any more. */
static const char *field_title(const struct programme *p, const char *category, const char *name)
{
    const struct programme_category *k = programme_category(p, category);
    const struct programme_field *field = NULL;

    for (size_t i = 0; k && !field && i < k->n_forms; i++)
        field = form_field(k->forms[i].fields, k->forms[i].n_fields, name);
    return field ? field->title : NULL;
}

static int add_form(struct ctx *c, const struct reading *o, Scoring__GetCandidateReply *reply)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_candidate_fields, &rows, T(c->district), T(o->panel.panel_id),
                      T(reply->candidate->subject_id));

    if (r)
        return r;
    reply->form = arena_new_array(c->arena, Scoring__CandidateField *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Scoring__CandidateField *m = arena_new_one(c->arena, Scoring__CandidateField);

        scoring__candidate_field__init(m);
        m->name = (char *)rows_text(rows, i, "name");
        m->title = (char *)field_title(o->pub.p, reply->candidate->category, m->name);
        m->value = (char *)rows_text(rows, i, "value");
        reply->form[reply->n_form++] = m;
    }
    return 0;
}

static int add_files(struct ctx *c, const struct reading *o, Scoring__GetCandidateReply *reply)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_candidate_files, &rows, T(c->district), T(o->panel.panel_id),
                      T(reply->candidate->subject_id));

    if (r)
        return r;
    reply->evidence = arena_new_array(c->arena, Intake__Evidence *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Intake__Evidence *m = arena_new_one(c->arena, Intake__Evidence);

        intake__evidence__init(m);
        m->file_sha256 = (char *)rows_text(rows, i, "file_sha256");
        m->file_name = (char *)rows_text(rows, i, "file_name");
        m->media_type = (char *)rows_text(rows, i, "media_type");
        m->size = rows_i64(rows, i, "size");
        m->rubric_line = (char *)rows_text(rows, i, "rubric_line");
        m->attached_at = rows_at(rows, i, "attached_at");
        reply->evidence[reply->n_evidence++] = m;
    }
    return 0;
}

static int add_conditions(struct ctx *c, const struct reading *o, Scoring__GetCandidateReply *reply)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_candidate_conditions, &rows, T(c->district), T(o->panel.panel_id),
                      T(reply->candidate->subject_id));

    if (r)
        return r;
    reply->conditions = arena_new_array(c->arena, Intake__ConditionCheck *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Intake__ConditionCheck *m = arena_new_one(c->arena, Intake__ConditionCheck);

        intake__condition_check__init(m);
        m->id = (char *)rows_text(rows, i, "condition_id");
        m->title = (char *)rows_text(rows, i, "title");
        m->fact = (char *)rows_text(rows, i, "fact");
        m->limit = (char *)rows_text(rows, i, "rule_limit");
        m->met = rows_bool(rows, i, "met");
        m->source = (char *)rows_text(rows, i, "source");
        reply->conditions[reply->n_conditions++] = m;
    }
    return 0;
}

/* An expert's own; for others all of them, once the panel is closed. */
static int add_ballots(struct ctx *c, const struct reading *o, Scoring__GetCandidateReply *reply)
{
    struct rows *rows;
    int r;

    if (!o->expert_id && !str_equal(o->panel.state, "closed"))
        return 0;
    r = sql_query(c->tx, &sql_ballot_list, &rows, T(c->district), T(o->panel.panel_id),
                  T(reply->candidate->subject_id), T(o->expert_id));
    if (r)
        return r;
    reply->ballots = arena_new_array(c->arena, Scoring__CandidateBallot *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        Scoring__CandidateBallot *m = arena_new_one(c->arena, Scoring__CandidateBallot);
        bool latest = rows_bool(rows, i, "latest");

        scoring__candidate_ballot__init(m);
        m->expert_id = (char *)rows_text(rows, i, "expert_id");
        m->points_milli = rows_i64(rows, i, "points_milli");
        m->comment = (char *)rows_text(rows, i, "comment");
        m->at = rows_at(rows, i, "cast_at");
        m->counts = latest && rows_bool(rows, i, "counts");
        m->set_aside = latest ? (char *)rows_text(rows, i, "set_aside") : NULL;
        reply->ballots[reply->n_ballots++] = m;
    }
    return 0;
}

/* Why the expert stands aside from the candidate; refused with it. */
static int refuse_recused(struct ctx *c, const struct reading *o, const char *subject_id)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_panel_recusals, &rows, T(c->district), T(o->panel.panel_id),
                      T(o->expert_id));

    for (size_t i = 0; r == 0 && i < rows_count(rows); i++)
        if (str_equal(rows_text(rows, i, "subject_id"), subject_id))
            r = refuse(c, reason_candidate_recused, "subject_id", subject_id,
                       rows_text(rows, i, "kind"), NULL);
    return r;
}

int get_candidate(struct ctx *c)
{
    const Scoring__GetCandidate *q = c->request;
    Scoring__GetCandidateReply reply = SCORING__GET_CANDIDATE_REPLY__INIT;
    struct reading o;
    int r = reading_begin(c, q->panel_id, &o);

    if (r)
        return r;
    for (size_t i = 0; i < o.n_candidates; i++)
        if (str_equal(o.candidates[i]->subject_id, q->subject_id))
            reply.candidate = o.candidates[i];
    if (!reply.candidate)
        return refuse(c, reason_panel_not_candidate, "subject_id", q->subject_id, NULL);
    if (o.expert_id && reply.candidate->recused_me)
        return refuse_recused(c, &o, q->subject_id);
    r = add_form(c, &o, &reply);
    if (r == 0)
        r = add_files(c, &o, &reply);
    if (r == 0)
        r = add_conditions(c, &o, &reply);
    if (r == 0)
        r = inspection_current(c, &o.pub, q->subject_id, &reply.inspection, &reply.inspection_lines,
                               &reply.n_inspection_lines);
    if (r == 0)
        r = add_ballots(c, &o, &reply);
    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}

/* ---- files ---- */

int find_file_use(struct ctx *c)
{
    const Scoring__FindFileUse *q = c->request;
    Scoring__FindFileUseReply reply = SCORING__FIND_FILE_USE_REPLY__INIT;
    struct rows *rows;
    int r = sql_query(c->tx, &sql_file_use, &rows, T(c->district), T(q->file_sha256),
                      T(actor_subject(c, ROLE_EXPERT)), T(actor_subject(c, ROLE_ASSESSOR)),
                      T(c->account));

    if (r)
        return r;
    reply.attached_by = arena_new_array(c->arena, char *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++)
        reply.attached_by[reply.n_attached_by++] = (char *)rows_text(rows, i, "account");
    reply_with(c, &reply.base);
    return 0;
}
