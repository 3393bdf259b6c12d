/* SPDX-License-Identifier: Apache-2.0 */
/*
 * ballot - an expert's ballots and declarations of conflict
 *
 * Ballots are a ledger: a change is a new row, the latest counts. A declaration takes the expert's
 * ballot on that candidate out of the count; the row stays. Both hold the panel's row, so that
 * closing sees all of them or none.
 */
#pragma once
#include "common/service/service.h"

extern const struct ledger ballot_ledger;

/* Say that @ballots count on the subject now. Points stay out of the event: it is said while the panel is blind. */
void ballots_say(struct ctx *c, const char *district, const char *panel_id,
                 const char *programme_id, const char *subject_id, int64_t ballots);

/* The expert stands aside from a candidate of an open panel, for a reason of 1..500 characters; refused under @field. Again: nothing. */
int conflict_declare(struct ctx *c, const char *panel_id, const char *subject_id, const char *note,
                     const char *field) MUST_CHECK;
/* scoring.CastBallot, scoring.DeclareConflict: by the expert for himself, while the panel is open.
 */
handler_fn cast_ballot, declare_conflict;
