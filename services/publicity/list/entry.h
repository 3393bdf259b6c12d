/* SPDX-License-Identifier: Apache-2.0 */
/*
 * entry - one subject on a proposed list or in its reserve
 *
 * All texts live in the message's arena.
 */
#pragma once
#include "common/service/service.h"
#include "publicity.pb-c.h"

struct entry {
    const char *subject_id, *category, *group, *name, *state;
    const char *enterprise_id, *enterprise_name, *subdistrict; /* NULL: not known */
    const char *removed_reason; /* "objection" or the kind of a change; NULL: not removed */
    int64_t score_milli;
    int rank; /* within the group, from 1 */
    bool from_reserve;
};

/* The entry in row @i. */
void entry_read(const struct rows *rows, size_t i, struct entry *ret_entry);
void entry_message(struct arena *a, const struct entry *e, Publicity__NoticeEntry **ret_message);
/* All entries of a list with the reserve, in group and rank order. */
int list_entries(struct ctx *c, const char *list_id, struct entry **ret_entries,
                 size_t *ret_n) MUST_CHECK;

/* Step an entry by the machine's rows; MSG_LATER. */
int entry_step(struct ctx *c, const char *list_id, const struct entry *e,
               const char *on) MUST_CHECK;
/* Step an entry out of the list, saying why; MSG_LATER. */
int entry_remove(struct ctx *c, const char *list_id, const struct entry *e, const char *on,
                 const char *reason) MUST_CHECK;

/* The best of @group's reserve that has not moved up yet: the lowest rank. NULL when none is left.
 */
const struct entry *reserve_next(const struct entry *entries, size_t n_entries, const char *group);
