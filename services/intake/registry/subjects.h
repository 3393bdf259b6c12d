/* SPDX-License-Identifier: Apache-2.0 */
/* subjects - the registry as a list, page by page */
#pragma once
#include "common/service/service.h"
#include "intake.pb-c.h"

handler_fn list_subjects;
/* A row of the registry's queries as a message, in the ctx's arena; and what only a committee has. */
Intake__Subject *subject_of(struct ctx *c, const struct rows *rows, size_t i);
void subject_take_term(Intake__Subject *s, const struct rows *rows, size_t i);
