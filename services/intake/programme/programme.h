/* SPDX-License-Identifier: Apache-2.0 */
/*
 * programme - publishing: lint, seal (version and hash), keep, say; the stages' timers
 *
 * A published text never changes. While no stage has begun another text is a new version; after
 * that, because people have acted on it, a new version is a supplementary decision with its
 * authority, which may give later days and add stages and nothing else (supplement.h).
 */
#pragma once
#include "common/domain/joint/joint.h"

enum { PROGRAMME_DOCUMENT_MAX = 1000 * 1000 }; /* bytes: it must fit an event with the rest of it */

handler_fn publish_programme;
extern const struct joint_kind programme_act;
/* Timers; the key is "<programme>/<stage>". */
handler_fn on_stage_begins, on_stage_ends;
