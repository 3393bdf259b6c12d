/* SPDX-License-Identifier: Apache-2.0 */
/* programme_query - programmes as published, for everybody */
#pragma once
#include "common/service/service.h"
#include "intake.pb-c.h"

handler_fn list_programmes, get_programme;

/* What @after, a programme's text, has otherwise than @before, path by path. */
int programme_differs(struct ctx *c, const char *before, const char *after,
                      Intake__ProgrammeDifference ***ret_differences, size_t *ret_n) MUST_CHECK;
