/* SPDX-License-Identifier: Apache-2.0 */
/*
 * papers - what lies beside an application's form: its files, and what is said of it when it is accepted
 */
#pragma once
#include "common/service/service.h"
#include "intake.pb-c.h"
#include "services/intake/application/application.h"

/* The files of @a in the order they were attached; @accounts: with whoever attached each. In the arena. */
int papers_evidence(struct ctx *c, const struct application *a, bool accounts,
                    Intake__Evidence ***ret_evidence, size_t *ret_n) MUST_CHECK;
/* @event tells of @m, the message of @a, with its papers; what its conditions are now it stands on from now on. */
int papers_accepted(struct ctx *c, const struct application *a, Intake__Application *m,
                    Intake__ApplicationAccepted *event) MUST_CHECK;
