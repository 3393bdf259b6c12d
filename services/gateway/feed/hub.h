/* SPDX-License-Identifier: Apache-2.0 */
/*
 * hub - a district's streams, followed once for all who watch them
 *
 * It begins where its first watcher stands and goes on from there, each service's stream in order, without a gap; it rests when
 * nobody watches. A service that is away is asked again every second. Everything here is for the loop's thread.
 */
#pragma once
#include <uv.h>

#include "common/bus/client.h"
#include "services/gateway/feed/change.h"
#include "services/gateway/feed/cursor.h"

struct hub;
struct hubs;

struct hubs *hubs_new(uv_loop_t *loop, struct bus_client *client);
/* Nobody watches any more, and nobody will. Memory goes once what is under way has come back. */
void hubs_close(struct hubs *hubs);

/* One who watches; in the watcher's own memory. */
struct watching {
    /* An event of the district: of change_sources[@source], at @position; @change is NULL when it is in no feed, and ends with the
     * call. May leave (hub_leave), himself alone. */
    void (*told)(struct watching *w, int source, int64_t position, const struct change *change);
    /* The streams do not go on where they were left: archived, set back, or a stream of no service of ours. To be followed anew
     * from a page. He has left already. */
    void (*broken)(struct watching *w);
    struct hub *hub; /* NULL: nowhere */
    struct watching *next, **at;
};

/*
 * Watch @district from @cursor on: all that is said behind it will be told, and perhaps some before it, which the watcher passes
 * over. False when the hub is beyond @cursor already: read on by pages, and try again.
 */
bool hub_join(struct hubs *hubs, const char *district, const struct cursor *cursor,
              struct watching *w);
void hub_leave(struct watching *w);
