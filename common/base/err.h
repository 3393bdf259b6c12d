/* SPDX-License-Identifier: Apache-2.0 */
/*
 * err - fatal errors travel, outcomes do not
 *
 * Every function that can fail returns int and is MUST_CHECK. 0: done. Negative: a -errno nobody
 * here can handle; passed up untouched. Positive: an outcome listed in the callee's header, to be
 * handled where it is returned or folded into a fatal error.
 */
#pragma once
#include "common/base/defs.h"

/* Start a fatal error: @r is a negative errno, returned as it is (with HP_ERR_TRACE set, the place is printed). */
int err_raise_at(int r, const char *file, int line);
#define err_raise(r) err_raise_at((r), __FILE__, __LINE__)
/* Pass @r up: negative and 0 as they are; a positive outcome here is our bug (CHECK). */
int err_pass(int r) MUST_CHECK;
/* Fold a positive outcome that cannot be handled here into -EPROTO; others pass. */
int err_fold(int r) MUST_CHECK;

/* One sentence for a person, with the SQLSTATE ("" if none). May be passed as NULL everywhere. */
struct errtext {
    char text[768];
    char sqlstate[6];
};

/* Write the sentence; a NULL @e is fine. Cuts at the buffer's end on a UTF-8 boundary. */
void errtext_set(struct errtext *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
