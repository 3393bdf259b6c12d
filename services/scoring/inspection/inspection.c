/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/inspection/inspection.h"

#include "scoring.pb-c.h"
#include "services/scoring/heard/programmes.h"
#include "services/scoring/heard/subjects.h"
#include "services/scoring/inspection/sheets.h"

#include "common/base/banned.h"

static struct sheet_photo *photos_from(struct ctx *c, const Scoring__InspectionLine *line)
{
    struct sheet_photo *photos = arena_new_array(c->arena, struct sheet_photo, line->n_photos + 1);

    for (size_t i = 0; i < line->n_photos; i++)
        photos[i] = (struct sheet_photo){
            .file_sha256 = line->photos[i]->file_sha256,
            .file_name = line->photos[i]->file_name,
            .taken_at = line->photos[i]->has_taken_at ? line->photos[i]->taken_at : INSTANT_NONE,
        };
    return photos;
}

static struct sheet sheet_from(struct ctx *c, const Scoring__RecordInspection *q)
{
    struct sheet s = {
        .subject_id = q->subject_id,
        .inspected_day = q->inspected_day,
        .lines = arena_new_array(c->arena, struct sheet_line, q->n_lines + 1),
        .n_lines = q->n_lines,
    };

    for (size_t i = 0; i < q->n_lines; i++)
        s.lines[i] = (struct sheet_line){
            .rubric_line = q->lines[i]->rubric_line,
            .points_milli = q->lines[i]->points_milli,
            .remark = q->lines[i]->remark,
            .photos = photos_from(c, q->lines[i]),
            .n_photos = q->lines[i]->n_photos,
        };
    return s;
}

int record_inspection(struct ctx *c)
{
    const Scoring__RecordInspection *q = c->request;
    struct sheet s = sheet_from(c, q);
    struct subject_kinds kinds;
    struct sheet_fault fault;
    struct seated seated;
    struct published pub;
    const char *kind;
    int64_t total;
    int r;

    r = published_get(c, q->programme_id, &pub);
    if (r)
        return r;
    r = need_text(c, "subject_id", q->subject_id, 1, 100);
    if (r)
        return r;
    if (!sheet_assessor(c, q->assessor, &s.assessor))
        return refuse(c, reason_assessor_other, "assessor", q->assessor, NULL);
    r = need_text(c, "assessor", s.assessor, 1, 100);
    if (r)
        return r;
    r = need_text(c, "reason", q->reason, 0, SHEET_REASON_MAX);
    if (r)
        return r;
    r = subject_kinds_load(c, &pub, q->subject_id, &kinds);
    if (r)
        return r;
    kind = subject_kind(&kinds, q->subject_id);
    if (!kind)
        return refuse(c, reason_inspection_subject, "subject_id", q->subject_id, NULL);
    if (!sheet_check(c->arena, pub.p, kind, &s, false, today(c), &total, &fault))
        return refuse(c, fault.reason, fault.field, fault.args[0], fault.args[1], fault.args[2],
                      NULL);
    published_hold(c, q->programme_id);
    r = seated_load(c, q->programme_id, q->subject_id, &seated);
    if (r)
        return r;
    if (!sheet_late(&seated, q->reason, &s, &fault))
        return refuse(c, fault.reason, fault.field, fault.args[0], NULL);
    sheet_store(c, &pub, &s, c->id_text, total);
    return 0;
}
