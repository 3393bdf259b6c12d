/* SPDX-License-Identifier: Apache-2.0 */
/*
 * mask - names as the public and the uninvolved may read them
 */
#pragma once
#include "common/base/arena.h"

/*
 * A person's name as surname and asterisk: 张*, 欧阳* (domain-facts.md section 7). A compound
 * surname is taken as such only when a given name follows it. Names that do not begin with a
 * Chinese character, and units, are 某*.
 */
const char *mask_name(struct arena *a, const char *name, bool unit);
