/* SPDX-License-Identifier: Apache-2.0 */
/*
 * read_form - the rows that say what a form of a programme may hold
 *
 * Private to programme.
 */
#pragma once
#include "common/domain/programme/shape.h"

extern const struct shape form_field_shape; /* struct programme_field */
extern const struct shape
    form_category_shape;                   /* struct programme_form of a category: with routes */
extern const struct shape form_case_shape; /* ... of a re-evaluation */

/* What follows from what was read: limits that are there, a category's short list of fields as its form. */
void form_settle(const struct reading *r, struct programme *p);
