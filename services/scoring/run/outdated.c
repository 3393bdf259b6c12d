/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/outdated.h"

#include <errno.h>
#include <jansson.h>
#include <string.h>

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/inspection/sheets.h"
#include "services/scoring/panel/panel.h"
#include "services/scoring/run/compute.h"
#include "services/scoring/run/inputs.h"
#include "services/scoring/run/result.h"

#include "common/base/banned.h"

/* A comparison under way. */
struct against {
    struct ctx *c;
    const struct run *run;
    const struct run_now *now;
    struct run_cause *causes;
    size_t n;
};

static void note(struct against *g, struct run_cause cause)
{
    for (size_t i = 0; i < g->n; i++)
        if (str_equal(g->causes[i].kind, cause.kind) && str_equal(g->causes[i].id, cause.id) &&
            str_equal(g->causes[i].subject_id, cause.subject_id))
            return;
    g->causes[g->n++] = cause;
}

static const char *text_of(const json_t *o, const char *key)
{
    return json_string_value(json_object_get(o, key));
}

/* Why a run counts otherwise what it had counted: what set aside @thing @id, else @other. */
static int note_aside(struct against *g, const struct run_subject *s, const char *thing,
                      const char *id, struct run_cause other)
{
    struct rows *rows;
    int r = sql_query(g->c->tx, &sql_run_cause_aside, &rows, T(g->c->district), T(thing), T(id));

    if (r)
        return r;
    other.subject_id = s->r.subject_id;
    if (rows_count(rows)) {
        other.kind = "correction";
        other.id = rows_text(rows, 0, "correction_id");
        other.at = rows_at(rows, 0, "at");
    }
    note(g, other);
    return 0;
}

/* ---- sheets ---- */

static int compare_sheet(struct against *g, const json_t *old, const struct run_subject *s)
{
    const char *before = text_of(json_object_get(old, "inspection"), "inspection_id");
    struct run_cause newer = {.kind = "inspection", .id = before, .at = INSTANT_NONE};

    if (str_equal(before, s->sheet ? s->sheet->inspection_id : NULL))
        return 0;
    if (s->sheet) {
        newer.id = s->sheet->inspection_id;
        newer.at = s->sheet->recorded_at;
    }
    return note_aside(g, s, "sheet", before ? before : "", newer);
}

/* ---- ballots ---- */

static const char *ballot_id(struct against *g, const struct run_subject *s, const char *expert_id)
{
    return arena_printf(g->c->arena, "%s/%s/%s", s->panel->panel_id, expert_id, s->r.subject_id);
}

static const struct run_ballot *ballot_now(const struct run_subject *s, const char *expert_id)
{
    for (size_t i = 0; i < s->n_ballots; i++)
        if (str_equal(s->ballots[i].expert_id, expert_id))
            return &s->ballots[i];
    return NULL;
}

static bool ballot_before(const json_t *ballots, const struct run_ballot *b)
{
    char at[INSTANT_TEXT];

    instant_format_utc(b->at, at);
    for (size_t i = 0; i < json_array_size(ballots); i++) {
        const json_t *old = json_array_get(ballots, i);

        if (str_equal(text_of(old, "expert_id"), b->expert_id) &&
            str_equal(text_of(old, "at"), at) &&
            json_integer_value(json_object_get(old, "points_milli")) == b->points_milli)
            return true;
    }
    return false;
}

/* A ballot that the run counted counts no more: set aside, or its expert stands aside since. */
static int note_gone(struct against *g, const struct run_subject *s, const char *expert_id)
{
    const char *id = ballot_id(g, s, expert_id);
    struct run_cause cause = {.kind = "ballot", .id = id, .at = INSTANT_NONE};
    struct rows *rows;
    int r = sql_query(g->c->tx, &sql_run_cause_recusal, &rows, T(g->c->district),
                      T(g->run->panel_id), T(expert_id), T(s->r.subject_id));

    if (r)
        return r;
    if (rows_count(rows)) {
        cause.kind = "recusal";
        cause.at = rows_at(rows, 0, "recorded_at");
    }
    return note_aside(g, s, "ballot", id, cause);
}

static int compare_ballots(struct against *g, const json_t *old, const struct run_subject *s)
{
    const json_t *ballots = json_object_get(old, "ballots");
    int r = 0;

    for (size_t i = 0; r == 0 && i < json_array_size(ballots); i++) {
        const char *expert_id = text_of(json_array_get(ballots, i), "expert_id");

        if (!ballot_now(s, expert_id))
            r = note_gone(g, s, arena_strdup(g->c->arena, expert_id));
    }
    for (size_t i = 0; r == 0 && i < s->n_ballots; i++)
        if (!ballot_before(ballots, &s->ballots[i]))
            note(g, (struct run_cause){.kind = "ballot",
                                       .id = ballot_id(g, s, s->ballots[i].expert_id),
                                       .subject_id = s->r.subject_id,
                                       .at = s->ballots[i].at});
    return r;
}

/* ---- whether it stands ---- */

static const char *outside_result(const char *out)
{
    return out && !out_by_result(out) ? out : NULL;
}

