/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Who decides: what 区委组织部 and 区房管局 fixed together (Changning 2023, section 三(三)(四)) they take back together; what was
 * published or granted takes two persons; what nobody outside has seen, one.
 */
#include "services/publicity/correction/corrections.h"

#include "common/domain/correction/messages.h"
#include "publicity.pb-c.h"
#include "services/publicity/correction/honour_back.h"
#include "services/publicity/correction/list_back.h"
#include "services/publicity/correction/notice_back.h"
#include "services/publicity/correction/objection_back.h"
#include "services/publicity/publicity.h"

#include "common/base/banned.h"

#define KIND(name) PUBLICITY__CORRECT__KIND__##name
#define BOTH (ROLE_DISTRICT | ROLE_ORGANISATION)

/* clang-format off */
static const struct correction_kind kinds[] = {
    [KIND(NOTICE_UNSCHEDULED)] = {"notice_unscheduled", "notice", BOTH, CORRECTION_ONE_PERSON, plan_notice_unscheduled},
    [KIND(SIGNATURES_WITHDRAWN)] = {"signatures_withdrawn", "notice", BOTH, CORRECTION_ONE_PERSON, plan_signatures_withdrawn},
    [KIND(NOTICE_DROPPED)] = {"notice_dropped", "notice", ROLE_DISTRICT, CORRECTION_ONE_PERSON, plan_notice_dropped},
    [KIND(LIST_WITHDRAWN)] = {"list_withdrawn", "list", BOTH, CORRECTION_TWO_PERSONS, plan_list_withdrawn},
    [KIND(LIST_REPLACED)] = {"list_replaced", "list", BOTH, CORRECTION_TWO_BODIES, plan_list_replaced},
    [KIND(ENTRY_STRUCK)] = {"entry_struck", "entry", BOTH, CORRECTION_TWO_BODIES, plan_entry_struck},
    [KIND(CONCLUSION_REOPENED)] = {"conclusion_reopened", "objection", ROLE_DISTRICT, CORRECTION_TWO_PERSONS, plan_conclusion_reopened},
    [KIND(REVOCATION_SET_ASIDE)] = {"revocation_set_aside", "honour", BOTH, CORRECTION_TWO_PERSONS, plan_revocation_set_aside},
    [KIND(LAPSE_SET_ASIDE)] = {"lapse_set_aside", "honour", BOTH, CORRECTION_TWO_PERSONS, plan_lapse_set_aside},
    [KIND(HONOUR_ANNULLED)] = {"honour_annulled", "honour", ROLE_DISTRICT, CORRECTION_TWO_PERSONS, plan_honour_annulled},
    [KIND(PLAQUE_CORRECTED)] = {"plaque_corrected", "plaque", ROLE_DISTRICT, CORRECTION_ONE_PERSON, plan_plaque_corrected},
};
/* clang-format on */
static const struct correction_book book = {kinds, ARRAY_LEN(kinds)};

CORRECTION_HANDLERS(publicity, Publicity, PUBLICITY, book)
