/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/explain.h"

#include <string.h>

#include "common/base/str.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/inspection/sheets.h"
#include "services/scoring/panel/panel.h"
#include "services/scoring/run/score.h"

#include "common/base/banned.h"

static void add(struct run_subject *s, struct explanation line)
{
    s->lines[s->n_lines++] = line;
}

static int64_t given(const struct sheet *sheet, const char *line)
{
    for (size_t i = 0; i < sheet->n_lines; i++)
        if (str_equal(sheet->lines[i].rubric_line, line))
            return sheet->lines[i].points_milli;
    return 0;
}

/* Leaves in the rubric's order; a leaf without a section of its own stands under its parent's. */
static void explain_leaves(struct arena *a, const struct run_model *m, struct run_subject *s,
                           const struct programme_line *lines, size_t n, const char *section)
{
    for (size_t i = 0; i < n; i++) {
        const char *from = lines[i].source ? lines[i].source : section;
        char most[POINTS_TEXT];

        if (lines[i].n_lines) {
            explain_leaves(a, m, s, lines[i].lines, lines[i].n_lines, from);
            continue;
        }
        add(s, (struct explanation){
                   .item = arena_printf(a, "inspection/%s", lines[i].title),
                   .points_milli = given(s->sheet, lines[i].id),
                   .rule = arena_printf(a, "%s v%d, inspection %s%s%s: 0 to %s points",
                                        m->pub->programme_id, (int)m->pub->version, lines[i].id,
                                        from ? ", " : "", from ? from : "",
                                        points_format(lines[i].points_milli, most)),
                   .source = arena_printf(a, "inspection %s", s->sheet->inspection_id),
                   .at = s->sheet->recorded_at,
                   .actor = s->sheet->account,
               });
    }
}

static void explain_inspection(struct arena *a, const struct run_model *m, struct run_subject *s)
{
    const struct programme *p = m->pub->p;
    const struct programme_band *band = programme_grade(p, s->sheet->total_milli);
    char from[POINTS_TEXT];

    add(s, (struct explanation){
               .item = "inspection",
               .points_milli = s->sheet->total_milli,
               .rule = arena_printf(
                   a, "%s v%d, inspection: sum of its lines; grade %s (%s) from %s points",
                   m->pub->programme_id, (int)m->pub->version, band->id, band->title,
                   points_format(band->from_milli, from)),
               .source =
                   arena_printf(a, "inspection %s by %s on %s%s%s", s->sheet->inspection_id,
                                s->sheet->assessor, s->sheet->inspected_day,
                                s->sheet->reason ? "; recorded after the panel was opened: " : "",
                                s->sheet->reason ? s->sheet->reason : ""),
               .at = s->sheet->recorded_at,
               .actor = s->sheet->account,
           });
}

static void explain_panel(struct arena *a, const struct run_model *m, struct run_subject *s,
                          struct fraction mean)
{
    char most[POINTS_TEXT];

    add(s, (struct explanation){
               .item = "panel",
               .points_milli = fraction_milli(mean),
               .rule = arena_printf(a,
                                    "%s v%d, panel: mean of ballots of 0 to %s points, %d highest "
                                    "and %d lowest left out",
                                    m->pub->programme_id, (int)m->pub->version,
                                    points_format(m->pub->p->panel.points_milli, most),
                                    m->pub->p->panel.trim, m->pub->p->panel.trim),
               .source = arena_printf(a, "panel %s: %zu ballots, %d recused; exactly %s",
                                      s->panel->panel_id, s->n_ballots, s->n_recused,
                                      fraction_text(a, mean)),
               .at = s->panel->closed_at,
               .actor = s->panel->closed_by,
           });
}

static int explain_share(struct arena *a, const struct run_model *m, struct run_subject *s,
                         const char *part, int percent, struct fraction value, int64_t full_milli)
{
    struct fraction points;
    char full[POINTS_TEXT];
    int r = score_share(percent, value, full_milli, &points);

    if (r)
        return r;
    add(s, (struct explanation){
               .item = arena_printf(a, "share/%s", part),
               .points_milli = fraction_milli(points),
               .rule = arena_printf(a, "%s v%d, score: %s counts %d %%", m->pub->programme_id,
                                    (int)m->pub->version, part, percent),
               .source = arena_printf(a, "%d x %s / %s = %s", percent, fraction_text(a, value),
                                      points_format(full_milli, full), fraction_text(a, points)),
               .at = s->panel->closed_at,
               .actor = s->panel->closed_by,
           });
    return 0;
}

static void explain_total(struct arena *a, const struct run_model *m, struct run_subject *s)
{
    const char *out = s->r.out_of_rank;

    if (s->scored)
        add(s, (struct explanation){
                   .item = "total",
                   .points_milli = s->score_milli,
                   .rule =
                       arena_printf(a, "%s v%d, score: sum of the shares; ranks by the exact value",
                                    m->pub->programme_id, (int)m->pub->version),
                   .source = arena_printf(a, "exactly %s, shown rounded half up",
                                          fraction_text(a, s->r.score)),
                   .at = s->panel->closed_at,
                   .actor = s->panel->closed_by,
               });
    if (out)
        add(s, (struct explanation){
                   .item = "out_of_rank",
                   .rule = arena_printf(a, "%s v%d, ranking: %s", m->pub->programme_id,
                                        (int)m->pub->version, out),
                   .source = strcmp(out, "below_grade") == 0
                                 ? arena_printf(a, "the inspection is below %s",
                                                m->pub->p->ranking.at_least_grade)
                                 : out,
                   .at = s->panel->closed_at,
                   .actor = s->panel->closed_by,
               });
}

static size_t count_leaves(const struct programme_line *lines, size_t n)
{
    size_t leaves = 0;

    for (size_t i = 0; i < n; i++)
        leaves += lines[i].n_lines ? count_leaves(lines[i].lines, lines[i].n_lines) : 1;
    return leaves;
}

int run_explain(struct arena *a, const struct run_model *m, struct run_subject *s,
                struct fraction inspection, struct fraction panel)
{
    const struct programme *p = m->pub->p;
    const struct programme_category *category = programme_category(p, s->category);
    const struct programme_rubric *rubric =
        category ? programme_rubric(p, category->subject) : NULL;
    int r = 0;

    s->n_lines = 0;
    s->lines = arena_new_array(a, struct explanation,
                               (rubric ? count_leaves(rubric->lines, rubric->n_lines) : 0) + 6);
    if (s->sheet && rubric) {
        explain_leaves(a, m, s, rubric->lines, rubric->n_lines, NULL);
        explain_inspection(a, m, s);
    }
    if (s->n_ballots)
        explain_panel(a, m, s, panel);
    if (s->scored)
        r = explain_share(a, m, s, "inspection", p->score.inspection, inspection,
                          p->inspection.points_milli);
    if (!r && s->scored)
        r = explain_share(a, m, s, "panel", p->score.panel, panel, p->panel.points_milli);
    if (!r)
        explain_total(a, m, s);
    return r;
}
