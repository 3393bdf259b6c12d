/* SPDX-License-Identifier: Apache-2.0 */
/*
 * program - asking a service's program something that it answers without a stack
 */
#pragma once
#include "common/base/err.h"
#include "common/base/str.h"

/* Run argv[0] until it ends and take what it writes to @fd, its standard output (1) or error (2); of the other, what it
 * writes to the error stays ours and its output is dropped. Appended to @out. *ret_code: its exit code, -1 when a signal ended it.
 * -errno. */
int program_output(char *const *argv, int fd, struct str *out, int *ret_code) MUST_CHECK;

enum { PROGRAM_E_SETTING = 1 }; /* @e names the setting, the service and what is allowed */
/* Whether every service, in @bin, can use those of @sets ("[service.]key=value", NULL-ended, may be NULL) that are for it;
 * nothing is started. PROGRAM_E_SETTING. */
int program_try_settings(const char *bin, const char *const *sets, struct errtext *e) MUST_CHECK;
