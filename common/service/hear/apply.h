/* SPDX-License-Identifier: Apache-2.0 */
/* apply - a batch of events on its way through a lane */
#pragma once
#include "common/service/aftermath.h"
#include "common/service/lane.h"
#include "common/service/worker.h"

enum { APPLY_LATER = 1, APPLY_MOVED, APPLY_STOPPED };
struct apply { /* one batch on its way through a lane */
    struct lane_item item;
    struct service *svc;
    struct arena *arena;
    const char *source, *district;
    int64_t position; /* before; after the run: where it stands */
    Hp__Event **events;
    size_t n_events;
    bool has_seal; /* of the source, over the last event */
    int64_t sealed_last;
    uint8_t sealed_hash[DIGEST_SIZE];
    int result; /* 0 applied; APPLY_LATER: a fault of the machine, back off; APPLY_MOVED: read the position again;
                          APPLY_STOPPED: in @state */
    const char *state; /* parked, unknown */
    const char *error;
    struct aftermath after;
};
void apply_run(struct apply *ap, struct worker *w);
/* Set a subscription that stands at ap->position to @state (ap->error says why); 0 or APPLY_*. */
int apply_stop(struct apply *ap, struct pg *pg, const char *state, const Hp__Event *event);
