/* SPDX-License-Identifier: Apache-2.0 */
/*
 * breaker - ends what the server is doing for a session once it is not wanted any more
 *
 * A thread that asks whether to go on, ten times a second, and once it is told to stop cancels whatever
 * statement the session runs, again and again until the breaker is freed. It connects only then.
 */
#pragma once
#include "common/base/err.h"

struct breaker;
/* @stopped is asked by the thread. Strings are borrowed. */
int breaker_new(const char *conninfo, const char *schema, bool (*stopped)(void *arg), void *arg,
                struct breaker **ret_b) MUST_CHECK;
/* From now on the session served by this process of the server (pg_backend_pid()); 0: none. */
void breaker_aim(struct breaker *b, int64_t backend);
/* After this nothing is cancelled any more. NULL is fine. */
void breaker_free(struct breaker *b);
DEFINE_CLEANUP(struct breaker *, breaker_free)
