/* SPDX-License-Identifier: Apache-2.0 */
#include "services/cli/commands/cmd_calendar.h"

#include <string.h>

#include "common/base/calendar.h"
#include "common/base/clock.h"
#include "common/base/id.h"
#include "common/base/place.h"
#include "common/domain/programme/programme.h"
#include "services/cli/say.h"

#include "common/base/banned.h"

/* ---- calendar ---- */

static const char *calendar_file(void)
{
    static char path[4096];

    snprintf(path, sizeof(path), "%s/calendars/cn.yaml", place_shipped());
    return path;
}

static int no_schedule(int32_t day)
{
    int year, month, mday;

    day_civil(day, &year, &month, &mday);
    return say_fault(
        tr("a working day of a year without a schedule is needed (from %d on); see %s"), year,
        calendar_file());
}

/* An answer that can still change is said to be so, also to scripts: the exit code is that of a finding. */
static int answered(const struct calendar *cal, int32_t day)
{
    int year, month, mday;

    if (calendar_is_certain(cal, day))
        return CLI_DONE;
    day_civil(day, &year, &month, &mday);
    return say_fault(tr("not certain yet: the schedule of %d, which can still change this day, is "
                        "missing in %s"),
                     year + 1, calendar_file());
}

static int last_day(const struct args *args, const struct calendar *cal, int32_t start)
{
    const char *text = args_word(args, 2);
    char day[DAY_TEXT], *end;
    int32_t last;
    long n;
    int r;

    if (!text)
        return say_usage("%s", tr("calendar last-day needs DATE and N"));
    n = strtol(text, &end, 10);
    if (end == text || *end || n < 1 || n > 400)
        return say_usage(tr("'%s' is not a number of days from 1 to 400"), text);
    r = calendar_last_day(cal, start, (int)n, args_has(args, "count-start"), &last);
    if (r == CALENDAR_E_NO_YEAR)
        return no_schedule(start);
    if (r)
        return say_fault("%s", strerror(-err_fold(r)));
    if (args_has(args, "json"))
        r = print_json(json_pack("{s:s, s:i, s:b, s:s, s:b}", "start", args_word(args, 1),
                                 "working_days", (int)n, "count_start",
                                 args_has(args, "count-start"), "last_day", day_format(last, day),
                                 "certain", calendar_is_certain(cal, last)));
    else
        printf("%s\n", day_format(last, day));
    return r ? r : answered(cal, last);
}

static int working(const struct args *args, const struct calendar *cal, int32_t day)
{
    bool worked;
    int r = args_word(args, 2) ? say_usage(tr("one word too many: %s"), args_word(args, 2)) : 0;

    if (!r && args_has(args, "count-start"))
        r = say_usage("%s", tr("--count-start belongs to calendar last-day"));
    if (r)
        return r;
    r = calendar_is_working(cal, day, &worked);
    if (r == CALENDAR_E_NO_YEAR)
        return no_schedule(day);
    if (r)
        return say_fault("%s", strerror(-err_fold(r)));
    if (args_has(args, "json"))
        r = print_json(json_pack("{s:s, s:b, s:b}", "date", args_word(args, 1), "working", worked,
                                 "certain", calendar_is_certain(cal, day)));
    else
        printf("%s\n", worked ? tr("working day") : tr("day off"));
    return r ? r : answered(cal, day);
}

int cmd_calendar(const struct args *args)
{
    CLEANUP(calendar_free) struct calendar *cal = NULL;
    const char *what = args_word(args, 0);
    struct errtext e = {0};
    int32_t day;

    if (strcmp(what, "last-day") != 0 && strcmp(what, "working") != 0)
        return say_usage(tr("calendar knows last-day and working, not '%s'"), what);
    if (day_parse(args_word(args, 1), &day))
        return say_usage(tr("'%s' is not a date: write 2023-10-16"), args_word(args, 1));
    if (calendar_load(calendar_file(), &cal, &e))
        return say_fault("%s", e.text);
    return strcmp(what, "working") == 0 ? working(args, cal, day) : last_day(args, cal, day);
}

/* ---- check ---- */

static const char *fault_text(enum id_fault fault, bool uscc)
{
    switch (fault) {
    case ID_VALID:
        return "valid"; /* these two words are read by scripts: never translated */
    case ID_LENGTH:
        return tr("it must have 18 characters");
    case ID_CHARACTER:
        return uscc ? tr("it has a character the standard does not use (no I, O, S, V, Z; capitals "
                         "only)")
                    : tr("it has a character other than digits and a final X");
    case ID_CHECK:
        return tr("the check character does not fit");
    case ID_DATE:
        return tr("the birth date in it does not exist or has not come");
    case ID_REGION:
        return tr("the region code in it cannot be a region");
    }
    return id_fault_name(fault);
}

int cmd_check(const struct args *args)
{
    const char *kind = args_word(args, 0), *code = args_word(args, 1);
    bool uscc = strcmp(kind, "uscc") == 0;
    enum id_fault fault;
    int r = CLI_DONE;

    if (!uscc && strcmp(kind, "id") != 0)
        return say_usage(tr("check knows uscc and id, not '%s'"), kind);
    fault = uscc ? uscc_check(code) : citizen_id_check_on(code, instant_day(wall_now_us()));
    if (args_has(args, "json"))
        r = print_json(fault ? json_pack("{s:b, s:s, s:s}", "valid", 0, "code",
                                         id_fault_name(fault), "reason", fault_text(fault, uscc))
                             : json_pack("{s:b}", "valid", 1));
    else if (fault)
        printf("invalid: %s\n", fault_text(fault, uscc));
    else
        printf("%s\n", fault_text(fault, uscc));
    return r ? r : fault ? CLI_FINDING : CLI_DONE;
}
