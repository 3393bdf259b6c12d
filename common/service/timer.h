/* SPDX-License-Identifier: Apache-2.0 */
/* timer - durable timers: when each district's next is due */
#pragma once
#include "common/service/task.h"

int timers_new(struct service *svc) MUST_CHECK;
void timers_stop(struct service *svc);
void timers_free(struct service *svc);
/* Look in the database for due timers of all districts now. */
void timers_kick(struct service *svc);
/* This instance runs the timers of @district from now on, or no more. */
void timers_lead(struct service *svc, const char *district, bool lead);
/* A timer of @district was set to @at. */
void timers_set(struct service *svc, const char *district, int64_t at);
/* A line in the log: when timers are due could not be read, for @e. Any thread. */
void timers_say_unread(const struct errtext *e);
/* Answer @t DONE when every timer due by now has run or failed (bus.SetClock). */
void timers_await_drained(struct task *t);
