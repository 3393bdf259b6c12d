/* SPDX-License-Identifier: Apache-2.0 */
/* granting - a final list grants its honours */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"
#include "services/publicity/changes.h"
#include "services/publicity/honour/honour.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/list/list.h"

/* What a list's entry would be granted: no id, plaque nor day yet. */
int honour_of_entry(struct ctx *c, const struct programme *p, const struct entry *e,
                    struct honour *ret_honour) MUST_CHECK;
/* The final list grants its honours: one per standing entry, each with the next plaque of its
 * category; @changes are those since the list was proposed. */
int honours_grant(struct ctx *c, const struct programme *p, const struct list *l,
                  const struct entry *e, const struct change *changes, size_t n_changes) MUST_CHECK;
