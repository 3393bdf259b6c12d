/* SPDX-License-Identifier: Apache-2.0 */
/* lease - which districts this instance leads */
#pragma once
#include "common/service/frame.h"

int leases_new(struct service *svc) MUST_CHECK;
/* Take what nobody leads, again and again; what is gained begins to be heard and its timers to run. */
void leases_start(struct service *svc);
/* Give everything up, so that another instance takes it at once; ends before the workers do. */
void leases_stop(struct service *svc);
void leases_free(struct service *svc);
/* Whether it was read who leads what; before that nothing is heard and no timer runs. */
bool leases_known(const struct service *svc);
/* This build cannot hear on in @district, for an event is of a newer one: another instance is to take the lead, if there is one. */
void lease_stuck(struct service *svc, const char *district);
/* How many districts this instance leads. */
size_t leases_led(const struct service *svc);
/* Beat again soon instead of when it is time. */
void leases_look_soon(struct service *svc);
/* When the beat under way began, monotonic; 0: none is. */
int64_t leases_asked_us(const struct service *svc);
/* The endpoint of the instance that leads @district, NULL when it is this one (or not known). Borrowed until the next turn. */
const char *lease_elsewhere(const struct service *svc, const char *district);
