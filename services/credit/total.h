/* SPDX-License-Identifier: Apache-2.0 */
/*
 * total - what an enterprise's deductions add up to in one district and year
 *
 * own points + sum over its managers' records of project area x points / enterprise area, as an
 * exact fraction, compared before any rounding (信用信息评价试行标准 2012; 长宁 2023 五(一)3(3)
 * "满3分" includes 3).
 */
#pragma once
#include "common/base/points.h"
#include "common/service/service.h"
#include "credit.pb-c.h"
#include "services/credit/credit.h"

/* One deduction as the sum needs it. */
struct share {
    const char *deduction_id, *state;
    bool manager;
    int64_t points_milli, project_area_m2, enterprise_area_m2;
};
struct total {
    struct fraction sum;        /* points; all that counts */
    struct fraction undisputed; /* without records under objection */
    int64_t own_milli;          /* the enterprise's own part */
};
/* The points a single record weighs: its own, or converted by area. POINTS_E_RANGE when it cannot
 * be exact. */
int share_points(const struct share *s, struct fraction *ret_points) MUST_CHECK;
/* How it weighs: "6 x 120000 / 2000000" for a manager's record, "3" for the enterprise's own. In @a. */
char *share_formula(struct arena *a, const struct share *s);
/* Sum what counts by the rules. POINTS_E_RANGE */
int total_sum(const struct rules *r, const struct share *shares, size_t n,
              struct total *ret_total) MUST_CHECK;
/* The shares in a result with the columns deduction_id, state, subject_kind, points_milli,
 * project_area_m2, enterprise_area_m2, on_day: those of records on or before @until (INT32_MAX:
 * all). In @a, with room for one more; their texts are those of the rows. */
struct share *shares_of_rows(struct arena *a, const struct rows *rows, int32_t until,
                             size_t *ret_n);
/* Sum up one enterprise's shares of a year and fill the message, which borrows its texts. */
int total_message(struct ctx *c, const char *enterprise_id, int64_t year,
                  const struct share *shares, size_t n, struct total *ret_total,
                  Credit__EnterpriseTotal *ret_message) MUST_CHECK;

/* The district's thresholds that @after reaches and @before does not, by id; in the message's arena. */
void thresholds_between(struct ctx *c, const struct total *before, const struct total *after,
                        char ***ret_ids, size_t *ret_n);
/* The lowest threshold of the district that @total does not reach; NULL if there is none. */
const struct threshold *threshold_next(const struct ctx *c, struct fraction total);

/*
 * Lock the enterprise's year, sum it again and remember it; emit ThresholdReached or
 * ThresholdCleared where the exact total crossed a threshold of the district. Call after the
 * deduction's row was written.
 */
int total_update(struct ctx *c, const char *enterprise_id, int64_t year,
                 Credit__EnterpriseTotal *ret_message) MUST_CHECK;
