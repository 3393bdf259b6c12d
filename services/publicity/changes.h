/* SPDX-License-Identifier: Apache-2.0 */
/* changes - what befell subjects, as heard: kept for what is told later */
#pragma once
#include "common/domain/subject/exit.h"
#include "common/service/service.h"

/*
 * Take turns: whoever judges something new by the changes heard, and whoever writes one, calls this
 * first, before any lock on a list, so that neither overlooks the other.
 */
void changes_turn(struct ctx *c);
/* Write one down, said with the event that @c handles. */
void change_put(struct ctx *c, const struct change *ch);
/* One that is off the record, recorded in @region. */
void change_forget(struct ctx *c, const char *region, const char *change_id);
/* Those recorded from @at on, and all mergers before, since they say in whom an enterprise went on;
 * of them those that befell from @day on (DAY_NONE: whenever), as they came. */
int changes_since(struct ctx *c, int64_t at, int32_t day, struct change **ret_changes,
                  size_t *ret_n) MUST_CHECK;
