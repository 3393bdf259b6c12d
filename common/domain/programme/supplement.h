/* SPDX-License-Identifier: Apache-2.0 */
/*
 * supplement - two versions of a programme beside each other, and what a later one may change
 *
 * People act on a programme from its first stage on. From then on a supplementary decision may give
 * them more time and add stages; conditions, points, quotas, forms and routes stay as they were
 * published (the notices know no way to change them; what one applied under is what one is judged by).
 */
#pragma once
#include "common/domain/programme/programme.h"

/* One value that is not the same. Paths name entries of lists by their ids: "stages/recommend/to". */
struct programme_difference {
    const char *path;
    const char *before, *after; /* NULL: absent on that side */
};
/* The differences of two texts that are clean, in the order of the first, then what the second adds. In @a. -EBADMSG: one cannot be
 * read. */
int programme_differences(struct arena *a, const char *before, const char *after,
                          struct programme_difference **ret_differences, size_t *ret_n) MUST_CHECK;
/*
 * The first of @differences that a supplementary decision on @today may not make once a stage of @before has begun; NULL: none. It
 * may: let a stage last longer (to, grace_days), up to today at least; let one that has not begun begin later; add a stage that is
 * not over and the title of a document; say sources and decisions of stages otherwise.
 */
const struct programme_difference *
supplement_forbids(const struct programme *before, const struct programme *after,
                   const struct programme_difference *differences, size_t n, int32_t today);
