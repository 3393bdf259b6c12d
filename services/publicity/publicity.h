/* SPDX-License-Identifier: Apache-2.0 */
/*
 * publicity - what all folders of the service use: steps, states, numbers, days as text
 */
#pragma once
#include "common/service/service.h"

/* Compare-and-set: 0 when exactly one row changed, MSG_LATER when someone was faster, else as
 * sql_change. */
#define sql_cas(tx, stmt, ...) \
    ({ \
        int64_t changed_ = 0; \
        int cas_ = sql_change((tx), (stmt), &changed_, __VA_ARGS__); \
        cas_ ? cas_ : changed_ == 1 ? 0 : MSG_LATER; \
    })

/* The next number of @pattern ({year}, {n}) in the message's district and @year: without gaps,
 * since it is part of the transaction. */
int number_next(struct ctx *c, const char *pattern, int year, const char **ret_number) MUST_CHECK;

/* "YYYY-MM-DD" in the arena; NULL for DAY_NONE. */
const char *day_text(struct arena *a, int32_t day);
