/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/programme/form.h"

#include <string.h>

#include "common/base/clock.h"
#include "common/base/points.h"
#include "common/base/str.h"
#include "common/text/clean.h"
#include "common/base/banned.h"

const char *const field_type_words[] = {"text",   "longtext", "number", "date",
                                        "choice", "choices",  "yes_no", "subject",
                                        "table",  "files",    NULL};
const char *const evidence_type_words[] = {"jpeg", "png", "pdf", "docx", "xlsx", NULL};

const struct programme_field *form_field(const struct programme_field *fields, size_t n,
                                         const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_equal(fields[i].name, name))
            return &fields[i];
    return NULL;
}

const struct programme_opinion *form_opinion(const struct programme_form *form, const char *by)
{
    for (size_t i = 0; i < form->n_opinions; i++)
        if (str_equal(form->opinions[i].by, by))
            return &form->opinions[i];
    return NULL;
}

/* ---- values ---- */

static int line_value(struct arena *a, const char *text, const char **ret)
{
    struct text_fault fault;

    return text_clean(a, TEXT_LINE, text, ret, &fault) ? FORM_E_LINE : 0;
}

static int text_limits(const struct programme_field *f, const char *text)
{
    int64_t length = (int64_t)utf8_length(text) * 1000;

    if (f->has_min && length < f->min_milli)
        return FORM_E_SHORT;
    if (f->has_max && length > f->max_milli)
        return FORM_E_LONG;
    return 0;
}

static int number_value(struct arena *a, const struct programme_field *f, const char *text,
                        const char **ret)
{
    static const int64_t steps[] = {1000, 100, 10, 1};
    char out[POINTS_TEXT];
    int64_t milli;

    if (points_parse(text_key(a, text), &milli) != 0 || milli % steps[f->decimals])
        return FORM_E_NUMBER;
    if (f->has_min && milli < f->min_milli)
        return FORM_E_LOW;
    if (f->has_max && milli > f->max_milli)
        return FORM_E_HIGH;
    *ret = arena_strdup(a, points_format(milli, out));
    return 0;
}

static int day_value(struct arena *a, const char *text, const char **ret)
{
    char out[DAY_TEXT];
    int32_t day;

    if (day_parse(text_key(a, text), &day) != 0)
        return FORM_E_DAY;
    *ret = arena_strdup(a, day_format(day, out));
    return 0;
}

static int choice_value(struct arena *a, const struct programme_field *f, const char *text,
                        const char **ret)
{
    const char *key = text_key(a, text);

    for (size_t i = 0; i < f->choices.n; i++)
        if (strcmp(text_key(a, f->choices.items[i]), key) == 0) {
            *ret = f->choices.items[i];
            return 0;
        }
    return FORM_E_CHOICE;
}

static int yes_no_value(struct arena *a, const char *text, const char **ret)
{
    static const char *const words[][2] = {
        {"true", "true"}, {"false", "false"}, {"是", "true"}, {"否", "false"}};
    const char *key = text_key(a, text);

    for (size_t i = 0; i < ARRAY_LEN(words); i++)
        if (strcmp(words[i][0], key) == 0) {
            *ret = words[i][1];
            return 0;
        }
    return FORM_E_CHOICE;
}

int form_value(struct arena *a, const struct programme_field *f, const char *text,
               const char **ret_canonical)
{
    const char *clean = text;
    struct text_fault fault;
    int r = 0;

    switch (f->type) {
    case FIELD_TEXT:
        r = line_value(a, text, &clean);
        break;
    case FIELD_NUMBER:
        return number_value(a, f, text, ret_canonical);
    case FIELD_DATE:
        return day_value(a, text, ret_canonical);
    case FIELD_CHOICE:
    case FIELD_CHOICES:
        return choice_value(a, f, text, ret_canonical);
    case FIELD_YES_NO:
        return yes_no_value(a, text, ret_canonical);
    case FIELD_SUBJECT:
        r = text_clean(a, TEXT_CODE, text, &clean, &fault) ? FORM_E_LINE : 0;
        break;
    default: /* paragraphs; tables and files have no single value */
        break;
    }
    if (r == 0)
        r = text_limits(f, clean);
    if (r == 0)
        *ret_canonical = clean;
    return r;
}

/* ---- what follows from a value ---- */

/* Below, at or above, as -1, 0, 1: numbers by size, days by date, all else by its text. */
static int compared(const struct programme_field *of, const char *value, const char *limit)
{
    int64_t a, b;

    if (of->type == FIELD_NUMBER && points_parse(value, &a) == 0 && points_parse(limit, &b) == 0)
        return a < b ? -1 : a > b;
    return strcmp(value, limit);
}

static bool holds(const struct programme_field *f, const struct programme_field *of,
                  const char *value)
{
    int order = compared(of, value, f->required_if.values.items[0]);

    switch (f->required_if.op) {
    case OP_EQ:
        return order == 0;
    case OP_NE:
        return order != 0;
    case OP_LT:
        return order < 0;
    case OP_LE:
        return order <= 0;
    case OP_GT:
        return order > 0;
    case OP_GE:
        return order >= 0;
    case OP_IN:
        for (size_t i = 0; i < f->required_if.values.n; i++)
            if (compared(of, value, f->required_if.values.items[i]) == 0)
                return true;
        return false;
    }
    return false;
}

bool form_asks(const struct programme_field *f, const struct programme_field *of,
               const char *const *values, size_t n)
{
    bool all = f->required_if.op == OP_NE; /* of several choices none may be that one */
    size_t n_held = 0;

    for (size_t i = 0; i < n; i++)
        n_held += holds(f, of, values[i]);
    return n && (all ? n_held == n : n_held > 0);
}

const char *form_shown(struct arena *a, const struct programme_field *f, const char *value)
{
    if (f->type == FIELD_YES_NO)
        return strcmp(value, "true") == 0 ? "是" : "否";
    if (f->type == FIELD_NUMBER && f->unit && *value)
        return arena_printf(a, "%s %s", value, f->unit);
    return value;
}
