/* SPDX-License-Identifier: Apache-2.0 */
/* What changes a score or a verdict takes two persons; whom 区委组织部 and 区房管局 invited together (Changning 2023, section 三(三))
 * they set aside together. */
#include "services/scoring/correction/corrections.h"

#include "common/domain/correction/messages.h"
#include "scoring.pb-c.h"
#include "services/scoring/correction/conflict_back.h"
#include "services/scoring/correction/facts_back.h"

#include "common/base/banned.h"

#define KIND(name) SCORING__CORRECT__KIND__##name
#define BOTH (ROLE_DISTRICT | ROLE_ORGANISATION)
#define NEAR (ROLE_DISTRICT | ROLE_SUBDISTRICT)

/* clang-format off */
static const struct correction_kind kinds[] = {
    [KIND(INCIDENT_SET_ASIDE)] = {"incident_set_aside", "incident", NEAR, CORRECTION_TWO_PERSONS, plan_incident_set_aside, .local = true},
    [KIND(ASSESSMENT_SET_ASIDE)] = {"assessment_set_aside", "assessment", ROLE_DISTRICT, CORRECTION_TWO_PERSONS, plan_assessment_set_aside},
    [KIND(ELIGIBILITY_RESTORED)] = {"eligibility_restored", "cancellation", NEAR, CORRECTION_TWO_PERSONS, plan_eligibility_restored, .local = true},
    [KIND(MATERIAL_SET_ASIDE)] = {"material_set_aside", "material", ROLE_DISTRICT, CORRECTION_ONE_PERSON, plan_material_set_aside},
    [KIND(SHEET_SET_ASIDE)] = {"sheet_set_aside", "sheet", BOTH, CORRECTION_TWO_PERSONS, plan_sheet_set_aside},
    [KIND(BALLOT_SET_ASIDE)] = {"ballot_set_aside", "ballot", BOTH, CORRECTION_TWO_BODIES, plan_ballot_set_aside},
    [KIND(CONFLICT_WITHDRAWN)] = {"conflict_withdrawn", "conflict", BOTH, CORRECTION_TWO_BODIES, plan_conflict_withdrawn},
    [KIND(VERDICT_SET_ASIDE)] = {"verdict_set_aside", "case", BOTH, CORRECTION_TWO_PERSONS, plan_verdict_set_aside},
};
/* clang-format on */
static const struct correction_book book = {kinds, ARRAY_LEN(kinds)};

CORRECTION_HANDLERS(scoring, Scoring, SCORING, book)
