/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/form/form_check.h"

#include <string.h>

#include "common/base/points.h"
#include "common/base/str.h"

#include "common/base/banned.h"

enum { FIELDS_MAX = 200, ROWS_MAX = 200 };

Intake__FormField *form_find(Intake__FormField *const *form, size_t n, const char *name)
{
    for (size_t i = 0; i < n; i++)
        if (str_equal(form[i]->name, name))
            return form[i];
    return NULL;
}

static bool is_filled(const Intake__FormField *v)
{
    return v && ((v->value && *v->value) || v->n_values || v->n_rows);
}

bool form_filled(Intake__FormField *const *form, size_t n, const char *name)
{
    return is_filled(form_find(form, n, name));
}

/* ---- one value ---- */

static const char *limit(struct ctx *c, int64_t milli)
{
    char text[POINTS_TEXT];

    return arena_strdup(c->arena, points_format(milli, text));
}

static const char *all_choices(struct ctx *c, const struct programme_field *f)
{
    const char *list = f->choices.n ? f->choices.items[0] : "true, false";

    for (size_t i = 1; i < f->choices.n; i++)
        list = arena_printf(c->arena, "%s, %s", list, f->choices.items[i]);
    return list;
}

static int refuse_value(struct ctx *c, const struct programme_field *f, const char *at, int why,
                        const char *text)
{
    switch (why) {
    case FORM_E_LINE:
        return refuse(c, reason_form_line_breaks, at, NULL);
    case FORM_E_NUMBER:
        return refuse(c, reason_form_number_bad, at, text,
                      arena_printf(c->arena, "%d", f->decimals), NULL);
    case FORM_E_DAY:
        return refuse(c, reason_date_bad, at, text, NULL);
    case FORM_E_SHORT:
        return refuse(c, reason_form_text_short, at, limit(c, f->min_milli), NULL);
    case FORM_E_LONG:
        return refuse(c, reason_text_too_long, at, limit(c, f->max_milli),
                      arena_printf(c->arena, "%zu", utf8_length(text)), NULL);
    case FORM_E_LOW:
        return refuse(c, reason_form_number_low, at, text, limit(c, f->min_milli), NULL);
    case FORM_E_HIGH:
        return refuse(c, reason_form_number_high, at, text, limit(c, f->max_milli), NULL);
    default:
        return refuse(c, reason_form_choice_unknown, at, text, all_choices(c, f), NULL);
    }
}

/* A draft's text may still be too short. */
static int check_value(struct ctx *c, const struct programme_field *f, const char *at, char **text,
                       const struct form_look *look)
{
    const char *canonical = *text;
    int why;

    if (!*text || !**text)
        return 0;
    why = form_value(c->arena, f, *text, &canonical);
    if (why && (why != FORM_E_SHORT || look->complete))
        return refuse_value(c, f, at, why, *text);
    *text = (char *)canonical;
    return f->type == FIELD_SUBJECT && look->subject ? look->subject(c, f, at, canonical) : 0;
}

/* ---- several ---- */

static int check_count(struct ctx *c, const struct programme_field *f, const char *at, size_t n,
                       const struct form_look *look)
{
    int64_t milli = (int64_t)n * 1000;

    if (look->complete && n && f->has_min && milli < f->min_milli)
        return refuse(c, reason_form_too_few, at, f->title, limit(c, f->min_milli), NULL);
    if (f->has_max ? milli > f->max_milli : n > ROWS_MAX)
        return refuse(c, reason_form_too_many, at, f->title,
                      limit(c, f->has_max ? f->max_milli : ROWS_MAX * INT64_C(1000)), NULL);
    return 0;
}

static int check_choice(struct ctx *c, const struct programme_field *f, const char *at,
                        Intake__FormField *v, size_t i, const struct form_look *look)
{
    int r = *v->values[i] ? check_value(c, f, at, &v->values[i], look)
                          : refuse(c, reason_text_missing, at, NULL);

    for (size_t k = 0; r == 0 && k < i; k++)
        if (strcmp(v->values[k], v->values[i]) == 0)
            r = refuse(c, reason_form_field_twice, at, v->values[i], NULL);
    return r;
}

static int check_choices(struct ctx *c, const struct programme_field *f, const char *at,
                         Intake__FormField *v, const struct form_look *look)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < v->n_values; i++)
        r = fault_note(
            c, check_choice(c, f, arena_printf(c->arena, "%s/values/%zu", at, i), v, i, look));
    return r ? r : check_count(c, f, arena_printf(c->arena, "%s/values", at), v->n_values, look);
}

static int note_faults(struct ctx *c, const char *at, const struct programme_field *fields,
                       size_t n_fields, Intake__FormField *const *form, size_t n,
                       const struct form_look *look) MUST_CHECK;

static int check_row(struct ctx *c, const struct programme_field *f, const char *at,
                     Intake__FormRow *row, const struct form_look *look)
{
    Intake__FormField **cells = arena_new_array(c->arena, Intake__FormField *, row->n_cells + 1);
    struct form_look inside = {.complete = look->complete, .subject = look->subject};
    int r;

    for (size_t i = 0; i < row->n_cells; i++) {
        cells[i] = arena_new_one(c->arena, Intake__FormField);
        intake__form_field__init(cells[i]);
        cells[i]->name = row->cells[i]->name;
        cells[i]->value = row->cells[i]->value;
    }
    r = note_faults(c, at, f->columns, f->n_columns, cells, row->n_cells, &inside);
    for (size_t i = 0; r == 0 && i < row->n_cells; i++)
        row->cells[i]->value = cells[i]->value;
    return r;
}

