/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application_form - what is filled in: the form of category and route, the opinions of the bodies of the chain beneath it
 *
 * Sources: notices 六 (按要求规范填写申报表, 推荐表), 三(二) (街镇推荐); the annexes as the programme has them.
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"
#include "intake.pb-c.h"
#include "services/intake/application/application.h"

/* The values of @a's form fit the programme's, and are canonical afterwards (form_check); @complete: nothing required is missing, files
 * are attached. Refused with the field's place. */
int check_form(struct ctx *c, const struct programme_category *category,
               const struct application *a, Intake__FormField *const *form, size_t n,
               bool complete) MUST_CHECK;
/* The field of type files named @name of the form that @a fills in; refused at "field". */
int need_files_field(struct ctx *c, const struct programme_category *category,
                     const struct application *a, const char *name,
                     const struct programme_field **ret_field) MUST_CHECK;

/* The opinion of @by, below @at "opinion" and @complete as a form is; form_none where the form asks that body for none. Nothing is wrong with
 * none at all unless something is required of an accepting body. */
int check_opinion(struct ctx *c, const struct programme_category *category,
                  const struct application *a, const char *by, Intake__FormField *const *opinion,
                  size_t n, bool complete) MUST_CHECK;
/* Keep it; nothing to do for an empty one. */
void opinion_put(struct ctx *c, const struct application *a, const char *by,
                 Intake__FormField *const *opinion, size_t n);
/* All that were written, oldest first. */
int opinions_read(struct ctx *c, const struct application *a, Intake__Opinion ***ret_opinions,
                  size_t *ret_n) MUST_CHECK;
