/* SPDX-License-Identifier: Apache-2.0 */
/* honour_store - honours in the database and as messages */
#pragma once
#include "common/service/service.h"
#include "publicity.pb-c.h"
#include "services/publicity/honour/honour.h"

/* The honour in row @i of a result of honour columns. */
void honour_read(const struct rows *rows, size_t i, struct honour *ret_honour);
/* Locked until the end; MSG_REFUSED (not_found) when there is none. */
int honour_need(struct ctx *c, const char *id, struct honour *ret_honour) MUST_CHECK;
Publicity__Honour *honour_message(struct arena *a, const struct honour *h);

/* Write a new honour and say HonourGranted; @list_id NULL: of an earlier year. */
void honour_put(struct ctx *c, const struct honour *h, const char *list_id);
/* Whether an honour of the message's district carries @plaque. */
int plaque_taken(struct ctx *c, const char *plaque, bool *ret_taken) MUST_CHECK;
/* One honour of a category and year per subject; @field is what the refusal is about. */
int honour_need_first(struct ctx *c, const struct honour *h, const char *field) MUST_CHECK;
