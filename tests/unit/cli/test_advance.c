/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/talk/advance.h"

#include <criterion/criterion.h>
#include <criterion/new/assert.h>

#include "common/base/clock.h"

Test(advance, durations_are_a_number_and_a_unit)
{
    int64_t us = 0;

    cr_expect(advance_duration("90s", &us) == 0 && us == 90 * SECOND_US);
    cr_expect(advance_duration("45m", &us) == 0 && us == 45 * 60 * SECOND_US);
    cr_expect(advance_duration("36h", &us) == 0 && us == 36 * HOUR_US);
    cr_expect(advance_duration("7d", &us) == 0 && us == 7 * DAY_US);
    cr_expect(advance_duration("2w", &us) == 0 && us == 14 * DAY_US);
}

Test(advance, anything_else_is_refused)
{
    static const char *const bad[] = {"",    "7",   "d",  "-1d", "1.5h",
                                      "7 d", "7dd", "7y", "+1d", "99999999999999999999d"};
    int64_t us = 42;

    for (size_t i = 0; i < ARRAY_LEN(bad); i++)
        cr_expect(advance_duration(bad[i], &us) == ADVANCE_E_DURATION, "'%s' was taken", bad[i]);
    cr_expect(eq(i64, us, 42));
}
