/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/inspection/inspection_import.h"

#include <string.h>

#include "common/base/digest.h"
#include "common/base/points.h"
#include "common/base/str.h"
#include "common/document/cell.h"
#include "common/document/csv.h"
#include "scoring.pb-c.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/inspection/sheets.h"

#include "common/base/banned.h"

struct import {
    struct ctx *c;
    struct published pub;
    const struct csv *csv;
    int subject, day, assessor, remark; /* columns, -1 if absent */
    struct subject_kinds kinds;
    bool *seen; /* by the subjects' places in kinds */
    struct sheet *current;
    size_t n_current;
    struct seated seated;
    const char *reason; /* of rows that need one */
    bool preview;
    struct digest *shown; /* of what every row says */
    Scoring__ImportInspectionsReply reply;
};

/* Whether any rubric of the programme has a line of this name. */
static bool is_line(const struct programme *p, const char *name)
{
    for (size_t i = 0; i < p->inspection.n_rubrics; i++)
        if (programme_leaf(&p->inspection.rubrics[i], name))
            return true;
    return false;
}

static int read_file(struct import *im, const char *text)
{
    struct ctx *c = im->c;
    struct csv *csv;
    struct errtext e;
    int line, column, r;

    r = csv_parse(c->arena, text, strlen(text), &csv, &line, &column, &e);
    if (r == CSV_E_SYNTAX)
        return refuse(c, reason_inspection_csv, "csv", arena_printf(c->arena, "%d", line),
                      arena_printf(c->arena, "%d", column), e.text, NULL);
    if (r)
        return r;
    csv_tidy(csv, "subject_id");
    im->csv = csv;
    im->subject = csv_column(csv, "subject_id");
    im->day = csv_column(csv, "inspected_day");
    im->assessor = csv_column(csv, "assessor");
    im->remark = csv_column(csv, "remark");
    if (im->subject < 0 || im->day < 0)
        return refuse(c, reason_inspection_csv_column, "csv",
                      im->subject < 0 ? "subject_id" : "inspected_day", NULL);
    for (int i = 0; i < (int)csv->n_columns; i++)
        if (i != im->subject && i != im->day && i != im->assessor && i != im->remark &&
            !is_line(im->pub.p, csv->header[i]))
            return refuse(c, reason_inspection_csv_column_unknown, "csv", csv->header[i], NULL);
    return 0;
}

static Scoring__ImportInspectionsRow *add_row(struct import *im, const struct csv_row *row,
                                              const char *result)
{
    Scoring__ImportInspectionsRow *m = arena_new_one(im->c->arena, Scoring__ImportInspectionsRow);

    scoring__import_inspections_row__init(m);
    m->line = row->line;
    m->result = (char *)result;
    m->subject_id = (char *)csv_cell(row, im->subject);
    im->reply.rows[im->reply.n_rows++] = m;
    return m;
}

static void show(struct import *im, const struct csv_row *row, const char *what)
{
    digest_add_field(im->shown, &row->line, sizeof(row->line));
    digest_add_field(im->shown, what, strlen(what));
}

static Document__ImportFault *fault_of(struct import *im, const struct csv_row *row,
                                       const struct sheet_fault *f, size_t n_args)
{
    Document__ImportFault *out = arena_new_one(im->c->arena, Document__ImportFault);

    document__import_fault__init(out);
    out->column = (char *)f->field;
    out->code = (char *)reason_row(f->reason)->code;
    out->n_args = n_args;
    out->args = arena_memdup(im->c->arena, f->args, n_args * sizeof(*f->args));
    if (f->field)
        out->value = (char *)csv_cell(row, csv_column(im->csv, f->field));
    return out;
}

