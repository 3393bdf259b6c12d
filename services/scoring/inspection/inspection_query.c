/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/inspection/inspection_query.h"

#include <string.h>

#include "common/base/str.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/subjects.h"

#include "common/base/banned.h"

enum { PAGE_MAX = 1000 };

static bool reads_all(const struct ctx *c)
{
    return actor_may_as(c, ROLE_OFFICERS | ROLE_AUDITOR);
}

/* A row of a sheet that the asker or his firm recorded. */
static bool his_own(const struct ctx *c, const struct rows *rows, size_t i)
{
    const char *firm = actor_subject(c, ROLE_ASSESSOR);

    return str_equal(rows_text(rows, i, "account"), c->account) ||
           (firm && str_equal(rows_text(rows, i, "assessor"), firm));
}

static Scoring__Inspection *inspection_new(struct ctx *c, const char *subject_id, const char *name,
                                           const char *kind, const char *subdistrict)
{
    Scoring__Inspection *m = arena_new_one(c->arena, Scoring__Inspection);

    scoring__inspection__init(m);
    m->subject_id = (char *)subject_id;
    m->name = (char *)name;
    m->subject_kind = (char *)kind;
    m->subdistrict = (char *)subdistrict;
    m->state = (char *)"missing";
    return m;
}

/* What the row says of its sheet; without @whole that there is one, no more. */
static void inspection_take_sheet(Scoring__Inspection *m, const struct rows *rows, size_t i,
                                  bool whole)
{
    if (rows_null(rows, i, "inspection_id"))
        return;
    m->state = (char *)"recorded";
    if (!whole)
        return;
    m->inspection_id = (char *)rows_text(rows, i, "inspection_id");
    m->inspected_day = (char *)rows_text(rows, i, "inspected_day");
    m->has_total_milli = true;
    m->total_milli = rows_i64(rows, i, "total_milli");
    m->grade = (char *)rows_text(rows, i, "grade");
    m->assessor = (char *)rows_text(rows, i, "assessor");
    m->reason = (char *)rows_text(rows, i, "reason");
    m->has_recorded_at = true;
    m->recorded_at = rows_at(rows, i, "recorded_at");
    m->has_sheet = true;
    m->sheet = (int32_t)rows_i64(rows, i, "sheet");
}

/* ---- the list ---- */

/* What one has not to know cannot be searched for. */
static bool wanted(const Scoring__ListInspections *q, const Scoring__Inspection *m)
{
    return (!q->state || str_equal(q->state, m->state)) &&
           (!q->grade || str_equal(q->grade, m->grade)) &&
           (!q->assessor || str_equal(q->assessor, m->assessor)) &&
           (!q->after || strcmp(m->subject_id, q->after) > 0);
}

static int check_list(struct ctx *c, const Scoring__ListInspections *q)
{
    static const char *const states[] = {"missing", "recorded", NULL};
    int r = need_range(c, "limit", q->limit, 1, PAGE_MAX);

    return r || !q->state ? r : need_word(c, "state", q->state, states);
}

/* The page of @rows that is asked for; what is missing and recorded is counted in all. */
static void fill_page(struct ctx *c, const struct published *pub, const struct rows *rows,
                      Scoring__ListInspectionsReply *reply)
{
    const Scoring__ListInspections *q = c->request;
    bool all = reads_all(c);
    const char *last = NULL;

    reply->inspections = arena_new_array(c->arena, Scoring__Inspection *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *kind = subject_kind_of_row(pub, rows, i),
                   *id = rows_text(rows, i, "subject_id");
        Scoring__Inspection *m;

        if (!kind || str_equal(last, id))
            continue;
        last = id;
        m = inspection_new(c, id, rows_text(rows, i, "name"), kind,
                           rows_text(rows, i, "subdistrict"));
        inspection_take_sheet(m, rows, i, all || his_own(c, rows, i));
        if (str_equal(m->state, "missing"))
            reply->missing++;
        else
            reply->recorded++;
        if (!wanted(q, m))
            continue;
        if (reply->n_inspections < (size_t)q->limit)
            reply->inspections[reply->n_inspections++] = m;
        else if (!reply->next)
            reply->next = reply->inspections[reply->n_inspections - 1]->subject_id;
    }
}

int list_inspections(struct ctx *c)
{
    const Scoring__ListInspections *q = c->request;
    Scoring__ListInspectionsReply reply = SCORING__LIST_INSPECTIONS_REPLY__INIT;
    struct published pub;
    struct rows *rows;
    int r = published_get(c, q->programme_id, &pub);

    if (r == 0)
        r = check_list(c, q);
    if (r == 0)
        r = sql_query(c->tx, &sql_inspection_subjects, &rows, T(c->district), T(q->programme_id),
                      T(q->subject_id));
    if (r)
        return r;
    fill_page(c, &pub, rows, &reply);
    reply_with(c, &reply.base);
    return 0;
}

/* ---- one sheet ---- */

static const struct programme_line *leaf_of(const struct programme *p, const char *kind,
                                            const char *line)
{
    for (size_t i = 0; i < p->inspection.n_rubrics; i++) {
        const struct programme_rubric *rubric = &p->inspection.rubrics[i];
        const struct programme_line *leaf = programme_leaf(rubric, line);

        if (leaf && (!kind || str_equal(rubric->subject, kind)))
            return leaf;
    }
    return NULL;
}

