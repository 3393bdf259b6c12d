/* SPDX-License-Identifier: Apache-2.0 */
/*
 * metrics - counters, gauges and histograms in Prometheus' text form
 *
 * Declared statically, registered once at start (before threads), updated from any thread.
 * One label at most; its values come from our own tables, never from input.
 */
#pragma once
#include "common/base/str.h"

enum metric_kind { METRIC_COUNTER, METRIC_GAUGE, METRIC_HISTOGRAM };
struct metric; /* one family */

/* A family. @label may be NULL. Histogram values are microseconds, exposed as seconds in 1-2-5 buckets from 100 us to 10 s.
 * Lives as long as the process. Registering the same name twice returns the first. */
struct metric *metric_register(enum metric_kind kind, const char *name, const char *label,
                               const char *help);
void metric_add(struct metric *m, const char *label_value, int64_t n); /* counter, gauge */
void metric_set(struct metric *m, const char *label_value, int64_t n); /* gauge */
void metric_observe_us(struct metric *m, const char *label_value, int64_t us);
/* The whole exposition, version 0.0.4, HELP and TYPE for each family. Also process_resident_memory_bytes and process_cpu_seconds_total. */
void metrics_print(struct str *out);
