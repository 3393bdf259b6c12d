/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/clock.h"

#include <pthread.h>
#include <string.h>
#include <time.h>

#include "common/base/banned.h"

enum { FIRST_YEAR = 1900, LAST_YEAR = 9999 };
#define CHINA_US (8 * HOUR_US)

#define JUMP_US (60 * SECOND_US)

struct clock {
    pthread_mutex_t lock;
    int64_t at;                   /* INSTANT_NONE: the machine's time */
    int64_t floor;                /* what was told last */
    int64_t seen_wall, seen_boot; /* the machine's time when it was last believed */
    bool held;
    int64_t (*wall)(void), (*boot)(void);
};

static int64_t read_us(clockid_t id)
{
    struct timespec ts;

    CHECK(clock_gettime(id, &ts) == 0);
    return (int64_t)ts.tv_sec * SECOND_US + ts.tv_nsec / 1000;
}

int64_t wall_now_us(void)
{
    return read_us(CLOCK_REALTIME);
}

int64_t monotonic_now_us(void)
{
    return read_us(CLOCK_MONOTONIC);
}

static int64_t boot_now_us(void)
{
    return read_us(CLOCK_BOOTTIME); /* goes on while the machine sleeps */
}

void clock_witness(struct clock *c, int64_t (*wall)(void), int64_t (*boot)(void))
{
    c->wall = wall;
    c->boot = boot;
    c->seen_wall = wall();
    c->seen_boot = boot();
}

struct clock *clock_new(void)
{
    struct clock *c = calloc(1, sizeof(*c));

    if (!c)
        abort();
    pthread_mutex_init(&c->lock, NULL);
    c->at = c->floor = INSTANT_NONE;
    clock_witness(c, wall_now_us, boot_now_us);
    return c;
}

void clock_free(struct clock *c)
{
    if (!c)
        return;
    pthread_mutex_destroy(&c->lock);
    free(c);
}

/*
 * The machine's time without a jump ahead; the lock is held. A step back is not remembered: when it
 * is mended, that is no jump.
 */
static int64_t follow(struct clock *c)
{
    int64_t wall = c->wall(), boot = c->boot();
    int64_t expected = c->seen_wall + (boot - c->seen_boot);

    c->held = wall > expected + JUMP_US;
    if (c->held)
        return expected;
    if (wall < expected - JUMP_US)
        return wall;
    c->seen_wall = wall;
    c->seen_boot = boot;
    return wall;
}

int64_t clock_now(const struct clock *clock)
{
    struct clock *c = (struct clock *)clock; /* what it saw is not part of what is asked */
    int64_t now;

    pthread_mutex_lock(&c->lock);
    now = c->at == INSTANT_NONE ? follow(c) : c->at;
    if (now < c->floor)
        now = c->floor;
    c->floor = now;
    pthread_mutex_unlock(&c->lock);
    return now;
}

void clock_floor(struct clock *c, int64_t at)
{
    pthread_mutex_lock(&c->lock);
    if (at > c->floor)
        c->floor = at;
    pthread_mutex_unlock(&c->lock);
}

bool clock_is_held(const struct clock *clock)
{
    struct clock *c = (struct clock *)clock;
    bool held;

    pthread_mutex_lock(&c->lock);
    held = c->at == INSTANT_NONE && c->held;
    pthread_mutex_unlock(&c->lock);
    return held;
}

void clock_set(struct clock *c, int64_t at)
{
    pthread_mutex_lock(&c->lock);
    c->at = c->floor = at;
    pthread_mutex_unlock(&c->lock);
}

bool clock_is_manual(const struct clock *clock)
{
    struct clock *c = (struct clock *)clock;
    bool manual;

    pthread_mutex_lock(&c->lock);
    manual = c->at != INSTANT_NONE;
    pthread_mutex_unlock(&c->lock);
    return manual;
}

/* --- days --- */

static bool is_leap(int year)
{
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
}

static int month_length(int year, int month)
{
    static const int length[] = {31, 28, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31};

    return length[month - 1] + (month == 2 && is_leap(year));
}

