/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/programme/read_form.h"

#include "common/domain/programme/facts.h"
#include "common/domain/programme/shape_rows.h"
#include "common/base/banned.h"

enum { MAX_NUMBER = 1000000000, MAX_FILES = 50, MAX_COPIES = 20 };

static const char *const subject_words[] = {"enterprise", "compound", "building", "committee",
                                            NULL};

typedef __typeof__(((struct programme_field *)0)->required_if) required_if_t;
typedef __typeof__(((struct programme_field *)0)->evidence) evidence_t;

/* clang-format off */
static const struct shape_row required_if_rows[] = {
    TEXT(required_if_t, field),
    ENUM(required_if_t, "op", op, condition_op_words),
    {"value", SHAPE_VALUES, true, .offset = offsetof(required_if_t, values)},
    NOTES, {0}};
SHAPE(required_if, required_if_t);

static const struct shape_row evidence_rows[] = {
    TEXTS_OPT(evidence_t, types, evidence_type_words),
    INT_OPT(evidence_t, min, 0, MAX_FILES),
    INT_OPT(evidence_t, max, 1, MAX_FILES),
    NOTES, {0}};
SHAPE(evidence, evidence_t);

#define F struct programme_field
static const struct shape_row form_field_rows[] = {
    TEXT(F, name),
    TEXT(F, title),
    ENUM_OR(F, "type", type, field_type_words, FIELD_LONGTEXT),
    TEXT_OPT(F, section),
    TEXT_OPT(F, help),
    TEXT_OPT(F, example),
    TEXT_OPT(F, unit),
    BOOL_OPT(F, required),
    MAP_OPT(F, required_if, required_if),
    POINTS_OPT(F, "min", min_milli, -MAX_NUMBER, MAX_NUMBER),
    POINTS_OPT(F, "max", max_milli, -MAX_NUMBER, MAX_NUMBER),
    INT_OPT(F, decimals, 0, 3),
    TEXTS_OPT(F, choices, NULL),
    TEXTS_OPT(F, subjects, subject_words),
    ENTRIES(F, "columns", columns, false, false, form_field_shape),
    MAP_OPT(F, evidence, evidence),
    NOTES, {0}};
#undef F
const struct shape form_field_shape = {sizeof(struct programme_field), form_field_rows};

static const struct shape_row opinion_rows[] = {
    TEXT(struct programme_opinion, by),
    TEXT(struct programme_opinion, title),
    ENTRIES(struct programme_opinion, "fields", fields, true, false, form_field_shape),
    NOTES, {0}};
SHAPE(opinion, struct programme_opinion);

#define F struct programme_form
#define OF_ANY_FORM \
    TEXT(F, id), \
    TEXT(F, title), \
    TEXT_OPT(F, help), \
    INT_OPT(F, copies, 1, MAX_COPIES), \
    ENTRIES(F, "fields", fields, true, false, form_field_shape), \
    ENTRIES(F, "opinions", opinions, false, false, opinion), \
    TEXT_OPT(F, source), \
    {"decision", SHAPE_NOTE}
static const struct shape_row form_category_rows[] = {TEXTS_OPT(F, routes, NULL), OF_ANY_FORM, {0}};
static const struct shape_row form_case_rows[] = {OF_ANY_FORM, {0}};
#undef OF_ANY_FORM
#undef F
const struct shape form_category_shape = {sizeof(struct programme_form), form_category_rows};
const struct shape form_case_shape = {sizeof(struct programme_form), form_case_rows};
/* clang-format on */

/* ---- what follows ---- */

static void settle_fields(const struct reading *r, struct programme_field *fields, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        struct programme_field *f = &fields[i];

        if (f->required_if.op)
            f->required_if.op_text = condition_op_words[f->required_if.op - 1];
        f->has_min = shape_has(r, &f->min_milli) || shape_has(r, &f->evidence.min);
        f->has_max = shape_has(r, &f->max_milli) || shape_has(r, &f->evidence.max);
        if (shape_has(r, &f->evidence.min))
            f->min_milli = (int64_t)f->evidence.min * 1000;
        if (shape_has(r, &f->evidence.max))
            f->max_milli = (int64_t)f->evidence.max * 1000;
        settle_fields(r, f->columns, f->n_columns);
    }
}

static void settle_forms(const struct reading *r, struct programme_form *forms, size_t n)
{
    for (size_t i = 0; i < n; i++) {
        settle_fields(r, forms[i].fields, forms[i].n_fields);
        for (size_t k = 0; k < forms[i].n_opinions; k++)
            settle_fields(r, forms[i].opinions[k].fields, forms[i].opinions[k].n_fields);
    }
}

void form_settle(const struct reading *r, struct programme *p)
{
    for (size_t i = 0; i < p->n_categories; i++) {
        struct programme_category *c = &p->categories[i];

        settle_forms(r, c->forms, c->n_forms);
        settle_fields(r, c->fields, c->n_fields);
        if (c->n_fields && !c->n_forms) {
            c->forms = arena_new_one(r->arena, struct programme_form);
            c->n_forms = 1;
            *c->forms = (struct programme_form){
                .id = c->id, .title = c->title, .fields = c->fields, .n_fields = c->n_fields};
        }
    }
    for (size_t i = 0; i < p->n_reevaluations; i++)
        settle_forms(r, &p->reevaluations[i].form, 1);
}
