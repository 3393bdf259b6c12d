/* SPDX-License-Identifier: Apache-2.0 */
/* fetch_park - fetches that wait for a stream to move */
#pragma once
#include "common/service/tell/fetch.h"

enum { LINGER_MS = 5 }; /* under load, so long several commits are gathered and told together */
/* @f waits for one of its streams to move, or its time to be over; BUSY when too many do. */
void fetch_park(struct streams *s, struct fetch *f);
void fetch_unpark(struct streams *s, struct fetch *f);
/* The timer of the parked: those whose time is over are answered, empty. */
void fetch_on_tick(uv_timer_t *timer);
/* Who waits for @stream looks again: now; at once, or under load a little later; a little later. */
void stream_wake(struct streams *s, struct stream *stream);
void stream_wake_soon(struct streams *s, struct stream *stream);
void stream_wake_later(struct streams *s, struct stream *stream);
/* Whether @stream moves so often that several commits are told together. */
bool stream_lingers(const struct streams *s, const struct stream *stream);
/* It moved just now, by @n events, at least one. */
void stream_note_gap(struct stream *stream, int64_t n);
