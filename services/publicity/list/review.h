/* SPDX-License-Identifier: Apache-2.0 */
/* review - a list that is not final is held against what befell its subjects */
#pragma once
#include "services/publicity/changes.h"
#include "services/publicity/list/list.h"

/*
 * Remove the entries whose subject a change since the proposal ends by the programme's exit rules:
 * nothing could be granted to it. The reserve moves up as after an upheld objection. The list is
 * locked and not final.
 */
int list_review(struct ctx *c, const struct list *l) MUST_CHECK;
/* What befell subjects since the day the list was proposed, in the order it was recorded. Scoring
 * may not have heard the latest of that day. */
int list_changes(struct ctx *c, const struct list *l, struct change **ret_changes,
                 size_t *ret_n) MUST_CHECK;
/* Review all lists that are not final, within the message's region: a change befell there. */
int lists_review(struct ctx *c) MUST_CHECK;
