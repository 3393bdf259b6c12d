/* SPDX-License-Identifier: Apache-2.0 */
/*
 * looks - the conditions of an application are looked at again: when it is accepted, and whenever a fact of it changes
 *
 * Changning 2023, 四: 评选推荐的基本条件; 六(二): 严格按标准申报，…确保推荐对象经得起检验. Registry and credit go on after an application was handed
 * in; what its conditions rested on is kept, so that each look says what changed, from what to what, by what. Scoring and publicity look
 * by what is said here (ConditionsChanged): no other service computes a condition of applying.
 */
#pragma once
#include "common/service/service.h"
#include "intake.pb-c.h"
#include "services/intake/application/application.h"
#include "services/intake/application/conditions.h"

/* Keep @checks as what the application stands on from now on: it is handed in, or accepted. */
void looks_keep(struct ctx *c, const struct application *a, const struct checks *checks);
/* The conditions of @a with the facts of now, each with what it was before and what changed it. Writes nothing. none where the programme
 * does not know the category any more. Refused as subject_load() and programme_load() refuse. */
int looks_now(struct ctx *c, const struct application *a, struct checks *ret) MUST_CHECK;
/* Refused at conditions/ID with condition_unmet or condition_unknown by the first of @checks that is not met. */
int looks_need(struct ctx *c, const struct checks *checks) MUST_CHECK;
/* Something happened, @by, to @id and @other (a subject, an enterprise, a site; may be NULL; both NULL: something was taken back, which
 * concerns whose conditions are unmet): look again at every application of the message's region that is handed in or accepted, and say
 * ConditionsChanged of those found otherwise. */
int looks_follow(struct ctx *c, const char *id, const char *other,
                 const Intake__Cause *by) MUST_CHECK;

/* Commands that change facts, each carried out and then followed. */
handler_fn record_change_followed, register_project_followed, intake_confirm_correction_followed;
