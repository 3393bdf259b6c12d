/* SPDX-License-Identifier: Apache-2.0 */
/* ending - how an honour ends: by itself when its holder goes, or by decision */
#pragma once
#include "common/domain/joint/joint.h"
#include "common/service/service.h"
#include "services/publicity/changes.h"
#include "services/publicity/honour/honour.h"

handler_fn publicity_revoke_honour;
extern const struct joint_kind revocation_act;
/* confirmed cases: scoring.ReEvaluationPassed, scoring.ReEvaluationFailed */
handler_fn publicity_on_passed, publicity_on_failed;
/* scoring.VerdictSetAside: nothing rests on the case any more */
handler_fn publicity_on_verdict_set_aside;

/* What @changes do to a held honour: carry it on, or end it by the first that does. MSG_LATER. */
int honour_change(struct ctx *c, struct honour *h, const struct change *changes,
                  size_t n) MUST_CHECK;
/* The same for all held honours, of whatever district, that the change may concern. */
int honours_change(struct ctx *c, const struct change *ch) MUST_CHECK;
