/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_check - whether what was filled in fits the form; in its canonical form afterwards
 *
 * Sources: notices 六 (按照要求规范填写申报表); what is asked for is the programme's (common/domain/programme/form.h).
 */
#pragma once
#include "common/domain/programme/form.h"
#include "common/service/service.h"
#include "intake.pb-c.h"

/* How a form is looked at. */
struct form_look {
    bool
        complete; /* it is handed in: what is required must be there. Else a draft, which may lack anything */
    /* Whether the code @code, canonical, names a subject of one of the field's kinds: 0, or refused at @at; NULL: not looked at. */
    int (*subject)(struct ctx *c, const struct programme_field *f, const char *at,
                   const char *code);
    /* The fields that files are attached to, a name for each file. */
    const char *const *files;
    size_t n_files;
};

/*
 * The values @form (in the message's arena) of the fields, all faults at once. Each value that stands is replaced by its canonical form. Refused with the
 * field's place below @at ("form/2/value"), of what is missing with @at itself: value_unknown (no such field or column), form_field_twice,
 * form_kind_wrong, form_line_breaks, form_text_short, text_too_long, form_number_bad, form_number_low, form_number_high, date_bad,
 * form_choice_unknown, form_too_few, form_too_many, form_incomplete.
 */
int form_check(struct ctx *c, const char *at, const struct programme_field *fields, size_t n_fields,
               Intake__FormField *const *form, size_t n, const struct form_look *look) MUST_CHECK;
/* Whether anything stands in the field @name. */
bool form_filled(Intake__FormField *const *form, size_t n, const char *name);
/* The field's values, NULL if it has none. */
Intake__FormField *form_find(Intake__FormField *const *form, size_t n, const char *name);
