/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/compute.h"

#include <string.h>

#include "common/base/str.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/inspection/sheets.h"
#include "services/scoring/panel/mean.h"
#include "services/scoring/run/explain.h"
#include "services/scoring/run/score.h"

#include "common/base/banned.h"

static int compare_subjects(const void *a, const void *b)
{
    return strcmp(((const struct run_subject *)a)->r.subject_id,
                  ((const struct run_subject *)b)->r.subject_id);
}

static int compare_ballots(const void *a, const void *b)
{
    return strcmp(((const struct run_ballot *)a)->expert_id,
                  ((const struct run_ballot *)b)->expert_id);
}

/* Whether a grade is at least the programme's floor; bands stand highest first. */
static bool grade_suffices(const struct programme *p, const char *grade)
{
    if (!p->ranking.at_least_grade)
        return true;
    for (size_t i = 0; i < p->inspection.n_bands; i++) {
        if (str_equal(p->inspection.bands[i].id, grade))
            return true;
        if (str_equal(p->inspection.bands[i].id, p->ranking.at_least_grade))
            return false;
    }
    return false;
}

static void set_out(struct run_subject *s, const char *reason)
{
    if (!s->r.out_of_rank)
        s->r.out_of_rank = reason;
}

static const char *const by_result[] = {"no_inspection", "too_few_ballots", "below_grade"};

bool out_by_result(const char *reason)
{
    for (size_t i = 0; i < ARRAY_LEN(by_result); i++)
        if (str_equal(reason, by_result[i]))
            return true;
    return false;
}

static int compute_one(struct arena *a, const struct run_model *m, struct run_subject *s)
{
    const struct programme *p = m->pub->p;
    struct fraction inspection = fraction_of(s->sheet ? s->sheet->total_milli : 0, 1000),
                    mean = fraction_of(0, 1);
    int64_t *points = arena_new_array(a, int64_t, s->n_ballots + 1);
    int r;

    for (size_t i = 0; i < s->n_ballots; i++)
        points[i] = s->ballots[i].points_milli;
    r = ballots_mean(points, s->n_ballots, p->panel.trim, &mean);
    if (r < 0)
        return r;
    s->scored = r == 0 && s->sheet != NULL;
    if (!s->sheet)
        set_out(s, "no_inspection");
    if (r == BALLOTS_E_TOO_FEW || s->n_ballots < (size_t)p->panel.min_ballots)
        set_out(s, "too_few_ballots");
    if (s->sheet && !grade_suffices(p, programme_grade(p, s->sheet->total_milli)->id))
        set_out(s, "below_grade");
    s->r.inspection = inspection;
    s->r.panel = mean;
    s->r.score = fraction_of(0, 1);
    if (s->scored) {
        r = score_total(p, s->sheet->total_milli, mean, &s->r.score);
        if (r)
            return r;
    }
    s->score_milli = fraction_milli(s->r.score);
    return run_explain(a, m, s, inspection, mean);
}

int run_compute(struct arena *a, struct run_model *m)
{
    struct ranked **all;

    if (m->n_subjects)
        qsort(m->subjects, m->n_subjects, sizeof(*m->subjects), compare_subjects);
    for (size_t i = 0; i < m->n_subjects; i++) {
        struct run_subject *s = &m->subjects[i];
        int r;

        if (s->n_ballots)
            qsort(s->ballots, s->n_ballots, sizeof(*s->ballots), compare_ballots);
        r = compute_one(a, m, s);
        if (r)
            return r;
    }
    all = run_ranked(a, m);
    rank_order(m->pub->p, all, m->n_subjects);
    rank_stand(m->pub->p, all, m->n_subjects, m->pub->p->ranking.reserve);
    return 0;
}
