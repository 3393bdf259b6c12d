/* SPDX-License-Identifier: Apache-2.0 */
/*
 * case_store - re-evaluation cases (复评) as rows and as messages, and the doors to their state
 * changes
 */
#pragma once
#include "common/service/service.h"
#include "scoring.pb-c.h"

struct verdict;

struct held_case {
    const char *district, *case_id, *programme_id, *honour_id, *subject_id, *name, *category,
        *state;
    const char *verdict;                     /* NULL before the first run */
    const char *notes;                       /* one a line */
    const char *enterprise_id, *subdistrict; /* NULL if unknown */
    const char
        *place_id;     /* the site, or a committee's compound; NULL: an enterprise, or not known */
    int32_t since_day; /* the grant; the beginning of the honour's year where it is not recorded */
    bool material, site;
};

/* A row of the case queries. */
struct held_case case_row(const struct rows *rows, size_t row);
/* The case a command names, locked until the end; MSG_REFUSED (text_missing, not_found on case_id).
 */
int case_need(struct ctx *c, const char *case_id, struct held_case *ret_case) MUST_CHECK;
/* The messages of @cases with their stored conditions. */
int case_messages(struct ctx *c, const struct held_case *cases, size_t n,
                  Scoring__ReEvaluationCase ***ret) MUST_CHECK;
/* Give @h the verdict @v (not "ended"): conditions, notes, state; says VerdictReached if that
 * changed anything a reader sees. */
int case_apply(struct ctx *c, struct held_case *h, const struct verdict *v) MUST_CHECK;
/* A case that was confirmed or ended is open again by the machine's @on, without verdict, conditions and notes; its message as it is
 * now. MSG_LATER. */
int case_reopen(struct ctx *c, struct held_case *h, const char *on,
                Scoring__ReEvaluationCase **ret_message) MUST_CHECK;
/* End a case that is open or judged, with notes (one a line); says CaseEnded. */
int case_end(struct ctx *c, struct held_case *h, const char *notes) MUST_CHECK;
