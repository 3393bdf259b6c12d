/* SPDX-License-Identifier: Apache-2.0 */
/* supplement - the system drafts a notice for who moved up from the reserve */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/notice/notice.h"

/* Put @promoted on the list's supplementary draft that nobody has signed, or draft one that follows
 * @after. */
int notice_supplement(struct ctx *c, const struct programme *p, const struct notice *after,
                      const struct entry *promoted) MUST_CHECK;
