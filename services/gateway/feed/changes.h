/* SPDX-License-Identifier: Apache-2.0 */
/* changes - a page of what changed, asked for over HTTP */
#pragma once
#include "services/gateway/edge/edge.h"
#include "services/gateway/feed/page.h"

enum { PAGE_LIMIT_MAX = 500 };

/* Answers gateway.ListChanges. */
void changes_go(struct call *call);
/* The cursor in @text; non-zero: answered, as a fault of the field "after". */
int changes_cursor(struct call *call, const char *text, struct cursor *ret_cursor);
/* Whether the page was read; else the problem was answered. */
bool changes_read(struct call *call, const struct page *page);
