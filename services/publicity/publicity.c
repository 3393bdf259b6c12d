/* SPDX-License-Identifier: Apache-2.0 */
#include "services/publicity/publicity.h"

#include "publicity_sql.h"
#include "common/domain/programme/programme.h"

#include "common/base/banned.h"

int number_next(struct ctx *c, const char *pattern, int year, const char **ret_number)
{
    struct rows *rows;
    int r = sql_query(c->tx, &sql_counter_next, &rows, T(c->district), T(pattern), I(year));

    if (r)
        return r;
    *ret_number = programme_pattern(c->arena, pattern, year, rows_i64(rows, 0, "last"));
    return 0;
}

const char *day_text(struct arena *a, int32_t day)
{
    char buf[DAY_TEXT];

    return day == DAY_NONE ? NULL : arena_strdup(a, day_format(day, buf));
}
