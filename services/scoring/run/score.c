/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/score.h"

#include "common/base/banned.h"

int score_share(int percent, struct fraction value, int64_t full_milli, struct fraction *ret_points)
{
    return err_fold(
        fraction_mul(value, fraction_of((int64_t)percent * 1000, full_milli), ret_points));
}

int score_total(const struct programme *p, int64_t total_milli, struct fraction mean,
                struct fraction *ret_score)
{
    struct fraction inspection, panel;
    int r;

    r = score_share(p->score.inspection, fraction_of(total_milli, 1000), p->inspection.points_milli,
                    &inspection);
    if (r)
        return r;
    r = score_share(p->score.panel, mean, p->panel.points_milli, &panel);
    if (r)
        return r;
    return err_fold(fraction_add(inspection, panel, ret_score));
}
