/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/words.h"

#include <stddef.h>
#include <string.h>

#include "common/base/banned.h"

#define WORDS(set, ...) static const char *const words_##set[] = {__VA_ARGS__, NULL};
#define STATES(machine, set, ...) WORDS(set, __VA_ARGS__)
#define FIELD(message, field, set)
#include "proto/words.def"
#undef WORDS
#undef STATES
#undef FIELD

static const struct {
    const char *message, *field;
    const char *const *words;
} fields[] = {
#define WORDS(set, ...)
#define STATES(machine, set, ...)
#define FIELD(message, field, set) {message, field, words_##set},
#include "proto/words.def"
#undef WORDS
#undef STATES
#undef FIELD
};

const char *const *words_of(const char *message, const char *field)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        if (strcmp(fields[i].field, field) == 0 && strcmp(fields[i].message, message) == 0)
            return fields[i].words;
    return NULL;
}
