/* SPDX-License-Identifier: Apache-2.0 */
/* settings - what the settings of every service say beyond their form; their table is frame_keys */
#pragma once
#include "common/service/frame.h"

/* Judge them and fill in what follows from them: conninfo, schema, districts, the ledgers' digest. -EINVAL: @e says what is wrong. */
int settings_check(struct service *svc, struct errtext *e) MUST_CHECK;
