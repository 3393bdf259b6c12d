/* SPDX-License-Identifier: Apache-2.0 */
/*
 * log - one JSON object a line on stderr: time, level, service, trace, what, and ids
 *
 * common/ returns errors; handlers, hooks and service_main log them, once. Ids only: no names, no
 * bodies, no bound SQL values. Any thread; one write(2) a line; a line over 4 KiB is cut. Repeats of the same
 * message beyond 50 a second are counted and summed up in one line.
 */
#pragma once
#include "common/base/defs.h"

enum log_level { LOG_DEBUG, LOG_INFO, LOG_WARN, LOG_ERROR };

/* Once, before the first line. @level: "debug", "info", "warn", "error"; others count as "info". */
void log_init(const char *service, const char *level);
/* @what is a fixed sentence; then pairs of key and value text, ended by NULL:
 * log_line(LOG_INFO, "notice published", "notice", id, "district", d, NULL); a NULL value is left out. */
void log_line(enum log_level level, const char *what, ...) __attribute__((sentinel));
/* The trace id for lines of this thread from now on; NULL for none. Copied. */
void log_trace(const char *trace_id);
/* Sum up now what was left out; done at exit too. */
void log_flush(void);
