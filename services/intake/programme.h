/* SPDX-License-Identifier: Apache-2.0 */
/*
 * programme - published programmes in the database
 */
#pragma once
#include "common/domain/programme/programme.h"
#include "services/intake/intake.h"

/*
 * The version in force, read; refused with not_found (field programme_id). Stays valid while the message is handled: it belongs
 * to the worker.
 */
int programme_load(struct ctx *c, const char *programme_id, const struct programme **ret_p) MUST_CHECK;
