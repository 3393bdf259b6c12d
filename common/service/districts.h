/* SPDX-License-Identifier: Apache-2.0 */
/* districts - the districts of the settings and the city, in order; service_place and service_serves are in frame.h */
#pragma once
#include "common/service/frame.h"

/* From the settings into @svc. -EINVAL: @e says which code is none. */
int districts_read(struct service *svc, struct errtext *e) MUST_CHECK;
