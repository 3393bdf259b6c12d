/* SPDX-License-Identifier: Apache-2.0 */
/* inspection_template - the table that inspection_import reads, for a programme */
#pragma once
#include "common/service/service.h"

/* scoring.GetInspectionTemplate: subject, day and assessor, a column for each leaf of the programme's rubrics with its title and its most
 * points, and a remark; an example row leads. */
handler_fn get_inspection_template;
