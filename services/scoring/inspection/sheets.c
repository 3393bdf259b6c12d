/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/inspection/sheets.h"

#include <stdlib.h>
#include <string.h>

#include "common/base/digest.h"
#include "common/base/points.h"
#include "common/base/str.h"
#include "scoring.pb-c.h"
#include "scoring_sql.h"
#include "services/scoring/heard/programmes.h"

#include "common/base/banned.h"

enum { REMARK_MAX = 1000, FILE_NAME_MAX = 200 };

/* The field a line's fault is shown at. */
static const char *line_field(struct arena *a, const struct sheet *s, size_t i, bool columns,
                              const char *part)
{
    return columns ? s->lines[i].rubric_line : arena_printf(a, "lines/%zu/%s", i, part);
}

static bool faulty(struct sheet_fault *f, enum reason reason, const char *field, const char *a0,
                   const char *a1, const char *a2)
{
    *f = (struct sheet_fault){reason, field, {a0, a1, a2}};
    return false;
}

static bool photos_check(struct arena *a, const struct sheet *s, size_t i, struct sheet_fault *f)
{
    const struct sheet_line *line = &s->lines[i];
    uint8_t digest[DIGEST_SIZE];

    if (line->n_photos > LINE_PHOTOS_MAX)
        return faulty(f, reason_number_out_of_range, line_field(a, s, i, false, "photos"), "0",
                      arena_printf(a, "%d", LINE_PHOTOS_MAX), NULL);
    for (size_t k = 0; k < line->n_photos; k++) {
        const struct sheet_photo *photo = &line->photos[k];
        size_t length = utf8_length(photo->file_name);

        if (hex_parse(photo->file_sha256, digest, sizeof(digest)))
            return faulty(f, reason_material_digest,
                          arena_printf(a, "lines/%zu/photos/%zu/file_sha256", i, k), NULL, NULL,
                          NULL);
        if (length == 0 || length > FILE_NAME_MAX)
            return faulty(f, length ? reason_text_too_long : reason_text_missing,
                          arena_printf(a, "lines/%zu/photos/%zu/file_name", i, k),
                          arena_printf(a, "%d", FILE_NAME_MAX), arena_printf(a, "%zu", length),
                          NULL);
    }
    return true;
}

static bool line_check(struct arena *a, const struct programme_rubric *rubric,
                       const struct sheet *s, size_t i, bool columns, struct sheet_fault *f)
{
    const struct sheet_line *line = &s->lines[i];
    const struct programme_line *leaf = programme_leaf(rubric, line->rubric_line);
    char text[POINTS_TEXT];

    if (!leaf)
        return faulty(f, reason_inspection_line_unknown,
                      line_field(a, s, i, columns, "rubric_line"), line->rubric_line, NULL, NULL);
    for (size_t k = 0; k < i; k++)
        if (str_equal(s->lines[k].rubric_line, line->rubric_line))
            return faulty(f, reason_inspection_line_twice,
                          line_field(a, s, i, columns, "rubric_line"), line->rubric_line, NULL,
                          NULL);
    if (line->points_milli < 0 || line->points_milli > leaf->points_milli)
        return faulty(f, reason_inspection_points, line_field(a, s, i, columns, "points_milli"),
                      line->rubric_line, arena_strdup(a, points_format(leaf->points_milli, text)),
                      arena_strdup(a, points_format(line->points_milli, text)));
    if (line->remark && utf8_length(line->remark) > REMARK_MAX)
        return faulty(f, reason_text_too_long, line_field(a, s, i, columns, "remark"),
                      arena_printf(a, "%d", REMARK_MAX),
                      arena_printf(a, "%zu", utf8_length(line->remark)), NULL);
    return photos_check(a, s, i, f);
}

