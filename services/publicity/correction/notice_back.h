/* SPDX-License-Identifier: Apache-2.0 */
/* notice_back - a notice is unscheduled, unsigned, dropped, or ends with its list */
#pragma once
#include "common/domain/correction/correction.h"
#include "services/publicity/notice/notice.h"

/* The target is a notice. */
int plan_notice_unscheduled(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
int plan_signatures_withdrawn(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
/* A supplementary notice goes only with the conclusion it was drafted for (supplement_kept). */
int plan_notice_dropped(struct ctx *c, struct correction_plan *plan) MUST_CHECK;

/* Add what becomes of a notice whose subjects are taken back: dropped if it was never published, else ended. */
int notice_back_add(struct ctx *c, struct correction_plan *plan, const struct notice *n) MUST_CHECK;
