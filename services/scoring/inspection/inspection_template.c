/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/inspection/inspection_template.h"

#include <string.h>

#include "common/base/points.h"
#include "document.pb-c.h"
#include "scoring.pb-c.h"
#include "services/scoring/heard/programmes.h"

#include "common/base/banned.h"

enum { COLUMNS_MAX = 256 };

/* A column once; rubrics of several kinds of subjects share lines. */
static void add(struct ctx *c, Document__Table *t, const char *name, const char *title,
                bool required)
{
    Document__TableColumn *column;

    for (size_t i = 0; i < t->n_columns; i++)
        if (strcmp(t->columns[i]->name, name) == 0)
            return;
    if (t->n_columns == COLUMNS_MAX)
        return;
    column = arena_new_one(c->arena, Document__TableColumn);
    document__table_column__init(column);
    column->name = (char *)name;
    column->title = (char *)title;
    column->has_required = true;
    column->required = required;
    t->columns[t->n_columns++] = column;
}

static void add_leaves(struct ctx *c, Document__Table *t, const struct programme_line *lines,
                       size_t n)
{
    for (size_t i = 0; i < n; i++) {
        char most[POINTS_TEXT];

        if (lines[i].n_lines)
            add_leaves(c, t, lines[i].lines, lines[i].n_lines);
        else
            add(c, t, lines[i].id,
                arena_printf(c->arena, "%s, 0..%s", lines[i].title,
                             points_format(lines[i].points_milli, most)),
                false);
    }
}

int get_inspection_template(struct ctx *c)
{
    const Scoring__GetInspectionTemplate *q = c->request;
    Document__Table t = DOCUMENT__TABLE__INIT;
    struct published pub;
    int r = published_get(c, q->programme_id, &pub);

    if (r)
        return r;
    t.file_name = arena_printf(c->arena, "inspections-%s", q->programme_id);
    t.message = (char *)"scoring.RecordInspection";
    t.has_example = t.example = true;
    t.columns = arena_new_array(c->arena, Document__TableColumn *, COLUMNS_MAX);
    add(c, &t, "subject_id", NULL, true);
    add(c, &t, "inspected_day", NULL, true);
    add(c, &t, "assessor", NULL, false);
    for (size_t i = 0; i < pub.p->inspection.n_rubrics; i++)
        add_leaves(c, &t, pub.p->inspection.rubrics[i].lines, pub.p->inspection.rubrics[i].n_lines);
    add(c, &t, "remark", NULL, false);
    reply_with(c, &t.base);
    return 0;
}
