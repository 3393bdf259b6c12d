/* SPDX-License-Identifier: Apache-2.0 */
/*
 * conflict_back - an expert's declared conflict is withdrawn
 *
 * Only while the panel is open: from its closing on all ballots are shown (domain.md section 5). What the registry knows (employer,
 * residence, link) is put right there, and recuses also when it was learned after the declaration. Otherwise a ballot that was cast before
 * the declaration counts again; the expert may vote, and declare again.
 */
#pragma once
#include "common/domain/correction/correction.h"

/* Plan of conflict_withdrawn. Refused: not_found, panel_closed, conflict_registered. */
int plan_conflict_withdrawn(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
