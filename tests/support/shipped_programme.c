/* SPDX-License-Identifier: Apache-2.0 */
#include "tests/support/shipped_programme.h"

#include <stdio.h>
#include <string.h>

#include "common/base/err.h"

#include "common/base/banned.h"

enum { ROOM = 1 << 17 };

char *shipped_programme(struct arena *a, const char *name)
{
    FILE *f = fopen(arena_printf(a, HP_SOURCE_DIR "/deploy/programmes/%s.yaml", name), "re");
    char *text = arena_zalloc(a, ROOM);
    size_t n = f ? fread(text, 1, ROOM, f) : 0;

    CHECK(n > 0 && n < ROOM);
    fclose(f);
    return text;
}

char *shipped_programme_alone(struct arena *a, const char *name)
{
    char *text = shipped_programme(a, name);
    char *from = strstr(text, "# who signs besides"), *to = from ? strstr(from, "stages:") : NULL;

    CHECK(to);
    memmove(from, to, strlen(to) + 1);
    return text;
}
