/* SPDX-License-Identifier: Apache-2.0 */
/*
 * change_back - what happened to a subject was recorded by mistake, and is off the record
 *
 * The subject is as it was before, its contract too unless somebody else took the site over since.
 * Whoever judges by changes (runs, cases, lists, honours) forgets this one; a candidate stands again
 * by that alone. Two persons: a change ends honours, in other districts as well (case A2).
 */
#pragma once
#include "common/domain/correction/correction.h"

/*
 * The plan of the correction whose target is a change. Refused with not_found, change_taken_back,
 * change_not_last (a later one of the same subject stands: take that back first), and forbidden to
 * whom might not have recorded it.
 */
int plan_change_taken_back(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
