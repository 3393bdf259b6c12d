/* SPDX-License-Identifier: Apache-2.0 */
/*
 * application_rules - who may act for an application, whose turn is next, when one may apply
 *
 * Sources: notice 三(二) (routes), 六 (the last day); domain.md section 3 (grace, returns).
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"
#include "services/intake/application/application.h"

/* The step after @step in the chain (the first for NULL); NULL at its end. */
const char *chain_next(const struct programme_route *route, const char *step);
/* Whether the actor acts for whoever drafted it; refused with forbidden. */
int need_drafter(struct ctx *c, const struct application *a) MUST_CHECK;
/* Whether the actor may act as @role of the chain on @a. */
bool may_act_as(const struct ctx *c, enum role role, const struct application *a);
/* Whether applications are taken now, or one received on paper on @received (DAY_NONE: now) still is: application_late, stage_not_open,
 * calendar_missing. */
int need_stage(struct ctx *c, const struct programme *p, int32_t received) MUST_CHECK;
