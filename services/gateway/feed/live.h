/* SPDX-License-Identifier: Apache-2.0 */
/*
 * live - changes as they happen, told to one who stays (server-sent events)
 *
 * Each event's id is the cursor behind it, so that a client that comes back with Last-Event-ID misses nothing. It begins with pages
 * until it is up with the district's hub, at the client's own speed; then a client that reads too slowly is dropped. Whether his
 * session and rights still stand is looked at every live.check; watching does not prolong a session.
 */
#pragma once
#include "services/gateway/edge/edge.h"

/* Answers gateway.WatchChanges. */
void live_go(struct call *call);
