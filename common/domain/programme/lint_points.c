/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint_points - rubrics add up at every level, bands leave no gap, shares make a hundred, the
 * ranking can be made
 */
#include "common/domain/programme/lint.h"

#include <string.h>

#include "common/base/points.h"
#include "common/base/banned.h"

/* The sum of a list of lines; false if one of them has no points. */
static bool sum_of(const struct reading *r, const struct programme_line *lines, size_t n,
                   int64_t *ret_sum)
{
    int64_t sum = 0;

    for (size_t i = 0; i < n; i++) {
        if (!shape_has(r, &lines[i].points_milli))
            return false;
        sum += lines[i].points_milli;
    }
    *ret_sum = sum;
    return n > 0;
}

static void lint_lines(struct reading *r, const struct programme_line *lines, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        const struct programme_line *line = &lines[i];
        char sum_text[POINTS_TEXT], own_text[POINTS_TEXT];
        int64_t sum;

        if (sum_of(r, line->lines, line->n_lines, &sum) && shape_has(r, &line->points_milli) &&
            sum != line->points_milli)
            shape_blame(r, &line->points_milli, "the lines below add up to %s, not %s",
                        points_format(sum, sum_text), points_format(line->points_milli, own_text));
        lint_lines(r, line->lines, line->n_lines);
    }
}

static size_t count_lines(const struct programme_line *lines, size_t n)
{
    size_t count = n;

    for (size_t i = 0; i < n; i++)
        count += count_lines(lines[i].lines, lines[i].n_lines);
    return count;
}

struct line_id {
    const char *const *id;
    size_t order;
};

static void collect_ids(const struct programme_line *lines, size_t n, struct line_id *ids,
                        size_t *count)
{
    for (size_t i = 0; i < n; i++) {
        ids[*count] = (struct line_id){&lines[i].id, *count};
        (*count)++;
        collect_ids(lines[i].lines, lines[i].n_lines, ids, count);
    }
}

static int by_id(const void *a, const void *b)
{
    const struct line_id *x = a, *y = b;
    int order = strcmp(*x->id, *y->id);

    return order ? order : x->order < y->order ? -1 : 1;
}

/* Ids are unique in the whole rubric: sheets and evidence name a line by its id alone. */
static void lint_line_ids(struct reading *r, const struct programme_rubric *rubric)
{
    struct line_id *ids =
        arena_new_array(r->arena, struct line_id, count_lines(rubric->lines, rubric->n_lines) + 1);
    size_t n = 0, n_there = 0;

    collect_ids(rubric->lines, rubric->n_lines, ids, &n);
    for (size_t i = 0; i < n; i++)
        if (shape_has(r, ids[i].id))
            ids[n_there++] = ids[i];
    qsort(ids, n_there, sizeof(*ids), by_id);
    for (size_t i = 1; i < n_there; i++)
        if (strcmp(*ids[i].id, *ids[i - 1].id) == 0)
            shape_blame(r, ids[i].id, "%s is here a second time", *ids[i].id);
}

static void lint_rubric(struct reading *r, const struct programme *p,
                        const struct programme_rubric *rubric)
{
    char sum_text[POINTS_TEXT], own_text[POINTS_TEXT];
    int64_t sum;

    if (sum_of(r, rubric->lines, rubric->n_lines, &sum) &&
        shape_has(r, &p->inspection.points_milli) && sum != p->inspection.points_milli)
        shape_blame(r, &rubric->lines, "the lines add up to %s, not %s (inspection.points)",
                    points_format(sum, sum_text),
                    points_format(p->inspection.points_milli, own_text));
    lint_lines(r, rubric->lines, rubric->n_lines);
    lint_line_ids(r, rubric);
}

static void lint_bands(struct reading *r, const struct programme *p)
{
    size_t n = p->inspection.n_bands;
    const struct programme_band *bands = p->inspection.bands;
    char text[POINTS_TEXT];

    if (!n)
        return;
    lint_unique(r, &bands[0].id, sizeof(bands[0]), n);
    for (size_t i = 1; i < n; i++)
        if (shape_has(r, &bands[i].from_milli) && shape_has(r, &bands[i - 1].from_milli) &&
            bands[i].from_milli >= bands[i - 1].from_milli)
            shape_blame(r, &bands[i].from_milli, "must be below %s, where the band before begins",
                        points_format(bands[i - 1].from_milli, text));
    if (shape_has(r, &bands[n - 1].from_milli) && bands[n - 1].from_milli != 0)
        shape_blame(r, &bands[n - 1].from_milli,
                    "the lowest band must begin at 0: totals below %s would have no grade",
                    points_format(bands[n - 1].from_milli, text));
    if (shape_has(r, &bands[0].from_milli) && shape_has(r, &p->inspection.points_milli) &&
        bands[0].from_milli > p->inspection.points_milli)
        shape_blame(r, &bands[0].from_milli, "cannot be reached: there are only %s points",
                    points_format(p->inspection.points_milli, text));
}

static void lint_shares(struct reading *r, const struct programme *p)
{
    if (shape_has(r, &p->score.inspection) && shape_has(r, &p->score.panel) &&
        p->score.inspection + p->score.panel != 100)
        shape_blame(r, &p->score.panel, "the shares of inspection and panel make %d, not 100",
                    p->score.inspection + p->score.panel);
    if (shape_has(r, &p->panel.trim) && shape_has(r, &p->panel.min_ballots) &&
        2 * p->panel.trim >= p->panel.min_ballots)
        shape_blame(r, &p->panel.trim, "would leave nothing of %d ballots", p->panel.min_ballots);
}

static void lint_ranking(struct reading *r, const struct programme *p)
{
    const char *const *floor = &p->ranking.at_least_grade;

    for (size_t i = 0; i < p->ranking.n_order && i < 100; i++)
        for (size_t k = 0; k < i; k++)
            if (shape_has(r, &p->ranking.order[i]) && p->ranking.order[k] == p->ranking.order[i]) {
                shape_blame(r, &p->ranking.order[i], "is here a second time");
                break;
            }
    if (!shape_has(r, floor))
        return;
    for (size_t i = 0; i < p->inspection.n_bands; i++)
        if (!p->inspection.bands[i].id || strcmp(p->inspection.bands[i].id, *floor) == 0)
            return;
    if (p->inspection.n_bands)
        shape_blame(r, floor, "%.60s is not a band of inspection.bands", *floor);
}

void lint_points(struct reading *r, const struct programme *p)
{
    lint_bands(r, p);
    if (p->inspection.n_rubrics)
        lint_unique(r, &p->inspection.rubrics[0].subject, sizeof(p->inspection.rubrics[0]),
                    p->inspection.n_rubrics);
    for (size_t i = 0; i < p->inspection.n_rubrics; i++)
        lint_rubric(r, p, &p->inspection.rubrics[i]);
    lint_shares(r, p);
    lint_ranking(r, p);
}
