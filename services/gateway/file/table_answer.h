/* SPDX-License-Identifier: Apache-2.0 */
/*
 * table_answer - a table that a service answered with, given out as a file of people's table programs (common/document/table.h)
 *
 * What the columns are is said by the fields of the message that a row becomes: which are numbers or days, which must be filled, what may
 * stand there, and what each is, in both languages.
 */
#pragma once
#include "document.pb-c.h"
#include "services/gateway/edge/edge.h"

/* The media type of a table in this format, and what stands behind the dot of its name. */
const char *table_media(Document__Format format);
/* Answer @call with @table, written on a worker, by the format that its request has. */
void table_answer_go(struct call *call, const Document__Table *table);
