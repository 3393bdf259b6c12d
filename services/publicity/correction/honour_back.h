/* SPDX-License-Identifier: Apache-2.0 */
/* honour_back - an honour is held again or annulled, a plaque's hand-over corrected; the target is an honour */
#pragma once
#include "common/domain/correction/correction.h"

/* Held again with its plaque, unless a change of its holder ends it all the same (honour_would_end). */
int plan_revocation_set_aside(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
int plan_lapse_set_aside(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
/* Of an earlier year, recorded by hand; one that a list of this system granted is refused (honour_granted_here). */
int plan_honour_annulled(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
/* A recalled plaque is due again. */
int plan_plaque_corrected(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
