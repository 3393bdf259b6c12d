/* SPDX-License-Identifier: Apache-2.0 */
/* fixture - Changning's programme of 2023 as shipped, read anew for each test so that a test may
 * change it */
#pragma once
#include <criterion/criterion.h>
#include <string.h>

#include "common/domain/programme/programme.h"
#include "tests/support/shipped_programme.h"

UNUSED static struct programme *changning(struct arena *a)
{
    struct programme *p;

    cr_assert_eq(programme_read(a, shipped_programme(a, "changning-property-2023"), &p), 0);
    return p;
}