static void refuse_row(struct import *im, const struct csv_row *row, const struct sheet_fault *f)
{
    Scoring__ImportInspectionsRow *m = add_row(im, row, "refused");
    size_t n = 0;
    const char *text = "";

    for (; n < ARRAY_LEN(f->args) && f->args[n]; n++)
        text = n ? arena_printf(im->c->arena, "%s, %s", text, f->args[n]) : f->args[n];
    m->column = (char *)f->field;
    m->code = (char *)reason_row(f->reason)->code;
    m->reason = (char *)text;
    m->faults = arena_new_one(im->c->arena, Document__ImportFault *);
    m->faults[m->n_faults++] = fault_of(im, row, f, n);
    im->reply.refused++;
    show(im, row, "refused");
    show(im, row, m->code);
    show(im, row, text);
}

/* A day as people write it in the form of the messages; what is none stays, for the sheet's check to refuse. */
static const char *plain_day(struct arena *a, const char *cell)
{
    int32_t day;

    if (!cell || cell_day(a, cell, &day))
        return cell;
    return day_format(day, arena_alloc(a, DAY_TEXT));
}

/* The sheet of a row; its lines are the cells that are filled. */
static bool sheet_of_row(struct import *im, const struct csv_row *row, struct sheet *ret,
                         struct sheet_fault *f)
{
    struct arena *a = im->c->arena;
    const char *assessor = csv_cell(row, im->assessor);
    struct sheet s = {
        .subject_id = csv_cell(row, im->subject),
        .inspected_day = plain_day(a, csv_cell(row, im->day)),
        .lines = arena_new_array(a, struct sheet_line, im->csv->n_columns + 1),
    };

    if (!sheet_assessor(im->c, assessor, &s.assessor)) {
        *f = (struct sheet_fault){reason_assessor_other, "assessor", {assessor}};
        return false;
    }
    for (int i = 0; i < (int)im->csv->n_columns; i++) {
        const char *cell = csv_cell(row, i);
        struct sheet_line *line = &s.lines[s.n_lines];
        const char *points;

        if (!cell || i == im->subject || i == im->day || i == im->assessor || i == im->remark)
            continue;
        line->rubric_line = im->csv->header[i];
        line->remark =
            s.n_lines ? NULL
                      : csv_cell(row, im->remark); /* the row's remark stands with its first line */
        points = cell_number(a, cell);
        if (!points || points_parse(points, &line->points_milli)) {
            *f = (struct sheet_fault){reason_inspection_points_bad, line->rubric_line, {cell}};
            return false;
        }
        s.n_lines++;
    }
    *ret = s;
    return true;
}

static bool same_sheet(const struct sheet *old, const struct sheet *s)
{
    if (!old || old->n_lines != s->n_lines || !str_equal(old->inspected_day, s->inspected_day) ||
        !str_equal(old->assessor, s->assessor))
        return false;
    for (size_t i = 0; i < s->n_lines; i++) {
        bool same = false;

        for (size_t k = 0; k < old->n_lines && !same; k++)
            same = str_equal(old->lines[k].rubric_line, s->lines[i].rubric_line) &&
                   old->lines[k].points_milli == s->lines[i].points_milli &&
                   str_equal(old->lines[k].remark, s->lines[i].remark);
        if (!same)
            return false;
    }
    return true;
}

/* Everything about a row that can be wrong before its sheet is looked at; its subject's place in kinds. */
static bool check_row(struct import *im, const struct csv_row *row, size_t *ret_at,
                      struct sheet_fault *f)
{
    struct arena *a = im->c->arena;
    const char *id = csv_cell(row, im->subject);
    size_t at;

    if (row->n_cells != im->csv->n_columns) {
        *f = (struct sheet_fault){
            reason_inspection_csv_cells,
            NULL,
            {arena_printf(a, "%zu", row->n_cells), arena_printf(a, "%zu", im->csv->n_columns)}};
        return false;
    }
    if (!id || !subject_find(&im->kinds, id, &at)) {
        *f = (struct sheet_fault){
            id ? reason_inspection_subject : reason_text_missing, "subject_id", {id}};
        return false;
    }
    if (im->seen[at]) {
        *f = (struct sheet_fault){reason_inspection_subject_twice, "subject_id", {id}};
        return false;
    }
    *ret_at = at;
    return true;
}

/* A row's id follows from the command's and the line, so that a repeated command makes the same
 * sheets. */
