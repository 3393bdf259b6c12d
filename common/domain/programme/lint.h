/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lint - what the fields of a programme must make together
 *
 * Private to programme. Fields that could not be read have their finding already and are left alone here.
 */
#pragma once
#include "common/domain/programme/shape.h"

void lint_programme(struct reading *r, const struct programme *p);
/* Parts of it. */
void lint_points(struct reading *r,
                 const struct programme *p); /* lint_points.c: rubrics, bands, shares */
void lint_conditions(struct reading *r, const struct programme *p); /* lint_conditions.c */
void lint_forms(struct reading *r, const struct programme *p);      /* lint_forms.c */
void lint_joint_acts(struct reading *r, const struct programme *p); /* lint_joint_acts.c */
/* A finding for every text that was there before; the texts are @n members @stride bytes apart, the first is @first. */
void lint_unique(struct reading *r, const char *const *first, size_t stride, size_t n);
void lint_texts_unique(struct reading *r, const struct texts *t);
