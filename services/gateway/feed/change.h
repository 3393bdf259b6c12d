/* SPDX-License-Identifier: Apache-2.0 */
/* change - what an event is to a reader of the feed */
#pragma once
#include "common/base/arena.h"
#include "envelope.pb-c.h"
#include "gateway.pb-c.h"
#include "proto/changes.h"

/* An event of @source as a change, in @a; NULL when it is in no feed, or cannot be read (a build newer than this one said it). The
 * strings of @event and @row live on in it. */
struct change {
    Gateway__Change said;
    const struct change_row *row;
    const char *district, *enterprise_id, *subdistrict; /* NULL: the event does not say */
};
struct change *change_of(struct arena *a, const char *source, const Hp__Event *event);
/* Whether @actor, who may be NULL (the public), may know of it. */
bool change_shown(const struct change *change, const Hp__Actor *actor);
