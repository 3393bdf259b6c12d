/* SPDX-License-Identifier: Apache-2.0 */
/* stream - the event streams of this service, told to who asks */
#pragma once
#include "common/service/task.h"

int streams_new(struct service *svc) MUST_CHECK;
/* Read where the streams stand, on svc->first_pg. */
int streams_prepare(struct service *svc, struct errtext *e) MUST_CHECK;
void streams_free(struct service *svc);
void streams_fetch(struct task *t);
/* This process moved a district's stream: keep the events, wake who waits. Takes the events. */
void streams_moved(struct service *svc, struct moved *moved);
/* @district's stream is at least at @position, says another instance. */
void streams_told(struct service *svc, const char *district, int64_t position);
/* Answer all parked fetches, empty; refuse to park from now on. */
void streams_stop(struct service *svc);
