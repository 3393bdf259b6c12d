/* SPDX-License-Identifier: Apache-2.0 */
#include "common/seal/fault.h"

#include "common/text/text.h"

#include "common/base/banned.h"

#define X(name, code, text) [SEAL_R_##name] = {code, text},
static const struct {
    const char *code, *text;
} reasons[] = {SEAL_REASONS(X)};
#undef X

const char *seal_reason_code(enum seal_reason reason)
{
    return reasons[reason].code;
}

const char *seal_reason_text(enum seal_reason reason)
{
    return reasons[reason].text;
}