/* The first leaf below @lines that the sheet lacks, in the rubric's order; NULL when it has all. */
static const struct programme_line *leaf_missing(const struct programme_line *lines, size_t n,
                                                 const struct sheet *s)
{
    for (size_t i = 0; i < n; i++) {
        const struct programme_line *missing = &lines[i];

        if (lines[i].n_lines)
            missing = leaf_missing(lines[i].lines, lines[i].n_lines, s);
        else
            for (size_t k = 0; missing && k < s->n_lines; k++)
                if (str_equal(s->lines[k].rubric_line, lines[i].id))
                    missing = NULL;
        if (missing)
            return missing;
    }
    return NULL;
}

bool sheet_assessor(const struct ctx *c, const char *said, const char **ret_assessor)
{
    *ret_assessor = actor_subject(c, ROLE_ASSESSOR);
    return !text_or_null(said) || str_equal(said, *ret_assessor);
}

bool sheet_check(struct arena *a, const struct programme *p, const char *kind,
                 const struct sheet *s, bool columns, int32_t on_day, int64_t *ret_total,
                 struct sheet_fault *ret_fault)
{
    const struct programme_rubric *rubric = programme_rubric(p, kind);
    const struct programme_line *missing;
    int64_t total = 0;
    int32_t day;

    if (!rubric)
        return faulty(ret_fault, reason_inspection_no_sheet, "subject_id", kind, NULL, NULL);
    if (!s->inspected_day || day_parse(s->inspected_day, &day))
        return faulty(ret_fault, reason_date_bad, "inspected_day",
                      s->inspected_day ? s->inspected_day : "", NULL, NULL);
    if (day > on_day)
        return faulty(ret_fault, reason_recorded_day_in_future, "inspected_day", s->inspected_day,
                      NULL, NULL);
    for (size_t i = 0; i < s->n_lines; i++) {
        if (!line_check(a, rubric, s, i, columns, ret_fault))
            return false;
        total += s->lines[i].points_milli;
    }
    missing = leaf_missing(rubric->lines, rubric->n_lines, s);
    if (missing)
        return faulty(ret_fault, reason_inspection_line_missing, columns ? missing->id : "lines",
                      missing->id, NULL, NULL);
    *ret_total = total;
    return true;
}

int seated_load(struct ctx *c, const char *programme_id, const char *only, struct seated *ret)
{
    struct rows *rows;
    int r =
        sql_query(c->tx, &sql_inspection_seated, &rows, T(c->district), T(programme_id), T(only));

    if (r)
        return r;
    *ret = (struct seated){arena_new_array(c->arena, const char *, rows_count(rows) + 1),
                           rows_count(rows)};
    for (size_t i = 0; i < ret->n; i++)
        ret->ids[i] = rows_text(rows, i, "subject_id");
    return 0;
}

static int compare_id(const void *key, const void *id)
{
    return strcmp(key, *(const char *const *)id);
}

bool sheet_late(const struct seated *seated, const char *reason, struct sheet *s,
                struct sheet_fault *f)
{
    s->reason = NULL;
    if (!seated->n ||
        !bsearch(s->subject_id, seated->ids, seated->n, sizeof(*seated->ids), compare_id))
        return true;
    if (!reason || !*reason)
        return faulty(f, reason_inspection_reason_missing, "reason", s->subject_id, NULL, NULL);
    s->reason = reason;
    return true;
}

static void photos_store(struct ctx *c, const struct sheet *s, const char *inspection_id)
{
    for (size_t i = 0; i < s->n_lines; i++)
        for (size_t k = 0; k < s->lines[i].n_photos; k++) {
            const struct sheet_photo *f = &s->lines[i].photos[k];

            sql_exec(c->tx, &sql_inspection_add_photo, T(c->district), T(inspection_id),
                     T(s->lines[i].rubric_line), I((int64_t)k), T(f->file_sha256), T(f->file_name),
                     AT(f->taken_at), T(c->account));
        }
}

