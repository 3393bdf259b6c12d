/* SPDX-License-Identifier: Apache-2.0 */
/* facts_back - facts, sheets, ballots and verdicts are set aside */
#pragma once
#include "common/domain/correction/correction.h"

/* Facts of the re-evaluation; the target is the record's id, of a material "case/material". fact_set_aside: it was before. */
int plan_incident_set_aside(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
int plan_assessment_set_aside(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
int plan_eligibility_restored(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
int plan_material_set_aside(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
/* Inputs of runs; list_proposed while a list stands that counted them. A ballot is "panel/expert/subject" of a closed panel. */
int plan_sheet_set_aside(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
int plan_ballot_set_aside(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
/* The target is a confirmed case. */
int plan_verdict_set_aside(struct ctx *c, struct correction_plan *plan) MUST_CHECK;
