/* SPDX-License-Identifier: Apache-2.0 */
#include "common/base/calendar.h"

#include <errno.h>
#include <string.h>

#include "common/base/clock.h"
#include "common/base/yaml.h"

#include "common/base/banned.h"

enum { MAX_FILE = 1024 * 1024, MAX_RANGE = 31, MAX_DAYS = 400, NEIGHBOUR_DAYS = 31 };

enum day_kind { BY_WEEKDAY = 0, OFF, WORKED };

struct year {
    int year;
    int32_t first; /* its 1 January */
    int n_days;
    uint8_t kind[366];
};

struct calendar {
    struct year *years;
    size_t n_years;
};

/* One file being read. */
struct source {
    const char *path;
    struct errtext *e;
    struct calendar *cal;
};

static int refuse(const struct source *src, const struct ynode *at, const char *why)
{
    errtext_set(src->e, "%s:%d:%d: %s", src->path, at->line, at->column, why);
    return err_raise(-EINVAL);
}

static struct year *year_of_day(const struct calendar *cal, int32_t day)
{
    for (size_t i = 0; i < cal->n_years; i++) {
        struct year *y = &cal->years[i];

        if (day >= y->first && day < y->first + y->n_days)
            return y;
    }
    return NULL;
}

static int add_year(const struct source *src, const struct ynode *node)
{
    const struct ynode *number = ynode_get(node, "year"), *notice = ynode_get(node, "notice");
    struct calendar *cal = src->cal;
    char january[DAY_TEXT + 8];
    struct year *y = &cal->years[cal->n_years];
    int32_t next;
    int month, mday;

    if (node->kind != YNODE_MAP || !number || number->kind != YNODE_SCALAR)
        return refuse(src, node, "a year's entry begins with 'year: NNNN'");
    snprintf(january, sizeof(january), "%.8s-01-01", number->text);
    if (day_parse(january, &y->first))
        return refuse(src, number, "not a year");
    if (!notice || notice->kind != YNODE_SCALAR || !notice->text[0])
        return refuse(src, node, "a year names the notice it was taken from");
    if (year_of_day(cal, y->first))
        return refuse(src, number, "this year is here twice");
    day_civil(y->first, &y->year, &month, &mday);
    y->n_days = day_of(y->year + 1, 1, 1, &next) ? 365 : next - y->first;
    cal->n_years++;
    return 0;
}

static int parse_range(const struct source *src, const struct ynode *item, int32_t *ret_from,
                       int32_t *ret_to)
{
    char first[DAY_TEXT];
    const char *dots;

    if (item->kind != YNODE_SCALAR)
        return refuse(src, item, "a day or a range FIRST..LAST is expected");
    dots = strstr(item->text, "..");
    snprintf(first, sizeof(first), "%.10s", item->text);
    if ((dots ? dots != item->text + 10 : strlen(item->text) != 10) || day_parse(first, ret_from) ||
        day_parse(dots ? dots + 2 : first, ret_to))
        return refuse(src, item, "not a day YYYY-MM-DD or a range FIRST..LAST");
    if (*ret_to < *ret_from || *ret_to - *ret_from >= MAX_RANGE)
        return refuse(src, item, "the range ends before it begins, or is longer than a month");
    return 0;
}

static int mark(const struct source *src, const struct ynode *item, int32_t day, enum day_kind kind)
{
    struct year *y = year_of_day(src->cal, day);

    if (!y)
        return 0; /* a day of a neighbour whose own schedule is not here */
    if (y->kind[day - y->first] != BY_WEEKDAY)
        return refuse(src, item, "a day is named twice");
    if (kind == WORKED && day_weekday(day) < 6)
        return refuse(src, item, "a day under 'work' must be a Saturday or Sunday");
    y->kind[day - y->first] = (uint8_t)kind;
    return 0;
}

/* The days of @list, which lie in the year from @jan1 or, around New Year, in the month before or after it: the schedule of 2019 made
 * 29 December 2018 a day that was worked. */
static int mark_list(const struct source *src, const struct ynode *list, int32_t jan1,
                     enum day_kind kind)
{
    int32_t last = year_of_day(src->cal, jan1)->n_days + jan1 - 1;
    int r = 0;

    if (list->kind != YNODE_LIST)
        return refuse(src, list, "a list of days is expected");
    for (size_t i = 0; i < list->n_items && !r; i++) {
        const struct ynode *item = list->items[i];
        int32_t from, to;

        r = parse_range(src, item, &from, &to);
        if (!r && (from < jan1 - NEIGHBOUR_DAYS || to > last + NEIGHBOUR_DAYS))
            r = refuse(src, item, "the day is neither in this year nor in the months beside it");
        for (int32_t day = from; !r && day <= to; day++)
            r = mark(src, item, day, kind);
    }
    return r;
}

