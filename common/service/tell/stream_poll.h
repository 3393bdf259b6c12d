/* SPDX-License-Identifier: Apache-2.0 */
/* stream_poll - the slow poll: where the heads stand, whoever moved them */
#pragma once
#include "common/service/tell/fetch.h"

/* Poll after a while, if that is not so yet; again and again while fetches are parked. */
void streams_poll_later(struct streams *s);
/* The seal of a row of frame_heads. */
struct tail_seal stream_head_seal(const struct rows *rows, size_t i);
/* What the database says of a head; @known: where it was in memory before the database was asked. */
void stream_take_head(struct streams *s, struct stream *stream, int64_t known, int64_t head,
                      const struct tail_seal *seal);
