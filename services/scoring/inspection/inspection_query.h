/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspection_query - whom the inspection covers, and the sheets as their readers see them
 *
 * Officers and auditors read all sheets; an assessor (第三方测评) is told of everybody he may have to inspect, and reads the sheets of
 * his own firm or account.
 */
#pragma once
#include "common/service/service.h"
#include "scoring.pb-c.h"

struct published;

/* scoring.ListInspections, scoring.GetInspection */
handler_fn list_inspections, get_inspection;

/* The sheet in force of a subject that the programme covers, with its lines, for a reader who may see it; *@ret_inspection is NULL where
 * there is none. */
int inspection_current(struct ctx *c, const struct published *pub, const char *subject_id,
                       Scoring__Inspection **ret_inspection, Scoring__SheetLine ***ret_lines,
                       size_t *ret_n) MUST_CHECK;