static const char *row_id(struct ctx *c, int line)
{
    const char *name = arena_printf(c->arena, "inspection\n%s\n%d", c->id_text, line);
    struct uuid id;

    uuid_derive(name, strlen(name), &id);
    return uuid_format(&id, arena_alloc(c->arena, UUID_TEXT));
}

/* A sheet that changes nothing needs no reason. */
static bool same_or_said(struct import *im, struct sheet *s, struct sheet_fault *f)
{
    return same_sheet(sheet_of(im->current, im->n_current, s->subject_id), s) ||
           sheet_late(&im->seated, im->reason, s, f);
}

static void import_row(struct import *im, const struct csv_row *row)
{
    struct ctx *c = im->c;
    const struct sheet *old;
    struct sheet_fault fault;
    struct sheet s;
    int64_t total;
    size_t at;

    if (!check_row(im, row, &at, &fault) || !sheet_of_row(im, row, &s, &fault) ||
        !sheet_check(c->arena, im->pub.p, im->kinds.kinds[at], &s, true, today(c), &total,
                     &fault) ||
        !same_or_said(im, &s, &fault)) {
        refuse_row(im, row, &fault); /* it claims nothing: a later row may put it right */
        return;
    }
    im->seen[at] = true;
    old = sheet_of(im->current, im->n_current, s.subject_id);
    if (same_sheet(old, &s)) {
        im->reply.unchanged++;
        show(im, row, "unchanged");
        if (im->preview)
            add_row(im, row, "unchanged");
        return;
    }
    show(im, row, old ? old->inspection_id : "added");
    if (old)
        im->reply.replaced++;
    else
        im->reply.added++;
    if (old || im->preview)
        add_row(im, row, old ? "replaced" : "added");
    if (!im->preview)
        sheet_store(c, &im->pub, &s, row_id(c, row->line), total);
}

int import_inspections(struct ctx *c)
{
    const Scoring__ImportInspections *q = c->request;
    struct import im = {.c = c,
                        .preview = q->preview,
                        .reason = q->reason,
                        .reply = SCORING__IMPORT_INSPECTIONS_REPLY__INIT};
    CLEANUP(digest_free) struct digest *shown = NULL;
    uint8_t value[DIGEST_SIZE];
    char hex[DIGEST_HEX];
    int r;

    r = published_get(c, q->programme_id, &im.pub);
    if (r)
        return r;
    r = need_text(c, "csv", q->csv, 1, 4 << 20);
    if (r)
        return r;
    if (!actor_subject(c, ROLE_ASSESSOR))
        return refuse(c, reason_forbidden, NULL, NULL);
    r = need_text(c, "reason", q->reason, 0, SHEET_REASON_MAX);
    if (r)
        return r;
    r = read_file(&im, q->csv);
    if (r)
        return r;
    if (!q->preview)
        published_lock(c, q->programme_id);
    r = subject_kinds_load(c, &im.pub, NULL, &im.kinds);
    if (r)
        return r;
    r = sheets_current(c, q->programme_id, NULL, &im.current, &im.n_current);
    if (r)
        return r;
    r = seated_load(c, q->programme_id, NULL, &im.seated);
    if (r)
        return r;
    shown = im.shown = digest_new(DIGEST_SHA256);
    digest_add_field(im.shown, q->csv, strlen(q->csv));
    im.seen = arena_new_array(c->arena, bool, im.kinds.n + 1);
    im.reply.rows = arena_new_array(c->arena, Scoring__ImportInspectionsRow *, im.csv->n_rows + 1);
    for (size_t i = 0; i < im.csv->n_rows; i++)
        import_row(&im, &im.csv->rows[i]);
    digest_finish(im.shown, value);
    im.reply.preview_sha256 = (char *)hex_format(value, sizeof(value), hex);
    if (q->expect_preview && strcmp(q->expect_preview, hex) != 0)
        return refuse(c, reason_preview_outdated, "expect_preview", NULL);
    reply_with(c, &im.reply.base);
    return 0;
}
