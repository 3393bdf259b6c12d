/* SPDX-License-Identifier: Apache-2.0 */
#include "proto/words.h"

#include <stddef.h>
#include <string.h>

#include "common/base/banned.h"

enum { WORDS_MAX = 16 }; /* of one set */

#define STATES(machine, set, ...) WORDS(set, __VA_ARGS__)
#define FIELD(message, field, set)
#define WORDS(set, ...) SET_##set,
enum set {
#include "proto/words.def"
    N_SETS
};
#undef WORDS

/* One table, not one for each set: a sanitized build names the file a table is declared in. */
#define WORDS(set, ...) {__VA_ARGS__},
static const char *const sets[N_SETS][WORDS_MAX + 1] = {
#include "proto/words.def"
};
#undef WORDS
#undef FIELD

static const struct {
    const char *message, *field;
    enum set set;
} fields[] = {
#define WORDS(set, ...)
#define FIELD(message, field, set) {message, field, SET_##set},
#include "proto/words.def"
#undef WORDS
#undef STATES
#undef FIELD
};

const char *const *words_of(const char *message, const char *field)
{
    for (size_t i = 0; i < sizeof(fields) / sizeof(*fields); i++)
        if (strcmp(fields[i].field, field) == 0 && strcmp(fields[i].message, message) == 0)
            return sets[fields[i].set];
    return NULL;
}
