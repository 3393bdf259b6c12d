/* SPDX-License-Identifier: Apache-2.0 */
/* scan - uploaded files examined by a program of the city's own, for instance one that looks for malware */
#pragma once
#include <stdbool.h>

enum { SCAN_TIMEOUT_MS = 60000 };
/* Whether "@command @path" ends with 0 in time; it gets no input and no environment but PATH. True when @command is "". On a worker: waits. */
bool scan_clean(const char *command, const char *path);
