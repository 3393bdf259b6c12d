/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list - a proposed list (拟表彰名单) with its reserve
 */
#pragma once
#include "services/publicity/notice/notice.h"

struct change;

struct list {
    const char *id, *programme_id, *state;
    int64_t proposed_at;
};

/*
 * The list, locked: whatever changes a list, its entries, notices or objections takes this lock
 * first, so that two of them never overlook each other. MSG_REFUSED (not_found on @field).
 */
int list_lock(struct ctx *c, const char *id, const char *field, struct list *ret_list) MUST_CHECK;
/* All entries with the reserve, in group and rank order. */
int list_entries(struct ctx *c, const char *id, struct entry **ret_entries,
                 size_t *ret_n) MUST_CHECK;
/* Step an entry by the machine's rows; MSG_LATER. */
int entry_step(struct ctx *c, const char *list_id, const struct entry *e,
               const char *on) MUST_CHECK;
/* Step an entry out of the list, saying why; MSG_LATER. */
int entry_remove(struct ctx *c, const char *list_id, const struct entry *e, const char *on,
                 const char *reason) MUST_CHECK;
/*
 * The next of @group's reserve moves up and is put on a supplementary notice that follows @after;
 * with @after NULL no notice was drafted yet, and the first will show it. @ret_subject is NULL when
 * no reserve is left. The list is locked.
 */
int list_promote(struct ctx *c, const struct list *l, const char *group, const struct notice *after,
                 const char **ret_subject) MUST_CHECK;
/* The final list grants its honours: one per standing entry, each with the next plaque of its
 * category; @changes are those since the list was proposed. */
int honours_grant(struct ctx *c, const struct programme *p, const struct list *l,
                  const struct entry *e, const struct change *changes, size_t n_changes) MUST_CHECK;
/*
 * Remove the entries whose subject a change since the proposal ends by the programme's exit rules:
 * nothing could be granted to it. The reserve moves up as after an upheld objection. The list is
 * locked and not final.
 */
int list_review(struct ctx *c, const struct list *l) MUST_CHECK;
/* What befell subjects since the day the list was proposed, in the order it was recorded. Scoring
 * may not have heard the latest of that day. */
int list_changes(struct ctx *c, const struct list *l, struct change **ret_changes,
                 size_t *ret_n) MUST_CHECK;