static Scoring__SheetLine *line_of_row(struct ctx *c, const struct programme *p, const char *kind,
                                       const struct rows *rows, size_t i)
{
    Scoring__SheetLine *m = arena_new_one(c->arena, Scoring__SheetLine);
    const char *id = rows_text(rows, i, "rubric_line");
    const struct programme_line *leaf = leaf_of(p, kind, id);

    scoring__sheet_line__init(m);
    m->rubric_line = (char *)id;
    m->title = (char *)(leaf ? leaf->title : id);
    m->max_milli = leaf ? leaf->points_milli : 0;
    m->points_milli = rows_i64(rows, i, "points_milli");
    m->remark = (char *)rows_text(rows, i, "remark");
    return m;
}

/* Both come by line: @at walks through the photos. */
static void add_photos(struct ctx *c, const struct rows *photos, size_t *at, Scoring__SheetLine *m)
{
    size_t first = *at;

    while (*at < rows_count(photos) &&
           str_equal(rows_text(photos, *at, "rubric_line"), m->rubric_line))
        ++*at;
    m->photos = arena_new_array(c->arena, Scoring__InspectionPhoto *, *at - first + 1);
    for (size_t i = first; i < *at; i++) {
        Scoring__InspectionPhoto *f = arena_new_one(c->arena, Scoring__InspectionPhoto);

        scoring__inspection_photo__init(f);
        f->file_sha256 = (char *)rows_text(photos, i, "file_sha256");
        f->file_name = (char *)rows_text(photos, i, "file_name");
        f->has_taken_at = !rows_null(photos, i, "taken_at");
        f->taken_at = rows_at(photos, i, "taken_at");
        m->photos[m->n_photos++] = f;
    }
}

static int sheet_lines(struct ctx *c, const struct programme *p, const char *kind,
                       const char *inspection_id, Scoring__SheetLine ***ret_lines, size_t *ret_n)
{
    struct rows *rows, *photos;
    Scoring__SheetLine **lines;
    size_t at = 0;
    int r = sql_query(c->tx, &sql_inspection_lines, &rows, T(c->district), T(inspection_id));

    if (r == 0)
        r = sql_query(c->tx, &sql_inspection_photos, &photos, T(c->district), T(inspection_id));
    if (r)
        return r;
    lines = arena_new_array(c->arena, Scoring__SheetLine *, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        lines[i] = line_of_row(c, p, kind, rows, i);
        add_photos(c, photos, &at, lines[i]);
    }
    *ret_lines = lines;
    *ret_n = rows_count(rows);
    return 0;
}

/* The subject as the programme covers it now; one it does not cover any more is called by its id. */
static int subject_of(struct ctx *c, const struct published *pub, const char *subject_id,
                      Scoring__Inspection *ret)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_inspection_subjects, &rows, T(c->district), T(pub->programme_id),
                      T(subject_id));

    if (r)
        return r;
    *ret = *inspection_new(c, subject_id, subject_id, "", NULL);
    for (size_t i = 0; i < rows_count(rows); i++) {
        const char *kind = subject_kind_of_row(pub, rows, i);

        if (!kind)
            continue;
        *ret = *inspection_new(c, subject_id, rows_text(rows, i, "name"), kind,
                               rows_text(rows, i, "subdistrict"));
        inspection_take_sheet(ret, rows, i, true);
        break;
    }
    return 0;
}

int inspection_current(struct ctx *c, const struct published *pub, const char *subject_id,
                       Scoring__Inspection **ret_inspection, Scoring__SheetLine ***ret_lines,
                       size_t *ret_n)
{
    Scoring__Inspection *m = arena_new_one(c->arena, Scoring__Inspection);
    int r = subject_of(c, pub, subject_id, m);

    *ret_inspection = NULL;
    *ret_n = 0;
    if (r || !m->inspection_id)
        return r;
    *ret_inspection = m;
    return sheet_lines(c, pub->p, m->subject_kind, m->inspection_id, ret_lines, ret_n);
}

int get_inspection(struct ctx *c)
{
    const Scoring__GetInspection *q = c->request;
    Scoring__GetInspectionReply reply = SCORING__GET_INSPECTION_REPLY__INIT;
    Scoring__Inspection subject;
    struct published pub;
    struct rows *rows;
    int r = need_text(c, "inspection_id", q->inspection_id, 1, 100);

    if (r == 0)
        r = sql_query(c->tx, &sql_inspection_sheets, &rows, T(c->district), T(q->inspection_id));
    if (r == 0 && rows_count(rows) == 0)
        r = refuse(c, reason_not_found, "inspection_id", "inspection", NULL);
    if (r == 0)
        r = published_get(c, rows_text(rows, 0, "programme_id"), &pub);
    if (r == 0)
        r = subject_of(c, &pub, rows_text(rows, 0, "subject_id"), &subject);
    if (r)
        return r;
    reply.versions = arena_new_array(c->arena, Scoring__Inspection *, rows_count(rows));
    for (size_t i = 0; i < rows_count(rows); i++) {
        Scoring__Inspection *m;

        if (!reads_all(c) && !his_own(c, rows, i))
            continue;
        m = inspection_new(c, subject.subject_id, subject.name, subject.subject_kind,
                           subject.subdistrict);
        inspection_take_sheet(m, rows, i, true);
        reply.versions[reply.n_versions++] = m;
        if (!str_equal(m->inspection_id, q->inspection_id))
            continue;
        reply.inspection = m;
        reply.in_force = rows_bool(rows, i, "in_force");
    }
    if (!reply.inspection)
        return refuse(c, reason_forbidden, NULL, NULL);
    r = sheet_lines(c, pub.p, *subject.subject_kind ? subject.subject_kind : NULL, q->inspection_id,
                    &reply.lines, &reply.n_lines);
    if (r == 0)
        reply_with(c, &reply.base);
    return r;
}