static int check_rows(struct ctx *c, const struct programme_field *f, const char *at,
                      Intake__FormField *v, const struct form_look *look)
{
    int r = check_count(c, f, arena_printf(c->arena, "%s/rows", at), v->n_rows, look);

    for (size_t i = 0; r == 0 && i < v->n_rows; i++)
        r = check_row(c, f, arena_printf(c->arena, "%s/rows/%zu/cells", at, i), v->rows[i], look);
    return r;
}

/* ---- one field ---- */

/* By which member a type is given; files are attached instead. */
static const char *given_by(enum field_type type)
{
    return type == FIELD_CHOICES ? "values"
           : type == FIELD_TABLE ? "rows"
           : type == FIELD_FILES ? "evidence"
                                 : "value";
}

static bool is_given_so(const Intake__FormField *v, enum field_type type)
{
    bool value = v->value && *v->value;

    switch (type) {
    case FIELD_CHOICES:
        return !value && !v->n_rows;
    case FIELD_TABLE:
        return !value && !v->n_values;
    case FIELD_FILES:
        return !is_filled(v);
    default:
        return !v->n_values && !v->n_rows;
    }
}

static int check_field(struct ctx *c, const struct programme_field *f, const char *at,
                       Intake__FormField *v, const struct form_look *look)
{
    if (!is_given_so(v, f->type))
        return refuse(c, reason_form_kind_wrong, at, f->title, field_type_words[f->type - 1],
                      given_by(f->type), NULL);
    if (f->type == FIELD_CHOICES)
        return check_choices(c, f, at, v, look);
    if (f->type == FIELD_TABLE)
        return check_rows(c, f, at, v, look);
    return check_value(c, f, arena_printf(c->arena, "%s/value", at), &v->value, look);
}

/* ---- the whole ---- */

static bool is_asked(const struct programme_field *fields, size_t n_fields,
                     const struct programme_field *f, Intake__FormField *const *form, size_t n)
{
    const char *on = f->required_if.field;
    const struct programme_field *of = on ? form_field(fields, n_fields, on) : NULL;
    Intake__FormField *v = of ? form_find(form, n, on) : NULL;
    const char *one;

    if (!is_filled(v))
        return f->required;
    one = v->value;
    if (of->type == FIELD_CHOICES)
        return f->required || form_asks(f, of, (const char *const *)v->values, v->n_values);
    return f->required || form_asks(f, of, &one, 1);
}

static int check_files(struct ctx *c, const struct programme_field *f, const char *at, bool asked,
                       const struct form_look *look)
{
    int64_t min = f->has_min ? f->min_milli / 1000 : 0;
    size_t n = 0;

    for (size_t i = 0; i < look->n_files; i++)
        n += str_equal(look->files[i], f->name);
    if (asked && min == 0)
        min = 1;
    if ((int64_t)n < min)
        return refuse(c, reason_form_too_few, at, f->title, limit(c, min * 1000), NULL);
    return check_count(c, f, at, n, look);
}

/* What is required is there. */
static int check_whole(struct ctx *c, const char *at, const struct programme_field *fields,
                       size_t n_fields, Intake__FormField *const *form, size_t n,
                       const struct form_look *look)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < n_fields; i++) {
        const struct programme_field *f = &fields[i];
        bool asked = is_asked(fields, n_fields, f, form, n);

        if (f->type == FIELD_FILES)
            r = fault_note(c, check_files(c, f, at, asked, look));
        else if (asked && !form_filled(form, n, f->name))
            r = fault_note(c, refuse(c, reason_form_incomplete, at, f->title, NULL));
    }
    return r;
}

static int check_one(struct ctx *c, const char *at, const struct programme_field *fields,
                     size_t n_fields, Intake__FormField *const *form, size_t i,
                     const struct form_look *look)
{
    const struct programme_field *f = form_field(fields, n_fields, form[i]->name);
    const char *place = arena_printf(c->arena, "%s/%zu", at, i);

    if (!f)
        return refuse(c, reason_value_unknown, arena_printf(c->arena, "%s/name", place),
                      form[i]->name, NULL);
    if (form_find(form, i, form[i]->name))
        return refuse(c, reason_form_field_twice, arena_printf(c->arena, "%s/name", place),
                      form[i]->name, NULL);
    return check_field(c, f, place, form[i], look);
}

/* Every fault is taken aside; only what is not a refusal ends it. */
static int note_faults(struct ctx *c, const char *at, const struct programme_field *fields,
                       size_t n_fields, Intake__FormField *const *form, size_t n,
                       const struct form_look *look)
{
    int r = 0;

    for (size_t i = 0; r == 0 && i < n; i++)
        r = fault_note(c, check_one(c, at, fields, n_fields, form, i, look));
    return r || !look->complete ? r : check_whole(c, at, fields, n_fields, form, n, look);
}

int form_check(struct ctx *c, const char *at, const struct programme_field *fields, size_t n_fields,
               Intake__FormField *const *form, size_t n, const struct form_look *look)
{
    int r = need_range(c, at, (int64_t)n, 0, FIELDS_MAX);

    if (r == 0)
        r = note_faults(c, at, fields, n_fields, form, n, look);
    return r ? r : faults_refuse(c);
}
