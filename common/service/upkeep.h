/* SPDX-License-Identifier: Apache-2.0 */
/* upkeep - what is done once an hour */
#pragma once
#include "common/service/frame.h"

int upkeep_new(struct service *svc) MUST_CHECK;
void upkeep_stop(struct service *svc);
void upkeep_free(struct service *svc);
