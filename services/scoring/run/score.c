/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/run/score.h"

#include <errno.h>
#include <string.h>

#include "common/base/banned.h"

static int compare_milli(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

int score_mean(const int64_t *points_milli, size_t n, int trim, struct fraction *ret_mean)
{
    size_t cut = trim > 0 ? (size_t)trim : 0;
    int64_t *sorted, sum = 0;

    if (n == 0 || n <= 2 * cut)
        return SCORE_E_TOO_FEW;
    sorted = malloc(n * sizeof(*sorted));
    if (!sorted)
        return err_raise(-ENOMEM);
    memcpy(sorted, points_milli, n * sizeof(*sorted));
    qsort(sorted, n, sizeof(*sorted), compare_milli);
    for (size_t i = cut; i < n - cut; i++)
        sum += sorted[i];
    free(sorted);
    *ret_mean = fraction_of(sum, (int64_t)(n - 2 * cut) * 1000);
    return 0;
}

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
