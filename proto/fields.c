/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/fields.h"

#include <string.h>

#include "common/base/banned.h"

/* clang-format off */
static const struct field_about rows[] = {
#define ABOUT(message, field, example, text) {message, field, example, text},
#include "proto/fields.def"
#undef ABOUT
};
/* clang-format on */

const struct field_about *field_about(const char *message, const char *field, int size)
{
    for (size_t i = 0; i < sizeof(rows) / sizeof(*rows); i++)
        if (strncmp(rows[i].field, field, (size_t)size) == 0 && rows[i].field[size] == '\0' &&
            (!*rows[i].message || strcmp(rows[i].message, message) == 0))
            return &rows[i];
    return NULL;
}
