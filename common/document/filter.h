/* SPDX-License-Identifier: Apache-2.0 */
/*
 * filter - bytes of strangers read in a process of its own: the running program once more, with other words
 */
#pragma once
#include "common/base/str.h"

enum {
    FILTER_E_BAD = 1 /* it ended with another code than 0 */,
    FILTER_E_LARGE /* it said more than @limit bytes */
};
/*
 * Start this program with the words @argv, give it @in on standard input and add to @out what it writes on standard output. What it complains
 * of is added to @complaints, or goes to our standard error where that is NULL. Waits; the child limits itself (xlsx_limit). -errno.
 */
int filter_run(char *const argv[], const void *in, size_t size, size_t limit, struct str *out,
               struct str *complaints) MUST_CHECK;
