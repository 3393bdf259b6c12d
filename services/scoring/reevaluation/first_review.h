/* SPDX-License-Identifier: Apache-2.0 */
/*
 * first_review - the first of two instances of a re-evaluation: the recommending subdistrict reviews
 * its cases and confirms its list, which goes to the district
 *
 * Which categories have it is the programme's re_evaluation.instances. Source:
 * changning-2023-property 五(二)2, changning-2023-owners-committee 五(二): 由原申报的推荐街镇初步进行评审，确认复评名单，
 * 向区房管局申报进行再评审.
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"

/* Whether a subdistrict stands before the district in re-evaluating @category by @p. */
bool two_instances(const struct programme *p, const char *category);

/* scoring.ConfirmCaseList: all or nothing. Refused: forbidden (subdistrict), number_out_of_range,
 * text_missing, case_elsewhere, first_review_none, case_undecided, state_forbids (cases/N);
 * case_left_out (cases). */
handler_fn confirm_case_list;
