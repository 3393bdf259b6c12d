/* SPDX-License-Identifier: Apache-2.0 */
/*
 * inspection_import - many sheets from one CSV file
 *
 * Columns: subject_id, inspected_day, one per rubric line (its id; several kinds of subjects may
 * share a file, a cell stays empty where the line is not of the subject's kind), optionally
 * assessor and remark. Good rows go in, bad ones are named with their line, column and reason. A
 * row equal to the sheet in force changes nothing, so a file may be imported again.
 */
#pragma once
#include "common/service/service.h"

/* scoring.ImportInspections: refused only where the file as a whole cannot be read. */
handler_fn import_inspections;
