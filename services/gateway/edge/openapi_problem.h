/* SPDX-License-Identifier: Apache-2.0 */
/* openapi_problem - the schema of a refusal (RFC 9457), which is no message */
#pragma once
#include "common/base/str.h"
#include "common/text/text.h"

/* Append "Problem":{...}, with a comma after it. */
void problem_schema(struct str *out, enum language language);
