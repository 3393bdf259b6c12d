/* SPDX-License-Identifier: Apache-2.0 */
#include "common/service/snapshot/snapshot_name.h"

#include <ctype.h>
#include <string.h>

#include "common/base/banned.h"

enum { NAME_MAX_SIZE = 100 };

static bool ends_in(const char *text, const char *end)
{
    size_t n = strlen(text), k = strlen(end);

    return n >= k && strcmp(text + n - k, end) == 0;
}

bool snapshot_is_name(const char *text)
{
    size_t n = strlen(text);

    for (size_t i = 0; i < n; i++)
        if (!isalnum((unsigned char)text[i]) && (i == 0 || !strchr("._-", text[i])))
            return false;
    return n >= 1 && n <= NAME_MAX_SIZE && !ends_in(text, ".jsonl") && !ends_in(text, ".part");
}
