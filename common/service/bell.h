/* SPDX-License-Identifier: Apache-2.0 */
/* bell - word to the other instances of this service */
#pragma once
#include "common/service/frame.h"

int bell_new(struct service *svc) MUST_CHECK;
/* Tell the other instances soon: a stream moved, the clock was set. */
void bell_tell(struct service *svc, const char *district, int64_t position);
void bell_tell_clock(struct service *svc);
void bell_stop(struct service *svc);
void bell_free(struct service *svc);
