/* SPDX-License-Identifier: Apache-2.0 */
/* notice_store - notices in the database and in their ledger */
#pragma once
#include "common/service/service.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/notice/notice.h"

extern const struct ledger notice_ledger;

/* MSG_REFUSED (not_found) when there is none. */
int notice_need(struct ctx *c, const char *id, struct notice *ret_notice) MUST_CHECK;
/* The proposal notice of a list as it stands, the newest version; NULL if there is none. */
int notice_proposal(struct ctx *c, const char *list_id, struct notice **ret_notice) MUST_CHECK;
/* Those of a list that were not replaced, oldest version first; in the arena. */
int notices_of_list(struct ctx *c, const char *list_id, struct notice **ret_notices,
                    size_t *ret_n) MUST_CHECK;
/* The notice in row @i of a result of notice columns. */
void notice_read(const struct rows *rows, size_t i, struct notice *ret_notice);
int notice_signatures(struct ctx *c, const char *id, struct signature **ret_signatures,
                      size_t *ret_n) MUST_CHECK;
int notice_entries(struct ctx *c, const char *id, struct entry **ret_entries,
                   size_t *ret_n) MUST_CHECK;

/* One row of the ledger; @content NULL when it only refers to the content by its hash. */
void notice_record(struct ctx *c, const struct notice *n, const char *what, const char *content);
/* Step to another state by the machine's rows (@on) under compare-and-set; MSG_LATER. */
int notice_step(struct ctx *c, struct notice *n, const char *on) MUST_CHECK;
