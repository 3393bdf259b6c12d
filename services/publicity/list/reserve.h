/* SPDX-License-Identifier: Apache-2.0 */
/* reserve - who moves up when an entry goes */
#pragma once
#include "services/publicity/list/list.h"
#include "services/publicity/notice/notice.h"

/*
 * The next of @group's reserve moves up and is put on a supplementary notice that follows @after;
 * with @after NULL no notice was drafted yet, and the first will show it. @ret_subject is NULL when
 * no reserve is left. The list is locked.
 */
int list_promote(struct ctx *c, const struct list *l, const char *group, const struct notice *after,
                 const char **ret_subject) MUST_CHECK;
