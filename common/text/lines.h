/* SPDX-License-Identifier: Apache-2.0 */
/*
 * lines - a list of short texts kept as one text, one a line
 */
#pragma once
#include "common/base/arena.h"

/* The lines of @text ("" has none). */
char **lines_split(struct arena *a, const char *text, size_t *ret_n);
/* The text whose lines these are; none of them has a line feed of its own. */
const char *lines_join(struct arena *a, const char *const *lines, size_t n);
