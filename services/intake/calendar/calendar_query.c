/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/calendar/calendar_query.h"

#include "common/base/calendar.h"
#include "common/base/clock.h"
#include "intake.pb-c.h"

#include "common/base/banned.h"

enum { YEAR_FIRST = 1990, YEAR_LAST = 2100, DAYS_MAX = 400 };

static char *day_in(struct ctx *c, int32_t day)
{
    return (char *)day_format(day, arena_alloc(c->arena, DAY_TEXT));
}

static int missing(struct ctx *c, const char *field, int32_t day)
{
    return refuse(c, reason_calendar_missing, field, day_in(c, day), NULL);
}

int get_calendar(struct ctx *c)
{
    const Intake__GetCalendar *q = c->request;
    const struct calendar *calendar = service_calendar(c->svc);
    Intake__GetCalendarReply reply = INTAKE__GET_CALENDAR_REPLY__INIT;
    int32_t first, last;
    int r = need_range(c, "year", q->year, YEAR_FIRST, YEAR_LAST);

    if (r)
        return r;
    CHECK(day_of(q->year, 1, 1, &first) == 0 && day_of(q->year, 12, 31, &last) == 0);
    reply.year = q->year;
    reply.days = arena_new_array(c->arena, Intake__CalendarDay *, (size_t)(last - first) + 2);
    for (int32_t day = first; day <= last; day++) {
        Intake__CalendarDay *d = arena_new_one(c->arena, Intake__CalendarDay);
        bool working;

        if (calendar_is_working(calendar, day, &working))
            return missing(c, "year", day);
        intake__calendar_day__init(d);
        d->day = day_in(c, day);
        d->working = working;
        d->certain = calendar_is_certain(calendar, day);
        reply.working_days += working;
        reply.days[reply.n_days++] = d;
    }
    reply_with(c, &reply.base);
    return 0;
}

/* Why @day counts or does not. */
static const char *why(int32_t day, bool working, bool skipped)
{
    bool weekend = day_weekday(day) >= 6;

    if (skipped)
        return "first_day";
    if (working)
        return weekend ? "make_up" : "working";
    return weekend ? "weekend" : "holiday";
}

static int count_days(struct ctx *c, const Intake__GetLastDay *q, int32_t from, int32_t end,
                      Intake__GetLastDayReply *reply)
{
    const struct calendar *calendar = service_calendar(c->svc);
    int n = 0;

    reply->days = arena_new_array(c->arena, Intake__CountedDay *, (size_t)(end - from) + 2);
    reply->certain = true;
    for (int32_t day = from; day <= end; day++) {
        Intake__CountedDay *d = arena_new_one(c->arena, Intake__CountedDay);
        bool working, skipped = day == from && !(q->has_count_start && q->count_start);

        if (calendar_is_working(calendar, day, &working))
            return missing(c, "from_day", day);
        intake__counted_day__init(d);
        d->day = day_in(c, day);
        d->why = (char *)why(day, working, skipped);
        d->has_counted = working && !skipped;
        if (d->has_counted)
            d->counted = ++n;
        reply->certain = reply->certain && calendar_is_certain(calendar, day);
        reply->days[reply->n_days++] = d;
    }
    return 0;
}

int get_last_day(struct ctx *c)
{
    const Intake__GetLastDay *q = c->request;
    Intake__GetLastDayReply reply = INTAKE__GET_LAST_DAY_REPLY__INIT;
    int32_t from, end;
    int r = fault_note(c, need_day(c, "from_day", q->from_day, &from));

    if (r == 0)
        r = fault_note(c, need_range(c, "working_days", q->working_days, 1, DAYS_MAX));
    if (r == 0)
        r = faults_refuse(c);
    if (r)
        return r;
    if (calendar_last_day(service_calendar(c->svc), from, q->working_days,
                          q->has_count_start && q->count_start, &end))
        return missing(c, "from_day", from);
    r = count_days(c, q, from, end, &reply);
    if (r)
        return r;
    reply.end_day = day_in(c, end);
    reply_with(c, &reply.base);
    return 0;
}
