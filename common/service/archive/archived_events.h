/* SPDX-License-Identifier: Apache-2.0 */
/*
 * archived_events - events that the source tells no more, from its archives
 *
 * The source says which file holds them and what the file's digest is; the file is read from a folder of the reader's (the same one, or a
 * copy), and only when the whole of it has that digest.
 */
#pragma once
#include "common/service/tell/events.h"

struct archived_events;
/* Both borrowed. @folder NULL or "": there is none. */
struct archived_events *archived_events_new(struct bus_link *link, const char *folder);
void archived_events_free(struct archived_events *a);
DEFINE_CLEANUP(struct archived_events *, archived_events_free)
/*
 * What follows @after in @source's stream of @district, at most @max and at least one, in @arena; head, at and upto are not filled. Fast when asked for in
 * order. EVENTS_E_UNAVAILABLE: the source does not say. -ENOENT, -EBADMSG: the file is not here or not the one; @e names it.
 */
int archived_events_read(struct archived_events *a, struct arena *arena, const char *source,
                         const char *district, int64_t after, int32_t max, int64_t patience_ms,
                         struct events *ret_events, struct errtext *e) MUST_CHECK;
