/* SPDX-License-Identifier: Apache-2.0 */
/*
 * recusal - who stands aside from whom, as the registry tells, from a panel's opening until it is closed
 *
 * An expert who works for a candidate or whoever serves it, lives in it, or has a link to it stands aside. Enterprises joined by a merger
 * are one. What the registry learns while the panel is open counts at once; a merger or a project dated later does when the panel is
 * closed after that day. Once recorded a recusal stays (only a declared one can be withdrawn: correction/conflict_back.h); a ballot cast
 * before is on record and does not count.
 */
#pragma once
#include "common/service/service.h"
#include "scoring.pb-c.h"

/* Find and record the conflicts of the panel that are not recorded yet; what was found, in the arena. The caller holds the panel's row. */
int recusals_find(struct ctx *c, const char *district, const char *panel_id,
                  Scoring__Recusal ***ret_recusals, size_t *ret_n) MUST_CHECK;
/* The same for a panel that was opened before: says of each ExpertRecused, and BallotCast where a ballot counts no more. */
int recusals_follow(struct ctx *c, const char *district, const char *panel_id,
                    const char *programme_id) MUST_CHECK;
/* The same for every open panel that an event of the registry may concern: of its district, or of all for one of the city. */
int recusals_follow_all(struct ctx *c) MUST_CHECK;
/* Say that the expert stands aside and, with @voted, how many ballots on the subject count now; the recusal was recorded before. */
int recusal_say(struct ctx *c, const char *district, const char *panel_id, const char *programme_id,
                Scoring__Recusal *recusal, bool voted) MUST_CHECK;

/* intake.ExpertRegistered, intake.ProjectRegistered: kept as heard (heard/registry.h), then followed. */
handler_fn on_expert_followed, on_project_followed;
