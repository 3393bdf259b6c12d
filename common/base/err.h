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

/* With HP_ERR_TRACE set, prints where @r was raised. */
void err_note(int r, const char *file, int line);

/* Start a fatal error: @r is a negative errno, returned as it is. */
#define err_raise(r) err_raise_at((r), __FILE__, __LINE__)
/* Inline, so that the compiler knows the result is negative and what a success would have written is not read. */
UNUSED static inline int err_raise_at(int r, const char *file, int line)
{
    CHECK(r < 0);
    err_note(r, file, line);
    return r;
}
/* Pass @r up: negative and 0 as they are; a positive outcome here is our bug (CHECK). */
MUST_CHECK UNUSED static inline int err_pass(int r)
{
    CHECK(r <= 0);
    return r;
}
/* Fold a positive outcome that cannot be handled here into -EPROTO; others pass. */
int err_fold(int r) MUST_CHECK;

/* One sentence for a person, with the SQLSTATE ("" if none). May be passed as NULL everywhere. */
struct errtext {
    char text[768];
    char sqlstate[6];
};

/* Write the sentence; a NULL @e is fine. Cuts at the buffer's end on a UTF-8 boundary. */
void errtext_set(struct errtext *e, const char *fmt, ...) PRINTF_LIKE(2, 3);
