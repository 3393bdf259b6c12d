/* SPDX-License-Identifier: Apache-2.0 */
/* notice_rules - what a notice says and when it ends: arithmetic without a database */
#pragma once
#include "common/base/calendar.h"
#include "common/base/digest.h"
#include "common/base/str.h"
#include "services/publicity/list/entry.h"
#include "services/publicity/notice/notice.h"

/*
 * What is published, as text in which no two different notices read alike: "key=<bytes>:<value>" a
 * line, in a fixed order, absent values as "key=-". The state of an entry and the days of
 * publishing are not part of it: bodies sign before those are known.
 */
void notice_canonical(const struct notice *n, const struct entry *entries, size_t n_entries,
                      struct str *out);
/* SHA-256 of the canonical text, 64 hex characters. */
void notice_hash(const char *canonical, char ret_hex[DIGEST_HEX]);

/*
 * The days of a notice published at @at: it starts on that day in China; it ends with the last
 * working day, counted by the notice's own rule. CALENDAR_E_NO_YEAR, CALENDAR_E_RANGE as
 * calendar_last_day.
 */
int notice_days(const struct calendar *cal, int64_t at, int working_days, bool count_start_day,
                int32_t *ret_start_day, int32_t *ret_end_day) MUST_CHECK;
