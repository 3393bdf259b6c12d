/* SPDX-License-Identifier: Apache-2.0 */
/*
 * calendar - working days, from the State Council's yearly schedules
 *
 * A year without a schedule is refused, never guessed: make-up workdays cannot be computed.
 * The schedules are data (deploy/calendars/cn.yaml): per year the ranges that are off and the
 * weekend days that are worked, each year naming its notice, with days of the neighbouring years where the notice has them.
 * domain-facts.md section 3.
 */
#pragma once
#include "common/base/err.h"

struct calendar; /* read-only after loading, any thread */

enum {
    CALENDAR_E_NO_YEAR = 1, /* a day was needed in a year that has no schedule */
    CALENDAR_E_RANGE,       /* n outside 1..400 */
};

/* Read the schedules at @path. -errno if it cannot be read, -EINVAL if it is unsound; @e names file, line and reason. */
int calendar_load(const char *path, struct calendar **ret_cal, struct errtext *e) MUST_CHECK;
void calendar_free(struct calendar *cal);
DEFINE_CLEANUP(struct calendar *, calendar_free)

/*
 * Whether what is said of @day cannot change any more: the schedule of its year is here, and of a day in December also the next year's,
 * which can still make it one that is worked or off (as that of 2019 did with 29 to 31 December 2018). What is not certain is answered as
 * it stands, and whoever shows it says so.
 */
bool calendar_is_certain(const struct calendar *cal, int32_t day);
/* Whether @day is worked. CALENDAR_E_NO_YEAR */
int calendar_is_working(const struct calendar *cal, int32_t day, bool *ret_working) MUST_CHECK;
/*
 * The last of @n working days from @start. With @count_start the start day is the first of them if
 * it is worked; without, counting begins the day after (Civil Code art. 201). The result is always
 * a working day (art. 203). Example: 5 from 2025-04-14 is 2025-04-21, counted 2025-04-18.
 */
int calendar_last_day(const struct calendar *cal, int32_t start, int n, bool count_start,
                      int32_t *ret_day) MUST_CHECK;
/* The number of working days in @year (2023: 249). */
int calendar_working_days_in(const struct calendar *cal, int year, int *ret_n) MUST_CHECK;
