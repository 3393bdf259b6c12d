/* SPDX-License-Identifier: Apache-2.0 */
/* claim - due timers of one district on their way through a lane */
#pragma once
#include "common/service/aftermath.h"
#include "common/service/lane.h"
#include "common/service/worker.h"

struct claimed;

/* A claim on its way through a lane. */
struct claim {
    struct lane_item item;
    struct service *svc;
    const char *district;
    int64_t due_at,
        retry_at; /* the earliest left: business time, wall time; INSTANT_NONE for none */
    enum { CLAIM_DRAINED, CLAIM_MORE, CLAIM_AWAY } end;
    struct aftermath after;
};
void claim_run(struct claim *cl, struct worker *w);
/* A timer of those taken was set anew or cancelled: it is not run. @taken may be NULL. */
void claimed_forget(struct claimed *taken, const char *kind, const char *key);
