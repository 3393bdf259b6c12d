/* SPDX-License-Identifier: Apache-2.0 */
/* correction_record - corrections as messages, in the database and in events */
#pragma once
#include "common/domain/correction/correction.h"

/* The roles of which one confirms what was proposed in role @first: of two bodies not the first's. */
unsigned correction_second_roles(const struct correction_kind *kind, const char *first);
/* @plan as a message, asked for by the actor now; state "proposed". */
Correction__Correction *correction_of_plan(struct ctx *c, const struct correction_plan *plan);
void correction_put(struct ctx *c, const Correction__Correction *m);
/* Locked until the end; MSG_REFUSED (not_found, field correction_id) when there is none. */
int correction_lock(struct ctx *c, const char *id,
                    Correction__Correction **ret_correction) MUST_CHECK;
/* A proposal comes to @state by the actor, now. MSG_LATER. */
int correction_end(struct ctx *c, const struct correction_kind *kind, Correction__Correction *m,
                   const char *state) MUST_CHECK;
/* The event of its state. */
void correction_say(struct ctx *c, const Correction__Correction *m);
