/* SPDX-License-Identifier: Apache-2.0 */
/* result - what a rebuild found out */
#pragma once
#include <stddef.h>
#include <stdint.h>

/* A row that is not the same on both sides: "" where it is not there. */
struct rebuild_difference {
    const char *table, *key, *live, *rebuilt;
};
enum { REBUILD_MOST_DIFFERENCES = 1000 };
struct rebuild_result {
    int64_t events, rows;                   /* replayed; made of them */
    int64_t found;                          /* differences */
    struct rebuild_difference *differences; /* the first of them, in the caller's arena */
    size_t n_differences;
    int64_t replay_us, compare_us;
};
