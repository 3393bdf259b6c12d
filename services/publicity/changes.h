/* SPDX-License-Identifier: Apache-2.0 */
/* changes - what befell subjects, as heard: kept for what is told later */
#pragma once
#include "common/service/service.h"

struct change {
    const char *region; /* the district or city it befell in: honours outside are untouched */
    const char *kind;   /* "dissolved", as in a programme's exit section */
    const char *subject_id;
    const char *site_id; /* of left_site, else NULL */
    const char *into_id; /* of merged, else NULL */
    const char *name;    /* after the change; NULL: as before */
    int32_t day;
};

/*
 * Take turns: whoever judges something new by the changes heard, and whoever writes one, calls this
 * first, before any lock on a list, so that neither overlooks the other.
 */
void changes_turn(struct ctx *c);
/* Write one down, said with the event that @c handles. */
void change_put(struct ctx *c, const char *change_id, const struct change *ch);
/* Those recorded from @at on that befell from @day on (DAY_NONE: whenever), as they came. */
int changes_since(struct ctx *c, int64_t at, int32_t day, struct change **ret_changes,
                  size_t *ret_n) MUST_CHECK;
