/* SPDX-License-Identifier: Apache-2.0 */
/*
 * papers - what lies beside an application's form: its files, and its conditions with the facts of now
 */
#pragma once
#include "common/service/service.h"
#include "intake.pb-c.h"
#include "services/intake/application/application.h"

/* The files of @a in the order they were attached; @accounts: with whoever attached each. In the arena. */
int papers_evidence(struct ctx *c, const struct application *a, bool accounts,
                    Intake__Evidence ***ret_evidence, size_t *ret_n) MUST_CHECK;
/* The conditions of @a's category with the facts found now, whatever its state; none where the programme does not know the category
 * any more. Refused as subject_load() and programme_load() refuse. */
int papers_conditions(struct ctx *c, const struct application *a, Intake__ConditionCheck ***ret,
                      size_t *ret_n) MUST_CHECK;
/* @event tells of @m, the message of @a, with its papers. */
int papers_accepted(struct ctx *c, const struct application *a, Intake__Application *m,
                    Intake__ApplicationAccepted *event) MUST_CHECK;
