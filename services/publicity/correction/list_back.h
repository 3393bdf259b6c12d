/* SPDX-License-Identifier: Apache-2.0 */
/* list_back - a list is withdrawn or replaced, an entry struck, held again or put back in the reserve */
#pragma once
#include "common/domain/correction/correction.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/list/list.h"

/* The target is a list: before its first notice is published, after. */
int plan_list_withdrawn(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
int plan_list_replaced(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
/* The target is "list/subject", of a list that is not final. The next of the reserve moves up. */
int plan_entry_struck(struct ctx *c, struct correction_plan *plan) MUST_CHECK;

/* Add the step of an entry on @on: "reopen", "demote". */
int entry_back_add(struct ctx *c, struct correction_plan *plan, const struct list *l,
                   const struct entry *e, const char *on) MUST_CHECK;