void sheet_store(struct ctx *c, const struct published *pub, const struct sheet *s,
                 const char *inspection_id, int64_t total_milli)
{
    const char **ids = arena_new_array(c->arena, const char *, s->n_lines + 1);
    const char **remarks = arena_new_array(c->arena, const char *, s->n_lines + 1);
    int64_t *points = arena_new_array(c->arena, int64_t, s->n_lines + 1);
    const char *grade = programme_grade(pub->p, total_milli)->id;
    Scoring__InspectionRecorded event = SCORING__INSPECTION_RECORDED__INIT;

    for (size_t i = 0; i < s->n_lines; i++) {
        ids[i] = s->lines[i].rubric_line;
        points[i] = s->lines[i].points_milli;
        remarks[i] = s->lines[i].remark;
    }
    sql_exec(c->tx, &sql_inspection_add, T(c->district), T(inspection_id), T(pub->programme_id),
             I(pub->version), T(s->subject_id), T(s->inspected_day), I(total_milli), T(grade),
             T(s->assessor), T(c->account), AT(c->now), T(s->reason));
    sql_exec(c->tx, &sql_inspection_add_lines, T(c->district), T(inspection_id),
             TA(ids, s->n_lines), IA(points, s->n_lines), TA(remarks, s->n_lines));
    photos_store(c, s, inspection_id);
    event.programme_id = (char *)pub->programme_id;
    event.subject_id = (char *)s->subject_id;
    event.total_milli = total_milli;
    event.grade = (char *)grade;
    event.inspected_day = (char *)s->inspected_day;
    event.inspection_id = (char *)inspection_id;
    event.reason = (char *)s->reason;
    emit(c, NULL, &event.base);
}

/* Rows come by subject and line: a sheet ends where the inspection changes. */
static void add_row(struct sheet *s, const struct rows *rows, size_t row, struct sheet_line *line)
{
    if (!s->inspection_id)
        *s = (struct sheet){
            .subject_id = rows_text(rows, row, "subject_id"),
            .inspected_day = rows_text(rows, row, "inspected_day"),
            .assessor = rows_text(rows, row, "assessor"),
            .inspection_id = rows_text(rows, row, "inspection_id"),
            .grade = rows_text(rows, row, "grade"),
            .account = rows_text(rows, row, "account"),
            .reason = rows_text(rows, row, "reason"),
            .total_milli = rows_i64(rows, row, "total_milli"),
            .recorded_at = rows_at(rows, row, "recorded_at"),
            .lines = line,
        };
    *line = (struct sheet_line){
        .rubric_line = rows_text(rows, row, "rubric_line"),
        .points_milli = rows_i64(rows, row, "points_milli"),
        .remark = rows_text(rows, row, "remark"),
    };
    s->n_lines++;
}

int sheets_current(struct ctx *c, const char *programme_id, const char *only,
                   struct sheet **ret_sheets, size_t *ret_n)
{
    struct rows *rows;
    struct sheet *sheets;
    struct sheet_line *lines;
    size_t n = 0;
    int r;

    r = sql_query(c->tx, &sql_inspection_current, &rows, T(c->district), T(programme_id), T(only));
    if (r)
        return r;
    sheets = arena_new_array(c->arena, struct sheet, rows_count(rows) + 1);
    lines = arena_new_array(c->arena, struct sheet_line, rows_count(rows) + 1);
    for (size_t i = 0; i < rows_count(rows); i++) {
        if (n == 0 || !str_equal(sheets[n - 1].inspection_id, rows_text(rows, i, "inspection_id")))
            n++;
        add_row(&sheets[n - 1], rows, i, &lines[i]);
    }
    *ret_sheets = sheets;
    *ret_n = n;
    return 0;
}

static int compare_subject(const void *key, const void *sheet)
{
    return strcmp(key, ((const struct sheet *)sheet)->subject_id);
}

const struct sheet *sheet_of(const struct sheet *sheets, size_t n, const char *subject_id)
{
    return n ? bsearch(subject_id, sheets, n, sizeof(*sheets), compare_subject) : NULL;
}
