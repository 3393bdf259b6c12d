/* SPDX-License-Identifier: Apache-2.0 */
/* shipped_programme - the text of a programme of deploy/programmes, for tests */
#pragma once
#include "common/base/arena.h"

/* "changning-property-2023" as it ships; lives in @a and may be written to. */
char *shipped_programme(struct arena *a, const char *name);
/* The same without its joint_acts: whatever one officer asks for is done at once. For tests of something else than the signatures. */
char *shipped_programme_alone(struct arena *a, const char *name);
