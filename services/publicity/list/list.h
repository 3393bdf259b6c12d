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
};

/*
 * The list, locked: whatever changes a list, its entries, notices or objections takes this lock
 * first, so that two of them never overlook each other. MSG_REFUSED (not_found on @field).
 */
int list_lock(struct ctx *c, const char *id, const char *field, struct list *ret_list) MUST_CHECK;