/* Years begin in March here, so that the leap day is the last of its year; an era has 400 of them.
 */
int day_of(int year, int month, int mday, int32_t *ret_day)
{
    int y, era, year_of_era, day_of_year;

    if (year < FIRST_YEAR || year > LAST_YEAR || month < 1 || month > 12 || mday < 1 ||
        mday > month_length(year, month))
        return CLOCK_E_BAD;
    y = month <= 2 ? year - 1 : year;
    era = y / 400;
    year_of_era = y % 400;
    day_of_year = (153 * (month > 2 ? month - 3 : month + 9) + 2) / 5 + mday - 1;
    *ret_day = era * 146097 + year_of_era * 365 + year_of_era / 4 - year_of_era / 100 +
               day_of_year - 719468;
    return 0;
}

void day_civil(int32_t day, int *ret_year, int *ret_month, int *ret_mday)
{
    int64_t z = (int64_t)day + 719468;
    int64_t era = (z >= 0 ? z : z - 146096) / 146097;
    int day_of_era = (int)(z - era * 146097);
    int year_of_era =
        (day_of_era - day_of_era / 1460 + day_of_era / 36524 - day_of_era / 146096) / 365;
    int day_of_year = day_of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    int from_march = (5 * day_of_year + 2) / 153;

    *ret_mday = day_of_year - (153 * from_march + 2) / 5 + 1;
    *ret_month = from_march < 10 ? from_march + 3 : from_march - 9;
    *ret_year = (int)(year_of_era + era * 400) + (*ret_month <= 2);
}

int day_weekday(int32_t day)
{
    int rest = (int)(((int64_t)day + 3) % 7); /* 1970-01-01 was a Thursday */

    return (rest < 0 ? rest + 7 : rest) + 1;
}

/* Reads exactly @n digits; -1 if there are fewer. */
static int digits(const char *p, int n)
{
    int value = 0;

    for (int i = 0; i < n; i++) {
        if (p[i] < '0' || p[i] > '9')
            return -1;
        value = value * 10 + p[i] - '0';
    }
    return value;
}

/* The date in the first ten of at least ten characters. */
static int date_prefix(const char *text, int32_t *ret_day)
{
    if (text[4] != '-' || text[7] != '-')
        return CLOCK_E_BAD;
    return day_of(digits(text, 4), digits(text + 5, 2), digits(text + 8, 2), ret_day);
}

int day_parse(const char *text, int32_t *ret_day)
{
    if (strnlen(text, DAY_TEXT) != DAY_TEXT - 1)
        return CLOCK_E_BAD;
    return date_prefix(text, ret_day);
}

/* @n decimal digits of @value at @p; the place behind them. */
static char *put(char *p, int64_t value, int n)
{
    for (int i = n; i > 0; i--, value /= 10)
        p[i - 1] = (char)('0' + value % 10);
    return p + n;
}

static char *put_date(char *p, int32_t day)
{
    int year, month, mday;

    day_civil(day, &year, &month, &mday);
    if (year < FIRST_YEAR || year > LAST_YEAR)
        return NULL;
    p = put(p, year, 4);
    *p++ = '-';
    p = put(p, month, 2);
    *p++ = '-';
    return put(p, mday, 2);
}

const char *day_format(int32_t day, char buf[DAY_TEXT])
{
    char *end = put_date(buf, day);

    *(end ? end : buf) = 0;
    return buf;
}

/* --- instants --- */

/* The UTC day of @at and the microseconds into it. */
static int32_t split(int64_t at, int64_t *ret_us)
{
    int64_t day = at / DAY_US, us = at % DAY_US;

    if (us < 0) {
        us += DAY_US;
        day--;
    }
    *ret_us = us;
    return (int32_t)day;
}

int32_t instant_day(int64_t at)
{
    int64_t us;
    int32_t day = split(at, &us);

    return us >= DAY_US - CHINA_US ? day + 1 : day;
}

int64_t day_start(int32_t day)
{
    int64_t at;

    if (__builtin_mul_overflow((int64_t)day, DAY_US, &at) ||
        __builtin_sub_overflow(at, CHINA_US, &at))
        return day < 0 ? INSTANT_NONE : INT64_MAX;
    return at;
}

