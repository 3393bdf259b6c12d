/* SPDX-License-Identifier: Apache-2.0 */
/* programme_load - the programme in force */
#pragma once
#include "common/domain/programme/programme.h"
#include "common/service/service.h"

/*
 * The version in force, read; refused with not_found (field programme_id). Stays valid while the message is handled: it belongs
 * to the worker.
 */
int programme_load(struct ctx *c, const char *programme_id,
                   const struct programme **ret_p) MUST_CHECK;
