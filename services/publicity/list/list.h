/* SPDX-License-Identifier: Apache-2.0 */
/*
 * list - a proposed list (拟表彰名单) with its reserve
 */
#pragma once
#include "common/service/service.h"

handler_fn publicity_get_list;

struct list {
    const char *id, *programme_id, *state;
    int64_t proposed_at;
    const char *replaces; /* the list it takes the place of; NULL: none */
};

/*
 * The list, locked: whatever changes a list, its entries, notices or objections takes this lock
 * first, so that two of them never overlook each other. MSG_REFUSED (not_found on @field).
 */
int list_lock(struct ctx *c, const char *id, const char *field, struct list *ret_list) MUST_CHECK;
/* The same without the lock, for who only looks. */
int list_need(struct ctx *c, const char *id, const char *field, struct list *ret_list) MUST_CHECK;
/* It is final or was taken back. */
bool list_is_over(const struct list *l);
/* Refuse on @field what would change a list that is final (list_final) or was taken back
 * (list_taken_back). */
int list_need_open(struct ctx *c, const struct list *l, const char *field) MUST_CHECK;
