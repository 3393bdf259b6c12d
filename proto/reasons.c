/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/reasons.h"

#include <string.h>

#include "common/base/defs.h"
#include "common/base/banned.h"

static const struct reason_row rows[reason_count] = {
    [reason_none] = {"none", 500, ""},
#define REASON(code_, status_, text_) [reason_##code_] = {#code_, status_, text_},
#include "proto/reasons/all.def"
#undef REASON
};

const struct reason_row *reason_row(enum reason reason)
{
    CHECK(reason > reason_none && reason < reason_count);
    return &rows[reason];
}

const struct reason_row *reason_by_code(const char *code)
{
    for (int i = 1; i < reason_count; i++)
        if (strcmp(rows[i].code, code) == 0)
            return &rows[i];
    return NULL;
}
