/* SPDX-License-Identifier: Apache-2.0 */
/* fixture - Changning's programme of 2023 as shipped, read anew for each test so that a test may
 * change it */
#pragma once
#include <criterion/criterion.h>
#include <string.h>

#include "common/domain/programme/programme.h"

UNUSED static struct programme *changning(struct arena *a)
{
    char *text = arena_zalloc(a, 1 << 16);
    FILE *f = fopen(HP_SOURCE_DIR "/deploy/programmes/changning-property-2023.yaml", "r");
    struct programme *p;

    cr_assert_not_null(f);
    cr_assert_gt(fread(text, 1, (1 << 16) - 1, f), 0);
    fclose(f);
    cr_assert_eq(programme_read(a, text, &p), 0);
    return p;
}
