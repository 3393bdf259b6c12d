/* SPDX-License-Identifier: Apache-2.0 */
/* todo - the tasks that wait for somebody, as events begin and end them */
#pragma once
#include "common/service/service.h"
#include "services/reporting/reporting.h"

/*
 * Say to @to what c->event puts into the models of the to-do list, by the table of tasks.h, and the terms of a published
 * programme. Uses of @c what reporting_read does.
 */
void todo_read(const struct ctx *c, struct sink *to);

/* Queries reporting.GetTodo and GetWaiting. Refused: value_unknown (after), number_out_of_range (limit). */
int reporting_get_todo(struct ctx *c) MUST_CHECK;
int reporting_get_waiting(struct ctx *c) MUST_CHECK;
