/* SPDX-License-Identifier: Apache-2.0 */
/*
 * file - whole files, read and written at once
 */
#pragma once
#include "common/base/err.h"

/* A file's whole content, NUL-terminated, at most @limit bytes; free() it. -errno, -EFBIG; @e names
 * the file. */
int read_file(const char *path, size_t limit, char **ret_text, size_t *ret_size,
              struct errtext *e) MUST_CHECK;
/* Write a file so that a reader sees the old or the new content, never half. Mode 0600. What is there and no plain file (a
 * pipe, /dev/null) is written into and stays. -errno; @e names the file. */
int write_file(const char *path, const char *text, struct errtext *e) MUST_CHECK;
/* The same for what is no text. */
int write_bytes(const char *path, const void *data, size_t size, struct errtext *e) MUST_CHECK;
