/* SPDX-License-Identifier: Apache-2.0 */
/*
 * Which message ids can have been carried out before. A UUIDv7 tells when it was made: one made since
 * this process started, and not seen by it, is new, and the message table need not be asked. It is
 * only a guess that saves a look-up: the table's key decides, whoever carried the message out.
 */
#include "common/service/seen.h"

#include <string.h>

#include "common/base/clock.h"

#include "common/base/banned.h"

enum { SEEN = 4096, VERSION_BYTE = 6 };

static struct {
    struct uuid ids[SEEN]; /* by their last bytes */
    int64_t since_ms;      /* ids made before this are not remembered; 0: not begun */
} seen;

int64_t id_instant_ms(const struct uuid *id)
{
    int64_t ms = 0;

    if (id->bytes[VERSION_BYTE] >> 4 != 7)
        return -1;
    for (int i = 0; i < 6; i++)
        ms = ms << 8 | id->bytes[i];
    return ms;
}

bool id_may_be_old(const struct uuid *id)
{
    struct uuid *place = &seen.ids[(id->bytes[15] | id->bytes[14] << 8) % SEEN];
    int64_t made_ms = id_instant_ms(id), forgotten_ms;
    bool old;

    if (!seen.since_ms)
        seen.since_ms = wall_now_us() / 1000;
    old = made_ms < seen.since_ms || memcmp(place, id, sizeof(*id)) == 0;
    forgotten_ms = id_instant_ms(place);
    if (memcmp(place, id, sizeof(*id)) != 0 && forgotten_ms >= seen.since_ms)
        seen.since_ms = forgotten_ms + 1;
    *place = *id;
    return old;
}
