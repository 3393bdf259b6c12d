/* SPDX-License-Identifier: Apache-2.0 */
/* plain_http - one GET at a time to a process on this machine; what cannot be done ends the test */
#pragma once
#include "common/base/arena.h"

/* A port that nobody listens on. */
int plain_http_port(void);
/* GET @path; the status (0: no connection, or no answer), and the whole answer with its head in @a. */
int plain_http_get(struct arena *a, int port, const char *path, const char **ret_answer);