int64_t day_end(int32_t day)
{
    return day == INT32_MAX ? INT64_MAX : day_start(day + 1);
}

/* ".123" and its like: any number of digits (RFC 3339 5.6), those behind the sixth cut off, so that no instant is later than it was
 * said; false if there is a dot and no digit behind it. */
static bool fraction_us(const char **p, int64_t *ret_us)
{
    const char *dot = *p;
    int64_t us = 0, unit = SECOND_US / 10;

    *ret_us = 0;
    if (*dot != '.')
        return true;
    for (++*p; **p >= '0' && **p <= '9'; ++*p, unit /= 10)
        us += (**p - '0') * unit;
    *ret_us = us;
    return *p > dot + 1;
}

/* "Z" or "+08:00" up to the end of the text, as microseconds east of Greenwich. */
static bool offset_us(const char *p, int64_t *ret_us)
{
    int hours, minutes;

    *ret_us = 0;
    if (*p == 'Z' || *p == 'z')
        return p[1] == 0;
    if ((*p != '+' && *p != '-') || strnlen(p, 7) != 6 || p[3] != ':')
        return false;
    hours = digits(p + 1, 2);
    minutes = digits(p + 4, 2);
    if (hours < 0 || hours > 23 || minutes < 0 || minutes > 59)
        return false;
    *ret_us = (hours * 60 + minutes) * 60 * SECOND_US * (*p == '-' ? -1 : 1);
    return true;
}

int instant_parse(const char *text, int64_t *ret_at)
{
    int64_t us, offset;
    int hour, minute, second;
    const char *p = text + 19;
    char buf[INSTANT_TEXT];
    int64_t at;
    int32_t day;

    if (strnlen(text, 20) != 20 || (text[10] != 'T' && text[10] != 't') || text[13] != ':' ||
        text[16] != ':')
        return CLOCK_E_BAD;
    hour = digits(text + 11, 2);
    minute = digits(text + 14, 2);
    second = digits(text + 17, 2);
    if (date_prefix(text, &day) || hour < 0 || hour > 23 || minute < 0 || minute > 59 ||
        second < 0 || second > 59 || !fraction_us(&p, &us) || !offset_us(p, &offset))
        return CLOCK_E_BAD;
    at = day * DAY_US + ((hour * 60 + minute) * 60 + second) * SECOND_US + us - offset;
    /* an offset at either end leads out of the years that can be written */
    if (!*instant_format(at, buf) || !*instant_format_utc(at, buf))
        return CLOCK_E_BAD;
    *ret_at = at;
    return 0;
}

/* Date and time of the day @us into @day, with six decimals if @fraction; NULL outside the
 * calendar. */
static char *put_time(char *p, int32_t day, int64_t us, bool fraction)
{
    p = put_date(p, day);
    if (!p)
        return NULL;
    *p++ = 'T';
    p = put(p, us / HOUR_US, 2);
    *p++ = ':';
    p = put(p, us / (60 * SECOND_US) % 60, 2);
    *p++ = ':';
    p = put(p, us / SECOND_US % 60, 2);
    if (fraction) {
        *p++ = '.';
        p = put(p, us % SECOND_US, 6);
    }
    return p;
}

const char *instant_format(int64_t at, char buf[INSTANT_TEXT])
{
    int64_t us;
    int32_t day = split(at, &us);
    char *p;

    us += CHINA_US;
    if (us >= DAY_US) {
        us -= DAY_US;
        day++;
    }
    p = put_time(buf, day, us, us % SECOND_US != 0);
    if (p)
        memcpy(p, "+08:00", 7);
    else
        buf[0] = 0;
    return buf;
}

const char *instant_format_utc(int64_t at, char buf[INSTANT_TEXT])
{
    int64_t us;
    int32_t day = split(at, &us);
    char *p = put_time(buf, day, us, true);

    if (p)
        memcpy(p, "Z", 2);
    else
        buf[0] = 0;
    return buf;
}
