/* SPDX-License-Identifier: Apache-2.0 */
#include "services/scoring/panel/mean.h"

#include <errno.h>
#include <string.h>

#include "common/base/banned.h"

static int compare_milli(const void *a, const void *b)
{
    const int64_t *x = a, *y = b;

    return (*x > *y) - (*x < *y);
}

int ballots_mean(const int64_t *points_milli, size_t n, int trim, struct fraction *ret_mean)
{
    size_t cut = trim > 0 ? (size_t)trim : 0;
    int64_t *sorted, sum = 0;

    if (n == 0 || n <= 2 * cut)
        return BALLOTS_E_TOO_FEW;
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
