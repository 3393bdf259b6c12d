/* SPDX-License-Identifier: Apache-2.0 */
/* objection_back - an objection is closed with its list, or its conclusion is reopened */
#pragma once
#include "common/domain/correction/correction.h"
#include "services/publicity/objection/objection.h"

/* The target is a concluded objection to a list that is not final. */
int plan_conclusion_reopened(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
/* Add that @o is closed, with the reason of the correction as its answer. */
int objection_close_add(struct ctx *c, struct correction_plan *plan,
                        const struct objection *o) MUST_CHECK;
