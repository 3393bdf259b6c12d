/* SPDX-License-Identifier: Apache-2.0 */
/*
 * clock - the one place a service takes the time from
 *
 * Business time (stages, notices, deadlines of the domain) comes from a struct clock, which follows
 * the machine's time or, in a demonstration or test, stands still until it is set. Transport time
 * (message deadlines, sessions, log lines, backoff) is wall_now_us() and never moves with it.
 *
 * An instant is int64 microseconds since 1970 UTC; names end in _at or _us. A day is int32 days
 * since 1970-01-01, a civil date in China (UTC+8, no summer time since 1991); names end in _day.
 */
#pragma once
#include "common/base/defs.h"

#define INSTANT_NONE INT64_MIN
#define DAY_NONE INT32_MIN
#define SECOND_US INT64_C(1000000)
#define HOUR_US (3600 * SECOND_US)
#define DAY_US (24 * HOUR_US)

struct clock; /* may be read by any thread, set by one */

struct clock *clock_new(void); /* follows the machine's time */
void clock_free(struct clock *c);
DEFINE_CLEANUP(struct clock *, clock_free)

/*
 * Business time; never less than it was before. Following the machine, a jump of its time ahead by more than a minute (measured
 * against the time since boot) is not followed: nothing falls due by mistake, until the machine is back or the process starts anew.
 */
int64_t clock_now(const struct clock *c);
/* From now on clock_now is at least @at (INSTANT_NONE: no change). */
void clock_floor(struct clock *c, int64_t at);
/* Whether a jump ahead is being kept out at this moment. */
bool clock_is_held(const struct clock *c);
/* From now on the clock stands at @at, also if that is earlier (INSTANT_NONE: follow the machine again). */
void clock_set(struct clock *c, int64_t at);
bool clock_is_manual(const struct clock *c);

int64_t wall_now_us(void);
int64_t monotonic_now_us(void);
/* For tests: from now on @wall and @boot tell this clock the machine's time and the time since boot. */
void clock_witness(struct clock *c, int64_t (*wall)(void), int64_t (*boot)(void));

enum { CLOCK_E_BAD = 1 /* not a date or instant of the calendar, or outside 1900..9999 */ };

/* "2023-06-01" to a day and back. day_format writes 10 characters and a NUL; like the formats of
 * instants below, an empty text for what lies outside 1900..9999 (DAY_NONE, INSTANT_NONE). */
int day_parse(const char *text, int32_t *ret_day) MUST_CHECK;
#define DAY_TEXT 11
const char *day_format(int32_t day, char buf[DAY_TEXT]);
/* Civil parts; month 1..12. weekday: 1 Monday .. 7 Sunday. */
void day_civil(int32_t day, int *ret_year, int *ret_month, int *ret_mday);
int day_weekday(int32_t day);
int day_of(int year, int month, int mday, int32_t *ret_day) MUST_CHECK; /* CLOCK_E_BAD */

/* The civil day in China at an instant, and the instant a day begins there (00:00 +08:00). */
int32_t instant_day(int64_t at);
int64_t day_start(int32_t day);
/* The instant a day is over: day_start(day + 1). */
int64_t day_end(int32_t day);

/* RFC 3339 with an offset ("2023-10-01T08:00:00+08:00", "...Z", optional fraction up to 6 digits). */
int instant_parse(const char *text, int64_t *ret_at) MUST_CHECK; /* CLOCK_E_BAD */
#define INSTANT_TEXT 40
/* In China's time for people and JSON: 2023-10-01T08:00:00+08:00, with microseconds only if not 0. */
const char *instant_format(int64_t at, char buf[INSTANT_TEXT]);
/* In UTC, always six digits, for the database and for hashing: 2023-10-01T00:00:00.000000Z. */
const char *instant_format_utc(int64_t at, char buf[INSTANT_TEXT]);
