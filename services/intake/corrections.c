/* SPDX-License-Identifier: Apache-2.0 */
#include "services/intake/corrections.h"

#include "common/domain/correction/messages.h"
#include "intake.pb-c.h"
#include "services/intake/application/acceptance.h"
#include "services/intake/registry/change_back.h"
#include "services/intake/registry/expert_end.h"

#include "common/base/banned.h"

#define KIND(name) INTAKE__CORRECT__KIND__##name

static const struct correction_kind kinds[] = {
    [KIND(ACCEPTANCE_RETURNED)] = {"acceptance_returned", "application", ROLE_DISTRICT,
                                   CORRECTION_ONE_PERSON, plan_acceptance_returned, false},
    [KIND(ACCEPTANCE_WITHDRAWN)] = {"acceptance_withdrawn", "application",
                                    ROLE_ENTERPRISE | ROLE_SUBDISTRICT | ROLE_COMMITTEE,
                                    CORRECTION_ONE_PERSON, plan_acceptance_withdrawn, true},
    [KIND(CHANGE_TAKEN_BACK)] = {"change_taken_back", "change", ROLE_CITY | ROLE_DISTRICT,
                                 CORRECTION_TWO_PERSONS, plan_change_taken_back, true},
    [KIND(EXPERT_ENDED)] = {"expert_ended", "expert", ROLE_CITY | ROLE_DISTRICT,
                            CORRECTION_TWO_PERSONS, plan_expert_ended, true},
    [KIND(EXPERT_RESTORED)] = {"expert_restored", "expert", ROLE_CITY | ROLE_DISTRICT,
                               CORRECTION_TWO_PERSONS, plan_expert_restored, true},
};
static const struct correction_book book = {kinds, ARRAY_LEN(kinds)};

CORRECTION_HANDLERS(intake, Intake, INTAKE, book)
