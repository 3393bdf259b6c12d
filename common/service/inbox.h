/* SPDX-License-Identifier: Apache-2.0 */
/* inbox - the messages under way, by id */
#pragma once
#include "common/service/task.h"

/* A message from the bus (bus_message_fn, arg: the service). */
void inbox_take(const struct bus_peer *from, const void *data, size_t size, void *svc);
int inbox_new(struct service *svc) MUST_CHECK;
/* From now on nothing is put off to the loop's next turn. */
void inbox_stop(struct service *svc);
void inbox_free(struct service *svc);
/* Answer and end: loop thread. The reply is in the task. */
void task_answer(struct task *t);
