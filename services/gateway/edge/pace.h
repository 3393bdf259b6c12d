/* SPDX-License-Identifier: Apache-2.0 */
/*
 * pace - how often one address may do what anybody may: so many times within an hour, counted by each gateway for itself
 *
 * The address is the one the connection comes from: behind a proxy that is the proxy's, and the proxy keeps the pace (docs/operations.md).
 */
#pragma once
#include <stdbool.h>
#include <stdint.h>

enum { PACE_SLOTS = 1024 };
struct pace {
    struct pace_slot {
        char address[64];
        int64_t since_us;
        int64_t n;
    } slots[PACE_SLOTS]; /* by a hash of the address; a newcomer takes the place */
};

/* Whether @address may now (monotonic microseconds), at most @most times in an hour; counted. @ret_wait_us: else how long it waits. */
bool pace_take(struct pace *p, const char *address, int64_t now_us, int64_t most,
               int64_t *ret_wait_us);
