/* SPDX-License-Identifier: Apache-2.0 */
/*
 * cases - re-evaluation (复评): a case for every holder, judged from facts, confirmed by officers
 *
 * Opening and running may be repeated: a holder has one case per programme, and a run says
 * something only where something changed. Dissolution and leaving end a case the moment they are
 * heard, a later run would find them too. Source: changning-2023-property 五.
 */
#pragma once
#include "common/service/service.h"

/* Look again at the cases a change of @subject_id concerns (the event's district; the city's:
 * everywhere); ends what it ends. */
int cases_after_change(struct ctx *c, const char *subject_id) MUST_CHECK;
/* End the cases of an honour that was revoked or lapsed. */
int cases_after_honour(struct ctx *c, const char *honour_id, const char *note) MUST_CHECK;

/* Open the ended cases of an honour that is held again; says CaseOpened of each. */
int cases_of_restored(struct ctx *c, const char *honour_id) MUST_CHECK;

/* scoring.OpenReEvaluation, scoring.RunReEvaluation, scoring.ConfirmVerdict */
handler_fn open_re_evaluation, run_re_evaluation;
