/* SPDX-License-Identifier: Apache-2.0 */
/* honour_rules - how the exit rule looks at an honour, and what changes leave behind on one */
#pragma once
#include "common/domain/subject/exit.h"
#include "common/domain/programme/programme.h"
#include "services/publicity/honour/honour.h"

/* @h as exit.h asks about it. */
struct exit_holder honour_holder(const struct honour *h);

/* What goes on after @changes that end nothing: a new name of the holder itself, the enterprise it
 * merged into. Whether anything differs. */
bool honour_carry(struct honour *h, const struct programme *p, const struct change *changes,
                  size_t n);