/* It stands otherwise: by a condition, by what ended it, by a change that was taken back, else by its application. */
static int compare_standing(struct against *g, const json_t *old, const struct run_subject *s)
{
    const char *before = outside_result(text_of(old, "out_of_rank"));
    const char *now = outside_result(s->r.out_of_rank);
    struct run_cause cause = {.kind = "application",
                              .id = s->application_id,
                              .subject_id = s->r.subject_id,
                              .at = s->since};
    struct rows *rows;
    int r;

    if (str_equal(before, now) && str_equal(text_of(old, "enterprise_id"), s->enterprise_id) &&
        str_equal(text_of(old, "category"), s->category))
        return 0;
    r = sql_query(g->c->tx, &sql_run_cause_change, &rows, T(g->c->district),
                  T(service_city(g->c->svc)), T(s->ended_by), T(s->r.subject_id),
                  T(s->enterprise_id), AT(g->run->at));
    if (r)
        return r;
    if (rows_count(rows) && (s->ended_by || (before && !now))) {
        cause.kind = "change";
        cause.id = rows_text(rows, 0, "change_id");
        cause.at = rows_at(rows, 0, "at");
    }
    if (s->by_kind && (str_equal(before, "condition_unmet") || str_equal(now, "condition_unmet"))) {
        cause.kind = s->by_kind;
        cause.id = s->by_id;
        cause.at = s->by_at;
    }
    cause.out = s->ended_by != NULL;
    note(g, cause);
    return 0;
}

/* ---- all of it ---- */

static const json_t *subject_before(const json_t *subjects, const char *subject_id)
{
    for (size_t i = 0; i < json_array_size(subjects); i++)
        if (str_equal(text_of(json_array_get(subjects, i), "subject_id"), subject_id))
            return json_array_get(subjects, i);
    return NULL;
}

static int note_programme(struct against *g)
{
    const struct published *pub = &g->now->pub;
    struct rows *rows;
    int r;

    if (pub->version == g->run->version)
        return 0;
    r = sql_query(g->c->tx, &sql_run_cause_programme, &rows, T(g->c->district),
                  T(pub->programme_id));
    if (r)
        return r;
    note(g, (struct run_cause){
                .kind = "programme",
                .id = arena_printf(g->c->arena, "%s/%d", pub->programme_id, (int)pub->version),
                .at = rows_count(rows) ? rows_at(rows, 0, "published_at") : INSTANT_NONE});
    return 0;
}

static int compare(struct against *g, const json_t *result)
{
    const struct run_model *m = &g->now->m;
    const json_t *subjects = json_object_get(result, "subjects");
    size_t most = 1;
    int r;

    for (size_t i = 0; i < m->n_subjects; i++)
        most += 3 + m->subjects[i].n_ballots +
                json_array_size(json_object_get(
                    subject_before(subjects, m->subjects[i].r.subject_id), "ballots"));
    g->causes = arena_new_array(g->c->arena, struct run_cause, most);
    r = note_programme(g);
    for (size_t i = 0; r == 0 && i < m->n_subjects; i++) {
        const struct run_subject *s = &m->subjects[i];
        const json_t *old = subject_before(subjects, s->r.subject_id);

        r = compare_standing(g, old, s);
        if (r == 0)
            r = compare_sheet(g, old, s);
        if (r == 0)
            r = compare_ballots(g, old, s);
    }
    return r;
}

int run_now(struct ctx *c, const struct published *pub, const char *panel_ids, struct run_now *ret)
{
    struct panel *panels;
    const char *result;
    size_t n;
    int r = panels_get(c, panel_ids, &panels, &n);

    if (r)
        return r;
    ret->pub = *pub;
    ret->m = (struct run_model){
        .pub = &ret->pub, .panel_ids = panel_ids, .panels = panels, .n_panels = n};
    r = inputs_gather(c, &ret->m);
    if (r == 0)
        r = run_compute(c->arena, &ret->m);
    return r ? r : run_result(c->arena, &ret->m, &result, &ret->sha256);
}

/* A cause borrows nothing of the stored result. */
static void causes_keep(struct against *g)
{
    for (size_t i = 0; i < g->n; i++)
        g->causes[i].id = g->causes[i].id ? arena_strdup(g->c->arena, g->causes[i].id) : "";
}

int run_causes(struct ctx *c, const struct run *run, const struct run_now *now,
               struct run_cause **ret, size_t *ret_n)
{
    struct against g = {.c = c, .run = run, .now = now};
    struct rows *rows;
    json_t *result;
    int r;

    *ret = NULL;
    *ret_n = 0;
    if (str_equal(run->result_sha256, now->sha256))
        return 0;
    r = sql_query(c->tx, &sql_run_result, &rows, T(c->district), T(run->run_id));
    if (r)
        return r;
    result = rows_count(rows) ? json_loads(rows_text(rows, 0, "result"), 0, NULL) : NULL;
    if (!result)
        return err_raise(-EBADMSG);
    r = compare(&g, result);
    if (r == 0)
        causes_keep(&g);
    json_decref(result);
    *ret = g.causes;
    *ret_n = g.n;
    return r;
}

int outdated_refuse(struct ctx *c, const struct run *run, const struct published *pub)
{
    struct run_cause *causes;
    struct run_now now;
    size_t n;
    int r = run_now(c, pub, run->panel_id, &now);

    if (r == 0)
        r = run_causes(c, run, &now, &causes, &n);
    for (size_t i = 0; r == 0 && i < n; i++)
        r = fault_note(c, refuse(c, reason_run_outdated, "run_id",
                                 causes[i].subject_id ? causes[i].subject_id : run->programme_id,
                                 causes[i].kind, causes[i].id, NULL));
    return r ? r : faults_refuse(c);
}

Scoring__RunCause **causes_message(struct arena *a, const struct run_cause *causes, size_t n)
{
    Scoring__RunCause **list = arena_new_array(a, Scoring__RunCause *, n + 1);

    for (size_t i = 0; i < n; i++) {
        Scoring__RunCause *m = list[i] = arena_new_one(a, Scoring__RunCause);

        scoring__run_cause__init(m);
        m->kind = (char *)causes[i].kind;
        m->id = (char *)causes[i].id;
        m->subject_id = (char *)causes[i].subject_id;
        m->has_at = causes[i].at != INSTANT_NONE;
        m->at = m->has_at ? causes[i].at : 0;
    }
    return list;
}