static int read_days(const struct source *src, const struct ynode *node, int32_t jan1)
{
    int r = 0;

    for (size_t i = 0; i < node->n_items && !r; i++) {
        const struct ynode *child = node->items[i];

        if (strcmp(child->key, "off") == 0)
            r = mark_list(src, child, jan1, OFF);
        else if (strcmp(child->key, "work") == 0)
            r = mark_list(src, child, jan1, WORKED);
        else if (strcmp(child->key, "year") != 0 && strcmp(child->key, "notice") != 0)
            r = refuse(src, child, "only year, notice, off and work are known here");
    }
    return r;
}

static int read_tree(const struct source *src, const struct ynode *root)
{
    const struct ynode *list = ynode_get(root, "years");
    struct calendar *cal = src->cal;
    int r = 0;

    if (!list || list->kind != YNODE_LIST || root->n_items != 1 || !list->n_items)
        return refuse(src, root, "one list 'years' is expected");
    cal->years = calloc(list->n_items, sizeof(*cal->years));
    if (!cal->years)
        abort();
    for (size_t i = 0; i < list->n_items && !r; i++)
        r = add_year(src, list->items[i]);
    /* days only now: a range may reach into a year that comes later in the file */
    for (size_t i = 0; i < list->n_items && !r; i++)
        r = read_days(src, list->items[i], cal->years[i].first);
    return r;
}

static int read_file(struct arena *a, const struct source *src, struct bytes *ret)
{
    FILE *f = fopen(src->path, "re");
    char *data;
    size_t n;
    int r = 0;

    if (!f) {
        r = -errno;
        errtext_set(src->e, "%s: %s", src->path, strerror(-r));
        return err_raise(r);
    }
    data = arena_alloc(a, MAX_FILE + 1);
    n = fread(data, 1, MAX_FILE + 1, f);
    if (ferror(f))
        r = -EIO;
    else if (n > MAX_FILE)
        r = -EFBIG;
    fclose(f);
    if (r) {
        errtext_set(src->e, "%s: %s", src->path, strerror(-r));
        return err_raise(r);
    }
    *ret = (struct bytes){.data = (const uint8_t *)data, .size = n};
    return 0;
}

int calendar_load(const char *path, struct calendar **ret_cal, struct errtext *e)
{
    CLEANUP(calendar_free) struct calendar *cal = calloc(1, sizeof(*cal));
    CLEANUP(arena_free) struct arena *a = arena_new();
    const struct source src = {.path = path, .e = e, .cal = cal};
    struct errtext why = {0};
    struct ynode *root;
    struct bytes text;
    int line, column, r;

    if (!cal)
        abort();
    r = read_file(a, &src, &text);
    if (r)
        return err_pass(r);
    if (yaml_parse(a, (const char *)text.data, text.size, &root, &line, &column, &why)) {
        errtext_set(e, "%s:%d:%d: %s", path, line, column, why.text);
        return err_raise(-EINVAL);
    }
    r = read_tree(&src, root);
    if (r)
        return err_pass(r);
    *ret_cal = TAKE(cal);
    return 0;
}

void calendar_free(struct calendar *cal)
{
    if (!cal)
        return;
    free(cal->years);
    free(cal);
}

bool calendar_is_certain(const struct calendar *cal, int32_t day)
{
    const struct year *y = year_of_day(cal, day);

    if (!y)
        return false;
    return day < y->first + y->n_days - NEIGHBOUR_DAYS || year_of_day(cal, y->first + y->n_days);
}

int calendar_is_working(const struct calendar *cal, int32_t day, bool *ret_working)
{
    const struct year *y = year_of_day(cal, day);
    enum day_kind kind;

    if (!y)
        return CALENDAR_E_NO_YEAR;
    kind = y->kind[day - y->first];
    *ret_working = kind == WORKED || (kind == BY_WEEKDAY && day_weekday(day) < 6);
    return 0;
}

int calendar_last_day(const struct calendar *cal, int32_t start, int n, bool count_start,
                      int32_t *ret_day)
{
    int64_t day = count_start ? (int64_t)start - 1 : start;

    if (n < 1 || n > MAX_DAYS)
        return CALENDAR_E_RANGE;
    while (n > 0) {
        bool working;

        if (++day > INT32_MAX || calendar_is_working(cal, (int32_t)day, &working))
            return CALENDAR_E_NO_YEAR;
        n -= working;
    }
    *ret_day = (int32_t)day;
    return 0;
}

int calendar_working_days_in(const struct calendar *cal, int year, int *ret_n)
{
    int32_t jan1;
    const struct year *y;
    int n = 0;

    if (day_of(year, 1, 1, &jan1) || !(y = year_of_day(cal, jan1)))
        return CALENDAR_E_NO_YEAR;
    for (int32_t day = jan1; day < jan1 + y->n_days; day++) {
        bool working;

        n += !calendar_is_working(cal, day, &working) && working;
    }
    *ret_n = n;
    return 0;
}
