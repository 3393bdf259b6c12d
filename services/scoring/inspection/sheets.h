/* SPDX-License-Identifier: Apache-2.0 */
/*
 * sheets - inspection sheets: checked against the programme's rubric, stored for good
 *
 * A sheet gives points for every leaf of the rubric of its subject's kind, once each. The total and
 * the grade are computed here. A new sheet of the same subject gets the next number and is the one
 * in force; the earlier ones stay as they were.
 */
#pragma once
#include "common/service/service.h"

struct programme;
struct published;

enum { LINE_PHOTOS_MAX = 20, SHEET_REASON_MAX = 500 };
struct sheet_photo {
    const char *file_sha256, *file_name;
    int64_t taken_at; /* INSTANT_NONE: not said */
};
struct sheet_line {
    const char *rubric_line;
    int64_t points_milli;
    const char *remark; /* may be NULL */
    struct sheet_photo *photos;
    size_t n_photos;
};
struct sheet {
    const char *subject_id, *inspected_day, *assessor;
    struct sheet_line *lines;
    size_t n_lines;
    const char *
        reason; /* why it is recorded after its panel was opened; NULL: it was not, or an old one */
    /* of a stored one */
    const char *inspection_id, *grade, *account;
    int64_t total_milli, recorded_at;
};
/* Why a sheet is not taken; unused args are NULL. */
struct sheet_fault {
    enum reason reason;
    const char *field;
    const char *args[3];
};
/*
 * Check @s, inspected by @on_day at the latest, against the programme's rubric for @kind (every
 * leaf once, 0 to its points) and sum it up in thousandths. False with the fault; its field is
 * "lines/2/points_milli", or with @columns the line's own id (a table's column).
 */
bool sheet_check(struct arena *a, const struct programme *p, const char *kind,
                 const struct sheet *s, bool columns, int32_t on_day, int64_t *ret_total,
                 struct sheet_fault *ret_fault) MUST_CHECK;
/*
 * Whose sheet the actor records: the firm his account speaks for, whatever he may say; NULL: he speaks for none. False: @said (NULL or "":
 * nothing) is another, so that the sheet is not taken (assessor_other).
 */
bool sheet_assessor(const struct ctx *c, const char *said, const char **ret_assessor);
/* Candidates that a panel of the programme was opened on, by id. */
struct seated {
    const char **ids;
    size_t n;
};
/* @only: this subject alone, NULL: all. */
int seated_load(struct ctx *c, const char *programme_id, const char *only,
                struct seated *ret) MUST_CHECK;
/*
 * The experts judge by the inspection (Changning 2023, 三(三): 根据检查结果), so a sheet that comes once a panel was opened on its
 * subject says why: @reason is kept in it, and in no other. False with the fault inspection_reason_missing.
 */
bool sheet_late(const struct seated *seated, const char *reason, struct sheet *s,
                struct sheet_fault *ret_fault) MUST_CHECK;
/* Store a checked sheet under @inspection_id as the subject's newest and say InspectionRecorded. */
void sheet_store(struct ctx *c, const struct published *pub, const struct sheet *s,
                 const char *inspection_id, int64_t total_milli);
/* The sheets in force, by subject id, lines by their id. @only: of this subject, NULL: all of the
 * programme. */
int sheets_current(struct ctx *c, const char *programme_id, const char *only,
                   struct sheet **ret_sheets, size_t *ret_n) MUST_CHECK;
/* The one of @subject_id in what sheets_current() gave; NULL if none. */
const struct sheet *sheet_of(const struct sheet *sheets, size_t n, const char *subject_id);
