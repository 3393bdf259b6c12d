/* SPDX-License-Identifier: Apache-2.0 */
#include "services/gateway/edge/pace.h"

#include <stdio.h>
#include <string.h>

#include "common/base/clock.h"

#include "common/base/banned.h"

#define HOUR_US (3600 * SECOND_US)

bool pace_take(struct pace *p, const char *address, int64_t now_us, int64_t most,
               int64_t *ret_wait_us)
{
    struct pace_slot *slot;
    unsigned hash = 5381;

    for (const char *c = address; *c; c++)
        hash = hash * 33 + (unsigned char)*c;
    slot = &p->slots[hash % PACE_SLOTS];
    if (strcmp(slot->address, address) != 0 || now_us - slot->since_us >= HOUR_US) {
        *slot = (struct pace_slot){.since_us = now_us};
        snprintf(slot->address, sizeof(slot->address), "%s", address);
    }
    if (slot->n >= most) {
        *ret_wait_us = slot->since_us + HOUR_US - now_us;
        return false;
    }
    slot->n++;
    return true;
}
