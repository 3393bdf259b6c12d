/* SPDX-License-Identifier: Apache-2.0 */
/*
 * form_print - a filled form as it is printed: sections and labels in the form's order, values as people read them
 */
#pragma once
#include "common/domain/programme/form.h"
#include "form.pb-c.h"
#include "intake.pb-c.h"

/* A file that is attached; field NULL or "": to no field. */
struct form_attached {
    const char *field;
    Form__File *file;
};

/* A line for every field, in order, whether filled in or not. In @a; texts are borrowed. */
Form__Line **form_lines(struct arena *a, const struct programme_field *fields, size_t n_fields,
                        Intake__FormField *const *form, size_t n, const struct form_attached *files,
                        size_t n_files);
/* The same, a section where neighbours name the same one. */
Form__Section **form_sections(struct arena *a, const struct programme_field *fields,
                              size_t n_fields, Intake__FormField *const *form, size_t n,
                              const struct form_attached *files, size_t n_files, size_t *ret_n);
