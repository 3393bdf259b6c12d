/* SPDX-License-Identifier: Apache-2.0 */
/*
 * subjects - what several concerns ask about subjects, days and actors
 */
#pragma once
#include "common/service/service.h"

struct programme;
struct published;

struct subject_kinds {
    const char **ids, **kinds; /* sorted by id */
    size_t n;
};
/* The kind of everything the programme's inspection covers: its candidates and the holders it
 * re-evaluates. @only: this subject, NULL: all. */
int subject_kinds_load(struct ctx *c, const struct published *pub, const char *only,
                       struct subject_kinds *ret) MUST_CHECK;
/* Of a row with kind, category and year (subject_kinds.sql): a candidate's kind is its application's; a holder's is its category's, if
 * the programme re-evaluates that honour, else NULL. */
const char *subject_kind_of_row(const struct published *pub, const struct rows *rows, size_t row);
/* Where @id stands in @kinds (the first of several); false: not covered. */
bool subject_find(const struct subject_kinds *kinds, const char *id, size_t *ret_at) MUST_CHECK;
/* "enterprise", "compound", "building", "committee"; NULL: not covered. */
const char *subject_kind(const struct subject_kinds *kinds, const char *id);
/* Whether the programme re-evaluates honours of @category granted for @year. */
bool reevaluates(const struct programme *p, const char *category, int64_t year);
/* Refused with scoring_enterprise_unknown unless the city knows the enterprise. */
int need_enterprise(struct ctx *c, const char *field, const char *id) MUST_CHECK;
/* The site's subdistrict, or refused with scoring_site_unknown. */
int need_site(struct ctx *c, const char *field, const char *id,
              const char **ret_subdistrict) MUST_CHECK;
/* The subdistrict of a site or of an owners' committee's compound, or refused with
 * scoring_site_unknown. */
int need_place(struct ctx *c, const char *field, const char *id,
               const char **ret_subdistrict) MUST_CHECK;
/* need_day(), and refused with recorded_day_in_future where the day is after today's. */
int need_past_day(struct ctx *c, const char *field, const char *text, int32_t *ret_day) MUST_CHECK;
/* The current civil day in China. */
int32_t today(const struct ctx *c);
/* Whether any binding as "enterprise" or "committee" speaks for @subject; NULL: false. */
bool speaks_for_subject(const struct ctx *c, const char *subject);
/* Whether any binding as "subdistrict" covers the region @subdistrict; NULL: false. */
bool speaks_for_subdistrict(const struct ctx *c, const char *subdistrict);
