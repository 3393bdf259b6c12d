/* SPDX-License-Identifier: Apache-2.0 */
#include "common/domain/subject/words.h"

#include <stddef.h>

const char *change_word(Intake__RecordChange__Kind kind)
{
    switch (kind) {
    case INTAKE__RECORD_CHANGE__KIND__RENAMED:
        return "renamed";
    case INTAKE__RECORD_CHANGE__KIND__MERGED:
        return "merged";
    case INTAKE__RECORD_CHANGE__KIND__BRANCH_CHANGED:
        return "branch_changed";
    case INTAKE__RECORD_CHANGE__KIND__DISSOLVED:
        return "dissolved";
    case INTAKE__RECORD_CHANGE__KIND__LEFT_DISTRICT:
        return "left_district";
    case INTAKE__RECORD_CHANGE__KIND__LEFT_SITE:
        return "left_site";
    case INTAKE__RECORD_CHANGE__KIND__TERM_FILED:
        return "term_filed";
    default:
        return NULL;
    }
}
